//! Audit: who changed what, from what to what. The log is the server's; what was received last stays on the screen while it is out of reach.

mod entry;
mod export;
mod filters;
mod values;

use crate::bridge;
use crate::components::address::use_kept;
use crate::components::shell::SyncMark;
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, Empty, Failed, Icon, Skeleton};
use crate::i18n::tr;
use crate::pages::admin::ask::RequestState;
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
struct Log {
    entries: Vec<AuditEntry>,
    next: Option<String>,
    people: Vec<AuditPerson>,
    kinds: Vec<String>,
    /// Whether an answer came since the filters were set; until then the entries are those of other filters.
    answered: bool,
}

impl Log {
    fn take(&mut self, page: AuditPage, goes_on: bool) {
        if !goes_on {
            self.entries.clear();
        }
        self.entries.extend(page.entries);
        (self.next, self.people, self.kinds, self.answered) = (page.next, page.people, page.kinds, true);
    }
}

/// The log as it was received so far, and the state of the request for more of it. All signals: cheap to copy.
#[derive(Clone, Copy, PartialEq)]
struct LogView {
    query: Signal<AuditQuery>,
    log: Signal<Log>,
    state: Signal<RequestState>,
}

impl LogView {
    /// Requests the entries that the query describes, from its cursor on if it has one.
    async fn load(self, body: AuditQuery) {
        let Self { query, mut log, mut state } = self;
        state.set(RequestState::Waits);
        let goes_on = body.after.is_some();
        let outcome = bridge::call(Request::Audit(body.clone())).await;
        // An answer to filters that were changed meanwhile is nobody's.
        if (AuditQuery { after: None, ..body }) != *query.peek() {
            return;
        }
        match outcome {
            Ok(Answer::Audit(page)) => {
                log.with_mut(|log| log.take(*page, goes_on));
                state.set(RequestState::Came);
            }
            Ok(_) => state.set(RequestState::Failed(Problem::new(Code::Internal, "another answer"))),
            Err(problem) => state.set(RequestState::Failed(problem)),
        }
    }

    fn again(self) {
        spawn(self.load(self.query.peek().clone()));
    }

    fn more(self) {
        let after = self.log.peek().next.clone();
        spawn(self.load(AuditQuery { after, ..self.query.peek().clone() }));
    }
}

/// The log, requested when the filters change, and when the server is back.
fn use_log() -> LogView {
    let shared = shared();
    let view =
        LogView { query: use_kept::<AuditQuery>(), log: use_signal(Log::default), state: use_signal(|| RequestState::Waits) };
    let live = use_memo(move || shared.sync.read().phase == Phase::Live);
    use_resource(move || {
        live.read();
        let (body, mut log) = ((view.query)(), view.log);
        async move {
            log.with_mut(|log| log.answered = false);
            view.load(body).await;
        }
    });
    view
}

/// The admin's log.
#[component]
pub fn Audit() -> Element {
    let view = use_log();
    let mut opened = use_signal(|| None::<CustomerId>);
    let failed = match &*view.state.read() {
        RequestState::Failed(problem) => Some(problem.clone()),
        _ => None,
    };
    let log = view.log.read();
    rsx! {
        div { class: "page audit",
            header { class: "page-head row wrap",
                h1 { class: "grow", {tr("audit-title")} }
                Export { query: view.query }
                span { class: "only-phone", SyncMark {} }
            }
            Filters { query: view.query, people: log.people.clone(), kinds: log.kinds.clone() }
            if log.entries.is_empty() {
                NoEntries { view, failed }
            } else {
                if let Some(problem) = failed {
                    Stale { problem, onretry: move |_| view.again() }
                }
                Entries { view, onopen: move |customer| opened.set(Some(customer)) }
            }
        }
        if let Some(customer) = opened() {
            Dialog { title: tr("customer"), sheet: true, onclose: move |()| opened.set(None),
                Panel { key: "{customer}", customer }
            }
        }
    }
}

/// Saves all that the filters leave as a file.
#[component]
fn Export(query: Signal<AuditQuery>) -> Element {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let save = move |_| {
        if busy.replace(true) {
            return;
        }
        spawn(async move {
            let exported = export::export(query.peek().clone(), shared).await;
            shared.toast(exported.unwrap_or_else(|problem| explain(&problem)));
            busy.set(false);
        });
    };
    let away = shared.sync.read().phase == Phase::Offline;
    rsx! {
        Button { label: tr("audit-export"), icon: "download", busy: busy(), disabled: away, onclick: save }
    }
}

/// The entries received so far, and the way to more.
#[component]
fn Entries(view: LogView, onopen: EventHandler<CustomerId>) -> Element {
    let waits = *view.state.read() == RequestState::Waits;
    let log = view.log.read();
    rsx! {
        section { class: if waits && !log.answered { "card flush old" } else { "card flush" }, "aria-busy": if waits { "true" },
            div { class: "table-wrap", tabindex: "0", role: "region", "aria-label": tr("audit-title"),
                table { class: "table audit-table",
                    thead {
                        tr {
                            for name in ["time", "who", "kind", "record", "changes"] {
                                th { key: "{name}", class: "{name}", {tr(&format!("audit-column-{name}"))} }
                            }
                        }
                    }
                    tbody {
                        for (id , entry) in log.entries.iter().map(|entry| (format!("audit-{}-{}", entry.at.0, entry.op), entry.clone())) {
                            Line { key: "{id}-{entry.kind}", id, entry, query: view.query, onopen }
                        }
                    }
                }
            }
            if log.next.is_some() {
                div { class: "bar", Button { label: tr("audit-more"), kind: "quiet", icon: "chevron-down", busy: waits, onclick: move |_| view.more() } }
            }
        }
    }
}

/// Why there are no entries: not received yet, out of reach, filtered out, or none at all.
#[component]
fn NoEntries(view: LogView, failed: Option<Problem>) -> Element {
    let mut query = view.query;
    let waits = *view.state.read() == RequestState::Waits;
    let is_filtered = query() != AuditQuery::default();
    match failed {
        Some(problem) if problem.code == Code::Unreachable => rsx! {
            Card {
                Empty { icon: "cloud-off", title: tr("audit-offline"), next: tr("audit-offline-next"),
                    Button { label: tr("try-again"), icon: "refresh-cw", onclick: move |_| view.again() }
                }
            }
        },
        Some(problem) => rsx! { Card { Failed { problem, onretry: move |()| view.again() } } },
        None if waits => rsx! { Skeleton { heights: vec![36, 36, 36, 36, 36, 36] } },
        // A search reads a part of the log at a time.
        None if view.log.read().next.is_some() => rsx! {
            Card {
                Empty { icon: "search", title: tr("audit-none-yet"), next: tr("audit-none-yet-next"),
                    Button { label: tr("audit-search-on"), icon: "chevron-down", onclick: move |_| view.more() }
                }
            }
        },
        None if is_filtered => rsx! {
            Card {
                Empty { icon: "search", title: tr("no-results"), next: tr("audit-no-results-next"),
                    Button { label: tr("clear-filter"), icon: "x", onclick: move |_| query.set(AuditQuery::default()) }
                }
            }
        },
        None => rsx! {
            Card { Empty { icon: "scroll-text", title: tr("audit-empty"), next: tr("audit-empty-next") } }
        },
    }
}

/// Why the shown entries are not the newest.
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
