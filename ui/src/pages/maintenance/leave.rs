//! Pemeliharaan → Cuti: the days on which each technician does not work. Whoever plans is warned of them; no work moves because of them.

use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Empty, Select, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Confirm, DayEntry, Entry, Refused};
use crate::pages::maintenance::parts::{Head, Part};
use crate::state::shared;
use dioxus::prelude::*;
use domain::maintenance::leave::{LeaveDays, LeaveKind};
use domain::{LocalDay, UserId};
use protocol::maintenance::leave::{LONGEST_REMARK, LeaveChange, LeaveDeed, LeaveRow, WorkLeave as Found};
use protocol::ui::{AdminRequest, AdminResponse, MaintenanceRequest, MaintenanceResponse};
use uuid::Uuid;

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Enter(Uuid),
    Remove(Uuid, LeaveRow),
}

/// The leave of technicians, as the server has it.
pub fn leave(answer: AdminResponse) -> Option<Found> {
    match answer {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Leave(found) => Some(found),
            _ => None,
        },
        _ => None,
    }
}

fn asked(key: Uuid, leave: Uuid, absence: LeaveDeed) -> AdminRequest {
    AdminRequest::Maintenance(MaintenanceRequest::ChangeLeave(Box::new(LeaveChange { key, leave, absence })))
}

/// `1 Des 2026 – 4 Des 2026`, and how many days that is.
fn span(days: LeaveDays) -> String {
    let language = language();
    let count = tra("leave-days", &[("n", days.days().to_string())]);
    if days.from == days.until {
        return format!("{} · {count}", format::date(days.from, language));
    }
    format!("{} – {} · {count}", format::date(days.from, language), format::date(days.until, language))
}

fn kind_of(kind: LeaveKind) -> String {
    tr(&format!("leave-kind-{}", kind.as_str()))
}

/// Leave by technician, by name: what is not over, the earliest first.
fn by_technician(found: &Found) -> Vec<(UserId, String, Vec<LeaveRow>)> {
    let mut all: Vec<(UserId, String, Vec<LeaveRow>)> = Vec::new();
    for row in found.leaves.iter().filter(|row| row.days.until >= found.today) {
        match all.iter_mut().find(|(id, ..)| *id == row.technician) {
            Some((.., rows)) => rows.push(row.clone()),
            None => all.push((row.technician, row.name.clone(), vec![row.clone()])),
        }
    }
    all.sort_by(|one, other| (&one.1, one.0).cmp(&(&other.1, other.0)));
    all
}

/// The page.
#[component]
pub fn WorkLeave() -> Element {
    let mut doing = use_signal(|| None::<Doing>);
    let server = use_server_view(|| AdminRequest::Maintenance(MaintenanceRequest::Leave), leave);
    let latest = server.latest.read().clone();
    let close = move |()| {
        doing.set(None);
        server.again();
    };
    let enter = move |_: MouseEvent| doing.set(Some(Doing::Enter(new_id())));
    let may_enter = latest.as_ref().is_some_and(|found| !found.technicians.is_empty());
    rsx! {
        div { class: "page narrow office maintenance",
            Head { here: Part::Leave, title: tr("maintenance-leave"),
                Button { label: tr("leave-enter"), kind: "primary", icon: "plus", disabled: is_away() || !may_enter, onclick: enter }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest.clone() {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "work-leave", heights: vec![160], onretry: move |()| server.again() } },
                Some(found) if by_technician(&found).is_empty() => rsx! {
                    Card {
                        Empty { icon: "calendar-check", title: tr("leave-none"), next: tr(if may_enter { "leave-none-next" } else { "leave-nobody" }),
                            if may_enter {
                                Button { label: tr("leave-enter"), icon: "plus", disabled: is_away(), onclick: enter }
                            }
                        }
                    }
                },
                Some(found) => rsx! {
                    p { class: "muted small", {tr("leave-lead")} }
                    for (id , name , rows) in by_technician(&found) {
                        Person { key: "{id}", name, rows, today: found.today, ondo: move |what| doing.set(Some(what)) }
                    }
                },
            }
        }
        match (doing(), latest) {
            (Some(Doing::Enter(key)), Some(found)) => rsx! { Enter { of: key, found, server, onclose: close } },
            (Some(Doing::Remove(key, row)), _) => rsx! { Remove { of: key, row, server, onclose: close } },
            _ => rsx! {},
        }
    }
}

/// A technician's leave.
#[component]
fn Person(name: String, rows: Vec<LeaveRow>, today: LocalDay, ondo: EventHandler<Doing>) -> Element {
    rsx! {
        Card { class: "wide",
            h2 { "{name}" }
            ul { class: "list", "aria-label": "{name}",
                for row in rows {
                    li { key: "{row.id}", "data-leave": "{row.name}",
                        div { class: "grow",
                            p { {span(row.days)} }
                            if !row.remark.is_empty() {
                                p { class: "muted small", "{row.remark}" }
                            }
                        }
                        if row.days.has(today) {
                            StatusChip { tone: "warn", icon: "clock", label: tr("leave-now"), small: true }
                        }
                        StatusChip { tone: "info", icon: "calendar-clock", label: kind_of(row.kind), small: true }
                        Button { label: tr("leave-remove"), kind: "quiet", icon: "trash-2", disabled: is_away(),
                            onclick: { let row = row.clone(); move |_| ondo.call(Doing::Remove(new_id(), row.clone())) } }
                    }
                }
            }
        }
    }
}

