//! Otomatis: reports that are made by themselves, and those that were made. Schedules are the server's; what was made for this user is on the
//! device as well, so that it is listed without a network, and each report that was opened once can be opened again.

mod edit;
mod history;
mod schedules;
mod words;

use crate::pages::admin::ask::{Gap, Stale, use_server_view};
use crate::pages::reports::automatic::history::History;
use crate::pages::reports::automatic::schedules::Schedules;
use dioxus::prelude::*;
use protocol::reports::ReportSchedules;
use protocol::sync::rows::ReportRun;
use protocol::ui::reports::{AutomaticRequest, ReportDesk};
use protocol::ui::{AdminRequest, AdminResponse};
use std::cmp::Reverse;

/// What the server answers.
fn schedules_of(response: AdminResponse) -> Option<ReportSchedules> {
    match response {
        AdminResponse::ReportSchedules(of) => Some(*of),
        _ => None,
    }
}

/// Schedules and runs.
#[component]
pub fn Automatic(desk: ReportDesk) -> Element {
    let server = use_server_view(|| AdminRequest::Automatic(AutomaticRequest::Shown), schedules_of);
    let latest = server.latest.read().clone();
    let runs = merged(latest.as_ref().map(|shown| shown.runs.as_slice()).unwrap_or_default(), &desk.runs);
    rsx! {
        if let Some(shown) = latest {
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            Schedules { shown, desk, server }
            History { runs, server }
        } else {
            Gap { asking: server.asking.read().clone(), what: "report-automatic", heights: vec![200, 320], onretry: move |()| server.again() }
            if !runs.is_empty() {
                History { runs, server }
            }
        }
    }
}

/// What the server has listed and what this device holds, the newest first.
fn merged(of_server: &[ReportRun], of_device: &[ReportRun]) -> Vec<ReportRun> {
    let only_here = of_device.iter().filter(|run| !of_server.iter().any(|other| other.id == run.id));
    let mut all: Vec<ReportRun> = of_server.iter().chain(only_here).cloned().collect();
    all.sort_by_key(|run| Reverse((run.at, run.id)));
    all
}
