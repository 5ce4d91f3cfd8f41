//! One case: by which work it was authorised, what it costs, its hours beside the usual ones, what it was found by, what to look at, whose it is,
//! what people said, and one's own answer.

use crate::components::shell::language;
use crate::components::status::chip;
use crate::components::{Card, Empty, Failed, Icon, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::alerts::case_answer::Answers;
use crate::pages::alerts::case_assign::Assigned;
use crate::pages::alerts::case_chart::Hours;
use crate::pages::alerts::case_words::{checklist, evidence, look_of_severity, of_answer, of_severity, of_status, rate, title};
use crate::pages::alerts::cases::is_own;
use crate::pages::maintenance::words as work_words;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::{ConnectionId, Millilitres, TimeZone};
use protocol::sync::rows::{CaseStep, MeterCase, WorkOrder};
use protocol::ui::{Answer, CaseDetail, CaseName, CaseRow, Request};

fn detail(answer: Answer) -> Option<Option<Box<CaseDetail>>> {
    match answer {
        Answer::Case(detail) => Some(detail),
        _ => None,
    }
}

/// The page of a case.
#[component]
pub fn Case(connection: ConnectionId, no: u32) -> Element {
    let mut name = use_signal(|| CaseName { connection, no });
    if *name.peek() != (CaseName { connection, no }) {
        name.set(CaseName { connection, no });
    }
    let load = use_answer(move || Request::Case(name()), detail);
    rsx! {
        div { class: "page narrow alerts case",
            header { class: "page-head row",
                Link { class: "button quiet icon-only", to: Route::Alerts {}, "aria-label": tr("case-back"), Icon { name: "chevron-left" } }
                h1 { class: "grow",
                    match &*load.read() {
                        Load::Ready(Some(detail)) => title(detail.row.case.about()),
                        _ => tr("case-title"),
                    }
                }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![120, 200, 160] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(None) => rsx! {
                    Card {
                        Empty { icon: "search", title: tr("case-gone"), next: tr("case-gone-next"),
                            Link { class: "button secondary", to: Route::Alerts {}, {tr("case-back")} }
                        }
                    }
                },
                Load::Ready(Some(detail)) => rsx! { Found { detail: (**detail).clone() } },
            }
        }
    }
}

#[component]
fn Found(detail: CaseDetail) -> Element {
    let CaseDetail { row, hours, work } = detail;
    let now = (shared().now)();
    let case = row.case.clone();
    let why = evidence(&case.found, row.time_zone, now, language());
    rsx! {
        Head { row: row.clone() }
        if case.authorised.is_some() {
            Authorised { work, zone: row.time_zone }
        }
        if case.loss > Millilitres::ZERO {
            Loss { case: case.clone() }
        }
        if !hours.is_empty() {
            Hours { hours, case: case.clone(), zone: row.time_zone }
        }
        if let Some(why) = why {
            Card {
                h2 { {tr("case-why")} }
                p { "{why}" }
            }
        }
        if case.status.is_open() {
            Card {
                h2 { {tr("case-check")} }
                ol { class: "case-steps",
                    for (place , step) in checklist(case.about()).into_iter().enumerate() {
                        li { key: "{place}", "{step}" }
                    }
                }
            }
        }
        Assigned { row: row.clone() }
        Answers { row: row.clone() }
        if !case.history.is_empty() {
            History { steps: case.history.clone(), zone: row.time_zone }
        }
    }
}

/// Which one it is, how bad and how far.
#[component]
fn Head(row: CaseRow) -> Element {
    let CaseRow { case, place, customer, serial, time_zone, waiting, .. } = row;
    let now = (shared().now)();
    let (tone, picture) = look_of_severity(case.severity);
    let moment = |at| format::zoned_moment(at, now, time_zone, language());
    rsx! {
        Card {
            div { class: "row wrap",
                {chip(tone, picture, &of_severity(case.severity), "")}
                {chip("", "search", &of_status(case.status), "")}
                if case.authorised.is_some() {
                    {chip("ok", "check", &tr("case-authorised"), "")}
                }
                if waiting {
                    {chip("info", "arrow-up", &tr("op-waiting"), "")}
                }
            }
            p {
                if let Some(customer) = customer.filter(|_| !is_own()) {
                    strong { "{customer}" }
                    " · "
                }
                "{place}"
                if let Some(serial) = serial {
                    span { class: "muted", " · {serial}" }
                }
            }
            p { class: "muted small",
                {tra("case-began", &[("start", moment(case.start)), ("found", moment(case.opened_at))])}
                if let Some(over) = case.cleared_at.filter(|_| case.authorised.is_none()) {
                    " " {tra("case-over", &[("over", moment(over))])}
                }
            }
            if let Some(until) = case.normal_until.filter(|until| *until > now) {
                p { class: "small", {tra("case-normal-until", &[("day", format::date(time_zone.day_of(until), language()))])} }
            }
        }
    }
}

/// Why nobody has to look into it: who was at the meter, and when.
#[component]
fn Authorised(work: Option<WorkOrder>, zone: TimeZone) -> Element {
    let (now, language) = ((shared().now)(), language());
    let moment = |at| format::zoned_moment(at, now, zone, language);
    let said = work.map(|work| {
        let who = Some(work.begun_by).filter(|name| !name.is_empty()).or(work.technician.map(|person| person.name));
        let values = [
            ("work", work_words::title(work.work)),
            ("name", who.unwrap_or_else(|| tr("work-anybody"))),
            ("from", work.begun_at.map(moment).unwrap_or_default()),
            ("until", work.completed_at.or(work.cancelled_at).map_or_else(|| tr("work-still"), moment)),
        ];
        tra("case-authorised-by", &values)
    });
    rsx! {
        Card {
            h2 { {tr("case-authorised-title")} }
            p { "data-authorised": "true", {said.unwrap_or_else(|| tr("case-authorised-unknown"))} }
            p { class: "muted small", {tr("case-authorised-means")} }
        }
    }
}

/// What has run away and what that costs, beside a drawing of it.
#[component]
fn Loss(case: MeterCase) -> Element {
    let rate = rate(case.rate, language());
    let month = Millilitres(i64::from(case.rate) * 24 * 30);
    let is_running = case.status.is_open();
    rsx! {
        Card { class: "case-loss",
            svg { class: if is_running { "case-drip running" } else { "case-drip" }, view_box: "0 0 64 96", "aria-hidden": "true",
                path { class: "tap", d: "M10 8h28a14 14 0 0 1 14 14v12H38V24H10z" }
                path { class: "drop", d: "M45 40c5 8 9 12 9 18a9 9 0 0 1-18 0c0-6 4-10 9-18z" }
                ellipse { class: "pool", cx: "45", cy: "90", rx: "16", ry: "4" }
            }
            div { class: "grow stack",
                p { class: "muted small", {tr("case-lost")} }
                p { class: "number big", {format::volume(case.loss, language())} }
                if let Some(cost) = case.cost {
                    p { {tra("case-cost", &[("cost", cost.to_string())])} }
                }
                if is_running {
                    p { class: "small", {tra("case-rate", &[("rate", rate), ("month", format::volume(month, language()))])} }
                    if let Some(cost) = case.cost_month {
                        p { class: "small", {tra("case-cost-month", &[("cost", cost.to_string())])} }
                    }
                }
                p { class: "tiny muted", {tr("case-estimate")} }
            }
        }
    }
}

/// What people said to it.
#[component]
fn History(steps: Vec<CaseStep>, zone: TimeZone) -> Element {
    let now = (shared().now)();
    rsx! {
        Card {
            h2 { {tr("case-history")} }
            ul { class: "list",
                for (place , step) in steps.into_iter().enumerate() {
                    li { key: "{place}", "data-answer": step.answer.as_str(),
                        div { class: "grow stack", gap: "4px",
                            p { {of_answer(step.answer)} }
                            if !step.remark.is_empty() {
                                p { class: "small lines", "{step.remark}" }
                            }
                            p { class: "muted small", "{step.by} · " {format::zoned_moment(step.at, now, zone, language())} }
                        }
                    }
                }
            }
        }
    }
}
