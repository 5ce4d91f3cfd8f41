//! What months would cost, before and after: the table that shows a slip of the finger before it costs anybody anything.

use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::billing::tariff::TariffVersion;
use domain::billing::tariff::preview::bill;
use domain::{Millilitres, Rupiah};

/// Cubic metres that the table is about.
const VOLUMES: [i64; 5] = [5, 10, 18, 30, 60];
/// The one that the sentence is about.
const EXAMPLE_VOLUME: i64 = 18;

/// Old against new.
#[component]
pub fn Preview(old: Option<TariffVersion>, new: TariffVersion) -> Element {
    let language = language();
    let paid = |version: &TariffVersion, m3: i64| bill(version, Millilitres::cubic_metres(m3)).total();
    let example = paid(&new, EXAMPLE_VOLUME);
    let values = [("volume", format!("{EXAMPLE_VOLUME} m³")), ("total", example.to_string())];
    let sentence = match old.as_ref().map(|old| Rupiah(example.0 - paid(old, EXAMPLE_VOLUME).0)) {
        None | Some(Rupiah(0)) => tra("tariff-preview-same", &values),
        Some(more) => {
            let key = if more.0 > 0 { "tariff-preview-more" } else { "tariff-preview-less" };
            tra(key, &[values[0].clone(), values[1].clone(), ("by", Rupiah(more.0.abs()).to_string())])
        }
    };
    rsx! {
        section { class: "stack preview", "aria-live": "polite",
            h3 { {tr("tariff-preview")} }
            p { class: "small", "{sentence}" }
            div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("tariff-preview"),
                table { class: "table",
                    thead {
                        tr {
                            th { {tr("tariff-use")} }
                            th { class: "end", {tr("tariff-old")} }
                            th { class: "end", {tr("tariff-new-column")} }
                            th { class: "end", {tr("tariff-difference")} }
                        }
                    }
                    tbody {
                        for m3 in VOLUMES {
                            tr { key: "{m3}", "data-row": "{m3}", "data-volume": "{m3}",
                                td { {format::exact_volume(Millilitres::cubic_metres(m3), language)} }
                                td { class: "end muted", {old.as_ref().map_or("–".to_owned(), |old| paid(old, m3).to_string())} }
                                td { class: "end number", {paid(&new, m3).to_string()} }
                                td { class: "end", {old.as_ref().map_or("–".to_owned(), |old| signed(Rupiah(paid(&new, m3).0 - paid(old, m3).0)))} }
                            }
                        }
                    }
                }
            }
            p { class: "muted tiny", {tr("tariff-preview-note")} }
        }
    }
}

/// `+Rp5.000`.
pub fn signed(amount: Rupiah) -> String {
    if amount.0 > 0 { format!("+{amount}") } else { amount.to_string() }
}
