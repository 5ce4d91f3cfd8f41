//! The user's own webhook: its address, and the key by which what comes there is signed.

use crate::bridge;
use crate::components::{Button, Card};
use crate::i18n::tr;
use crate::pages::admin::parts::Entry;
use crate::state::shared;
use dioxus::prelude::*;
use domain::alerts::preferences::Preferences;
use protocol::alerts::AlertSettings as Settings;

/// The address, and the key of the one that is saved.
#[component]
pub fn Webhook(wanted: Signal<Preferences>, saved: Settings, error: Option<String>) -> Element {
    let mut wanted = wanted;
    let shared = shared();
    let mut shown = use_signal(|| false);
    let key = saved.webhook_key.clone();
    let text = key.clone().unwrap_or_default();
    let copy = move |_| {
        let text = text.clone();
        spawn(async move {
            if bridge::copy(text).await {
                shared.toast(tr("alerts-webhook-copied"));
            }
        });
    };
    let is_saved = wanted.read().webhook == saved.preferences.webhook;
    rsx! {
        Card {
            h2 { {tr("alerts-webhook")} }
            Entry { id: "alerts-webhook", label: tr("alerts-webhook-url"), value: wanted.read().webhook.clone().unwrap_or_default(), hint: tr("alerts-webhook-hint"), error,
                kind: "url",
                oninput: move |text: String| {
                    let text = text.trim().to_owned();
                    wanted.with_mut(|wanted| wanted.webhook = Some(text).filter(|text| !text.is_empty()));
                } }
            match key {
                Some(key) if is_saved => rsx! {
                    p { class: "small muted", {tr("alerts-webhook-key")} }
                    if shown() {
                        p { class: "number", "data-webhook-key": "true", "{key}" }
                        div { class: "row wrap",
                            Button { label: tr("alerts-webhook-copy"), icon: "copy", onclick: copy }
                            Button { label: tr("alerts-webhook-hide"), kind: "quiet", icon: "eye-off", onclick: move |_| shown.set(false) }
                        }
                    } else {
                        div { class: "row", Button { label: tr("alerts-webhook-show"), icon: "eye", onclick: move |_| shown.set(true) } }
                    }
                },
                _ => rsx! { p { class: "small muted", {tr("alerts-webhook-key-later")} } },
            }
        }
    }
}
