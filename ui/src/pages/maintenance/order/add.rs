//! The form of what is recorded: for a step as it asks, and what is added without one; notes, parts and costs are here.

use crate::bridge;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Icon, MoneyEntry, Segmented};
use crate::i18n::tr;
use crate::pages::admin::parts::{Entry, Reason};
use crate::pages::maintenance::order::Asked;
use crate::pages::maintenance::order::adding::use_adding;
use crate::pages::maintenance::order::answer::{NumberForm, OneOf, choices, yes_no};
use crate::pages::maintenance::order::photo::PhotoForm;
use crate::pages::maintenance::order::reading::ReadingForm;
use crate::pages::maintenance::order::sign::SignForm;
use crate::pages::maintenance::order::van::VanParts;
use crate::pages::maintenance::words::of_source;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::typed_money::{AmountRange, parse_rupiah};
use domain::field::field_record::{LONGEST_NOTE, clean_note};
use domain::maintenance::record::{LONGEST_COST_TEXT, MOST_COST, MOST_PIECES, PartSource, RecordContent};
use domain::maintenance::template::{StepKind, StepNo};
use protocol::ui::WorkRow;

/// What a cost may be.
const COSTS: AmountRange = AmountRange::new(Rupiah(1), MOST_COST);

/// The form.
#[component]
pub fn Recording(row: WorkRow, asked: Asked, onclose: EventHandler<()>) -> Element {
    let Asked { step, label, what } = asked;
    match (what, step) {
        (StepKind::YesNo, Some(step)) => rsx! { OneOf { row, step, choices: yes_no(), onclose } },
        (StepKind::Choice { options }, Some(step)) => rsx! { OneOf { row, step, choices: choices(&options), onclose } },
        (what @ StepKind::Number { .. }, Some(step)) => rsx! { NumberForm { row, step, label, what, onclose } },
        (StepKind::Reading, Some(step)) => rsx! { ReadingForm { row, step, onclose } },
        (StepKind::Photo { .. }, step) => rsx! { PhotoForm { row, step, label, onclose } },
        (StepKind::Part, step) => rsx! { PartForm { row, step, onclose } },
        (StepKind::Note, step) => rsx! { NoteForm { row, step, onclose } },
        (StepKind::Signature, step) => rsx! { SignForm { row, step, onclose } },
        // An answer is one to a step.
        (StepKind::YesNo | StepKind::Choice { .. } | StepKind::Number { .. } | StepKind::Reading | StepKind::Unknown, _) => {
            rsx! {
                p { {tr("work-step-newer")} }
                Button { label: tr("close"), full: true, onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// The button that records, and the way back.
#[component]
pub fn Ends(busy: bool, onclose: EventHandler<()>) -> Element {
    rsx! {
        button { class: "button primary big full", r#type: "submit", disabled: busy, "aria-busy": if busy { "true" },
            Icon { name: "check" }
            {tr("work-record-save")}
        }
        Button { label: tr("cancel"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
    }
}

#[component]
fn NoteForm(row: WorkRow, step: Option<StepNo>, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    let mut text = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let wrong = (tried() && clean_note(&text.read()).is_err()).then(|| tr("invalid-empty"));
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Ok(text) = clean_note(&text.peek()) {
            adding.add(RecordContent::Note { step, text }, onclose);
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: go,
            Reason { id: "work-note", label: tr("work-note"), hint: String::new(), value: text(), error: wrong, longest: LONGEST_NOTE,
                oninput: move |typed| text.set(typed) }
            Ends { busy: adding.is_busy(), onclose }
        }
    }
}

#[component]
fn PartForm(row: WorkRow, step: Option<StepNo>, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    let mut name = use_signal(String::new);
    let mut serial = use_signal(String::new);
    let mut count = use_signal(|| "1".to_owned());
    let mut from = use_signal(|| PartSource::Van);
    let mut tried = use_signal(|| false);
    let pieces = count.read().trim().parse::<u16>().ok().filter(|pieces| (1..=MOST_PIECES).contains(pieces));
    let content = RecordContent::Part { step, name: name(), serial: serial(), count: pieces.unwrap_or(1), from: from() }.clean();
    let fault = content.as_ref().err().map(|(field, _)| *field);
    let no_name = (fault == Some("name")).then(|| tr("work-part-name-wrong"));
    let no_serial = (fault == Some("serial")).then(|| tr("work-part-serial-wrong"));
    let no_count = pieces.is_none().then(|| tr("work-part-count-wrong"));
    let right = content.ok().filter(|_| pieces.is_some());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(content) = right.clone() {
            adding.add(content, onclose);
        }
    };
    let sources = PartSource::ALL.iter().map(|source| (*source, of_source(*source))).collect::<Vec<_>>();
    let fields = [("part-name", no_name.clone()), ("part-serial", no_serial.clone()), ("part-count", no_count.clone())];
    let shows = tried();
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: go,
            Summary { wrong: misses(shows, fields) }
            Entry { id: "part-name", label: tr("work-part-name"), value: name(), error: no_name.filter(|_| shows), oninput: move |typed| name.set(typed) }
            VanParts { name: name(), count: pieces, from: from(), onpick: move |picked| name.set(picked) }
            Entry { id: "part-serial", label: tr("work-part-serial"), hint: tr("work-text-hint"), value: serial(), error: no_serial.filter(|_| shows),
                oninput: move |typed| serial.set(typed) }
            Entry { id: "part-count", label: tr("work-part-count"), kind: "numeric", value: count(), error: no_count.filter(|_| shows),
                oninput: move |typed| count.set(typed) }
            div { class: "field",
                span { class: "label", "aria-hidden": "true", {tr("work-part-from")} }
                Segmented { label: tr("work-part-from"), choices: sources, chosen: from(), full: true, onchoose: move |source| from.set(source) }
            }
            Ends { busy: adding.is_busy(), onclose }
        }
    }
}

/// What something cost.
#[component]
pub fn CostForm(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let adding = use_adding(&row);
    let mut amount = use_signal(String::new);
    let mut text = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let long = (text.read().trim().chars().count() > LONGEST_COST_TEXT).then(|| tr("invalid-too_long"));
    let is_long = long.is_some();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let typed = parse_rupiah(&amount.peek()).ok().filter(|amount| COSTS.check(*amount).is_ok());
        let Some(typed) = typed.filter(|_| !is_long) else { return bridge::focus("cost-amount") };
        adding.add(RecordContent::Cost { amount: typed, text: text.peek().trim().to_owned() }, onclose);
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: go,
            MoneyEntry { id: "cost-amount", label: tr("work-cost-amount"), value: amount(), range: COSTS, tried: tried(), oninput: move |typed| amount.set(typed) }
            Entry { id: "cost-text", label: tr("work-cost-text"), hint: tr("work-text-hint"), value: text(), error: long, oninput: move |typed| text.set(typed) }
            Ends { busy: adding.is_busy(), onclose }
        }
    }
}
