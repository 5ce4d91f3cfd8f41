//! What an admin asks of a meter beside moving its valve: to read now, to restart, to report at another interval; each with its question before
//! it.

use crate::bridge::new_id;
use crate::components::{Button, Select};
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{ServerView, is_away, request};
use crate::pages::admin::parts::{Confirm, Reason};
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use domain::MeterId;
use domain::valve::by_hand::{REASON, is_reason};
use domain::valve::task::{INTERVALS, OFFERED};
use protocol::metering::messages::OrderAction;
use protocol::ui::{AdminRequest, AdminResponse, MetersRequest};
use protocol::valve::orders::{MeterTaskRequest, MeterValve};
use uuid::Uuid;

/// What can be asked, each with its picture.
const TASKS: [(OrderAction, &str); 3] =
    [(OrderAction::ReadNow, "gauge"), (OrderAction::Restart, "refresh-cw"), (OrderAction::SetInterval, "clock")];

/// An interval between two reports, in words.
pub fn every(interval_s: u32) -> String {
    match interval_s.div_ceil(60) {
        minutes @ 0..=59 => tra("span-minutes", &[("n", minutes.to_string())]),
        minutes => tra("span-hours", &[("n", (minutes / 60).to_string())]),
    }
}

/// A task that is asked about: the identifier of its order, what it is, and its picture.
type Asking = (Uuid, OrderAction, &'static str);

/// The buttons. `why_not` is the id of what says why they cannot be pressed.
#[component]
pub fn Tasks(
    meter: MeterId,
    serial: String,
    interval_s: u32,
    is_installed: bool,
    why_not: &'static str,
    server: ServerView<MeterValve>,
) -> Element {
    let mut asking = use_signal(|| None::<Asking>);
    let described = (is_away() || !is_installed).then_some(why_not);
    rsx! {
        div { class: "row wrap actions", "data-tasks": "{interval_s}",
            for (action , icon) in TASKS {
                Button { key: "{action.as_str()}", label: tr(&format!("order-{}", action.as_str())), kind: "quiet", icon,
                    disabled: described.is_some(), described, onclick: move |_| asking.set(Some((new_id(), action, icon))) }
            }
        }
        if let Some((id, action, icon)) = asking() {
            TaskDialog { key: "{id}", id, meter, serial, interval_s, action, icon,
                ondone: move |valve| server.take(valve), onrefused: move |()| server.again(), onclose: move |()| asking.set(None) }
        }
    }
}

/// The question: what follows, and why. `id` makes the order happen once, however often it is pressed.
#[component]
fn TaskDialog(
    id: Uuid,
    meter: MeterId,
    serial: String,
    interval_s: u32,
    action: OrderAction,
    icon: &'static str,
    ondone: EventHandler<MeterValve>,
    onrefused: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let mut reason = use_signal(String::new);
    let mut wanted = use_signal(|| first(interval_s).to_string());
    let mut tried = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let is_interval = action == OrderAction::SetInterval;
    let no_reason = (tried() && !is_reason(&reason.read())).then(|| tr("refused-valve_reason"));
    let go = move |()| {
        tried.set(true);
        let reason = reason.read().trim().to_owned();
        if !is_reason(&reason) || busy.replace(true) {
            return;
        }
        refused.set(None);
        let interval_s = wanted.peek().parse().ok().filter(|_| is_interval);
        spawn(async move {
            let body = MeterTaskRequest { key: id, meter, action, interval_s, reason };
            match request(AdminRequest::Meters(MetersRequest::Ask(Box::new(body)))).await {
                Ok(AdminResponse::MeterValve(valve)) => {
                    shared.toast(tr("valve-ordered"));
                    ondone.call(*valve);
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => {
                    refused.set(Some(say(&problem)));
                    onrefused.call(());
                }
            }
            busy.set(false);
        });
    };
    let mut rows = vec![(tr("col-meter"), serial)];
    if is_interval {
        rows.push((tr("task-interval-now"), every(interval_s)));
    }
    rsx! {
        Confirm { title: tr(&format!("task-{}-title", action.as_str())), icon, label: tr(&format!("order-{}", action.as_str())),
            busy: busy(), refused: refused(), rows, note: tr(&format!("task-{}-note", action.as_str())), onyes: go, onback: move |()| onclose.call(()),
            if is_interval {
                div { class: "field", "data-choose": "interval",
                    span { class: "label", "aria-hidden": "true", {tr("task-interval")} }
                    Select { label: tr("task-interval"), choices: intervals(interval_s), chosen: wanted(), onchoose: move |value| wanted.set(value) }
                }
            }
            Reason { id: "task-reason", value: reason(), error: no_reason, hint: tr("valve-reason-hint"), longest: *REASON.end(), oninput: move |text| reason.set(text) }
        }
    }
}

/// The interval that is chosen at first: the one that holds now, where it may be asked for.
fn first(now: u32) -> u32 {
    if INTERVALS.contains(&now) { now } else { OFFERED[0] }
}

/// The intervals that are offered, with the one that is chosen at first.
fn intervals(now: u32) -> Vec<(String, String)> {
    let mut all = OFFERED.to_vec();
    if !all.contains(&first(now)) {
        all.push(first(now));
        all.sort_unstable();
    }
    all.into_iter().map(|interval_s| (interval_s.to_string(), every(interval_s))).collect()
}
