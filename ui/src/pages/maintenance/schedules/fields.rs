//! When work falls due, in plain words: by days, by volume, by a condition. And a time of day.

use crate::components::shell::language;
use crate::components::{Icon, Select};
use crate::i18n::tr;
use crate::pages::admin::parts::{DayEntry, Entry};
use crate::pages::maintenance::schedules::draft::{By, Draft, Shape};
use crate::pages::maintenance::schedules::words::{month, weekday};
use dioxus::prelude::*;

/// Changes what is typed.
pub fn set(mut draft: Signal<Draft>, change: impl FnOnce(&mut Draft)) {
    draft.with_mut(change);
}

/// A list of which one is chosen, with its name above it.
#[component]
pub fn Listed(
    of: &'static str,
    label: String,
    choices: Vec<(String, String)>,
    chosen: String,
    onchoose: EventHandler<String>,
) -> Element {
    rsx! {
        div { class: "field", "data-of": of,
            span { class: "label", "aria-hidden": "true", "{label}" }
            Select { label: label.clone(), choices, chosen, onchoose }
        }
    }
}

/// When.
#[component]
pub fn When(draft: Signal<Draft>, rule_wrong: Option<String>, limit_wrong: Option<String>) -> Element {
    let now = draft.read().clone();
    let ways = By::ALL.map(|by| (by.word().to_owned(), tr(&format!("schedule-when-{}", by.word())))).to_vec();
    let choose = move |word: String| {
        if let Some(by) = By::ALL.into_iter().find(|by| by.word() == word) {
            set(draft, |draft| (draft.by, draft.limit) = (by, by.usual().to_owned()));
        }
    };
    let unit = match now.by {
        By::Volume => "m³".to_owned(),
        By::Battery => "%".to_owned(),
        By::Age => tr("unit-years"),
        By::Calendar | By::Health => String::new(),
    };
    rsx! {
        Listed { of: "by", label: tr("schedule-when"), choices: ways, chosen: now.by.word().to_owned(), onchoose: choose }
        if now.by == By::Calendar {
            Days { draft, wrong: rule_wrong }
        } else {
            Entry { id: "schedule-limit", label: tr(&format!("schedule-limit-{}", now.by.word())), kind: "numeric", unit, value: now.limit.clone(),
                hint: tr(&format!("schedule-hint-{}", now.by.word())), error: limit_wrong, oninput: move |text| set(draft, |draft| draft.limit = text) }
        }
    }
}

/// A rule of days.
#[component]
fn Days(draft: Signal<Draft>, wrong: Option<String>) -> Element {
    let language = language();
    let now = draft.read().clone();
    let shapes = Shape::ALL.map(|shape| (shape.word().to_owned(), tr(&format!("schedule-shape-{}", shape.word())))).to_vec();
    let choose = move |word: String| {
        if let Some(shape) = Shape::ALL.into_iter().find(|shape| shape.word() == word) {
            set(draft, |draft| {
                // A text begins with what the form says so far.
                if shape == Shape::Text && draft.rule.is_empty() {
                    draft.rule = draft.rule();
                }
                draft.shape = shape;
            });
        }
    };
    let unit = match now.shape {
        Shape::Daily => "unit-days",
        Shape::Weekly => "unit-weeks",
        Shape::Monthly | Shape::MonthlyLast => "unit-months",
        Shape::Yearly | Shape::Text => "unit-years",
    };
    let weekdays: Vec<_> = (0..7_u8).map(|day| (day.to_string(), weekday(day))).collect();
    let months: Vec<_> = (1..=12_u8).map(|of| (of.to_string(), month(of, language))).collect();
    let has_day = matches!(now.shape, Shape::Monthly | Shape::Yearly);
    rsx! {
        div { class: "form-grid",
            Listed { of: "shape", label: tr("schedule-shape"), choices: shapes, chosen: now.shape.word().to_owned(), onchoose: choose }
            if now.shape != Shape::Text {
                Entry { id: "schedule-every", label: tr("schedule-every"), kind: "numeric", unit: tr(unit), value: now.every.clone(), oninput: move |text| set(draft, |draft| draft.every = text) }
            }
            if now.shape == Shape::Weekly {
                Listed { of: "weekday", label: tr("schedule-weekday"), choices: weekdays, chosen: now.weekday.to_string(),
                    onchoose: move |word: String| if let Ok(day) = word.parse() { set(draft, |draft| draft.weekday = day) } }
            }
            if now.shape == Shape::Yearly {
                Listed { of: "month", label: tr("schedule-month"), choices: months, chosen: now.month.to_string(),
                    onchoose: move |word: String| if let Ok(of) = word.parse() { set(draft, |draft| draft.month = of) } }
            }
            if has_day {
                Entry { id: "schedule-day", label: tr("schedule-day"), kind: "numeric", hint: tr("schedule-day-hint"), value: now.day.clone(), oninput: move |text| set(draft, |draft| draft.day = text) }
            }
            DayEntry { id: "schedule-start", label: tr("schedule-start"), value: now.start, onchoose: move |day| set(draft, |draft| draft.start = day) }
        }
        if now.shape == Shape::Text {
            Entry { id: "schedule-rule", label: tr("schedule-rule-text"), hint: tr("schedule-rule-hint"), value: now.rule.clone(), error: wrong.clone(),
                oninput: move |text| set(draft, |draft| draft.rule = text) }
        } else if let Some(wrong) = wrong {
            p { id: "schedule-rule", class: "error-text", tabindex: "-1", Icon { name: "circle-alert", size: "s" } "{wrong}" }
        }
    }
}

/// A time of day.
#[component]
pub fn ClockEntry(
    id: &'static str,
    label: String,
    value: String,
    #[props(default)] error: Option<String>,
    oninput: EventHandler<String>,
) -> Element {
    let is_wrong = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: id, "{label}" }
            div { class: if is_wrong { "input bad" } else { "input" },
                input { id, r#type: "time", value: "{value}", "aria-invalid": if is_wrong { "true" }, "aria-describedby": if is_wrong { "{id}-said" },
                    onchange: move |event| oninput.call(event.value()) }
            }
            if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            }
        }
    }
}
