//! Pemeliharaan → Langganan: addresses at which other programs read work as a calendar. An address is shown once, when it is made.

use crate::bridge;
use crate::bridge::new_id;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Empty, Icon, Select};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Confirm, Entry, Refused};
use crate::pages::maintenance::announce::zones as zones_of;
use crate::pages::maintenance::parts::{Head, Part};
use crate::state::shared;
use dioxus::prelude::*;
use domain::maintenance::schedule::plan::NAME;
use protocol::maintenance::feeds::{CalendarFeeds, FeedChange, FeedDeed, FeedOf, FeedRow};
use protocol::ui::{AdminRequest, AdminResponse, MaintenanceRequest, MaintenanceResponse};
use uuid::Uuid;

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Make(Uuid),
    Revoke(Uuid, FeedRow),
    Made(String),
}

fn feeds(answer: AdminResponse) -> Option<CalendarFeeds> {
    match answer {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Feeds(found) => Some(found),
            _ => None,
        },
        _ => None,
    }
}

fn asked(key: Uuid, feed: Uuid, deed: FeedDeed) -> AdminRequest {
    AdminRequest::Maintenance(MaintenanceRequest::ChangeFeed(FeedChange { key, feed, access: deed }))
}

/// Whose work it has.
fn whose(row: &FeedRow) -> String {
    match row.of {
        FeedOf::Technician { .. } => tra("feed-of-technician", &[("name", row.of_name.clone())]),
        FeedOf::Zone { .. } => tra("feed-of-zone", &[("name", row.of_name.clone())]),
        FeedOf::Utility => tr("feed-of-all"),
    }
}

/// The page.
#[component]
pub fn WorkFeeds() -> Element {
    let mut doing = use_signal(|| None::<Doing>);
    let server = use_server_view(|| AdminRequest::Maintenance(MaintenanceRequest::Feeds), feeds);
    let latest = server.latest.read().clone();
    let close = move |()| {
        doing.set(None);
        server.again();
    };
    let make = move |_: MouseEvent| doing.set(Some(Doing::Make(new_id())));
    rsx! {
        div { class: "page narrow office maintenance",
            Head { here: Part::Feeds, title: tr("maintenance-feeds"),
                Button { label: tr("feed-make"), kind: "primary", icon: "plus", disabled: is_away(), onclick: make }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "feeds", heights: vec![120], onretry: move |()| server.again() } },
                Some(found) if found.feeds.is_empty() => rsx! {
                    Card {
                        Empty { icon: "calendar-clock", title: tr("feeds-none"), next: tr("feeds-none-next"),
                            Button { label: tr("feed-make"), icon: "plus", disabled: is_away(), onclick: make }
                        }
                    }
                },
                Some(found) => rsx! {
                    p { class: "muted small", {tr("feeds-lead")} }
                    Card { class: "wide",
                        ul { class: "list", "aria-label": tr("maintenance-feeds"),
                            for row in found.feeds.iter().cloned() {
                                li { key: "{row.id}", "data-feed": "{row.name}",
                                    div { class: "grow",
                                        p { "{row.name}" }
                                        p { class: "muted small", {whose(&row)} " · {row.author} · " {format::date(device_zone().day_of(row.at), language())} }
                                    }
                                    Button { label: tr("feed-revoke"), kind: "quiet", icon: "trash-2", disabled: is_away(),
                                        onclick: { let row = row.clone(); move |_| doing.set(Some(Doing::Revoke(new_id(), row.clone()))) } }
                                }
                            }
                        }
                    }
                },
            }
        }
        match doing() {
            Some(Doing::Make(key)) => rsx! { Make { of: key, server, onclose: close, onmade: move |address| doing.set(Some(Doing::Made(address))) } },
            Some(Doing::Revoke(key, row)) => rsx! { Revoke { of: key, row, server, onclose: close } },
            Some(Doing::Made(address)) => rsx! { Made { address, onclose: close } },
            None => rsx! {},
        }
    }
}