/// Another leave. Its identifier is the key by which it is entered once.
#[component]
fn Enter(of: Uuid, found: Found, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let (act, shared) = (use_act(), shared());
    let mut whose = use_signal(|| found.technicians.first().map(|person| person.id));
    let mut kind = use_signal(|| LeaveKind::Annual);
    let mut from = use_signal(|| None::<LocalDay>);
    let mut until = use_signal(|| None::<LocalDay>);
    let mut remark = use_signal(String::new);
    let mut tried = use_signal(|| false);
    // One day where no last one is said.
    let days = from().map(|from| LeaveDays { from, until: until().unwrap_or(from) });
    let no_day = from().is_none().then(|| tr("leave-no-day"));
    let wrong = days.is_some_and(|days| !days.is_possible()).then(|| tr("refused-leave_days"));
    let long = (remark.read().trim().chars().count() > LONGEST_REMARK).then(|| tr("refused-leave_remark"));
    let right = days.filter(|_| no_day.is_none() && wrong.is_none() && long.is_none()).zip(whose());
    let people: Vec<_> = found.technicians.iter().map(|of| (of.id.to_string(), of.name.clone())).collect();
    let kinds: Vec<_> = LeaveKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), kind_of(*kind))).collect();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some((days, technician)) = right else { return };
        let deed = LeaveDeed::Enter { technician, days, kind: kind(), remark: remark.read().trim().to_owned() };
        act.send(asked(of, of, deed), move |answer| {
            if let Some(found) = leave(answer) {
                shared.toast(tr("leave-entered"));
                server.take(found);
                onclose.call(());
            }
        });
    };
    rsx! {
        Dialog { title: tr("leave-enter"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { id: "leave-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("leave-enter-lead")} }
                Summary { wrong: misses(tried(), [("leave-from", no_day.clone()), ("leave-until", wrong.clone()), ("leave-remark", long.clone())]) }
                div { class: "form-grid",
                    div { class: "field", "data-of": "technician",
                        span { class: "label", "aria-hidden": "true", {tr("field-technician")} }
                        Select { label: tr("field-technician"), choices: people, chosen: whose().map(|id| id.to_string()).unwrap_or_default(),
                            onchoose: move |word: String| whose.set(word.parse().ok()) }
                    }
                    div { class: "field", "data-of": "kind",
                        span { class: "label", "aria-hidden": "true", {tr("leave-kind")} }
                        Select { label: tr("leave-kind"), choices: kinds, chosen: kind().as_str().to_owned(),
                            onchoose: move |word: String| if let Some(of) = LeaveKind::from_word(&word) { kind.set(of) } }
                    }
                }
                div { class: "form-grid",
                    DayEntry { id: "leave-from", label: tr("leave-from"), value: from(), error: no_day.filter(|_| tried()), onchoose: move |day| from.set(day) }
                    DayEntry { id: "leave-until", label: tr("leave-until"), value: until(), first: from(), error: wrong.filter(|_| tried()), onchoose: move |day| until.set(day) }
                }
                Entry { id: "leave-remark", label: tr("leave-remark"), value: remark(), error: long.filter(|_| tried()), oninput: move |text| remark.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("leave-enter"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The question before a leave is removed.
#[component]
fn Remove(of: Uuid, row: LeaveRow, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let (act, shared) = (use_act(), shared());
    let rows = vec![
        (tr("field-technician"), row.name.clone()),
        (tr("leave-kind"), kind_of(row.kind)),
        (tr("field-leave"), span(row.days)),
    ];
    let id = row.id;
    let go = move |()| {
        act.send(asked(of, id, LeaveDeed::Remove), move |answer| {
            if let Some(found) = leave(answer) {
                shared.toast(tr("leave-removed"));
                server.take(found);
                onclose.call(());
            }
        });
    };
    rsx! {
        Confirm { title: tr("leave-remove-title"), rows, note: tr("leave-remove-note"), label: tr("leave-remove"), kind: "danger", icon: "trash-2", busy: act.is_busy(), refused: act.refused(),
            onyes: go, onback: move |()| onclose.call(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: u128, name: &str, from: i32, until: i32) -> LeaveRow {
        LeaveRow {
            id: Uuid::from_u128(u128::from(from.unsigned_abs())),
            technician: UserId(Uuid::from_u128(id)),
            name: name.into(),
            days: LeaveDays { from: LocalDay(from), until: LocalDay(until) },
            kind: LeaveKind::Annual,
            remark: String::new(),
        }
    }

    #[test]
    fn leave_is_listed_by_technician_without_what_is_over() {
        let leaves = vec![row(2, "Sari", 10, 19), row(2, "Sari", 18, 20), row(1, "Budi", 21, 22), row(2, "Sari", 30, 31)];
        let found = Found { leaves, technicians: Vec::new(), today: LocalDay(20) };
        let listed: Vec<_> = by_technician(&found)
            .into_iter()
            .map(|(_, name, rows)| (name, rows.iter().map(|row| row.days.from.0).collect::<Vec<_>>()))
            .collect();
        assert_eq!(listed, [("Budi".to_owned(), vec![21]), ("Sari".to_owned(), vec![18, 30])]);
    }
}
