//! The statement: every line with what it did to the credit and what was left, a page at a time.

use crate::components::Icon;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::tr;
use crate::pages::admin::later::{More, use_later};
use crate::pages::billing::tariffs::signed;
use crate::state::shared;
use dioxus::prelude::*;
use domain::ConnectionId;
use protocol::sales::money::{Statement, StatementAsked};
use protocol::sync::rows::StatementLine;
use protocol::ui::AdminRequest;

/// The lines.
#[component]
pub fn Lines(connection: ConnectionId, first: Statement) -> Element {
    let later = use_later(first.clone());
    if first.lines.is_empty() {
        return rsx! { p { class: "muted small", {tr("money-statement-none")} } };
    }
    rsx! {
        ul { class: "money-lines",
            for line in first.lines.iter().chain(later.read().iter().flat_map(|page| &page.lines)) {
                Line { key: "{line.no}", line: line.clone() }
            }
        }
        More { first, later, ask: move |before| AdminRequest::Statement(StatementAsked { connection, before: Some(before) }) }
    }
}

#[component]
fn Line(line: StatementLine) -> Element {
    let (now, language) = ((shared().now)(), language());
    let month = line.month.map(|month| format!(" · {}", format::month(month, language))).unwrap_or_default();
    let tone = if line.amount.0 < 0 { "" } else { "ok-text" };
    rsx! {
        li { "data-row": "{line.no}", "data-line": "{line.kind}",
            div { class: "grow",
                p { class: "number small", {tr(&format!("line-{}", line.kind))} "{month}" }
                p { class: "muted tiny", {format::zoned_moment(line.at, now, device_zone(), language)} }
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
