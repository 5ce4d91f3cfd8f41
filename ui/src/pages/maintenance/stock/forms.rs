//! The forms of Suku cadang: a part is added, pieces are received, moved and counted, and the question before a part is removed.

use super::{Found, countable, pieces, place, stock};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog, Select};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::{Act, use_act};
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::{Choice, Confirm, Entry, Refused};
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::maintenance::stock::{MOST_STOCKED, Pieces, StockPlace, clean_name};
use domain::{PartId, UserId};
use protocol::maintenance::parts::{HeldPart, PartChange, PartDeed, PartRow, Van};
use protocol::ui::{AdminRequest, MaintenanceRequest};
use std::ops::RangeInclusive;
use uuid::Uuid;

/// Pieces that come or go at once.
const SOME: RangeInclusive<u32> = 1..=MOST_STOCKED;

/// Pieces that somebody counts.
const COUNTED: RangeInclusive<u32> = 0..=MOST_STOCKED;

/// How a form is sent, and what follows.
#[derive(Clone, Copy, PartialEq)]
struct Sender {
    act: Act,
    shared: Shared,
    server: ServerView<Found>,
    onclose: EventHandler<()>,
}

fn use_sender(server: ServerView<Found>, onclose: EventHandler<()>) -> Sender {
    Sender { act: use_act(), shared: shared(), server, onclose }
}

impl Sender {
    /// Sends what is done under a key, says `done` and closes.
    fn send(self, key: Uuid, part: PartId, deed: PartDeed, done: &'static str) {
        let Self { act, shared, server, onclose } = self;
        let asked = MaintenanceRequest::ChangeParts(Box::new(PartChange { key, part, stock: deed }));
        act.send(AdminRequest::Maintenance(asked), move |answer| {
            if let Some(found) = stock(answer) {
                shared.toast(tr(done));
                server.take(found);
                onclose.call(());
            }
        });
    }
}

/// What was typed as a number of pieces.
fn typed_pieces(text: &str, of: &RangeInclusive<u32>) -> Option<u32> {
    text.trim().parse().ok().filter(|pieces| of.contains(pieces))
}

/// The buttons of a form.
#[component]
fn Ends(label: String, sender: Sender) -> Element {
    let busy = sender.act.is_busy();
    rsx! {
        Refused { text: sender.act.refused() }
        div { class: "row wrap actions",
            Button { label, kind: "primary", icon: "check", r#type: "submit", busy, disabled: is_away() }
            Button { label: tr("cancel"), kind: "quiet", disabled: busy, onclick: move |_| sender.onclose.call(()) }
        }
    }
}

/// Another part. Its identifier is the key by which it is added once.
#[component]
pub fn Add(of: Uuid, name: String, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let sender = use_sender(server, onclose);
    let mut typed = use_signal(|| name);
    let mut tried = use_signal(|| false);
    let cleaned = clean_name(&typed.read());
    let wrong = cleaned.is_err().then(|| tr("work-part-name-wrong"));
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Ok(name) = clean_name(&typed.peek()) {
            sender.send(of, PartId(of), PartDeed::Add { name }, "stock-added");
        }
    };
    rsx! {
        Dialog { title: tr("stock-add"), onclose: move |()| if !sender.act.is_busy() { onclose.call(()) },
            form { id: "stock-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("stock-add-lead")} }
                Summary { wrong: misses(tried(), [("stock-name", wrong.clone())]) }
                Entry { id: "stock-name", label: tr("work-part-name"), value: typed(), error: wrong.filter(|_| tried()), oninput: move |text| typed.set(text) }
                Ends { label: tr("stock-add"), sender }
            }
        }
    }
}

/// Pieces that came into the store.
#[component]
pub fn Receive(of: Uuid, row: PartRow, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let sender = use_sender(server, onclose);
    let mut count = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let right = typed_pieces(&count.read(), &SOME);
    let wrong = right.is_none().then(|| tr("stock-pieces-wrong"));
    let part = row.id;
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(pieces) = right {
            sender.send(of, part, PartDeed::Receive { pieces }, "stock-received");
        }
    };
    rsx! {
        Dialog { title: tr("stock-receive"), onclose: move |()| if !sender.act.is_busy() { onclose.call(()) },
            form { id: "stock-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tra("stock-receive-lead", &[("name", row.name)])} }
                Summary { wrong: misses(tried(), [("stock-pieces", wrong.clone())]) }
                Entry { id: "stock-pieces", label: tr("work-part-count"), kind: "numeric", value: count(), error: wrong.filter(|_| tried()),
                    oninput: move |text| count.set(text) }
                Ends { label: tr("stock-receive"), sender }
            }
        }
    }
}

/// Vans out of which or into which pieces can go: those of technicians, and those that have some.
fn vans_of(row: &PartRow, vans: &[Van]) -> Vec<(UserId, String)> {
    let all = countable(row, vans).into_iter();
    all.filter_map(|of| match of.place {
        StockPlace::Store => None,
        StockPlace::Van { technician } => Some((technician, of.name)),
    })
    .collect()
}

