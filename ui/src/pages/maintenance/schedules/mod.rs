//! Pemeliharaan → Jadwal: schedules with their next days, and the way to make, set, pause and end one. They are the server's; the last answer is read
//! without it.

pub mod draft;
mod editor;
mod fields;
mod meters;
mod preview;
pub mod words;

use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::{Button, Card, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::{Act, use_act};
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::Confirm;
use crate::pages::maintenance::parts::{Head, Part};
use crate::pages::maintenance::words::title;
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use editor::Editor;
use protocol::maintenance::schedules::{ScheduleDeed, ScheduleRow, ScheduleState, Schedules as Found, WorkScheduleChange};
use protocol::ui::{AdminRequest, AdminResponse, MaintenanceRequest, MaintenanceResponse};
use uuid::Uuid;

/// How often the server is asked again while it makes the work of a schedule.
const AGAIN_MS: i64 = 2_000;

/// Whether the server is making a schedule's work.
fn is_in_work(row: &ScheduleRow) -> bool {
    row.in_work && row.state != ScheduleState::Paused
}

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Edit(Uuid, Option<ScheduleRow>),
    SetState(Uuid, ScheduleRow, ScheduleState),
}

/// Sends a change of a schedule, and does `then` once it is done.
fn send(act: Act, (key, schedule): (Uuid, Uuid), deed: ScheduleDeed, server: ServerView<Found>, then: impl FnOnce() + 'static) {
    let shared = consume_context::<Shared>();
    let asked = MaintenanceRequest::ChangeSchedule(Box::new(WorkScheduleChange { key, schedule, act: deed }));
    act.send(AdminRequest::Maintenance(asked), move |answer| {
        if let Some(found) = schedules(answer) {
            shared.toast(tr("schedule-set"));
            server.take(found);
            then();
        }
    });
}

fn schedules(answer: AdminResponse) -> Option<Found> {
    match answer {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Schedules(found) => Some(found),
            _ => None,
        },
        _ => None,
    }
}

/// The page.
#[component]
pub fn Schedules() -> Element {
    let shared = shared();
    let mut doing = use_signal(|| None::<Doing>);
    let mut is_waiting = use_signal(|| false);
    let turn = use_memo(move || if is_waiting() { (shared.now)().0 / AGAIN_MS } else { 0 });
    let server = use_server_view(
        move || {
            turn.read();
            AdminRequest::Maintenance(MaintenanceRequest::Schedules)
        },
        schedules,
    );
    use_effect(move || {
        let in_work = server.latest.read().as_ref().is_some_and(|found| found.schedules.iter().any(is_in_work));
        if *is_waiting.peek() != in_work {
            is_waiting.set(in_work);
        }
    });
    let latest = server.latest.read().clone();
    let close = move |()| {
        doing.set(None);
        server.again();
    };
    rsx! {
        div { class: "page narrow office maintenance",
            Head { here: Part::Schedules, title: tr("maintenance-schedules"),
                Button { label: tr("schedule-add"), kind: "primary", icon: "plus", disabled: is_away(), onclick: move |_| doing.set(Some(Doing::Edit(new_id(), None))) }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest.clone() {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "schedules", heights: vec![120, 120], onretry: move |()| server.again() } },
                Some(found) if found.schedules.is_empty() => rsx! {
                    Card {
                        Empty { icon: "calendar-clock", title: tr("schedules-none"), next: tr("schedules-none-next"),
                            Button { label: tr("schedule-add"), icon: "plus", disabled: is_away(), onclick: move |_| doing.set(Some(Doing::Edit(new_id(), None))) }
                        }
                    }
                },
                Some(found) => rsx! {
                    ul { class: "stack",
                        for row in found.schedules.iter().cloned() {
                            li { key: "{row.id}", "data-row": "{row.id}", Line { row: row.clone(), found: found.clone(), ondo: move |what| doing.set(Some(what)) } }
                        }
                    }
                },
            }
        }
        match (doing(), latest) {
            (Some(Doing::Edit(key, row)), Some(found)) => rsx! { Editor { of: key, row, found, server, onclose: close } },
            (Some(Doing::SetState(key, row, to)), _) => rsx! { SetState { of: key, row, to, server, onclose: close } },
            _ => rsx! {},
        }
    }
}

