//! What somebody wants to be notified of: kinds and channels, hours, the webhook, and when a balance is low. What was received last can be read
//! without a network; it is set while the server can be reached.

use crate::components::shell::SyncMark;
use crate::components::states::explain;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Icon, WhyNot, use_sending};
use crate::i18n::tr;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_answer};
use crate::pages::admin::parts::Refused;
use crate::pages::alerts::limits::Limits;
use crate::pages::alerts::matrix::Matrix;
use crate::pages::alerts::quiet::{DIGEST_AT, FROM, Quiet, TO};
use crate::pages::alerts::webhook::Webhook;
use crate::pages::alerts::{ask, response};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::alerts::kinds::Channel;
use domain::alerts::preferences::WrongPreferences;
use domain::people::Role;
use protocol::alerts::AlertSettings as Settings;
use protocol::ui::{AlertsRequest, AlertsResponse, Request};
use std::collections::BTreeSet;

/// The identifier of why nothing can be set now.
pub const AWAY: &str = "alerts-away";

/// Peringatan → Pengaturan.
#[component]
pub fn AlertSettings() -> Element {
    let role = shared().role();
    let server = use_server_answer(
        || Request::Alerts(AlertsRequest::Settings),
        |answer| match response(answer)? {
            AlertsResponse::Settings { settings, since } => Some((*settings, since)),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    rsx! {
        div { class: "page narrow alert-settings",
            header { class: "page-head row",
                Link { class: "button quiet icon-only", to: Route::Alerts {}, "aria-label": tr("back"), Icon { name: "chevron-left" } }
                h1 { class: "grow", {tr("alerts-settings-title")} }
                span { class: "only-phone", SyncMark {} }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            WhyNot { id: AWAY, why: is_away().then(|| tr("alerts-away")) }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "alerts", heights: vec![280, 200], onretry: move |()| server.again() } },
                Some(settings) => rsx! {
                    Form { settings, role: role.unwrap_or(Role::Customer), onsaved: move |settings| server.take(settings) }
                },
            }
            if role == Some(Role::Customer) {
                Limits {}
            }
        }
    }
}

/// What is set, to be changed and saved whole.
#[component]
fn Form(settings: Settings, role: Role, onsaved: EventHandler<Settings>) -> Element {
    let shared = shared();
    let mut saved = use_signal(|| settings.preferences.clone());
    let mut wanted = use_signal(|| settings.preferences.clone());
    // What was set elsewhere is shown, unless something was changed here.
    use_effect(use_reactive!(|settings| {
        if *wanted.peek() == *saved.peek() {
            wanted.set(settings.preferences.clone());
        }
        saved.set(settings.preferences);
    }));
    let (sending, mut refused) = (use_sending(), use_signal(|| None::<String>));
    let mut tried = use_signal(|| false);
    let mut cleared = use_signal(BTreeSet::<&'static str>::new);
    let no_time = |id: &'static str| (id, cleared.read().contains(id).then(|| tr("alerts-no-time")));
    let wrong = wanted.read().clone().checked().err().filter(|_| tried());
    let wrong_webhook = (wrong == Some(WrongPreferences::Webhook)).then(|| tr("alerts-webhook-wrong"));
    let save = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        refused.set(None);
        if !cleared.peek().is_empty() {
            return;
        }
        let Ok(checked) = wanted.peek().clone().checked() else { return };
        sending.once(async move {
            match ask(AlertsRequest::SetSettings(Box::new(checked))).await {
                Ok(AlertsResponse::Settings { settings, .. }) => {
                    wanted.set(settings.preferences.clone());
                    saved.set(settings.preferences.clone());
                    tried.set(false);
                    onsaved.call(*settings);
                    shared.toast(tr("alerts-saved"));
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(explain(&problem))),
            }
        });
    };
    let is_same = *wanted.read() == *saved.read() && cleared.read().is_empty();
    let faults = misses(tried(), [no_time(FROM), no_time(TO), no_time(DIGEST_AT), ("alerts-webhook", wrong_webhook.clone())]);
    let can_webhook = settings.channels.contains(&Channel::Webhook);
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            Summary { wrong: faults }
            Matrix { wanted, channels: settings.channels.clone(), role }
            Quiet { wanted, cleared, role }
            if can_webhook {
                Webhook { wanted, saved: settings.clone(), error: wrong_webhook }
            }
            Card {
                Refused { text: refused() }
                div { class: "row wrap actions",
                    Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy(), disabled: is_same || is_away(),
                        described: is_away().then_some(AWAY) }
                    if !is_same {
                        Button { label: tr("cancel"), kind: "quiet", onclick: move |_| { tried.set(false); cleared.set(BTreeSet::new()); wanted.set(saved.peek().clone()); } }
                    }
                }
            }
        }
    }
}
