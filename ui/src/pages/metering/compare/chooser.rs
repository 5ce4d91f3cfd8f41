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

/// The days of two ranges. What stands in the fields counts, also while its other day is still that of another range; what is no range is not
/// taken, and says why.
#[component]
fn Ranges(a: Window, b: Window, over: LocalDay, onchoose: EventHandler<(Window, Window)>) -> Element {
    let mut typed = use_signal(|| [Some(a.first), Some(a.last), Some(b.first), Some(b.last)]);
    let window = move |of: usize| -> Option<Window> {
        let days = *typed.read();
        let (first, last) = days[of].zip(days[of + 1])?;
        Window::new(first, last).filter(|window| window.first <= over)
    };
    let mut take = move |place: usize, day: Option<LocalDay>| {
        typed.with_mut(|days| days[place] = day);
        onchoose.call((window(0).unwrap_or(a), window(2).unwrap_or(b)));
    };
    let error = move |of: usize| window(of).is_none().then(|| tr("compare-wrong-range"));
    let [a_first, a_last, b_first, b_last] = typed();
    rsx! {
        div { class: "form-grid", role: "group", "aria-label": tr("compare-range-a"),
            DayEntry { id: "compare-a-first", label: tr("compare-a-first"), value: a_first, onchoose: move |day| take(0, day) }
            DayEntry { id: "compare-a-last", label: tr("compare-a-last"), value: a_last, error: error(0), onchoose: move |day| take(1, day) }
        }
        div { class: "form-grid", role: "group", "aria-label": tr("compare-range-b"),
            DayEntry { id: "compare-b-first", label: tr("compare-b-first"), value: b_first, onchoose: move |day| take(2, day) }
            DayEntry { id: "compare-b-last", label: tr("compare-b-last"), value: b_last, error: error(2), onchoose: move |day| take(3, day) }
        }
    }
}
