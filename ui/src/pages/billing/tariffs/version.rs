//! A version of a tariff: since when it holds, its blocks, and what else it asks for.

use crate::components::shell::language;
use crate::components::{Button, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::is_away;
use crate::pages::billing::tariffs::Standing;
use dioxus::prelude::*;
use domain::Millilitres;
use domain::billing::tariff::{BlockMode, TariffVersion};
use domain::people::Language;
use protocol::sales::admin::TariffRow;

/// The word of a mode.
pub const fn mode(mode: BlockMode) -> &'static str {
    mode.as_str()
}

/// A version.
#[component]
pub fn VersionCard(row: TariffRow, standing: Standing, onreplace: EventHandler<()>, onwithdraw: EventHandler<()>) -> Element {
    let language = language();
    let version = row.version.clone();
    let from = format::date(version.effective_from, language);
    // The first versions hold since before anything was measured.
    let since =
        if version.effective_from.0 <= 0 { tr("tariff-since-ever") } else { tra("tariff-since", &[("day", from.clone())]) };
    let (tone, icon, word, title) = match standing {
        Standing::Now => ("ok", "check", tr("tariff-now"), since),
        Standing::Later => ("info", "calendar-clock", tr("tariff-later"), tra("tariff-starts", &[("day", from)])),
        Standing::Until(day) => ("", "history", tr("tariff-past"), tra("tariff-until", &[("day", format::date(day, language))])),
        Standing::Replaced => ("", "x", tr("tariff-replaced"), tra("tariff-would-start", &[("day", from)])),
        Standing::Withdrawn => ("", "undo-2", tr("tariff-withdrawn"), tra("tariff-would-start", &[("day", from)])),
    };
    let is_over = matches!(standing, Standing::Until(_) | Standing::Replaced | Standing::Withdrawn);
    let withdrawn = row.withdrawn.clone().map(|withdrawn| tra("tariff-withdrawn-by", &[("who", withdrawn.by)]));
    let who = if row.author.is_empty() { tr("tariff-by-server") } else { tra("tariff-by", &[("who", row.author.clone())]) };
    rsx! {
        li { class: if is_over { "card stack wide version over" } else { "card stack wide version" }, "data-standing": "{icon}",
            div { class: "row between wrap",
                div {
                    h2 { "{title}" }
                    if !version.decree.is_empty() {
                        p { class: "muted small", "data-decree": "", {tra("tariff-by-decree", &[("decree", version.decree.clone())])} }
                    }
                }
                StatusChip { tone, icon, label: word, small: true }
            }
            if is_over {
                details {
                    summary { class: "small", {tr("tariff-show")} }
                    Prices { version }
                }
            } else {
                Prices { version }
            }
            div { class: "row between wrap",
                p { class: "muted tiny", "{who}" if let Some(withdrawn) = withdrawn { " · {withdrawn}" } }
                if standing == Standing::Later {
                    Button { label: tr("tariff-withdraw"), kind: "quiet", icon: "undo-2", disabled: is_away(), onclick: move |_| onwithdraw.call(()) }
                    Button { label: tr("tariff-replace"), kind: "quiet", icon: "pencil", onclick: move |_| onreplace.call(()) }
                }
            }
        }
    }
}

/// What a version asks for.
#[component]
fn Prices(version: TariffVersion) -> Element {
    let language = language();
    let mut from = Millilitres::ZERO;
    let blocks: Vec<(String, String)> = version
        .blocks
        .iter()
        .map(|block| {
            let range = range(from, block.up_to, language);
            from = block.up_to.unwrap_or(from);
            (range, tra("tariff-per-m3", &[("price", block.price_per_m3.to_string())]))
        })
        .collect();
    let lifeline = match version.lifeline_per_day {
        Millilitres(0) => tr("tariff-none"),
        free => tra("tariff-litres-a-day", &[("n", format::whole(free.0 / 1_000, language))]),
    };
    let field_records = [
        ("tariff-fee", version.monthly_fee.to_string()),
        ("tariff-minimum", version.minimum_top_up.to_string()),
        (
            "tariff-tax",
            if version.tax_per_mille == 0 { tr("tariff-exempt") } else { format::percent(version.tax_per_mille, language) },
        ),
        ("tariff-lifeline", lifeline),
    ];
    rsx! {
        div { class: "stack",
            p { class: "small muted", {tr(&format!("tariff-mode-{}", mode(version.mode)))} }
            dl { class: "steps",
                for (place , (range , price)) in blocks.into_iter().enumerate() {
                    div { key: "{place}", dt { "{range}" } dd { "{price}" } }
                }
            }
            dl { class: "facts",
                for (key , value) in field_records {
                    div { key: "{key}", dt { {tr(key)} } dd { "{value}" } }
                }
            }
        }
    }
}

/// `10 – 20 m³`, `di atas 30 m³`.
pub fn range(from: Millilitres, up_to: Option<Millilitres>, language: Language) -> String {
    match up_to {
        Some(end) => format!("{} – {}", format::bare_volume(from, language), format::exact_volume(end, language)),
        None if from == Millilitres::ZERO => tr("tariff-every-volume"),
        None => tra("tariff-above", &[("volume", format::exact_volume(from, language))]),
    }
}
