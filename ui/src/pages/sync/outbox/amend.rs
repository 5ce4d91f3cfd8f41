//! The form of an operation that is not done yet, with its content: what is saved replaces it.

use crate::bridge;
use crate::components::form::{EditForm, Edits, FormField};
use crate::components::states::explain;
use crate::components::{Button, Icon, use_sending};
use crate::i18n::tr;
use crate::pages::people::records::{
    connection_field, connection_key, customer_field, customer_key, profile_field, profile_key, wrong as wrong_in,
};
use crate::pages::sync::outbox::reading::{ReadingForm, Typed};
use crate::state::shared;
use dioxus::prelude::*;
use domain::field::field_record::{LONGEST_NOTE, clean_note};
use domain::people::Customer;
use domain::sync::edit::{Change, ConnectionRecord, Invalid, NoteField, Patch, ProfileRecord};
use domain::{MeterId, NoteId};
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::{OutboxItem, Phase, Request};
use uuid::Uuid;

/// Whether commands of a kind have a form here.
pub fn is_amendable(kind: &str) -> bool {
    matches!(kind, "edit_customer" | "edit_connection" | "edit_profile" | "add_note" | "edit_note" | "record_reading")
}

/// The form. One from which everything was taken back asks whether the operation is to go.
#[component]
pub fn Amend(item: OutboxItem, onclose: EventHandler<()>, ondiscard: EventHandler<Uuid>) -> Element {
    let shared = shared();
    let (op, sending) = (item.op, use_sending());
    let save = use_callback(move |amended: Option<Operation>| {
        let Some(command) = amended else { return ondiscard.call(op) };
        sending.once(async move {
            match bridge::call(Request::Amend { op, command }).await {
                Ok(_) => {
                    let live = shared.sync.peek().phase == Phase::Live;
                    shared.toast(tr(if live { "saved" } else { "saved-offline" }));
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    });
    let form = match serde_json::from_str::<Operation>(&item.payload) {
        Ok(command) => form(command, &item, save, onclose),
        Err(_) => rsx! { p { class: "muted", {tr("amend-unreadable")} } },
    };
    rsx! {
        p { class: "muted small", "{item.title}" }
        {form}
    }
}

fn form(command: Operation, item: &OutboxItem, save: Callback<Option<Operation>>, onclose: EventHandler<()>) -> Element {
    // Where the row has somebody else's value by now, going back to the one before is a change as well.
    let conflicting = item.field.clone().filter(|_| item.reason == Some(Rejection::Conflict));
    let cancel = move |()| onclose.call(());
    match command {
        Operation::EditCustomer { customer, patch } => rsx! {
            EditForm { id: "amend", fields: fields(&patch, customer_field), oncancel: cancel,
                check: |(name, text): (&'static str, String)| wrong_in::<Customer>(customer_key(name)?, &text),
                onsave: move |edits: Edits| {
                    save.call(amended(&patch, edits, customer_key, conflicting.as_deref()).map(|patch| Operation::EditCustomer { customer, patch }))
                } }
        },
        Operation::EditConnection { connection, patch } => rsx! {
            EditForm { id: "amend", fields: fields(&patch, connection_field), oncancel: cancel,
                check: |(name, text): (&'static str, String)| wrong_in::<ConnectionRecord>(connection_key(name)?, &text),
                onsave: move |edits: Edits| {
                    save.call(amended(&patch, edits, connection_key, conflicting.as_deref()).map(|patch| Operation::EditConnection { connection, patch }))
                } }
        },
        Operation::EditProfile { user, patch } => rsx! {
            EditForm { id: "amend", fields: fields(&patch, profile_field), oncancel: cancel,
                check: |(name, text): (&'static str, String)| wrong_in::<ProfileRecord>(profile_key(name)?, &text),
                onsave: move |edits: Edits| {
                    save.call(amended(&patch, edits, profile_key, conflicting.as_deref()).map(|patch| Operation::EditProfile { user, patch }))
                } }
        },
        Operation::AddNote { note, meter, text } => rsx! {
            NoteForm { was: text, oncancel: cancel, onsave: move |text| save.call(Some(Operation::AddNote { note, meter, text })) }
        },
        Operation::EditNote { note, meter, patch } => edited_note((note, meter, patch), conflicting, save, onclose),
        Operation::RecordReading { reading, meter, at, register, photo, explained } => rsx! {
            ReadingForm { was: Typed { reading, meter, at, register, has_photo: photo.is_some(), explained }, oncancel: cancel,
                onsave: move |(register, explained)| save.call(Some(Operation::RecordReading { reading, meter, at, register, photo, explained })) }
        },
        Operation::TakeBackNote { .. }
        | Operation::SwapMeter(_)
        | Operation::DecideConflict { .. }
        | Operation::AnswerCase { .. }
        | Operation::AssignMeterCase { .. }
        | Operation::PlanWork { .. }
        | Operation::CancelWork { .. }
        | Operation::MoveWork { .. }
        | Operation::AssignWork { .. }
        | Operation::MoveVisit(_)
        | Operation::BeginWork { .. }
        | Operation::CompleteWork { .. }
        | Operation::HoldWork(_)
        | Operation::ResumeWork(_)
        | Operation::DeferWork(_)
        | Operation::SetWorkPriority(_)
        | Operation::AddWorkRecord(_)
        | Operation::PutWorkTemplate(_)
        | Operation::ExportMade { .. }
        | Operation::PutView { .. }
        | Operation::RemoveView { .. }
        | Operation::MarkTip { .. }
        | Operation::AddCustomer { .. }
        | Operation::AddConnection { .. }
        | Operation::MergeCustomers(_)
        | Operation::MoveConnection { .. }
        | Operation::SendAnnouncement { .. }
        | Operation::AddMeter { .. }
        | Operation::TakeBackCustomer { .. }
        | Operation::AddOpening { .. }
        | Operation::TakeBackOpening { .. }
        | Operation::PutReportTemplate { .. }
        | Operation::RemoveReportTemplate { .. } => {
            rsx! { p { class: "muted", {tr("amend-unreadable")} } }
        }
    }
}

/// The form of a note that is written otherwise.
fn edited_note(
    (note, meter, patch): (NoteId, MeterId, Patch<NoteField>),
    conflicting: Option<String>,
    save: Callback<Option<Operation>>,
    onclose: EventHandler<()>,
) -> Element {
    rsx! {
        NoteForm { was: patch.0.get(&NoteField::Text).map_or(String::new(), |change| change.to.clone()), oncancel: move |()| onclose.call(()),
            onsave: move |to| {
                let edits = vec![(NoteField::Text.as_str(), Change { from: String::new(), to })];
                let key = |name: &str| (name == NoteField::Text.as_str()).then_some(NoteField::Text);
                save.call(amended(&patch, edits, key, conflicting.as_deref()).map(|patch| Operation::EditNote { note, meter, patch }));
            } }
    }
}

fn fields<F: Ord + Copy>(patch: &Patch<F>, field: fn(F, String) -> FormField) -> Vec<FormField> {
    patch.0.iter().map(|(key, change)| field(*key, change.to.clone())).collect()
}

/// The patch as it is to be now; `None` if nothing of it is left.
fn amended<F: Ord + Clone>(
    patch: &Patch<F>,
    edits: Edits,
    key: fn(&str) -> Option<F>,
    conflicting: Option<&str>,
) -> Option<Patch<F>> {
    let mut patch = patch.clone();
    for (name, edit) in edits {
        let Some(field) = key(name) else { continue };
        let Some(change) = patch.0.get_mut(&field) else { continue };
        change.to = edit.to;
        if change.from == change.to && conflicting != Some(name) {
            patch.0.remove(&field);
        }
    }
    (!patch.0.is_empty()).then_some(patch)
}

#[component]
fn NoteForm(was: String, onsave: EventHandler<String>, oncancel: EventHandler<()>) -> Element {
    let mut text = use_signal(|| was.clone());
    let mut wrong = use_signal(|| None::<Invalid>);
    let save = move |event: FormEvent| {
        event.prevent_default();
        match clean_note(&text.peek()) {
            Ok(text) => onsave.call(text),
            Err(invalid) => wrong.set(Some(invalid)),
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            div { class: "field",
                label { r#for: "amend-note", {tr("note-text")} }
                div { class: if wrong().is_some() { "input bad" } else { "input" },
                    textarea { id: "amend-note", rows: "4", maxlength: "{LONGEST_NOTE}", value: "{text}",
                        "aria-invalid": if wrong().is_some() { "true" },
                        "aria-describedby": if wrong().is_some() { "amend-note-error" },
                        oninput: move |event| { wrong.set(None); text.set(event.value()); } }
                }
                if wrong().is_some() {
                    span { id: "amend-note-error", class: "error", Icon { name: "circle-alert", size: "s" } {tr("invalid-empty")} }
                }
            }
            Ends { unchanged: *text.read() == was, oncancel }
        }
    }
}

/// The buttons under such a form.
#[component]
pub fn Ends(unchanged: bool, oncancel: EventHandler<()>) -> Element {
    rsx! {
        div { class: "row wrap",
            Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", disabled: unchanged }
            Button { label: tr("cancel"), kind: "quiet", onclick: move |_| oncancel.call(()) }
        }
    }
}
