//! What is compared with what: kinds to choose from, a step back and forth, any two ranges, and whether weekdays are lined up.

use crate::components::shell::language;
use crate::components::{Icon, Select};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::DayEntry;
use crate::pages::metering::compare::words::period;
use crate::pages::metering::usage_view::UsageView;
use dioxus::prelude::*;
use domain::metering::compare::Window;
use domain::{LocalDay, LocalMonth};
use protocol::ui::{Comparing, UsageComparison as View};

/// The words of the kinds, as they are in the list.
const KINDS: [&str; 5] = ["months", "months_of_years", "weeks", "years", "ranges"];

const fn word(comparing: Comparing) -> &'static str {
    match comparing {
        Comparing::Months { .. } => KINDS[0],
        Comparing::MonthsOfYears { .. } => KINDS[1],
        Comparing::Weeks { .. } => KINDS[2],
        Comparing::Years { .. } => KINDS[3],
        Comparing::Ranges { .. } => KINDS[4],
    }
}

/// The latest of a kind. Ranges begin with what is shown: its days are what somebody wants to change.
fn latest(word: &str, view: &View) -> Comparing {
    match word {
        "months_of_years" => Comparing::MonthsOfYears { month: None },
        "weeks" => Comparing::Weeks { end: None },
        "years" => Comparing::Years { year: None },
        "ranges" => {
            let weeks = (Window::week(view.over), Window::week(view.over.plus(-7)));
            let (a, b) = view.compared.as_ref().map_or(weeks, |days| (days.a.window, days.b.window));
            Comparing::Ranges { a, b }
        }
        _ => Comparing::Months { month: None },
    }
}

/// The same so many periods later; `None` where it has not begun, or there are no periods.
fn moved(comparing: Comparing, by: i32, over: LocalDay) -> Option<Comparing> {
    match comparing {
        Comparing::Months { month } => {
            let month = LocalMonth(month?.0 + by);
            (month <= over.month()).then_some(Comparing::Months { month: Some(month) })
        }
        Comparing::MonthsOfYears { month } => {
            let month = LocalMonth(month?.0 + by);
            (month <= over.month()).then_some(Comparing::MonthsOfYears { month: Some(month) })
        }
        Comparing::Weeks { end } => {
            let end = end?.plus(7 * by);
            (end <= over).then_some(Comparing::Weeks { end: Some(end) })
        }
        Comparing::Years { year } => {
            let year = year? + by as i16;
            (year <= over.ymd().0).then_some(Comparing::Years { year: Some(year) })
        }
        Comparing::Ranges { .. } => None,
    }
}

/// What is chosen, and how to choose otherwise.
#[component]
pub fn Chooser(view: View, kept: Signal<UsageView>) -> Element {
    let (language, mut kept) = (language(), kept);
    let chosen = view.comparing;
    let choices = KINDS.iter().map(|word| ((*word).to_owned(), tr(&format!("compare-{word}")))).collect();
    let step = |by: i32, key: &'static str, icon: &'static str| {
        let (to, label) = (moved(chosen, by, view.over), tr(key));
        rsx! {
            button { class: "button quiet icon-only", r#type: "button", "aria-label": "{label}", disabled: to.is_none(),
                onclick: move |_| if let Some(to) = to { kept.with_mut(|kept| kept.comparing = to) },
                Icon { name: icon }
            }
        }
    };
    let named = view
        .compared
        .as_ref()
        .map(|days| tra("compare-periods", &[("a", period(days.a.window, language)), ("b", period(days.b.window, language))]));
    let is_ranges = matches!(chosen, Comparing::Ranges { .. });
    let from = view.clone();
    rsx! {
        div { class: "row between wrap",
            Select { label: tr("compare-choose"), choices, chosen: word(chosen).to_owned(),
                onchoose: move |word: String| kept.with_mut(|kept| kept.comparing = latest(&word, &from)) }
            if !is_ranges {
                div { class: "row",
                    {step(-1, "compare-earlier", "chevron-left")}
                    {step(1, "compare-later", "chevron-right")}
                }
            }
        }
        if let Comparing::Ranges { a, b } = chosen {
            Ranges { a, b, over: view.over, onchoose: move |(a, b): (Window, Window)| kept.with_mut(|kept| kept.comparing = Comparing::Ranges { a, b }) }
        }
        if let Some(named) = named {
            h3 { "{named}" }
        }
        if !matches!(chosen, Comparing::Years { .. }) {
            label { class: "tick row",
                input { id: "compare-weekdays", r#type: "checkbox", checked: kept.read().by_weekday,
                    onchange: move |event| kept.with_mut(|kept| kept.by_weekday = event.checked()) }
                {tr("compare-weekdays")}
            }
        }
    }
}

/// The days of two ranges. What is no range is not taken, and says why.
#[component]
fn Ranges(a: Window, b: Window, over: LocalDay, onchoose: EventHandler<(Window, Window)>) -> Element {
    let mut wrong = use_signal(|| None::<&'static str>);
    let mut take = move |first: Option<LocalDay>, last: Option<LocalDay>, name: &'static str| {
        let Some((first, last)) = first.zip(last) else { return };
        match Window::new(first, last).filter(|window| window.first <= over) {
            Some(window) => {
                if wrong() == Some(name) {
                    wrong.set(None);
                }
                onchoose.call(if name == "a" { (window, b) } else { (a, window) });
            }
            None => wrong.set(Some(name)),
        }
    };
    let error = move |name: &'static str| (wrong() == Some(name)).then(|| tr("compare-wrong-range"));
    rsx! {
        div { class: "form-grid", role: "group", "aria-label": tr("compare-range-a"),
            DayEntry { id: "compare-a-first", label: tr("compare-a-first"), value: Some(a.first),
                onchoose: move |day| take(day, Some(a.last), "a") }
            DayEntry { id: "compare-a-last", label: tr("compare-a-last"), value: Some(a.last), error: error("a"),
                onchoose: move |day| take(Some(a.first), day, "a") }
        }
        div { class: "form-grid", role: "group", "aria-label": tr("compare-range-b"),
            DayEntry { id: "compare-b-first", label: tr("compare-b-first"), value: Some(b.first),
                onchoose: move |day| take(day, Some(b.last), "b") }
            DayEntry { id: "compare-b-last", label: tr("compare-b-last"), value: Some(b.last), error: error("b"),
                onchoose: move |day| take(Some(b.first), day, "b") }
        }
    }
}
