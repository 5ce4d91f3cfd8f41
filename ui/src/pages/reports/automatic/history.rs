//! What was made: of which days, when, and what became of it. Its files are made on this device, of the report as it was stored then.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::states::explain;
use crate::components::status::chip;
use crate::components::{Button, Card, Empty, Icon, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::Refused;
use crate::pages::reports::automatic::words::state;
use crate::pages::reports::files::Files;
use crate::pages::reports::looking::ask;
use crate::pages::reports::words::{kind, picture};
use crate::state::shared;
use dioxus::prelude::*;
use domain::reports::RunState;
use protocol::core::problem::Code;
use protocol::reports::{ReportSchedules, RunAgain};
use protocol::sync::rows::ReportRun;
use protocol::ui::reports::{AutomaticRequest, Filled, RunAsked};
use protocol::ui::{AdminRequest, AdminResponse, ReportsRequest, ReportsResponse};
use uuid::Uuid;

/// The runs, the newest first.
#[component]
pub fn History(runs: Vec<ReportRun>, server: ServerView<ReportSchedules>) -> Element {
    let mut opened = use_signal(|| None::<(Uuid, Filled)>);
    rsx! {
        section { class: "stack wide", "aria-labelledby": "report-runs",
            h2 { id: "report-runs", {tr("report-runs")} }
            if runs.is_empty() {
                Card { Empty { icon: "history", title: tr("report-runs-none"), next: tr("report-runs-none-next") } }
            } else {
                ul { class: "card flush money-list", "aria-labelledby": "report-runs",
                    for run in runs {
                        Line { key: "{run.id}", run, server, onopen: move |of| opened.set(Some(of)) }
                    }
                }
            }
        }
        if let Some((id, filled)) = opened() {
            Files { id, filled, onclose: move |()| opened.set(None) }
        }
    }
}

#[component]
fn Line(run: ReportRun, server: ServerView<ReportSchedules>, onopen: EventHandler<(Uuid, Filled)>) -> Element {
    let shared = shared();
    let (now, language) = ((shared.now)(), language());
    let (act, sending) = (use_act(), use_sending());
    let mut refused = use_signal(|| None::<String>);
    let id = run.id;
    let open = move |_| {
        sending.once(async move {
            refused.set(None);
            let asked = RunAsked { id: bridge::new_id(), run: id };
            match ask(ReportsRequest::Run(asked)).await {
                Ok(ReportsResponse::Filled(filled)) => onopen.call((asked.id, *filled)),
                Ok(_) => {}
                Err(problem) if problem.code == Code::Unreachable => refused.set(Some(tr("report-run-offline"))),
                Err(problem) => refused.set(Some(explain(&problem))),
            }
        });
    };
    let again = move |_| {
        let asked = RunAgain { key: bridge::new_id(), run: id };
        act.send(AdminRequest::Automatic(AutomaticRequest::Again(asked)), move |answer| {
            if let AdminResponse::ReportSchedules(shown) = answer {
                server.take(*shown);
                shared.toast(tr("report-run-made-again"));
            }
        });
    };
    let is_made = run.state == RunState::Made;
    let about = match run.kind {
        Some(of) => format!("{} \u{b7} {}", kind(of), run.period.text(language)),
        None => run.period.text(language),
    };
    let made = tra("report-run-as-of", &[("time", format::moment(run.at, now, device_zone(), language))]);
    let runs_again = tra("report-run-again", &[("name", run.name.clone())]);
    let (tone, mark) = if is_made { ("ok", "check") } else { ("warn", "triangle-alert") };
    rsx! {
        li { "data-run": "{run.id}", "data-state": run.state.as_str(), class: "row wrap",
            span { class: "round", Icon { name: run.kind.map_or("file-chart-column", picture) } }
            div { class: "grow stack tight",
                span { class: "number", "{run.name}" }
                span { class: "small muted", "{about}" }
                span { class: "small muted", "{made}" }
                if run.missed > 0 {
                    span { class: "small", {tra("report-run-missed", &[("n", run.missed.to_string())])} }
                }
                Refused { text: refused().or_else(|| act.refused()) }
            }
            if run.again { {chip("info", "refresh-cw", &tr("report-run-again-mark"), "small")} }
            {chip(tone, mark, &state(run.state), "small")}
            if is_made {
                Button { label: tr("report-save"), icon: "download", busy: sending.is_busy(), onclick: open }
            }
            if run.kind.is_some() {
                button { class: "button quiet icon-only", r#type: "button", "aria-label": runs_again, disabled: is_away() || act.is_busy(),
                    onclick: again,
                    Icon { name: "refresh-cw" }
                }
            }
        }
    }
}
