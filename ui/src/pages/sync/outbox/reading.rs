//! The form of a reading that is not sent yet: another number is held against the readings before it, as when it was typed first.

use crate::components::Icon;
use crate::components::summary::{Summary, misses};
use crate::i18n::tr;
use crate::pages::metering::meter::{Explain, MeterMessage, miss_explained, use_facts};
use crate::pages::sync::outbox::amend::Ends;
use crate::state::Load;
use dioxus::prelude::*;
use domain::field::field_record::{Explanation, Lacks, Plausibility, parse_register, plausibility};
use domain::{ManualReadingId, MeterId, Millilitres, UtcMillis};
use protocol::ui::FieldRecords;

/// A reading as it was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    pub reading: ManualReadingId,
    pub meter: MeterId,
    pub at: UtcMillis,
    pub register: Millilitres,
    pub has_photo: bool,
    pub explained: Explanation,
}

/// The form. What seems not to be right is saved with its reason, and with why there is no picture where there is none.
#[component]
pub fn ReadingForm(was: Typed, onsave: EventHandler<(Millilitres, Explanation)>, oncancel: EventHandler<()>) -> Element {
    let load = use_facts(was.meter);
    let mut text = use_signal(|| digits(was.register));
    let explained = use_signal(|| was.explained.clone());
    let mut lacks = use_signal(Vec::<Lacks>::new);
    let has_photo = was.has_photo;
    let facts = match &*load.read() {
        Load::Ready(found) => Some(found.as_deref().map(|records| before(records.clone(), &was))),
        _ => None,
    };
    let register = parse_register(&text.read());
    let found = register
        .zip(facts.clone().flatten())
        .map(|(register, facts)| plausibility(register, was.at, facts.last, &facts.capability));
    let doubtful = found.filter(|found| found.needs_explanation());
    // Nothing is saved before it is known what it is held against.
    let saveable = register.filter(|_| facts.is_some() && found != Some(Plausibility::OutOfRange));
    let is_same = saveable == Some(was.register) && (doubtful.is_none() || *explained.read() == was.explained);
    let save = move |event: FormEvent| {
        event.prevent_default();
        let Some(register) = saveable else { return };
        let missing = found.map_or(Vec::new(), |found| explained.peek().lacks(found, has_photo));
        lacks.set(missing.clone());
        if missing.is_empty() {
            // A plausible register needs no words.
            onsave.call((register, doubtful.map_or(Explanation::default(), |_| explained.peek().clone())));
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            Summary { wrong: misses(doubtful.is_some(), miss_explained(&lacks.read(), has_photo)) }
            div { class: "field",
                label { r#for: "amend-register", {tr("reading-register")} }
                div { class: if register.is_none() { "input bad register-input" } else { "input register-input" },
                    input { id: "amend-register", inputmode: "decimal", autocomplete: "off", value: "{text}",
                        "aria-describedby": "amend-register-said", "aria-invalid": if register.is_none() { "true" },
                        oninput: move |event| text.set(event.value()) }
                    span { class: "muted", "m³" }
                }
                div { id: "amend-register-said", class: "stack", "aria-live": "polite",
                    if register.is_none() {
                        span { class: "error", Icon { name: "circle-alert", size: "s" } {tr("reading-bad")} }
                    } else if let (Some(found), Some(Some(facts))) = (found, facts.clone()) {
                        MeterMessage { found, field_records: facts }
                    }
                    if has_photo {
                        span { class: "small muted", {tr("amend-photo")} }
                    }
                }
            }
            if doubtful.is_some() {
                Explain { explained, has_photo, lacks }
            }
            Ends { unchanged: saveable.is_none() || is_same, oncancel }
        }
    }
}

/// What is known of a meter without the reading itself, and up to its time: it is not held against itself.
fn before(mut records: FieldRecords, was: &Typed) -> FieldRecords {
    let others = records.readings.iter().filter(|record| record.row.id != was.reading && record.row.review.is_empty());
    let manual = others.map(|record| (record.row.at, record.row.register));
    let own = (was.at, was.register);
    records.last = manual
        .chain(records.last.filter(|last| *last != own))
        .chain(records.reported)
        .filter(|(t, _)| *t <= was.at)
        .max_by_key(|(t, _)| *t);
    records
}

/// A register as it is typed: cubic metres to the litre.
fn digits(register: Millilitres) -> String {
    format!("{},{:03}", register.0 / 1_000_000, register.0 / 1_000 % 1_000)
}
