//! The statement: every line with what it did to the credit and what was left, a page at a time.

use super::super::ask::office;
use super::super::words::say;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::tr;
use crate::pages::office::tariffs::signed;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ConnectionId;
use protocol::money::{Statement, StatementAsked};
use protocol::rows::StatementLine;
use protocol::ui::{OfficeAsked, OfficeTold};

/// The lines. What is loaded behind the first page goes when that changes: it may not follow on any more.
#[component]
pub fn Lines(connection: ConnectionId, first: Statement) -> Element {
    let shared = shared();
    let mut later = use_signal(Vec::<StatementLine>::new);
    let mut next = use_signal(|| first.next);
    let mut busy = use_signal(|| false);
    use_effect(use_reactive!(|first| {
        later.write().clear();
        next.set(first.next);
    }));
    let more = move |_| {
        let asked = StatementAsked { connection, before: next() };
        busy.set(true);
        spawn(async move {
            match office(OfficeAsked::Statement(asked)).await {
                Ok(OfficeTold::Statement(page)) => {
                    later.write().extend(page.lines);
                    next.set(page.next);
                }
                Ok(_) => {}
                Err(problem) => shared.toast(say(&problem)),
            }
            busy.set(false);
        });
    };
    if first.lines.is_empty() {
        return rsx! { p { class: "muted small", {tr("money-statement-none")} } };
    }
    rsx! {
        ul { class: "money-lines",
            for (place , line) in first.lines.iter().chain(later.read().iter()).enumerate() {
                Line { key: "{place}", line: line.clone() }
            }
        }
        if next().is_some() {
            Button { label: tr("audit-more"), kind: "quiet", icon: "chevron-down", busy: busy(), onclick: more }
        }
    }
}

#[component]
fn Line(line: StatementLine) -> Element {
    let (now, language) = ((shared().now)(), language());
    let month = line.month.map(|month| format!(" · {}", format::month(month, language))).unwrap_or_default();
    let tone = if line.amount.0 < 0 { "" } else { "ok-text" };
    rsx! {
        li { "data-line": "{line.kind}",
            div { class: "grow",
                p { class: "number small", {tr(&format!("line-{}", line.kind))} "{month}" }
                p { class: "muted tiny", {format::moment(line.at, now, device_zone(), language)} }
                if !line.reason.is_empty() {
                    p { class: "tiny row top", Icon { name: "sticky-note", size: "s" } "{line.reason}" }
                }
            }
            div { class: "end",
                p { class: "number {tone}", {signed(line.amount)} }
                p { class: "muted tiny", "{line.after}" }
            }
        }
    }
}
