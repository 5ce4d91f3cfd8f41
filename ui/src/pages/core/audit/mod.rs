//! Audit: who changed what, from what to what. The log is the server's; what was seen last stays on the screen when that is gone.

mod entry;
mod filters;

use crate::bridge;
use crate::components::shell::SyncMark;
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, Empty, Failed, Icon, Skeleton};
use crate::i18n::tr;
use crate::pages::people::customers::Panel;
use crate::state::shared;
use dioxus::prelude::*;
use domain::CustomerId;
use entry::Line;
use filters::Filters;
use protocol::Problem;
use protocol::core::audit::{AuditEntry, AuditPage, AuditPerson, AuditQuery};
use protocol::core::problem::Code;
use protocol::ui::{Answer, Phase, Request};

/// What has come of the log so far.
#[derive(Clone, Default, PartialEq)]
struct Seen {
    entries: Vec<AuditEntry>,
    next: Option<String>,
    people: Vec<AuditPerson>,
    kinds: Vec<String>,
    /// Whether an answer came since the filters were set; until then the entries are those of other filters.
    answered: bool,
}

impl Seen {
    fn take(&mut self, page: AuditPage, goes_on: bool) {
        if !goes_on {
            self.entries.clear();
        }
        self.entries.extend(page.entries);
        (self.next, self.people, self.kinds, self.answered) = (page.next, page.people, page.kinds, true);
    }
}

/// How the last question went.
#[derive(Clone, PartialEq)]
enum Asking {
    Waits,
    Came,
    Failed(Problem),
}

/// The admin's log.
#[component]
pub fn Audit() -> Element {
    let shared = shared();
    let query = use_signal(AuditQuery::default);
    let mut seen = use_signal(Seen::default);
    let mut asking = use_signal(|| Asking::Waits);
    let mut opened = use_signal(|| None::<CustomerId>);
    let live = use_memo(move || shared.sync.read().phase == Phase::Live);
    let ask = move |asked: AuditQuery| async move {
        asking.set(Asking::Waits);
        let goes_on = asked.after.is_some();
        let outcome = bridge::call(Request::Audit(asked.clone())).await;
        // An answer to filters that were changed meanwhile is nobody's.
        if (AuditQuery { after: None, ..asked }) != *query.peek() {
            return;
        }
        match outcome {
            Ok(Answer::Audit(page)) => {
                seen.with_mut(|seen| seen.take(*page, goes_on));
                asking.set(Asking::Came);
            }
            Ok(_) => asking.set(Asking::Failed(Problem::new(Code::Internal, "another answer"))),
            Err(problem) => asking.set(Asking::Failed(problem)),
        }
    };
    // Asked when the filters change, and when the server is back.
    use_resource(move || {
        live.read();
        let asked = query();
        async move {
            seen.with_mut(|seen| seen.answered = false);
            ask(asked).await;
        }
    });
    let more = move |_| {
        let asked = AuditQuery { after: seen.peek().next.clone(), ..query.peek().clone() };
        spawn(ask(asked));
    };
    let failed = match &*asking.read() {
        Asking::Failed(problem) => Some(problem.clone()),
        _ => None,
    };
    let waits = *asking.read() == Asking::Waits;
    let is_filtered = query() != AuditQuery::default();
    let now = seen.read();
    rsx! {
        div { class: "page narrow audit",
            header { class: "page-head row wrap",
                h1 { {tr("audit-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            Filters { query, people: now.people.clone(), kinds: now.kinds.clone() }
            if let Some(problem) = failed.clone().filter(|_| !now.entries.is_empty()) {
                Stale { problem, onretry: move |_| { spawn(ask(query.peek().clone())); } }
            }
            match (now.entries.is_empty(), failed) {
                (true, Some(problem)) if problem.code == Code::Unreachable => rsx! {
                    Card {
                        Empty { icon: "cloud-off", title: tr("audit-offline"), next: tr("audit-offline-next"),
                            Button { label: tr("try-again"), icon: "refresh-cw", onclick: move |_| { spawn(ask(query.peek().clone())); } }
                        }
                    }
                },
                (true, Some(problem)) => rsx! { Card { Failed { problem } } },
                (true, None) if waits => rsx! { Skeleton { heights: vec![96, 96, 96] } },
                (true, None) if is_filtered => rsx! {
                    Card {
                        Empty { icon: "search", title: tr("no-results"), next: tr("audit-no-results-next"),
                            Button { label: tr("clear-filter"), icon: "x", onclick: move |_| { let mut query = query; query.set(AuditQuery::default()); } }
                        }
                    }
                },
                (true, None) => rsx! {
                    Card { Empty { icon: "scroll-text", title: tr("audit-empty"), next: tr("audit-empty-next") } }
                },
                (false, _) => rsx! {
                    section { class: if waits && !now.answered { "card flush old" } else { "card flush" }, "aria-busy": if waits { "true" },
                        ul { class: "list audit-list",
                            for entry in now.entries.iter().cloned() {
                                Line { key: "{entry.op}", entry, query, onopen: move |customer| opened.set(Some(customer)) }
                            }
                        }
                        if now.next.is_some() {
                            div { class: "bar", Button { label: tr("audit-more"), kind: "quiet", icon: "chevron-down", busy: waits, onclick: more } }
                        }
                    }
                },
            }
        }
        if let Some(customer) = opened() {
            Dialog { title: tr("customer"), sheet: true, onclose: move |()| opened.set(None),
                Panel { key: "{customer}", customer, onclose: move |()| opened.set(None) }
            }
        }
    }
}

/// What is shown is what was seen last, and why.
#[component]
fn Stale(problem: Problem, onretry: EventHandler<MouseEvent>) -> Element {
    let (icon, text) = match problem.code {
        Code::Unreachable => ("cloud-off", tr("audit-stale")),
        _ => ("triangle-alert", explain(&problem)),
    };
    rsx! {
        div { class: "banner warn", role: "status",
            Icon { name: icon }
            p { class: "small grow", "{text}" }
            Button { label: tr("try-again"), kind: "quiet", icon: "refresh-cw", onclick: move |event| onretry.call(event) }
        }
    }
}
