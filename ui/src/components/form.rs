//! A form over a record's fields: what the record held, what is typed, what is wrong with it, and what to save.

use crate::components::summary::{Fault, Faults};
use crate::components::{Button, Icon};
use crate::i18n::tr;
use dioxus::prelude::*;
use domain::sync::edit::{Change, Invalid};
use std::collections::BTreeMap;

/// One field of a form.
#[derive(Clone, Debug, PartialEq)]
pub struct FormField {
    /// Its name in the record; its label is `field-{name}`.
    pub name: &'static str,
    /// What the record holds.
    pub value: String,
    /// What can be chosen, with its words; a text to type if empty.
    pub choices: Vec<(String, String)>,
}

/// What changed, by the field's name.
pub type Edits = Vec<(&'static str, Change)>;

/// A form that saves only what was changed. A change's `from` is what the field was when the form opened.
#[component]
pub fn EditForm(
    /// Makes the ids of two forms on one page different.
    id: String,
    fields: Vec<FormField>,
    check: Callback<(&'static str, String), Option<Invalid>>,
    onsave: EventHandler<Edits>,
    oncancel: EventHandler<()>,
) -> Element {
    let shown = use_signal(|| fields);
    let mut typed = use_signal(BTreeMap::<&'static str, String>::new);
    let mut wrong = use_signal(BTreeMap::<&'static str, Invalid>::new);
    let edits = use_memo(move || {
        let changed = |field: &FormField| {
            let to = typed.read().get(field.name).cloned().filter(|to| *to != field.value)?;
            Some((field.name, Change { from: field.value.clone(), to }))
        };
        shown.read().iter().filter_map(changed).collect::<Edits>()
    });
    let save = move |event: FormEvent| {
        event.prevent_default();
        let edits = edits();
        let found: BTreeMap<_, _> =
            edits.iter().filter_map(|(name, change)| Some((*name, check.call((name, change.to.clone()))?))).collect();
        let good = found.is_empty();
        wrong.set(found);
        if good && !edits.is_empty() {
            onsave.call(edits);
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            Faults { faults: shown.read().iter().filter_map(|FormField { name, .. }| Some(Fault {
                id: format!("{id}-{name}"), field: tr(&format!("field-{name}")), what: fault(name, *wrong.read().get(name)?),
            })).collect::<Vec<_>>() }
            div { class: "form-grid",
                for field in shown.read().iter().cloned() {
                    Line {
                        key: "{field.name}",
                        id: format!("{id}-{}", field.name),
                        value: typed.read().get(field.name).cloned().unwrap_or(field.value.clone()),
                        wrong: wrong.read().get(field.name).copied(),
                        oninput: { let name = field.name; move |text: String| {
                            wrong.write().remove(name);
                            typed.write().insert(name, text);
                        } },
                        field,
                    }
                }
            }
            div { class: "row wrap",
                Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", disabled: edits.read().is_empty() }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| oncancel.call(()) }
            }
        }
    }
}

/// What is wrong with a field's text, in words.
fn fault(name: &str, wrong: Invalid) -> String {
    match wrong {
        Invalid::Empty => tr("invalid-empty"),
        Invalid::TooLong => tr("invalid-too_long"),
        Invalid::Malformed => tr(&format!("invalid-{name}")),
    }
}

#[component]
fn Line(id: String, field: FormField, value: String, wrong: Option<Invalid>, oninput: EventHandler<String>) -> Element {
    let class = if wrong.is_some() { "input bad" } else { "input" };
    rsx! {
        div { class: "field",
            label { r#for: "{id}", {tr(&format!("field-{}", field.name))} }
            div { class,
                if field.choices.is_empty() {
                    input { id: "{id}", value: "{value}", autocomplete: "off", spellcheck: "false",
                        "aria-invalid": if wrong.is_some() { "true" },
                        "aria-describedby": if wrong.is_some() { "{id}-error" },
                        oninput: move |event| oninput.call(event.value()) }
                } else {
                    select { id: "{id}", onchange: move |event| oninput.call(event.value()),
                        for (choice , word) in field.choices.iter() {
                            option { key: "{choice}", value: "{choice}", selected: *choice == value, "{word}" }
                        }
                    }
                    Icon { name: "chevron-down", size: "s" }
                }
            }
            if let Some(wrong) = wrong {
                span { id: "{id}-error", class: "error", Icon { name: "circle-alert", size: "s" } {fault(field.name, wrong)} }
            }
        }
    }
}
