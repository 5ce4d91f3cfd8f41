//! When money comes in: receipts by weekday and local hour, drawn with plain elements that the arrows walk, and the same as a table.

use crate::components::shell::language;
use crate::components::{Button, Card};
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::Rupiah;
use domain::people::Language;
use protocol::ui::RevenueView;

/// Shades of what is above nothing.
const SHADES: i64 = 4;

/// The class of a cell.
fn shade(amount: Rupiah, highest: i64) -> &'static str {
    match amount.0 {
        0 => "none",
        ..0 => "back",
        // The largest has the last one.
        above => match (i128::from(above - 1) * i128::from(SHADES) / i128::from(highest.max(1))).clamp(0, i128::from(SHADES) - 1)
        {
            0 => "one",
            1 => "two",
            2 => "three",
            _ => "four",
        },
    }
}

fn said(weekday: usize, hour: usize, amount: Rupiah, language: Language) -> String {
    let values = [
        ("weekday", format::weekday_name(weekday, language).to_owned()),
        ("hour", format!("{hour:02}")),
        ("amount", amount.to_string()),
    ];
    tra("revenue-heat-said", &values)
}

/// The cells with their weekday and hour.
fn cells(heat: &[Vec<Rupiah>]) -> Vec<(usize, usize, Rupiah)> {
    let of_day = |(weekday, hours): (usize, &Vec<Rupiah>)| {
        hours.iter().copied().enumerate().map(|(hour, amount)| (weekday, hour, amount)).collect::<Vec<_>>()
    };
    heat.iter().enumerate().flat_map(of_day).collect()
}

/// The card.
#[component]
pub fn Heat(view: RevenueView) -> Element {
    let language = language();
    let mut as_table = use_signal(|| false);
    let most = cells(&view.heat).into_iter().max_by_key(|(.., amount)| *amount).filter(|(.., amount)| *amount > Rupiah(0));
    let sentence = match most {
        Some((weekday, hour, amount)) => {
            let values = [
                ("weekday", format::weekday_name(weekday, language).to_owned()),
                ("hour", format!("{hour:02}")),
                ("amount", amount.to_string()),
            ];
            tra("revenue-heat-sentence", &values)
        }
        None => tr("revenue-heat-none"),
    };
    rsx! {
        Card { class: "wide revenue-heat half",
            h2 { id: "revenue-heat", {tr("revenue-heat")} }
            if as_table() {
                Table { heat: view.heat.clone() }
            } else {
                Map { heat: view.heat.clone(), sentence: sentence.clone() }
            }
            p { class: "small muted", "{sentence}" }
            div { class: "row edge",
                if as_table() {
                    Button { kind: "quiet", icon: "chart-column", label: tr("show-chart"), onclick: move |_| as_table.set(false) }
                } else {
                    Button { kind: "quiet", icon: "table", label: tr("show-table"), onclick: move |_| as_table.set(true) }
                }
            }
        }
    }
}

#[component]
fn Map(heat: Vec<Vec<Rupiah>>, sentence: String) -> Element {
    let language = language();
    let cells = cells(&heat);
    let highest = cells.iter().map(|(.., amount)| amount.0).max().unwrap_or(0);
    rsx! {
        figure { class: "heat-map",
            div { class: "heat-days", "aria-hidden": "true",
                for weekday in 0..7_usize {
                    span { key: "{weekday}", {format::weekday_name(weekday, language)} }
                }
            }
            div { id: "revenue-heat-cells", class: "heat", role: "img", tabindex: "0", "aria-label": sentence, "aria-describedby": "revenue-heat-keys",
                "data-walk": "revenue-heat-said", "data-columns": "24",
                "aria-keyshortcuts": "ArrowLeft ArrowRight ArrowUp ArrowDown Home End",
                for (weekday , hour , amount) in cells {
                    i { key: "{weekday}-{hour}", class: shade(amount, highest), "data-amount": "{amount.0}",
                        "data-said": said(weekday, hour, amount, language), title: said(weekday, hour, amount, language) }
                }
            }
            div { class: "bars-axis", "aria-hidden": "true",
                for label in ["00", "06", "12", "18"] {
                    span { key: "{label}", "{label}" }
                }
            }
            p { id: "revenue-heat-said", class: "walked small", role: "status", "aria-live": "polite" }
            p { id: "revenue-heat-keys", class: "visually-hidden", {tr("revenue-heat-keys")} }
            div { class: "legend", "aria-hidden": "true",
                span { class: "row heat-legend",
                    {tr("revenue-heat-less")}
                    for class in ["none", "one", "two", "three", "four"] {
                        i { key: "{class}", class }
                    }
                    {tr("revenue-heat-more")}
                }
                if cells_are_below(&heat) {
                    span { class: "row heat-legend", i { class: "back" } {tr("revenue-heat-back")} }
                }
            }
        }
    }
}

/// Whether more went back than came in at some hour.
fn cells_are_below(heat: &[Vec<Rupiah>]) -> bool {
    heat.iter().flatten().any(|amount| *amount < Rupiah(0))
}

#[component]
fn Table(heat: Vec<Vec<Rupiah>>) -> Element {
    let language = language();
    let of = |weekday: usize, hour: usize| heat.get(weekday).and_then(|hours| hours.get(hour)).copied().unwrap_or_default();
    rsx! {
        div { class: "table-wrap low", tabindex: "0", role: "region", "aria-labelledby": "revenue-heat",
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("col-time")} }
                        for weekday in 0..7_usize {
                            th { key: "{weekday}", scope: "col", class: "end", {format::weekday_name(weekday, language)} }
                        }
                    }
                }
                tbody {
                    for hour in 0..24_usize {
                        tr { key: "{hour}", "data-row": "{hour}",
                            th { scope: "row", class: "plain", {tra("hour-of-day", &[("hour", format!("{hour:02}"))])} }
                            for weekday in 0..7_usize {
                                td { key: "{weekday}", class: "end", "{of(weekday, hour)}" }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_go_from_nothing_to_the_largest() {
        let of = |amount| shade(Rupiah(amount), 400);
        assert_eq!([of(-1), of(0), of(1), of(100), of(101), of(400)], ["back", "none", "one", "one", "two", "four"]);
        assert_eq!(shade(Rupiah(i64::MAX), i64::MAX), "four");
    }
}
