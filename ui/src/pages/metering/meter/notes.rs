//! Notes about a meter, the newest first, and a place to write one.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Card, Empty, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::{Marks, locked, say_kept, use_facts};
use crate::state::{Load, shared};
use dioxus::prelude::*;
use domain::field::field_record::{LONGEST_NOTE, clean_note};
use domain::sync::edit::Invalid;
use domain::{MeterId, NoteId, TimeZone};
use protocol::sync::push::Operation;
use protocol::sync::rows::Note;
use protocol::ui::{FieldRecord, Request};

/// Notes shown at first.
const FEW: usize = 5;

/// From how few characters on the number left is shown.
const SOON: usize = 200;

/// What people wrote about a meter.
#[component]
pub fn Notes(meter: MeterId) -> Element {
    let field_records = use_facts(meter);
    let mut all = use_signal(|| false);
    let mut writing = use_signal(|| false);
    let locked = locked();
    rsx! {
        Card { class: "wide",
            div { class: "row between",
                h2 { {tr("note-title")} }
                if !writing() {
                    Button { label: tr("note-add"), kind: "quiet", icon: "pencil", disabled: locked, onclick: move |_| writing.set(true) }
                }
            }
            if writing() {
                NoteForm { meter, onclose: move |()| writing.set(false) }
            }
            match &*field_records.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![56, 56] } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(Some(field_records)) if !field_records.notes.is_empty() => rsx! {
                    ul { class: "list notes",
                        for record in field_records.notes.iter().take(if all() { usize::MAX } else { FEW }) {
                            Line { key: "{record.row.id}", record: record.clone(), zone: field_records.time_zone }
                        }
                    }
                    if !all() && field_records.notes.len() > FEW {
                        Button { label: tra("fact-more", &[("n", (field_records.notes.len() - FEW).to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
                    }
                },
                Load::Ready(_) if writing() => rsx! {},
                Load::Ready(_) => rsx! { Empty { icon: "sticky-note", title: tr("note-none"), next: tr("note-none-next") } },
            }
        }
    }
}

#[component]
fn Line(record: FieldRecord<Note>, zone: TimeZone) -> Element {
    let when = format::moment(record.row.at, (shared().now)(), zone, language());
    rsx! {
        li {
            div { class: "grow stack", gap: "4px",
                p { class: "lines", "{record.row.text}" }
                div { class: "row wrap",
                    span { class: "muted small", "{record.row.author} · {when}" }
                    Marks { review: record.row.review.clone(), waiting: record.waiting }
                }
            }
        }
    }
}

#[component]
fn NoteForm(meter: MeterId, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let mut text = use_signal(String::new);
    let mut wrong = use_signal(|| None::<Invalid>);
    let left = LONGEST_NOTE.saturating_sub(text.read().trim().chars().count());
    let save = move |event: FormEvent| {
        event.prevent_default();
        match clean_note(&text.peek()) {
            Err(invalid) => wrong.set(Some(invalid)),
            Ok(text) => {
                let command = Operation::AddNote { note: NoteId(bridge::new_id()), meter, text };
                spawn(async move {
                    match bridge::call(Request::Submit(command)).await {
                        Ok(_) => {
                            say_kept();
                            onclose.call(());
                        }
                        Err(problem) => shared.toast(explain(&problem)),
                    }
                });
            }
        }
    };
    rsx! {
        form { class: "stack", novalidate: true, onsubmit: save,
            div { class: "field",
                label { r#for: "note", {tr("note-text")} }
                div { class: if wrong().is_some() { "input bad" } else { "input" },
                    textarea { id: "note", rows: "4", maxlength: "{LONGEST_NOTE}", value: "{text}",
                        "aria-invalid": if wrong().is_some() { "true" },
                        "aria-describedby": if wrong().is_some() { "note-error" },
                        oninput: move |event| { wrong.set(None); text.set(event.value()); } }
                }
                if wrong().is_some() {
                    span { id: "note-error", class: "error", Icon { name: "circle-alert", size: "s" } {tr("invalid-empty")} }
                } else if left < SOON {
                    span { class: "muted small", {tra("note-left", &[("n", left.to_string())])} }
                }
            }
            div { class: "row wrap",
                Button { label: tr("note-save"), kind: "primary", icon: "check", r#type: "submit" }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
