//! Step 2, the columns: what each of them holds, as it is suggested and as a person says.

use crate::components::shell::language;
use crate::components::status::chip;
use crate::components::summary::{Fault, Faults};
use crate::components::{Button, Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::imports::ask::Held;
use crate::pages::imports::page::{Heading, Ways};
use crate::pages::imports::steps::{ImportView, Step, go};
use crate::pages::imports::words::{column_name, field_name};
use dioxus::prelude::*;
use domain::imports::Field;
use protocol::ui::ImportsRequest;
use protocol::ui::imports::{Column, Import, Mapped};
use std::rc::Rc;

/// Values of a column that are shown.
const SAMPLES: usize = 3;

/// Thousandths from which on a suggestion is sure, and from which on it is likely.
const SURE: u16 = 900;
const LIKELY: u16 = 600;

/// What the import's rows are and what is to be done with them, as it is now: to be changed in one thing.
pub fn mapped(import: &Import) -> Mapped {
    Mapped {
        id: import.line.id,
        kind: import.line.kind.unwrap_or(domain::imports::Kind::Customers),
        columns: import.columns.iter().map(|column| column.field).collect(),
        policy: import.policy,
        zone: import.zone,
    }
}

fn id_of(place: usize) -> String {
    format!("import-column-{place}")
}

/// The step.
#[component]
pub fn Columns(import: ReadSignal<Rc<Import>>, held: Held, view: Signal<ImportView>) -> Element {
    let set = use_callback(move |(place, field): (usize, Option<Field>)| {
        held.show_at_once(|import| {
            if let Some(column) = import.columns.get_mut(place) {
                column.field = field;
            }
            import.missing.retain(|missing| Some(*missing) != field);
        });
        if let Some(import) = held.now() {
            held.act(ImportsRequest::Map(mapped(&import)));
        }
    });
    let shown = import.read();
    let faults = faults(&shown);
    let is_complete = faults.is_empty();
    rsx! {
        Card { class: "wide",
            Heading { step: Step::Columns, lead: tr("import-columns-lead") }
            if shown.is_remembered {
                div { class: "banner", role: "status", Icon { name: "history" } p { class: "small", {tr("import-remembered")} } }
            }
            Faults { faults }
            table { class: "table import-columns",
                thead {
                    tr {
                        th { scope: "col", {tr("import-column")} }
                        th { scope: "col", {tr("import-samples")} }
                        th { scope: "col", {tr("import-holds")} }
                        th { scope: "col", {tr("import-suggestion")} }
                    }
                }
                tbody {
                    for (place , column) in shown.columns.iter().cloned().enumerate() {
                        Row { key: "{place}", place, name: column_name(&shown.columns, place), column, fields: shown.fields.clone(), set }
                    }
                }
            }
            Ways { view, back: Some(Step::File),
                Button { label: tr("import-next-rules"), kind: "primary", disabled: !is_complete, onclick: move |_| go(view, Step::Rules) }
            }
        }
    }
}

/// Fields that are missing, and fields that two columns hold. Each leads to a column where it can be mended.
fn faults(import: &Import) -> Vec<Fault> {
    let free = import.columns.iter().position(|column| column.field.is_none()).unwrap_or_default();
    let missing =
        import.missing.iter().map(|field| Fault { id: id_of(free), field: field_name(*field), what: tr("import-field-missing") });
    let twice = import.columns.iter().enumerate().filter_map(|(place, column)| {
        let field = column.field.filter(|field| !field.is_of_many())?;
        let first = import.columns.iter().position(|other| other.field == Some(field)).filter(|first| *first < place)?;
        let what = tra("import-field-twice", &[("column", column_name(&import.columns, first))]);
        Some(Fault { id: id_of(place), field: field_name(field), what })
    });
    missing.chain(twice).collect()
}

#[component]
fn Row(place: usize, name: String, column: Column, fields: Vec<Field>, set: Callback<(usize, Option<Field>)>) -> Element {
    let chosen = column.field.map(Field::as_str).unwrap_or_default();
    let samples: Vec<_> = column.samples.iter().filter(|sample| !sample.trim().is_empty()).take(SAMPLES).cloned().collect();
    rsx! {
        tr { "data-column": "{place}",
            th { scope: "row", label { r#for: id_of(place), "{name}" } }
            td {
                div { class: "samples",
                    if samples.is_empty() {
                        span { class: "muted", {tr("value-empty")} }
                    }
                    for (at , sample) in samples.iter().enumerate() {
                        span { key: "{at}", class: "sample ellipsis", "{sample}" }
                    }
                }
            }
            td { class: "holds",
                div { class: "input compact",
                    select { id: id_of(place), onchange: move |event| set.call((place, Field::from_word(&event.value()))),
                        option { value: "", selected: chosen.is_empty(), {tr("import-not-read")} }
                        for field in fields {
                            option { key: "{field.as_str()}", value: field.as_str(), selected: field.as_str() == chosen, {field_name(field)} }
                        }
                    }
                    Icon { name: "chevron-down", size: "s" }
                }
            }
            td { class: "suggested", Suggestion { place, column, set } }
        }
    }
}

/// What is suggested for a column, and how sure that is.
#[component]
fn Suggestion(place: usize, column: Column, set: Callback<(usize, Option<Field>)>) -> Element {
    let Some(suggested) = column.suggested else {
        return rsx! { span { class: "muted small", {tr("import-no-suggestion")} } };
    };
    let percent = format::percent(i64::from(column.confidence / 10) * 10, language());
    let (tone, icon, word) = match column.confidence {
        SURE.. => ("ok", "check", "import-sure"),
        LIKELY.. => ("info", "info", "import-likely"),
        _ => ("warn", "triangle-alert", "import-guess"),
    };
    rsx! {
        div { class: "row wrap",
            {chip(tone, icon, &tra(word, &[("percent", percent)]), "small")}
            if column.field != Some(suggested) {
                Button { label: tra("import-take-suggestion", &[("field", field_name(suggested))]), kind: "quiet",
                    onclick: move |_| set.call((place, Some(suggested))) }
            }
        }
    }
}