/// A schedule, with what can be done.
#[component]
fn Line(row: ScheduleRow, found: Found, ondo: EventHandler<Doing>) -> Element {
    let language = language();
    let (tone, icon) = words::look(row.state);
    let plan = &row.plan;
    let next: Vec<String> = row.next.iter().map(|due| words::due(*due, language)).collect();
    let whole = |n: u32| format::whole(i64::from(n), language);
    let (edit, other, end) = (row.clone(), row.clone(), row.clone());
    let to = if row.state == ScheduleState::Active { ScheduleState::Paused } else { ScheduleState::Active };
    let switch_icon = if to == ScheduleState::Paused { "pause" } else { "play" };
    rsx! {
        Card {
            div { class: "stack", "data-schedule": "{plan.name}",
                div { class: "row between wrap",
                    div { class: "grow",
                        p { class: "number", "{plan.name}" }
                        p { class: "muted small", {title(plan.work)} " · " {words::trigger(&plan.trigger, language)} }
                    }
                    if is_in_work(&row) {
                        StatusChip { tone: "info", icon: "hourglass", label: tr("schedule-in-work"), small: true }
                    }
                    StatusChip { tone, icon, label: tr(&format!("schedule-state-{}", row.state.as_str())), small: true }
                }
                p { class: "small", {words::selection(&plan.selection, &found)} " · " {tra("schedule-meters", &[("n", whole(row.meters))])} }
                if !next.is_empty() {
                    p { class: "small row wrap", Icon { name: "calendar-clock", size: "s" } span { {next.join(" · ")} } }
                }
                p { class: "muted small", {tra("schedule-waiting", &[("n", whole(row.waiting))])} " · " {tra("schedule-by", &[("name", row.author.clone())])} }
                if row.state != ScheduleState::Ended {
                    div { class: "row wrap actions",
                        Button { label: tr("schedule-edit"), icon: "pencil", kind: "quiet", disabled: is_away(), onclick: move |_| ondo.call(Doing::Edit(new_id(), Some(edit.clone()))) }
                        Button { label: tr(if to == ScheduleState::Paused { "schedule-pause" } else { "schedule-resume" }), kind: "quiet", disabled: is_away(),
                            icon: switch_icon,
                            onclick: move |_| ondo.call(Doing::SetState(new_id(), other.clone(), to)) }
                        Button { label: tr("schedule-end"), icon: "x", kind: "quiet", disabled: is_away(), onclick: move |_| ondo.call(Doing::SetState(new_id(), end.clone(), ScheduleState::Ended)) }
                    }
                }
            }
        }
    }
}

/// The question before a schedule is paused, goes on or ends.
#[component]
fn SetState(of: Uuid, row: ScheduleRow, to: ScheduleState, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let (word, kind, icon) = match to {
        ScheduleState::Active => ("schedule-resume", "primary", "play"),
        ScheduleState::Paused => ("schedule-pause", "primary", "pause"),
        ScheduleState::Ended => ("schedule-end", "danger", "x"),
    };
    let rows = vec![
        (tr("field-name"), row.plan.name.clone()),
        (tr("schedule-waiting-title"), format::whole(i64::from(row.waiting), language())),
    ];
    let (id, rev) = (row.id, row.rev);
    let go = move |()| {
        let deed = match to {
            ScheduleState::Active => ScheduleDeed::Resume { rev },
            ScheduleState::Paused => ScheduleDeed::Pause { rev },
            ScheduleState::Ended => ScheduleDeed::End { rev },
        };
        send(act, (of, id), deed, server, move || onclose.call(()));
    };
    rsx! {
        Confirm { title: tr(word), rows, note: tr(&format!("{word}-note")), label: tr(word), kind, icon, busy: act.is_busy(), refused: act.refused(),
            onyes: go, onback: move |()| onclose.call(()) }
    }
}
