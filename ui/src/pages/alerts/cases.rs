//! The section of cases: what somebody has to look into at a meter, above what there was to be notified of.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::status::{When, chip};
use crate::components::{Button, Card, Failed};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::alerts::case_words::{look_of_severity, of_severity, of_status, rate, title};
use crate::pages::alerts::view::{AlertsView, Part};
use crate::pages::exports::ExportButton;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::alerts::kinds::Severity as Urgency;
use domain::leaks::Severity;
use domain::people::Role;
use protocol::ui::exports::ExportedList;
use protocol::ui::{Answer, CaseRow, Cases, CasesQuery, Request};

/// Cases shown at first, and by which more are.
const FEW: u32 = 20;

fn cases(answer: Answer) -> Option<Cases> {
    match answer {
        Answer::Cases(cases) => Some(cases),
        _ => None,
    }
}

/// How bad a case is of which somebody is notified as urgently as this.
const fn severity_of(urgency: Urgency) -> Severity {
    match urgency {
        Urgency::Info => Severity::Minor,
        Urgency::Warning => Severity::Moderate,
        Urgency::Critical => Severity::Severe,
    }
}

/// The cases of a part of the page. Nothing is shown where there are none.
#[component]
pub fn CaseList(view: Signal<AlertsView>) -> Element {
    let mut limit = use_signal(|| FEW);
    let query = use_memo(move || {
        let AlertsView { part, kind, severity } = view();
        CasesQuery { open: part == Part::Open, kind, severity: severity.map(severity_of), offset: 0, limit: 0 }
    });
    let load = use_answer(move || Request::Cases(CasesQuery { limit: limit(), ..query() }), cases);
    let title = if view.read().part == Part::Open { "cases-open" } else { "cases-past" };
    match &*load.read() {
        Load::Waiting => rsx! {},
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(found) if found.total == 0 => rsx! {},
        Load::Ready(found) => rsx! {
            section { class: "card flush", "aria-label": tr(title),
                div { class: "bar row between",
                    h2 { {tr(title)} }
                    span { class: "muted small", {format::whole(i64::from(found.total), language())} }
                    div { class: "bar-acts",
                        ExportButton { list: ExportedList::Cases(query()), matching: found.total }
                    }
                }
                div { class: "alert-list", role: "list",
                    for row in found.rows.iter() {
                        Line { key: "{row.case.connection}/{row.case.no}", row: row.clone() }
                    }
                }
                if found.total as usize > found.rows.len() {
                    div { class: "bar",
                        Button { label: tra("fact-more", &[("n", (found.total as usize - found.rows.len()).to_string())]), kind: "quiet", full: true,
                            onclick: move |_| limit += FEW }
                    }
                }
            }
        },
    }
}

/// Whether the cases are those of whoever is signed in: then their customer's name says nothing new.
pub fn is_own() -> bool {
    shared().role() == Some(Role::Customer)
}

#[component]
fn Line(row: CaseRow) -> Element {
    let CaseRow { case, place, customer, waiting, .. } = row;
    let (tone, picture) = look_of_severity(case.severity);
    let lost = (case.loss > Millilitres::ZERO)
        .then(|| tra("case-line", &[("rate", rate(case.rate, language())), ("loss", format::volume(case.loss, language()))]));
    let whose = match customer.filter(|_| !is_own()) {
        Some(customer) => format!("{customer} · {place}"),
        None => place,
    };
    rsx! {
        div { class: "alert-row", role: "listitem", "data-case": case.cause.as_str(), "data-state": case.status.as_str(),
            Link { class: "alert-press", to: Route::Case { connection: case.connection, no: case.no },
                span { class: "alert-mark {tone}", {icon(picture, "")} }
                span { class: "grow alert-words",
                    strong { {title(case.cause)} }
                    span { class: "small", "{whose}" if let Some(lost) = lost { " · {lost}" } }
                    span { class: "row wrap",
                        {chip(tone, picture, &of_severity(case.severity), "small")}
                        {chip("", "search", &of_status(case.status), "small")}
                        if waiting {
                            {chip("info", "arrow-up", &tr("op-waiting"), "small")}
                        }
                        When { at: case.start }
                    }
                }
                {icon("chevron-right", "s")}
            }
        }
    }
}
