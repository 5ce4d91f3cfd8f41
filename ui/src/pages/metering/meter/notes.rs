//! Notes about a meter, the newest first, a place to write one, and what their author does with them: mend, and take back.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, Empty, Failed, Icon, Sending, Skeleton, StatusChip, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::{Marks, locked, say_kept, use_facts};
use crate::state::{Load, Shared, shared};
use dioxus::prelude::*;
use domain::field::field_record::{LONGEST_NOTE, clean_note};
use domain::sync::edit::{Change, Invalid, NoteField, Patch};
use domain::{MeterId, NoteId, TimeZone};
use protocol::sync::push::Operation;
use protocol::sync::rows::Note;
use protocol::ui::{FieldRecord, Request};

/// Notes shown at first.
const FEW: usize = 5;

/// From how few characters on the number left is shown.
const SOON: usize = 200;

/// What is being done with the notes.
#[derive(Clone, PartialEq)]
enum Doing {
    Nothing,
    Writing,
    Mending(NoteId),
    TakingBack(Note),
}

/// What people wrote about a meter.
#[component]
pub fn Notes(meter: MeterId) -> Element {
    let field_records = use_facts(meter);
    let mut all = use_signal(|| false);
    let mut doing = use_signal(|| Doing::Nothing);
    let locked = locked();
    let close = move |()| doing.set(Doing::Nothing);
    rsx! {
        Card { class: "wide",
            div { class: "row between",
                h2 { {tr("note-title")} }
                if doing() != Doing::Writing {
                    Button { label: tr("note-add"), kind: "quiet", icon: "pencil", disabled: locked, onclick: move |_| doing.set(Doing::Writing) }
                }
            }
            if doing() == Doing::Writing {
                NoteForm { meter, onclose: close }
            }
            match &*field_records.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![56, 56] } },
                Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
                Load::Ready(Some(field_records)) if !field_records.notes.is_empty() => rsx! {
                    ul { class: "list notes",
                        for record in field_records.notes.iter().take(if all() { usize::MAX } else { FEW }) {
                            Line { key: "{record.row.id}", record: record.clone(), zone: field_records.time_zone, doing, locked }
                        }
                    }
                    if !all() && field_records.notes.len() > FEW {
                        Button { label: tra("fact-more", &[("n", (field_records.notes.len() - FEW).to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
                    }
                },
                Load::Ready(_) if doing() == Doing::Writing => rsx! {},
                Load::Ready(_) => rsx! { Empty { icon: "sticky-note", title: tr("note-none"), next: tr("note-none-next") } },
            }
        }
        if let Doing::TakingBack(note) = doing() {
            TakeBack { note, onclose: close }
        }
    }
}

#[component]
fn Line(record: FieldRecord<Note>, zone: TimeZone, doing: Signal<Doing>, locked: bool) -> Element {
    let shared = shared();
    let row = record.row;
    let moment = |at| format::zoned_moment(at, (shared.now)(), zone, language());
    let is_own = is_own(shared, &row);
    if doing() == Doing::Mending(row.id) {
        return rsx! { li { MendForm { note: row, onclose: move |()| doing.set(Doing::Nothing) } } };
    }
    rsx! {
        li { "data-note": "{row.id}",
            div { class: "grow stack", gap: "4px",
                p { class: "lines", "{row.text}" }
                div { class: "row wrap",
                    span { class: "muted small", "{row.author} · {moment(row.at)}" }
                    if let Some(at) = row.edited_at {
                        StatusChip { tone: "", icon: "pencil", label: tra("note-mended", &[("time", moment(at))]), small: true }
                    }
                    Marks { review: row.review.clone(), waiting: record.waiting }
                }
                if is_own {
                    div { class: "row wrap edge tools",
                        Button { label: tr("note-mend"), kind: "quiet", icon: "pencil", disabled: locked, onclick: { let id = row.id; move |_| doing.set(Doing::Mending(id)) } }
                        Button { label: tr("note-take-back"), kind: "quiet", icon: "undo-2", disabled: locked, onclick: { let row = row.clone(); move |_| doing.set(Doing::TakingBack(row.clone())) } }
                    }
                }
            }
        }
    }
}

/// Whether whoever is signed in wrote it.
fn is_own(shared: Shared, note: &Note) -> bool {
    shared.session.read().as_ref().and_then(|session| session.user.as_ref()).is_some_and(|user| note.is_by(user.id, &user.name))
}

/// Sends what a form was for, once, and closes the form.
fn send(sending: Sending, command: Operation, onclose: EventHandler<()>) {
    let shared = consume_context::<Shared>();
    sending.once(async move {
        match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
            Ok(_) => {
                say_kept();
                onclose.call(());
            }
            Err(problem) => shared.toast(explain(&problem)),
        }
    });
}

