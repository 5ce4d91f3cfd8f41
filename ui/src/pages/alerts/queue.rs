//! Antrean kirim: how many deliveries there are of what, by who hands them on, and what could not be sent.

use crate::components::shell::language;
use crate::components::{Card, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::tr;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use crate::pages::alerts::dead_letters::Letters;
use crate::pages::alerts::words::of_provider;
use dioxus::prelude::*;
use domain::alerts::kinds::{DeliveryState, Provider};
use protocol::alerts::{AlertQueue, DeadLettersAsked};
use protocol::ui::{AdminRequest, AdminResponse};

/// The columns: a word each, and the states that it takes together.
const COLUMNS: [(&str, &[DeliveryState]); 5] = [
    ("waiting", &[DeliveryState::Queued, DeliveryState::Leased]),
    ("failed", &[DeliveryState::Failed]),
    ("sent", &[DeliveryState::Sent]),
    ("dead", &[DeliveryState::Dead]),
    ("cancelled", &[DeliveryState::Cancelled]),
];

/// How many there are of a provider in some states.
fn count(queue: &AlertQueue, provider: Provider, states: &[DeliveryState]) -> i64 {
    let is_of = |of: &&protocol::alerts::DeliveryCount| of.provider == provider && states.contains(&of.state);
    queue.counts.iter().filter(is_of).map(|of| of.count).sum()
}

/// The delivery queue.
#[component]
pub fn Queue() -> Element {
    let numbers = use_server_view(
        || AdminRequest::AlertQueue,
        |response| match response {
            AdminResponse::AlertQueue(queue) => Some(queue),
            _ => None,
        },
    );
    let dead = use_server_view(
        || AdminRequest::DeadLetters(DeadLettersAsked::default()),
        |response| match response {
            AdminResponse::DeadLetters(letters) => Some(letters),
            _ => None,
        },
    );
    let again = move |()| {
        numbers.again();
        dead.again();
    };
    let (queue, letters) = (numbers.latest.read().clone(), dead.latest.read().clone());
    let has_numbers = queue.is_some();
    rsx! {
        if let Some(old) = numbers.old().or(dead.old()) {
            Stale { old, onretry: again }
        }
        if is_away() {
            p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("alerts-queue-away")} }
        }
        match queue {
            None => rsx! { Gap { asking: numbers.asking.read().clone(), what: "alerts-queue", heights: vec![140, 200], onretry: again } },
            Some(queue) => rsx! { Numbers { queue } },
        }
        match letters {
            // Where both cannot be had, the reason and the way to try again are there once.
            None if has_numbers => rsx! { Gap { asking: dead.asking.read().clone(), what: "alerts-queue", heights: vec![200], onretry: again } },
            None => rsx! {},
            Some(letters) => rsx! {
                section { class: "stack wide", "aria-labelledby": "dead-head",
                    h2 { id: "dead-head", {tr("alerts-dead")} }
                    p { class: "muted small", {tr("alerts-dead-lead")} }
                    if letters.letters.is_empty() {
                        Card { Empty { icon: "check", title: tr("alerts-dead-none"), next: tr("alerts-dead-none-next") } }
                    } else {
                        Letters { first: letters, onagain: again }
                    }
                }
            },
        }
    }
}

/// The queue in numbers; a provider that neither is set up nor was is left out.
#[component]
fn Numbers(queue: AlertQueue) -> Element {
    let language = language();
    let is_there =
        |provider: &&Provider| queue.providers.contains(provider) || queue.counts.iter().any(|of| of.provider == **provider);
    let providers: Vec<_> = Provider::ALL.iter().filter(is_there).copied().collect();
    if providers.is_empty() {
        return rsx! { Card { Empty { icon: "bell", title: tr("alerts-queue-none"), next: tr("alerts-queue-none-next") } } };
    }
    rsx! {
        section { class: "card flush", "aria-labelledby": "queue-head",
            div { class: "bar", h2 { id: "queue-head", {tr("alerts-queue")} } }
            div { class: "table-wrap", tabindex: "0", role: "region", "aria-labelledby": "queue-head",
                table { class: "table alert-queue",
                    thead {
                        tr {
                            th { scope: "col", {tr("alerts-provider")} }
                            for (name , _) in COLUMNS {
                                th { key: "{name}", scope: "col", class: "end", {tr(&format!("alerts-state-{name}"))} }
                            }
                        }
                    }
                    tbody {
                        for provider in providers {
                            tr { key: "{provider.as_str()}", "data-provider": provider.as_str(),
                                th { scope: "row",
                                    {of_provider(provider)}
                                    if !queue.providers.contains(&provider) {
                                        " "
                                        StatusChip { tone: "", icon: "circle-slash", label: tr("alerts-not-set-up"), small: true }
                                    }
                                }
                                for (name , states) in COLUMNS {
                                    td { key: "{name}", class: "end", "data-state": name, {format::whole(count(&queue, provider, states), language)} }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
