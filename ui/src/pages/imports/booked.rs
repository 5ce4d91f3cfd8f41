//! What became of opening balances at the server: booked, waiting for a second admin, declined, taken back. A device knows none of it by itself.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, Stale, use_server_view};
use crate::pages::{FinancePart, FinanceView};
use dioxus::prelude::*;
use protocol::sales::openings::{OpeningSum, OpeningsAsked};
use protocol::ui::imports::Import;
use protocol::ui::{AdminRequest, AdminResponse};
use std::rc::Rc;

/// The sums of an import, asked for again whenever more of it was sent.
#[component]
pub fn Booked(import: ReadSignal<Rc<Import>>) -> Element {
    let sent = use_memo(move || {
        let import = import.read();
        (import.line.id, import.sent.applied)
    });
    let server = use_server_view(
        move || AdminRequest::Openings(OpeningsAsked { import: sent().0 }),
        |response| match response {
            AdminResponse::Openings(sums) => Some(sums),
            _ => None,
        },
    );
    let Some(sums) = *server.latest.read() else {
        return rsx! { Gap { asking: server.asking.read().clone(), what: "openings", heights: vec![96], onretry: move |()| server.again() } };
    };
    let part = |word, tone, icon, sum: OpeningSum| (word, tone, icon, sum.count, sum.amount);
    let parts = [
        part("booked", "ok", "check", sums.booked),
        part("waiting", "warn", "hourglass", sums.waiting),
        part("declined", "danger", "x", sums.declined),
        part("taken_back", "", "undo-2", sums.taken_back),
    ];
    rsx! {
        if let Some(old) = server.old() {
            Stale { old, onretry: move |()| server.again() }
        }
        div { class: "import-sent", role: "status", "aria-label": tr("openings-at-server"),
            for (word , tone , icon , count , amount) in parts {
                div { key: "{word}", class: "stat", "data-openings": word,
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(&format!("opening-state-{word}"))} }
                    span { class: "value", {format::whole(count, language())} }
                    if count > 0 {
                        span { class: "muted small", "{amount}" }
                    }
                }
            }
        }
        if sums.waiting.count > 0 {
            div { class: "banner", role: "status",
                Icon { name: "hourglass" }
                p { class: "grow small", {tra("openings-wait", &[("n", format::whole(sums.waiting.count, language()))])} }
                Link { class: "button secondary", to: FinanceView::address_of(FinancePart::Openings), {tr("openings-see")} }
            }
        }
    }
}
