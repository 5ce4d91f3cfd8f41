//! The parts of what went in over all days that count: a bar, its sentence, and a table in cubic metres, per cent and rupiah.

use super::{measured, share};
use crate::components::Card;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::metering::zone_balance::{Balance, BalanceParts, per_mille, worth};
use domain::people::Language;
use domain::{Millilitres, Rupiah};

/// The parts of the stacked bar from the bottom up, each by its word; the same order in every picture.
pub fn stacked(parts: &BalanceParts) -> [(&'static str, Millilitres); 5] {
    [
        ("charged", parts.charged),
        ("uncharged", parts.uncharged),
        ("silent", parts.silent),
        ("late", parts.late),
        ("unexplained", parts.unexplained),
    ]
}

fn sentence(total: &BalanceParts, language: Language) -> String {
    let values = [
        ("inflow", format::cubic_metres(total.inflow, language)),
        ("charged", format::cubic_metres(total.charged, language)),
        ("lost", format::cubic_metres(total.lost(), language)),
        ("percent", share(per_mille(total.lost(), total.inflow), language)),
        ("rest", format::cubic_metres(Millilitres(total.unexplained.0.abs()), language)),
        ("part", share(per_mille(total.unexplained, total.inflow), language)),
    ];
    tra(if total.unexplained < Millilitres::ZERO { "balance-sentence-more" } else { "balance-sentence" }, &values)
}

/// The card.
#[component]
pub fn Parts(balance: Balance, price: Option<Rupiah>) -> Element {
    let language = language();
    let total = balance.total;
    let said = sentence(&total, language);
    let whole: i64 = stacked(&total).iter().map(|(_, volume)| volume.0.max(0)).sum();
    let width = |volume: Millilitres| per_mille(Millilitres(volume.0.max(0)), Millilitres(whole)).unwrap_or_default();
    let counted = [("n", balance.counted.to_string()), ("days", balance.days.len().to_string())];
    rsx! {
        Card { class: "wide balance-parts",
            div { class: "row between wrap",
                h2 { {tr("balance-parts")} }
                span { class: "muted tiny", {tra("balance-counted", &counted)} " · " {measured(balance.coverage)} }
            }
            figure {
                div { class: "balance-bar", role: "img", "aria-label": said.clone(), "data-unexplained": "{total.unexplained.0}",
                    for (part , volume) in stacked(&total) {
                        i { key: "{part}", class: "part {part}", style: "width: calc({width(volume)} * 0.1%)" }
                    }
                }
                figcaption { class: "small", "{said}" }
            }
            div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("balance-parts"),
                table { class: "table",
                    thead {
                        tr {
                            th { scope: "col", {tr("balance-part")} }
                            th { scope: "col", class: "end", {tr("balance-volume")} }
                            th { scope: "col", class: "end", {tr("balance-share")} }
                            th { scope: "col", class: "end", {tr("balance-worth")} }
                        }
                    }
                    tbody {
                        PartRow { part: "inflow", volume: total.inflow, whole: total.inflow, price, is_sum: true }
                        for (part , volume) in stacked(&total) {
                            PartRow { key: "{part}", part, volume, whole: total.inflow, price }
                        }
                        PartRow { part: "lost", volume: total.lost(), whole: total.inflow, price, is_sum: true }
                    }
                }
            }
            p { class: "muted tiny",
                match price {
                    Some(price) => tra("balance-price", &[("price", price.to_string())]),
                    None => tr("balance-no-price"),
                }
            }
        }
    }
}

/// A part in the table. What is a sum of others is written as one.
#[component]
fn PartRow(
    part: &'static str,
    volume: Millilitres,
    whole: Millilitres,
    price: Option<Rupiah>,
    #[props(default)] is_sum: bool,
) -> Element {
    let language = language();
    let amount = price.map_or_else(|| "–".to_owned(), |price| worth(volume, price).to_string());
    rsx! {
        tr { "data-part": part, class: if is_sum { "sum" } else { "" },
            th { scope: "row",
                if !is_sum {
                    i { class: "part {part} swatch", "aria-hidden": "true" }
                }
                {tr(&format!("balance-{part}"))}
            }
            td { class: "end number", {format::cubic_metres(volume, language)} }
            td { class: "end number", {share(per_mille(volume, whole), language)} }
            td { class: "end number nowrap", "{amount}" }
        }
    }
}