/// Pieces that go from the store into a van, or back.
#[component]
pub fn Move(of: Uuid, row: PartRow, vans: Vec<Van>, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let sender = use_sender(server, onclose);
    let vans = vans_of(&row, &vans);
    let first = vans.first().map(|(id, _)| *id);
    let mut whose = use_signal(|| first);
    let mut goes_out = use_signal(|| true);
    let mut count = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let right = typed_pieces(&count.read(), &SOME).zip(whose());
    let wrong = right.is_none().then(|| tr("stock-pieces-wrong"));
    let part = row.id;
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some((pieces, technician)) = right {
            let van = StockPlace::Van { technician };
            let (from, to) = if goes_out() { (StockPlace::Store, van) } else { (van, StockPlace::Store) };
            sender.send(of, part, PartDeed::Move { from, to, pieces }, "stock-moved");
        }
    };
    let people: Vec<(String, String)> = vans.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    rsx! {
        Dialog { title: tr("stock-move"), onclose: move |()| if !sender.act.is_busy() { onclose.call(()) },
            form { id: "stock-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tra("stock-move-lead", &[("name", row.name)])} }
                Summary { wrong: misses(tried(), [("stock-pieces", wrong.clone())]) }
                Choice { label: tr("stock-way"), choices: vec![(true, tr("stock-way-out")), (false, tr("stock-way-back"))], chosen: goes_out(),
                    onchoose: move |out| goes_out.set(out) }
                div { class: "field", "data-of": "van",
                    span { class: "label", "aria-hidden": "true", {tr("stock-whose")} }
                    Select { label: tr("stock-whose"), choices: people, chosen: whose().map(|id| id.to_string()).unwrap_or_default(),
                        onchoose: move |word: String| whose.set(word.parse().ok()) }
                }
                Entry { id: "stock-pieces", label: tr("work-part-count"), kind: "numeric", value: count(), error: wrong.filter(|_| tried()),
                    oninput: move |text| count.set(text) }
                Ends { label: tr("stock-move"), sender }
            }
        }
    }
}

/// What somebody has counted. The place that has to be counted is the first choice.
#[component]
pub fn Count(of: Uuid, row: PartRow, vans: Vec<Van>, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let sender = use_sender(server, onclose);
    let all: Vec<HeldPart> = countable(&row, &vans);
    let first = all.iter().position(|of| of.pieces.needs_count()).unwrap_or_default();
    let mut chosen = use_signal(|| first);
    let mut count = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let here = all.get(chosen()).cloned();
    let known = here.as_ref().map_or(Pieces::ZERO, |of| of.pieces);
    let right = typed_pieces(&count.read(), &COUNTED).zip(here.map(|of| of.place));
    let wrong = right.is_none().then(|| tr("stock-count-wrong"));
    let part = row.id;
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some((pieces, place)) = right {
            sender.send(of, part, PartDeed::Count { place, pieces }, "stock-counted");
        }
    };
    let choices: Vec<(String, String)> = all.iter().enumerate().map(|(number, of)| (number.to_string(), place(of))).collect();
    rsx! {
        Dialog { title: tr("stock-count"), onclose: move |()| if !sender.act.is_busy() { onclose.call(()) },
            form { id: "stock-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tra("stock-count-lead", &[("name", row.name)])} }
                Summary { wrong: misses(tried(), [("stock-pieces", wrong.clone())]) }
                div { class: "field", "data-of": "place",
                    span { class: "label", "aria-hidden": "true", {tr("stock-where")} }
                    Select { label: tr("stock-where"), choices, chosen: chosen().to_string(),
                        onchoose: move |word: String| chosen.set(word.parse().unwrap_or_default()) }
                }
                Entry { id: "stock-pieces", label: tr("work-part-count"), hint: tra("stock-known", &[("pieces", pieces(known))]), kind: "numeric", value: count(),
                    error: wrong.filter(|_| tried()), oninput: move |text| count.set(text) }
                Ends { label: tr("stock-count"), sender }
            }
        }
    }
}

/// The question before a part is taken out of the list.
#[component]
pub fn Remove(of: Uuid, row: PartRow, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let sender = use_sender(server, onclose);
    let rows = std::iter::once((tr("work-part-name"), row.name.clone()));
    let rows: Vec<(String, String)> = rows.chain(row.held.iter().map(|of| (place(of), pieces(of.pieces)))).collect();
    let part = row.id;
    rsx! {
        Confirm { title: tr("stock-remove-title"), rows, note: tr("stock-remove-note"), label: tr("stock-remove"), kind: "danger", icon: "trash-2",
            busy: sender.act.is_busy(), refused: sender.act.refused(),
            onyes: move |()| sender.send(of, part, PartDeed::Remove, "stock-removed"),
            onback: move |()| onclose.call(()) }
    }
}
