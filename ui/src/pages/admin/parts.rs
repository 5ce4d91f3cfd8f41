//! Pieces of the office's forms: a line to type into, a date, choices that can be several, and the question before money moves.

use crate::components::{Button, Dialog, Icon, Segmented};
use crate::i18n::tr;
use crate::route::Route;
use dioxus::prelude::*;
use domain::LocalDay;

/// A line to type into, with its hint or its error. `kind` is that of the keyboard: `text`, `decimal` or `numeric`.
#[component]
pub fn Entry(
    id: String,
    label: String,
    value: String,
    #[props(default)] hint: String,
    #[props(default)] error: Option<String>,
    #[props(default = "text")] kind: &'static str,
    #[props(default)] unit: String,
    oninput: EventHandler<String>,
) -> Element {
    let is_wrong = error.is_some();
    let described = if is_wrong || !hint.is_empty() { Some(format!("{id}-said")) } else { None };
    rsx! {
        div { class: "field",
            label { r#for: "{id}", "{label}" }
            div { class: if is_wrong { "input bad" } else { "input" },
                input { id: "{id}", value: "{value}", autocomplete: "off", spellcheck: "false", inputmode: kind,
                    "aria-invalid": if is_wrong { "true" },
                    "aria-describedby": described,
                    oninput: move |event| oninput.call(event.value()) }
                if !unit.is_empty() {
                    span { class: "muted small nowrap", "{unit}" }
                }
            }
            if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            } else if !hint.is_empty() {
                span { id: "{id}-said", class: "muted tiny", "{hint}" }
            }
        }
    }
}

/// A text of some lines: why something is done that stands in a customer's statement, unless its label and its hint say otherwise.
#[component]
pub fn Reason(
    id: String,
    value: String,
    error: Option<String>,
    #[props(default = tr("money-reason"))] label: String,
    #[props(default = tr("money-reason-hint"))] hint: String,
    /// Characters that it takes.
    #[props(default = 500)]
    longest: usize,
    oninput: EventHandler<String>,
) -> Element {
    let is_wrong = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: "{id}", "{label}" }
            div { class: if is_wrong { "input bad" } else { "input" },
                textarea { id: "{id}", class: "short", rows: "2", maxlength: "{longest}", value: "{value}",
                    "aria-invalid": if is_wrong { "true" },
                    "aria-describedby": "{id}-said",
                    oninput: move |event| oninput.call(event.value()) }
            }
            if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            } else {
                span { id: "{id}-said", class: "muted tiny", "{hint}" }
            }
        }
    }
}

/// A day.
#[component]
pub fn DayEntry(
    id: String,
    label: String,
    value: Option<LocalDay>,
    #[props(default)] first: Option<LocalDay>,
    #[props(default)] error: Option<String>,
    onchoose: EventHandler<Option<LocalDay>>,
) -> Element {
    let is_wrong = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: "{id}", "{label}" }
            div { class: if is_wrong { "input bad" } else { "input" },
                input { id: "{id}", r#type: "date", value: value.map(iso).unwrap_or_default(), min: first.map(iso),
                    "aria-invalid": if is_wrong { "true" },
                    "aria-describedby": if is_wrong { "{id}-said" },
                    onchange: move |event| onchoose.call(read_day(&event.value())) }
            }
            if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            }
        }
    }
}

fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

fn read_day(text: &str) -> Option<LocalDay> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    LocalDay::from_ymd(year, month, day)
}

/// Several of a few.
#[component]
pub fn Several(
    label: String,
    choices: Vec<(String, String)>,
    chosen: Vec<String>,
    onchange: EventHandler<Vec<String>>,
) -> Element {
    rsx! {
        div { class: "field", role: "group", "aria-label": label.clone(),
            span { class: "label", "{label}" }
            div { class: "row wrap picks",
                for (value , word) in choices {
                    button { key: "{value}", r#type: "button", class: "pick",
                        "aria-pressed": if chosen.contains(&value) { "true" } else { "false" },
                        onclick: { let chosen = chosen.clone(); move |_| {
                            let mut chosen = chosen.clone();
                            match chosen.iter().position(|other| *other == value) {
                                Some(place) => drop(chosen.remove(place)),
                                None => chosen.push(value.clone()),
                            }
                            onchange.call(chosen);
                        } },
                        "{word}"
                    }
                }
            }
        }
    }
}

/// One of a few, with what it is about above it.
#[component]
pub fn Choice<T: Clone + PartialEq + 'static>(
    label: String,
    choices: Vec<(T, String)>,
    chosen: T,
    onchoose: EventHandler<T>,
) -> Element {
    rsx! {
        div { class: "field",
            span { class: "label", "aria-hidden": "true", "{label}" }
            Segmented { label: label.clone(), choices, chosen, full: true, onchoose }
        }
    }
}

/// FieldRecords in two columns: what it is, and how much.
#[component]
pub fn Sums(rows: Vec<(String, String)>) -> Element {
    let last = rows.len().saturating_sub(1);
    rsx! {
        dl { class: "sums",
            for (place , (name , value)) in rows.into_iter().enumerate() {
                div { key: "{place}", class: if place == last { "total" } else { "" }, dt { "{name}" } dd { "{value}" } }
            }
        }
    }
}

/// Refused, or unknown whether it was done: shown beside the button.
#[component]
pub fn Refused(text: Option<String>) -> Element {
    rsx! {
        if let Some(text) = text {
            div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } p { class: "small", "{text}" } }
        }
    }
}

/// The question before something is done: exactly what will change.
#[component]
pub fn Confirm(
    title: String,
    rows: Vec<(String, String)>,
    #[props(default)] note: String,
    label: String,
    #[props(default = "primary")] kind: &'static str,
    icon: &'static str,
    busy: bool,
    #[props(default)] refused: Option<String>,
    onyes: EventHandler<()>,
    onback: EventHandler<()>,
    #[props(default)] children: Element,
) -> Element {
    rsx! {
        Dialog { title, onclose: move |()| if !busy { onback.call(()) },
            Sums { rows }
            {children}
            if !note.is_empty() {
                p { class: "small muted", "{note}" }
            }
            Refused { text: refused }
            div { class: "row wrap actions",
                Button { label, kind, icon, busy, onclick: move |_| onyes.call(()) }
                Button { label: tr("back"), kind: "quiet", disabled: busy, onclick: move |_| onback.call(()) }
            }
        }
    }
}

/// A page of *Pengaturan*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsPart {
    /// Tariffs.
    Tariffs,
    /// Valves, holidays and emergency credit.
    Supply,
    /// Zones and their technicians.
    Zones,
    /// Cases of meters.
    Cases,
    /// The utility's name, and what else stands on its receipts.
    Utility,
}

/// The pages of *Pengaturan*, and the way from one to the other.
#[component]
pub fn SettingsParts(here: SettingsPart) -> Element {
    let choices = vec![
        (SettingsPart::Tariffs, tr("tariffs-title")),
        (SettingsPart::Supply, tr("supply-title")),
        (SettingsPart::Zones, tr("zones-title")),
        (SettingsPart::Cases, tr("cases-policy-title")),
        (SettingsPart::Utility, tr("utility-title")),
    ];
    let go = move |part| {
        let _ = navigator().push(match part {
            SettingsPart::Tariffs => Route::Tariffs {},
            SettingsPart::Supply => Route::Supply {},
            SettingsPart::Zones => Route::Zones {},
            SettingsPart::Cases => Route::CaseSettings {},
            SettingsPart::Utility => Route::Utility {},
        });
    };
    rsx! {
        Segmented { label: tr("settings-title"), choices, chosen: here, full: true, onchoose: go }
    }
}
