//! The questions before a work order is begun, completed or cancelled. When the work began or ended is now, unless its technician says otherwise.

use crate::bridge;
use crate::components::states::explain;
use crate::components::{Button, Dialog, Icon, Sending, use_sending};
use crate::i18n::tr;
use crate::pages::maintenance::moment::MomentEntry;
use crate::pages::maintenance::words::title;
use crate::pages::metering::meter::say_kept;
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::maintenance::work_order::WorkStep;
use protocol::sync::push::Operation;
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

/// When a technician says that the work began or ended.
#[derive(Clone, Copy, PartialEq)]
enum Stated {
    Now,
    At(UtcMillis),
    /// Something was typed that is no instant.
    Nothing,
}

/// Why the work cannot have begun or ended then.
fn wrong(row: &WorkRow, step: WorkStep, said: Stated) -> Option<&'static str> {
    let is_before = |at: UtcMillis| step == WorkStep::Completed && row.order.begun_at.is_some_and(|begun| at < begun);
    match said {
        Stated::Now => None,
        Stated::Nothing => Some("work-no-time"),
        Stated::At(at) if at > bridge::now() => Some("work-not-ahead"),
        Stated::At(at) => is_before(at).then_some("work-not-before"),
    }
}

/// Begins or completes.
#[component]
pub fn StepDialog(row: WorkRow, step: WorkStep, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let sending = use_sending();
    let opened = use_hook(bridge::now);
    let mut said = use_signal(|| Stated::Now);
    let mut tried = use_signal(|| false);
    let (word, icon, key) = match step {
        WorkStep::Begun => ("work-begin", "play", "work-when-begun"),
        WorkStep::Completed | WorkStep::Cancelled => ("work-complete", "check", "work-when-completed"),
    };
    let why_not = wrong(&row, step, said());
    let shown = match said() {
        Stated::Now => Some(opened),
        Stated::At(at) => Some(at),
        Stated::Nothing => None,
    };
    let (order, meter) = (row.order.id, row.order.meter);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if why_not.is_some() {
            return;
        }
        let at = if let Stated::At(at) = said() { at } else { bridge::now() };
        let command = match step {
            WorkStep::Begun => Operation::BeginWork { order, meter, at },
            WorkStep::Completed | WorkStep::Cancelled => Operation::CompleteWork { order, meter, at },
        };
        send(sending, command, onclose);
    };
    rsx! {
        Dialog { title: tr(word), sheet: !(shared.wide)(), onclose: move |()| onclose.call(()),
            form { class: "stack wide", novalidate: true, onsubmit: go,
                p { strong { {title(row.order.work)} } span { class: "muted small", " · {row.serial}" } }
                MomentEntry { id: "work-at", label: tr(key), value: shown, zone: row.time_zone,
                    error: why_not.filter(|_| tried()).map(tr),
                    onchoose: move |at: Option<UtcMillis>| said.set(at.map_or(Stated::Nothing, Stated::At)) }
                p { class: "muted small", {tr(if step == WorkStep::Begun { "work-begin-means" } else { "work-complete-means" })} }
                button { class: "button primary big full", r#type: "submit", disabled: sending.is_busy(), "data-send": word, Icon { name: icon } {tr(word)} }
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
