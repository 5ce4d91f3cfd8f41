//! The schedules: what each makes, when it is due next, who gets it, and whether it is on.

use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::status::chip;
use crate::components::{Button, Card, Empty, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::reports::automatic::edit::{Edit, Editing};
use crate::pages::reports::automatic::words::timing;
use crate::pages::reports::words::{kind, picture};
use crate::state::shared;
use dioxus::prelude::*;
use domain::UserId;
use domain::reports::{ReportKind, ReportSource, ScheduleState};
use protocol::reports::{ReportSchedule, ReportSchedules, ScheduleChange};
use protocol::ui::reports::{AutomaticRequest, ReportDesk};
use protocol::ui::{AdminRequest, AdminResponse};

/// The list, with the form that is open over it.
#[component]
pub fn Schedules(shown: ReportSchedules, desk: ReportDesk, server: ServerView<ReportSchedules>) -> Element {
    let mut editing = use_signal(|| None::<Editing>);
    let language = language();
    let me = shared().user().map(|(id, _)| id);
    let add = move |_| editing.set(Some(Editing::new(me, language)));
    rsx! {
        section { class: "stack wide", "aria-labelledby": "report-schedules",
            div { class: "row between wrap",
                h2 { id: "report-schedules", {tr("report-schedules")} }
                if !shown.schedules.is_empty() {
                    Button { label: tr("report-schedule-new"), icon: "plus", kind: "primary", disabled: is_away(), onclick: add }
                }
            }
            p { class: "muted small", {tr("report-automatic-lead")} }
            if shown.schedules.is_empty() {
                Card {
                    Empty { icon: "calendar-clock", title: tr("report-schedules-none"), next: tr("report-schedules-none-next"),
                        Button { label: tr("report-schedule-new"), icon: "plus", kind: "primary", disabled: is_away(), onclick: add }
                    }
                }
            } else {
                ul { class: "card flush money-list", "aria-labelledby": "report-schedules",
                    for schedule in shown.schedules.clone() {
                        Line { key: "{schedule.id}", schedule, shown: shown.clone(), desk: desk.clone(), server,
                            onedit: move |of| editing.set(Some(of)) }
                    }
                }
            }
        }
        if let Some(what) = editing() {
            Edit { what, shown, desk, server, onclose: move |()| editing.set(None) }
        }
    }
}

/// What a schedule makes: the kind's name or the template's, and the picture.
fn source(of: &ReportSource, desk: &ReportDesk) -> (String, &'static str) {
    match of {
        ReportSource::Design(design) => (kind(design.kind), picture(design.kind)),
        ReportSource::Template(id) => match desk.templates.iter().find(|row| row.template.id == *id) {
            Some(row) => (row.template.content.name.clone(), picture(row.template.content.design.kind)),
            None => (tr("report-source-template"), "sticky-note"),
        },
    }
}

#[component]
fn Line(
    schedule: ReportSchedule,
    shown: ReportSchedules,
    desk: ReportDesk,
    server: ServerView<ReportSchedules>,
    onedit: EventHandler<Editing>,
) -> Element {
    let shared = shared();
    let (now, language, zone) = ((shared.now)(), language(), shown.time_zone);
    let act = use_act();
    let content = schedule.content.clone();
    let (made, picture) = source(&content.source, &desk);
    let is_on = content.state == ScheduleState::On;
    let name_of = |id: &UserId| shown.people.iter().find(|reader| reader.id == *id).map(|reader| reader.name.clone());
    let people: Vec<String> = content.recipients.iter().filter_map(name_of).collect();
    let next = match schedule.next_at {
        Some(at) => tra("report-due-next", &[("time", format::zoned_moment(at, now, zone, language))]),
        None => tr("report-due-never"),
    };
    let switch = {
        let schedule = schedule.clone();
        move |_| {
            let mut content = schedule.content.clone();
            content.state = if is_on { ScheduleState::Off } else { ScheduleState::On };
            let put = Some(Box::new(content));
            let change = ScheduleChange { key: new_id(), schedule: schedule.id, rev: schedule.rev, put };
            act.send(AdminRequest::Automatic(AutomaticRequest::Change(Box::new(change))), move |answer| {
                if let AdminResponse::ReportSchedules(shown) = answer {
                    server.take(*shown);
                }
            });
        }
    };
    let open = {
        let schedule = schedule.clone();
        move |_| onedit.call(Editing::of(&schedule))
    };
    let named = || [("name", content.name.clone())];
    let switches = tra(if is_on { "report-switch-off" } else { "report-switch-on" }, &named());
    let edits = tra("report-schedule-edit", &named());
    let (tone, mark, word) = if is_on { ("ok", "play", "report-schedule-on") } else { ("", "pause", "report-schedule-off") };
    let switch_icon = if is_on { "pause" } else { "play" };
    rsx! {
        li { "data-schedule": "{schedule.id}", "data-state": content.state.as_str(), class: "row wrap",
            span { class: "round", Icon { name: picture } }
            div { class: "grow stack tight",
                span { class: "number", "{content.name}" }
                span { class: "small muted", "{made} · " {timing(content.timing, zone)} }
                span { class: "small", "{next}" }
                span { class: "small muted",
                    {tra("report-for", &[("names", people.join(", "))])}
                    if content.email && shown.mails { " · " {tr("report-by-mail")} }
                }
                Refused { text: act.refused() }
            }
            {chip(tone, mark, &tr(word), "small")}
            button { class: "button quiet icon-only", r#type: "button", "aria-label": switches, disabled: is_away() || act.is_busy(), onclick: switch,
                Icon { name: switch_icon }
            }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": edits, disabled: is_away(), onclick: open,
                Icon { name: "pencil" }
            }
        }
    }
}

/// Whether a template can be made by itself.
pub fn is_offered(of: ReportKind) -> bool {
    ReportKind::SCHEDULED.contains(&of)
}