#[component]
fn NoteForm(meter: MeterId, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    // The note is named when its form opens: the same form sends the same note.
    let note = use_hook(|| NoteId(bridge::new_id()));
    rsx! {
        TextForm { id: "note", was: String::new(), label: tr("note-text"), save: tr("note-save"), sending, onclose,
            onsave: move |text| send(sending, Operation::AddNote { note, meter, text }, onclose) }
    }
}

#[component]
fn MendForm(note: Note, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let (id, meter) = (note.id, note.meter);
    // What is mended is what was seen when the form opened.
    let from = use_hook(|| note.text.clone());
    let was = from.clone();
    let save = move |to: String| {
        if to == from {
            return onclose.call(());
        }
        let change = Change { from: from.clone(), to };
        let patch = Patch([(NoteField::Text, change)].into());
        send(sending, Operation::EditNote { note: id, meter, patch }, onclose);
    };
    rsx! {
        TextForm { id: "note-mended", was, label: tr("note-text"), save: tr("save"), sending, onclose, onsave: save }
    }
}

/// A note's text, as it is typed.
#[component]
fn TextForm(
    id: &'static str,
    was: String,
    label: String,
    save: String,
    sending: Sending,
    onsave: EventHandler<String>,
    onclose: EventHandler<()>,
) -> Element {
    let mut text = use_signal(|| was);
    let mut wrong = use_signal(|| None::<Invalid>);
    let left = LONGEST_NOTE.saturating_sub(text.read().trim().chars().count());
    let submit = move |event: FormEvent| {
        event.prevent_default();
        match clean_note(&text.peek()) {
            Err(invalid) => wrong.set(Some(invalid)),
            Ok(text) => onsave.call(text),
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: submit,
            div { class: "field",
                label { r#for: id, "{label}" }
                div { class: if wrong().is_some() { "input bad" } else { "input" },
                    textarea { id, rows: "4", maxlength: "{LONGEST_NOTE}", value: "{text}",
                        "aria-invalid": if wrong().is_some() { "true" },
                        "aria-describedby": if wrong().is_some() { "{id}-error" },
                        oninput: move |event| { wrong.set(None); text.set(event.value()); } }
                }
                if wrong().is_some() {
                    span { id: "{id}-error", class: "error", Icon { name: "circle-alert", size: "s" } {tr("invalid-empty")} }
                } else if left < SOON {
                    span { class: "muted small", {tra("note-left", &[("n", left.to_string())])} }
                }
            }
            div { class: "row wrap",
                Button { label: save, kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy() }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// The question before a note is taken back.
#[component]
fn TakeBack(note: Note, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let (id, meter) = (note.id, note.meter);
    rsx! {
        Dialog { title: tr("note-take-back-title"), onclose: move |()| onclose.call(()),
            p { class: "lines", "{note.text}" }
            p { class: "small muted", {tr("note-take-back-sure")} }
            div { class: "row wrap actions",
                Button { label: tr("note-take-back"), kind: "danger", icon: "undo-2", busy: sending.is_busy(),
                    onclick: move |_| send(sending, Operation::TakeBackNote { note: id, meter }, onclose) }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
