//! The questions before a work order is begun, gone on with, held, put off, completed or cancelled. When it happened is now, unless its technician says
//! otherwise. What is missing is said, and stops nothing.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Dialog, Icon, Select, Sending, use_sending};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Reason;
use crate::pages::maintenance::moment::MomentEntry;
use crate::pages::maintenance::words::{of_reason, title};
use crate::pages::metering::meter::say_kept;
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::maintenance::work_order::{DeferReason, LONGEST_TEXT, clean_text};
use protocol::sync::push::Operation;
use protocol::sync::work::{WorkDeferral, WorkMoment};
use protocol::ui::{Request, WorkRow};

/// Sends what a form was for, once, and closes the form.
pub fn send(sending: Sending, command: Operation, onclose: EventHandler<()>) {
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

/// What is done with work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It begins, or begins again after it was put off.
    Begin,
    /// It goes on.
    Resume,
    /// It is held.
    Hold,
    /// It is done.
    Complete,
    /// It is not to be done any more.
    Cancel,
}

impl Deed {
    /// The keys of its word, of what is asked and of what it means, and its picture.
    const fn look(self) -> (&'static str, &'static str, &'static str, &'static str) {
        match self {
            Self::Begin => ("work-begin", "work-when-begun", "work-begin-means", "play"),
            Self::Resume => ("work-resume", "work-when-resumed", "work-begin-means", "play"),
            Self::Hold => ("work-hold", "work-when-held", "work-hold-means", "pause"),
            Self::Complete => ("work-complete", "work-when-completed", "work-complete-means", "check"),
            Self::Cancel => ("work-cancel", "work-cancel-title", "work-cancel-sure", "x"),
        }
    }

    /// Its operation.
    fn operation(self, row: &WorkRow, at: UtcMillis) -> Operation {
        let (order, meter) = (row.order.id, row.order.meter);
        match self {
            Self::Begin => Operation::BeginWork { order, meter, at },
            Self::Resume => Operation::ResumeWork(WorkMoment { order, meter, at }),
            Self::Hold => Operation::HoldWork(WorkMoment { order, meter, at }),
            Self::Complete => Operation::CompleteWork { order, meter, at },
            Self::Cancel => Operation::CancelWork { order, meter },
        }
    }
}

/// When a technician says that something happened.
#[derive(Clone, Copy, PartialEq)]
enum Stated {
    Now,
    At(UtcMillis),
    /// Something was typed that is no instant.
    Nothing,
}

/// Why it cannot have happened then.
fn wrong(row: &WorkRow, deed: Deed, said: Stated) -> Option<&'static str> {
    let begun = row.order.begun_at.filter(|_| deed != Deed::Begin);
    match said {
        Stated::Now => None,
        Stated::Nothing => Some("work-no-time"),
        Stated::At(at) if at > bridge::now() => Some("work-not-ahead"),
        Stated::At(at) => begun.is_some_and(|begun| at < begun).then_some("work-not-before"),
    }
}

/// Begins, goes on, holds or completes. `missing` are the steps that are still to be done, in words.
#[component]
pub fn StepDialog(row: WorkRow, deed: Deed, missing: Vec<String>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let opened = use_hook(bridge::now);
    let mut said = use_signal(|| Stated::Now);
    let mut tried = use_signal(|| false);
    let (word, asks, means, icon) = deed.look();
    let why_not = wrong(&row, deed, said());
    let shown = match said() {
        Stated::Now => Some(opened),
        Stated::At(at) => Some(at),
        Stated::Nothing => None,
    };
    let about = row.clone();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if why_not.is_some() {
            return;
        }
        let at = if let Stated::At(at) = said() { at } else { bridge::now() };
        send(sending, deed.operation(&about, at), onclose);
    };
    rsx! {
        Dialog { title: tr(word), sheet: !(shared.wide)(), onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                p { strong { {title(row.order.work)} } span { class: "muted small", " · {row.serial}" } }
                if !missing.is_empty() {
                    div { class: "banner warn", "data-missing": "{missing.len()}",
                        Icon { name: "triangle-alert" }
                        div { class: "small",
                            p { {tra("work-missing", &[("n", missing.len().to_string())])} }
                            ul {
                                for step in &missing {
                                    li { key: "{step}", "{step}" }
                                }
                            }
                        }
                    }
                }
                MomentEntry { id: "work-at", label: tr(asks), value: shown, zone: row.time_zone,
                    error: why_not.filter(|_| tried()).map(tr),
                    onchoose: move |at: Option<UtcMillis>| said.set(at.map_or(Stated::Nothing, Stated::At)) }
                p { class: "muted small", {tr(means)} }
                button { class: "button primary big full", r#type: "submit", disabled: sending.is_busy(), "data-send": word, Icon { name: icon } {tr(word)} }
                Button { label: tr("back"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// Puts work off, with its reason.
#[component]
pub fn DeferDialog(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let mut reason = use_signal(|| DeferReason::NobodyHome);
    let mut text = use_signal(String::new);
    let choices: Vec<_> = DeferReason::ALL.iter().map(|reason| (reason.as_str().to_owned(), of_reason(*reason))).collect();
    let (order, meter) = (row.order.id, row.order.meter);
    let go = move |event: FormEvent| {
        event.prevent_default();
        let Ok(text) = clean_text(&text.peek()) else { return };
        let deferral = WorkDeferral { order, meter, at: bridge::now(), reason: reason(), text };
        send(sending, Operation::DeferWork(deferral), onclose);
    };
    rsx! {
        Dialog { title: tr("work-defer"), sheet: !(shared.wide)(), onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                p { strong { {title(row.order.work)} } span { class: "muted small", " · {row.serial}" } }
                div { class: "field", "data-of": "reason",
                    span { class: "label", "aria-hidden": "true", {tr("work-defer-why")} }
                    Select { label: tr("work-defer-why"), choices, chosen: reason().as_str().to_owned(),
                        onchoose: move |word: String| if let Some(of) = DeferReason::from_word(&word) { reason.set(of) } }
                }
                Reason { id: "defer-text", label: tr("work-defer-text"), hint: tr("work-text-hint"), value: text(), longest: LONGEST_TEXT,
                    oninput: move |typed| text.set(typed) }
                p { class: "muted small", {tr("work-defer-means")} }
                button { class: "button primary big full", r#type: "submit", disabled: sending.is_busy(), "data-send": "work-defer", Icon { name: "history" } {tr("work-defer")} }
                Button { label: tr("back"), kind: "quiet", full: true, onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// The question before work is cancelled.
#[component]
pub fn Cancel(row: WorkRow, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let (order, meter) = (row.order.id, row.order.meter);
    rsx! {
        Dialog { title: tr("work-cancel-title"), onclose: move |()| onclose.call(()),
            p { strong { {title(row.order.work)} } span { class: "muted small", " · {row.serial}" } }
            p { class: "small muted", {tr("work-cancel-sure")} }
            div { class: "row wrap actions",
                Button { label: tr("work-cancel"), kind: "danger", icon: "x", busy: sending.is_busy(),
                    onclick: move |_| send(sending, Operation::CancelWork { order, meter }, onclose) }
                Button { label: tr("back"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
