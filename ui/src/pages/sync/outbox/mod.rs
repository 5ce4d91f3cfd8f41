//! Antrean: every change made here, how far it is, and what needs its author.

mod amend;
mod conflicts;
mod line;
mod list;
mod reading;

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, Empty, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::metering::meter::refused_photo::use_refused;
use crate::state::{Load, shared, use_answer};
use amend::Amend;
use conflicts::Conflicts;
use dioxus::prelude::*;
use list::Operations;
use protocol::ui::{Answer, ListQuery, OutboxItem, OutboxState, OutboxWindow, RefusedPhoto, Request};
use uuid::Uuid;

/// What somebody is about to do with an operation.
#[derive(Clone, PartialEq)]
enum About {
    Amend(OutboxItem),
    Discard(Uuid),
}

/// What a person may do with an operation, by its line.
#[derive(Clone, Copy, PartialEq)]
struct Acts {
    retry: Callback<Uuid>,
    about: Signal<Option<About>>,
    /// Photos that the server has refused.
    refused: Signal<Load<Vec<RefusedPhoto>>>,
}

/// The outbox of whoever is signed in.
#[component]
pub fn Outbox() -> Element {
    let shared = shared();
    // What waits changes without the cache changing: the counts show it.
    let counts = use_memo(move || {
        let sync = shared.sync.read();
        (sync.waiting, sync.parked)
    });
    let load = use_answer(
        move || {
            counts.read();
            Request::OutboxWindow(ListQuery { offset: 0, limit: 0 })
        },
        |answer| match answer {
            Answer::OutboxWindow(window) => Some(window),
            _ => None,
        },
    );
    let (about, refused) = (use_signal(|| None::<About>), use_refused());
    let retry = use_callback(move |op| act(Request::Retry { op }));
    let set_aside = use_memo(move || shared.sync.read().set_aside);
    rsx! {
        div { class: "page narrow",
            header { class: "page-head", h1 { {tr("outbox-title")} } }
            if set_aside() {
                div { class: "banner warn", role: "alert", Icon { name: "triangle-alert" } p { class: "small", {tr("outbox-set-aside")} } }
            }
            Conflicts {}
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![64, 64, 64] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(window) if window.total == 0 => rsx! {
                    Card { Empty { icon: "cloud-check", title: tr("outbox-empty"), next: tr("outbox-empty-next") } }
                },
                Load::Ready(window) => rsx! {
                    section { class: "card flush", "aria-label": tr("outbox-changes"),
                        div { class: "bar",
                            span { class: "muted", {summary(window)} }
                            if window.photos > 0 {
                                span { class: "small", "data-photos": "{window.photos}",
                                    {tra("outbox-photos", &[("n", window.photos.to_string()), ("size", format::bytes(window.bytes, language()))])}
                                }
                            }
                            Button { label: tr("outbox-export"), kind: "quiet", icon: "copy", onclick: move |_| export() }
                        }
                        Operations { total: window.total, acts: Acts { retry, about, refused } }
                    }
                },
            }
        }
        Confirm { about }
    }
}

/// The question that is open.
#[component]
fn Confirm(about: Signal<Option<About>>) -> Element {
    let wide = (shared().wide)();
    let close = move || {
        let mut about = about;
        about.set(None);
    };
    match about() {
        None => rsx! {},
        Some(About::Amend(item)) => rsx! {
            Dialog { title: tr(&format!("op-{}", item.kind)), sheet: !wide, onclose: move |()| close(),
                Amend { key: "{item.op}", item, onclose: move |()| close(), ondiscard: move |op| about.set(Some(About::Discard(op))) }
            }
        },
        Some(About::Discard(op)) => rsx! {
            Dialog { title: tr("discard-title"), onclose: move |()| close(),
                p { {tr("discard-sure")} }
                div { class: "row wrap",
                    Button { label: tr("discard"), kind: "danger", icon: "x", onclick: move |_| { close(); act(Request::Discard { op }); } }
                    Button { label: tr("cancel"), kind: "quiet", onclick: move |_| close() }
                }
            }
        },
    }
}

fn act(request: Request) {
    let shared = shared();
    spawn(async move {
        if let Err(problem) = bridge::call(request).await {
            shared.toast(explain(&problem));
        }
    });
}

fn summary(window: &OutboxWindow) -> String {
    let counts = [("waiting", window.waiting.to_string()), ("parked", window.parked.to_string())];
    tra("outbox-summary", &counts)
}

/// Everything that is on this device only, as text to take along.
fn export() {
    let shared = shared();
    spawn(async move {
        match bridge::call(Request::Outbox).await {
            Ok(Answer::Outbox(items)) => {
                let kept: Vec<_> = items.iter().filter(|item| item.state != OutboxState::Sent).collect();
                if bridge::copy(serde_json::to_string_pretty(&kept).unwrap_or_default()).await {
                    shared.toast(tr("outbox-exported"));
                }
            }
            Ok(_) => {}
            Err(problem) => shared.toast(explain(&problem)),
        }
    });
}