/// Another address. Its identifier is the key by which it is made once.
#[component]
fn Make(of: Uuid, server: ServerView<CalendarFeeds>, onclose: EventHandler<()>, onmade: EventHandler<String>) -> Element {
    let act = use_act();
    let zones = use_server_view(|| AdminRequest::Zones, zones_of);
    let mut name = use_signal(String::new);
    let mut chosen = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let known = zones.latest.read().clone().unwrap_or_default();
    let mut choices = vec![(String::new(), tr("feed-of-all"))];
    choices.extend(
        known
            .technicians
            .iter()
            .filter(|of| of.active)
            .map(|of| (format!("t{}", of.id), tra("feed-of-technician", &[("name", of.name.clone())]))),
    );
    choices.extend(known.zones.iter().map(|of| (format!("z{}", of.id), tra("feed-of-zone", &[("name", of.name.clone())]))));
    let wrong = (!NAME.contains(&name.read().trim().chars().count())).then(|| tr("refused-calendar_name"));
    let is_right = wrong.is_none();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if !is_right {
            return;
        }
        let word = chosen();
        let technician = word.strip_prefix('t').and_then(|id| id.parse().ok()).map(|id| FeedOf::Technician { id });
        let zone = word.strip_prefix('z').and_then(|id| id.parse().ok()).map(|id| FeedOf::Zone { id });
        let deed = FeedDeed::Make { name: name.read().trim().to_owned(), of: technician.or(zone).unwrap_or(FeedOf::Utility) };
        act.send(asked(of, of, deed), move |answer| {
            let Some(mut found) = feeds(answer) else { return };
            let made = found.made.take();
            server.take(found);
            match made {
                Some(made) => onmade.call(made.path),
                None => onclose.call(()),
            }
        });
    };
    rsx! {
        Dialog { title: tr("feed-make"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { id: "feed-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("feed-make-lead")} }
                Summary { wrong: misses(tried(), [("feed-name", wrong.clone())]) }
                Entry { id: "feed-name", label: tr("field-name"), value: name(), hint: tr("feed-name-hint"), error: wrong.filter(|_| tried()), oninput: move |text| name.set(text) }
                div { class: "field", "data-of": "whose",
                    span { class: "label", "aria-hidden": "true", {tr("feed-whose")} }
                    Select { label: tr("feed-whose"), choices, chosen: chosen(), onchoose: move |word| chosen.set(word) }
                }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("feed-make"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The address that was made, to be copied.
#[component]
fn Made(address: String, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let copied = address.clone();
    let copy = move |_| {
        let address = copied.clone();
        spawn(async move {
            shared.toast(tr(if bridge::copy(address).await { "feed-copied" } else { "feed-not-copied" }));
        });
    };
    rsx! {
        Dialog { title: tr("feed-made"), onclose: move |()| onclose.call(()),
            p { class: "small", {tr("feed-made-lead")} }
            div { class: "field",
                label { r#for: "feed-address", {tr("feed-address")} }
                div { class: "input", input { id: "feed-address", readonly: true, value: "{address}" } }
            }
            p { class: "small row", Icon { name: "shield-alert", size: "s" } {tr("feed-secret")} }
            div { class: "row wrap actions",
                Button { label: tr("feed-copy"), kind: "primary", icon: "copy", onclick: copy }
                Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// The question before an address is revoked.
#[component]
fn Revoke(of: Uuid, row: FeedRow, server: ServerView<CalendarFeeds>, onclose: EventHandler<()>) -> Element {
    let (act, shared) = (use_act(), shared());
    let rows = vec![(tr("field-name"), row.name.clone()), (tr("feed-whose"), whose(&row))];
    let id = row.id;
    let go = move |()| {
        act.send(asked(of, id, FeedDeed::Revoke), move |answer| {
            if let Some(found) = feeds(answer) {
                shared.toast(tr("feed-revoked"));
                server.take(found);
                onclose.call(());
            }
        });
    };
    rsx! {
        Confirm { title: tr("feed-revoke"), rows, note: tr("feed-revoke-note"), label: tr("feed-revoke"), kind: "danger", icon: "trash-2", busy: act.is_busy(), refused: act.refused(),
            onyes: go, onback: move |()| onclose.call(()) }
    }
}
