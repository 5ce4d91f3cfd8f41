//! The balance day by day: what went in as a column of its parts, in words for whoever walks them, and as a table.

use super::parts::stacked;
use super::share;
use crate::components::shell::language;
use crate::components::{Button, Card};
use crate::format;
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::metering::zone_balance::{Balance, DayBalance, DayState};
use domain::people::Language;

/// Why a day does not count.
const fn left_out(state: DayState) -> Option<&'static str> {
    match state {
        DayState::Counted => None,
        DayState::InflowUnknown => Some("balance-day-unknown"),
        DayState::NoInflow => Some("balance-day-none"),
    }
}

fn said(day: &DayBalance, language: Language) -> String {
    let date = ("day", format::near_date(day.day, language));
    match left_out(day.state) {
        Some(key) => tra("balance-day-left-out", &[date, ("why", tr(key))]),
        None => tra(
            "balance-day-said",
            &[
                date,
                ("inflow", format::cubic_metres(day.parts.inflow, language)),
                ("measured", format::cubic_metres(day.parts.measured(), language)),
                ("rest", format::cubic_metres(day.parts.unexplained, language)),
                ("part", share(day.unexplained_per_mille(), language)),
            ],
        ),
    }
}

/// The card.
#[component]
pub fn Days(balance: Balance) -> Element {
    let mut as_table = use_signal(|| false);
    rsx! {
        Card { class: "wide",
            h2 { {tr("balance-by-day")} }
            if as_table() {
                Table { days: balance.days }
            } else {
                Columns { days: balance.days }
            }
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
fn Columns(days: Vec<DayBalance>) -> Element {
    let language = language();
    let tall = |day: &DayBalance| stacked(&day.parts).iter().map(|(_, volume)| volume.0.max(0)).sum::<i64>();
    let counts = |day: &&DayBalance| day.state == DayState::Counted;
    let highest = days.iter().filter(counts).map(tall).max().unwrap_or(0).max(1);
    let percent = move |volume: Millilitres| volume.0.max(0) as i128 * 100 / i128::from(highest);
    let mut ends: Vec<_> =
        [days.first(), days.last()].into_iter().flatten().map(|day| format::near_date(day.day, language)).collect();
    // One day begins and ends the axis.
    ends.dedup();
    let worst = days.iter().filter(counts).max_by_key(|day| day.unexplained_per_mille());
    let sentence = worst.map_or_else(String::new, |day| {
        let values = [("day", format::near_date(day.day, language)), ("part", share(day.unexplained_per_mille(), language))];
        tra("balance-worst", &values)
    });
    rsx! {
        figure {
            div { class: "bars balance-days", role: "img", tabindex: "0", "aria-label": sentence.clone(), "aria-describedby": "balance-keys",
                "data-walk": "balance-said", "aria-keyshortcuts": "ArrowLeft ArrowRight Home End",
                for day in days.iter() {
                    div { key: "{day.day.0}", "data-said": said(day, language), "data-day": "{day.day.0}",
                        if day.state == DayState::Counted {
                            for (part , volume) in stacked(&day.parts) {
                                i { key: "{part}", class: "part {part}", height: "{percent(volume)}%" }
                            }
                        } else {
                            i { class: "unmeasured" }
                        }
                    }
                }
            }
            div { class: "row between muted tiny", "aria-hidden": "true",
                for end in ends {
                    span { key: "{end}", "{end}" }
                }
            }
            p { id: "balance-said", class: "walked small", role: "status", "aria-live": "polite" }
            p { id: "balance-keys", class: "visually-hidden", {tr("chart-keys")} }
            figcaption { class: "small", "{sentence}" }
        }
        div { class: "legend", "aria-hidden": "true",
            for part in ["charged", "uncharged", "silent", "late", "unexplained"] {
                span { key: "{part}", i { class: "part {part}" } {tr(&format!("balance-{part}"))} }
            }
        }
    }
}

#[component]
fn Table(days: Vec<DayBalance>) -> Element {
    let language = language();
    let volume = |volume| format::cubic_metres(volume, language);
    rsx! {
        div { class: "table-wrap low", tabindex: "0", role: "region", "aria-label": tr("balance-by-day"),
            table { class: "table",
                thead {
                    tr {
                        th { scope: "col", {tr("balance-day")} }
                        th { scope: "col", class: "end", {tr("balance-inflow")} }
                        th { scope: "col", class: "end", {tr("balance-measured")} }
                        th { scope: "col", class: "end", {tr("balance-explained")} }
                        th { scope: "col", class: "end", {tr("balance-unexplained")} }
                        th { scope: "col", class: "end", {tr("balance-share")} }
                    }
                }
                tbody {
                    for day in days {
                        tr { key: "{day.day.0}", "data-row": "{day.day.0}",
                            th { scope: "row", class: "nowrap", {format::near_date(day.day, language)} }
                            if let Some(why) = left_out(day.state) {
                                td { class: "muted", colspan: "5", {tr(why)} }
                            } else {
                                td { class: "end number", {volume(day.parts.inflow)} }
                                td { class: "end number", {volume(day.parts.measured())} }
                                td { class: "end number", {volume(day.parts.silent + day.parts.late)} }
                                td { class: "end number", {volume(day.parts.unexplained)} }
                                td { class: "end number", {share(day.unexplained_per_mille(), language)} }
                            }
                        }
                    }
                }
            }
        }
    }
}
