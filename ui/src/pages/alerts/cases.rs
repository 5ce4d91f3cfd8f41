//! The section of cases: what somebody has to look into at a meter, above what there was to be notified of.

use crate::components::icon::icon;
use crate::components::shell::language;
use crate::components::status::{When, chip};
use crate::components::{Button, Card, Empty, Failed};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::alerts::case_words::{look_of_severity, of_severity, of_status, rate, title};
use crate::pages::alerts::cases_together::{Picked, Tick, Together, ZoneFilter};
use crate::pages::alerts::view::{AlertsView, Part, severity_of};
use crate::pages::exports::ExportButton;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::Millilitres;
use domain::people::Role;
use protocol::ui::exports::ExportedList;
use protocol::ui::{Answer, CaseRow, Cases, CasesQuery, Request};
use std::collections::BTreeSet;

/// Cases shown at first, and by which more are.
const FEW: u32 = 20;

/// The cases of an answer.
pub fn cases(answer: Answer) -> Option<Cases> {
    match answer {
        Answer::Cases(cases) => Some(cases),
        _ => None,
    }
}

/// The cases of a part of the page. Nothing is shown where there are none.
#[component]
pub fn CaseList(view: Signal<AlertsView>) -> Element {
    let mut view = view;
    let mut limit = use_signal(|| FEW);
    let picked = use_signal(BTreeSet::<Picked>::new);
    let (role, me) = (shared().role(), shared().user().map(|(id, _)| id));
    let is_admin = role == Some(Role::Admin);
    let is_open = view.read().part == Part::Open;
    let query = use_memo(move || {
        let AlertsView { part, kind, severity, zone, mine } = view();
        let assigned = me.filter(|_| mine);
        CasesQuery { open: part == Part::Open, kind, severity: severity.map(severity_of), zone, assigned, offset: 0, limit: 0 }
    });
    let load = use_answer(move || Request::Cases(CasesQuery { limit: limit(), ..query() }), cases);
    let title = if is_open { "cases-open" } else { "cases-past" };
    match &*load.read() {
        Load::Waiting => rsx! {},
        Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
        Load::Ready(found) if found.total == 0 && !view.read().is_narrowed() => rsx! {},
        Load::Ready(found) => rsx! {
            section { class: "card flush", "aria-label": tr(title),
                div { class: "bar row between wrap",
                    h2 { {tr(title)} }
                    if is_admin {
                        ZoneFilter { view }
                    }
                    if role != Some(Role::Customer) {
                        button { class: "pick", r#type: "button", "data-mine": "true", "aria-pressed": if view.read().mine { "true" } else { "false" },
                            onclick: move |_| view.with_mut(|view| view.mine = !view.mine),
                            {tr("cases-mine")}
                        }
                    }
                    span { class: "muted small", {format::whole(i64::from(found.total), language())} }
                    div { class: "bar-acts",
                        ExportButton { list: ExportedList::Cases(query()), matching: found.total }
                    }
                }
                if found.total == 0 {
                    Empty { icon: "search", title: tr("no-results"), next: tr(if view.read().mine { "cases-mine-none" } else { "cases-zone-none" }),
                        Button { label: tr("clear-filter"), icon: "x", onclick: move |_| view.with_mut(|view| (view.zone, view.mine) = (None, false)) }
                    }
                }
                if is_admin && is_open {
                    Together { rows: found.rows.clone(), picked }
                }
                div { class: "alert-list", role: "list",
                    for row in found.rows.iter() {
                        Line { key: "{row.case.connection}/{row.case.no}", row: row.clone(), picked: (is_admin && is_open).then_some(picked) }
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

/// A case; with a tick where several can be picked.
#[component]
fn Line(row: CaseRow, picked: Option<Signal<BTreeSet<Picked>>>) -> Element {
    let (ticked, is_own) = (row.clone(), is_own());
    let CaseRow { case, place, customer, serial, waiting, .. } = row;
    let (tone, picture) = look_of_severity(case.severity);
    let assigned = case.assigned.as_ref().map(|person| person.name.clone()).filter(|_| !is_own);
    let lost = (case.loss > Millilitres::ZERO)
        .then(|| tra("case-line", &[("rate", rate(case.rate, language())), ("loss", format::volume(case.loss, language()))]));
    // Two customers of one name are common: who looks into it needs the meter.
    let whose =
        if is_own { place } else { [customer, Some(place), serial].into_iter().flatten().collect::<Vec<_>>().join(" · ") };
    rsx! {
        div { class: if picked.is_some() { "alert-row pickable" } else { "alert-row" }, role: "listitem", "data-case": case.about().as_str(),
            "data-state": case.status.as_str(), "data-authorised": if case.authorised.is_some() { "true" },
            if let Some(picked) = picked {
                Tick { row: ticked, picked }
            }
            Link { class: "alert-press", to: Route::Case { connection: case.connection, no: case.no },
                span { class: "alert-mark {tone}", {icon(picture, "")} }
                span { class: "grow alert-words",
                    strong { {title(case.about())} }
                    span { class: "small", "{whose}" if let Some(lost) = lost { " · {lost}" } }
                    span { class: "row wrap",
                        {chip(tone, picture, &of_severity(case.severity), "small")}
                        {chip("", "search", &of_status(case.status), "small")}
                        if case.authorised.is_some() {
                            {chip("ok", "check", &tr("case-authorised"), "small")}
                        }
                        if let Some(assigned) = assigned {
                            {chip("", "user", &assigned, "small")}
                        }
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
