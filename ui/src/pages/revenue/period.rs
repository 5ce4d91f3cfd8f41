//! Which period is shown, the one before and the one behind it, and what it is compared with.

use crate::components::shell::language;
use crate::components::{Icon, Segmented, Select};
use crate::i18n::tr;
use crate::pages::revenue::view::{COMPARISONS, RevenuePage};
use crate::pages::revenue::words;
use crate::state::shared;
use dioxus::prelude::*;
use domain::LocalDay;
use domain::revenue::{DayRange, Period};
use protocol::ui::RevenueView;

/// The kinds of periods, by their words.
const KINDS: [&str; 6] = ["day", "week", "month", "quarter", "year", "range"];

const fn kind(period: Period) -> &'static str {
    match period {
        Period::Day { .. } => "day",
        Period::Week { .. } => "week",
        Period::Month { .. } => "month",
        Period::Quarter { .. } => "quarter",
        Period::Year { .. } => "year",
        Period::Range(_) => "range",
    }
}

/// A period of a kind where somebody is: with today in it if that is shown, else with the first day that is.
fn of_kind(kind: &str, shown: Period, today: LocalDay) -> Period {
    let (range, so_far) = (shown.range(), shown.so_far(today));
    let day = if range.contains(today) { today } else { range.from };
    match kind {
        "day" => Period::Day { day },
        "week" => Period::Week { day },
        "quarter" => Period::Quarter { month: day.month() },
        "year" => Period::Year { year: day.ymd().0 },
        // Of a period that has not begun there are no days so far.
        "range" => Period::Range(if so_far.days() > 0 { so_far } else { range }),
        _ => Period::Month { month: day.month() },
    }
}

/// The selector. A period that has not begun is not led to.
#[component]
pub fn Periods(view: RevenueView, kept: Signal<RevenuePage>) -> Element {
    let (language, wide) = (language(), (shared().wide)());
    let (period, today) = (view.period, view.today);
    let step = |to: Option<Period>, key: &'static str, icon: &'static str| {
        let label = tr(key);
        rsx! {
            button { class: "button quiet icon-only", r#type: "button", "aria-label": "{label}", "data-period": key, disabled: to.is_none(),
                onclick: move |_| if let Some(period) = to { kept.with_mut(|kept| kept.show(period, today)) },
                Icon { name: icon }
            }
        }
    };
    let previous = Some(period.before()).filter(|before| before.is_possible());
    let next = Some(period.after()).filter(|after| after.is_possible() && after.range().from <= today);
    let choices: Vec<(String, String)> = KINDS.map(|kind| (kind.to_owned(), tr(&format!("revenue-span-{kind}")))).to_vec();
    let chosen = kind(period).to_owned();
    let choose = move |kind: String| kept.with_mut(|kept| kept.show(of_kind(&kind, period, today), today));
    let comparisons = COMPARISONS.map(|(_, word)| (word.to_owned(), tr(&format!("revenue-compare-{word}")))).to_vec();
    let compare = kept.read().compare;
    let beside = COMPARISONS.iter().find(|(known, _)| *known == compare).map(|(_, word)| (*word).to_owned()).unwrap_or_default();
    rsx! {
        div { class: "revenue-period",
            if wide {
                Segmented { label: tr("span-choose"), choices, chosen, onchoose: choose }
            } else {
                Select { label: tr("span-choose"), choices, chosen, onchoose: choose }
            }
            div { class: "row steps-between",
                {step(previous, "previous", "chevron-left")}
                if let Period::Range(range) = period {
                    Range { range, today, kept }
                } else {
                    h2 { "data-named": "true", {words::period(period, language)} }
                }
                {step(next, "next", "chevron-right")}
            }
            Select { label: tr("revenue-compare"), choices: comparisons, chosen: beside, onchoose: move |word: String| {
                if let Some((compare, _)) = COMPARISONS.iter().find(|(_, known)| *known == word) {
                    kept.with_mut(|kept| kept.compare = *compare);
                }
            } }
        }
    }
}

/// The first and the last day of any days.
#[component]
fn Range(range: DayRange, today: LocalDay, kept: Signal<RevenuePage>) -> Element {
    let shared = shared();
    let mut show = move |range: DayRange| {
        let period = Period::Range(range);
        if period.is_possible() {
            kept.with_mut(|kept| kept.show(period, today));
        } else {
            shared.toast(tr("revenue-range-long"));
        }
    };
    rsx! {
        div { class: "row wrap",
            Day { label: tr("audit-from"), value: range.from, onchoose: move |from: LocalDay| show(DayRange { from, to: range.to.max(from) }) }
            Day { label: tr("audit-to"), value: range.to, onchoose: move |to: LocalDay| show(DayRange { from: range.from.min(to), to }) }
        }
    }
}

#[component]
fn Day(label: String, value: LocalDay, onchoose: EventHandler<LocalDay>) -> Element {
    let (year, month, day) = value.ymd();
    rsx! {
        label { class: "input compact",
            span { class: "muted small", "{label}" }
            input { r#type: "date", value: "{year:04}-{month:02}-{day:02}", min: "1970-01-01", max: "2199-12-31",
                onchange: move |event| if let Some(day) = read(&event.value()) { onchoose.call(day) } }
        }
    }
}

/// The day of a field. A field gives a day for each digit of the year that is typed: those before 1970 are not finished.
fn read(text: &str) -> Option<LocalDay> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    LocalDay::from_ymd(year, month, day).filter(|day| Period::Day { day: *day }.is_possible())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LocalMonth;

    #[test]
    fn a_period_of_any_kind_can_be_whichever_was_shown_before() {
        let today = LocalDay::from_ymd(2026, 11, 28).expect("a real day");
        for month in [-2, 0, 2].map(|by| LocalMonth(today.month().0 + by)) {
            for kind in KINDS {
                let chosen = of_kind(kind, Period::Month { month }, today);
                assert!(chosen.is_possible(), "{kind} of {month:?}: {chosen:?}");
            }
        }
        let so_far = Period::Range(DayRange { from: today.month().first_day(), to: today });
        assert_eq!(of_kind("range", Period::Month { month: today.month() }, today), so_far);
    }
}
