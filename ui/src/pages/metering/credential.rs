//! What a meter signs in with, on its page: whether it has one, the way to give one out, whose secret is shown this once, and to take it away.

use crate::bridge;
use crate::bridge::new_id;
use crate::components::{Button, Card, Dialog, Icon, Skeleton, StatusChip};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{RequestState, ServerView, is_away, use_server_view};
use crate::pages::admin::parts::Confirm;
use crate::state::shared;
use dioxus::prelude::*;
use domain::MeterId;
use protocol::metering::credentials::{CredentialDeed, MeterCredential, MeterCredentialAsked, MeterCredentialChange};
use protocol::ui::{AdminRequest, AdminResponse, MetersRequest};

/// The section. A meter that was taken down gets none any more.
#[component]
pub fn CredentialSection(meter: MeterId, is_retired: bool) -> Element {
    let server = use_server_view(
        move || AdminRequest::Meters(MetersRequest::Credential(MeterCredentialAsked { meter })),
        |response| match response {
            AdminResponse::MeterCredential(found) => Some(found),
            _ => None,
        },
    );
    let mut asking = use_signal(|| None::<CredentialDeed>);
    let mut given = use_signal(|| None::<MeterCredential>);
    let away = is_away();
    let described = away.then_some("credential-away");
    let latest = server.latest.read().clone();
    rsx! {
        Card { class: "wide",
            h2 { {tr("credential")} }
            match (&latest, &*server.asking.read()) {
                (Some(found), _) => rsx! {
                    div { class: "row wrap", "data-credential": if found.is_set { "set" } else { "none" },
                        if found.is_set {
                            StatusChip { tone: "ok", icon: "check", label: tr("credential-set"), small: true }
                        } else {
                            StatusChip { tone: "warn", icon: "triangle-alert", label: tr("credential-none"), small: true }
                        }
                        span { class: "small muted", {tra("credential-name", &[("name", found.name.clone())])} }
                    }
                    if !found.is_set && !is_retired {
                        p { class: "small muted", {tr("credential-none-next")} }
                    }
                    div { class: "row wrap actions",
                        if !is_retired {
                            Button { label: tr(if found.is_set { "credential-again" } else { "credential-issue" }), icon: "refresh-cw", disabled: away, described,
                                onclick: move |_| asking.set(Some(CredentialDeed::Issue)) }
                        }
                        if found.is_set {
                            Button { label: tr("credential-revoke"), kind: "quiet", icon: "circle-slash", disabled: away, described,
                                onclick: move |_| asking.set(Some(CredentialDeed::Revoke)) }
                        }
                    }
                },
                (None, RequestState::Failed(_)) => rsx! { p { class: "small muted", role: "status", {tr("credential-unknown")} } },
                (None, _) => rsx! { Skeleton { heights: vec![48] } },
            }
            if away {
                p { id: "credential-away", class: "muted small row", Icon { name: "info", size: "s" } {tr("meter-away")} }
            }
        }
        if let (Some(deed), Some(found)) = (asking(), latest) {
            Asked { deed, found, server, given, onclose: move |()| asking.set(None) }
        }
        if let Some(credential) = given() {
            Given { credential, onclose: move |()| given.set(None) }
        }
    }
}

/// The question before a credential is given out or taken away.
#[component]
fn Asked(
    deed: CredentialDeed,
    found: MeterCredential,
    server: ServerView<MeterCredential>,
    given: Signal<Option<MeterCredential>>,
    onclose: EventHandler<()>,
) -> Element {
    let (shared, act, key) = (shared(), use_act(), use_hook(new_id));
    let mut given = given;
    let (title, note, kind, icon) = match (deed, found.is_set) {
        (CredentialDeed::Issue, false) => ("credential-issue", "credential-issue-note", "primary", "check"),
        (CredentialDeed::Issue, true) => ("credential-again", "credential-again-note", "danger", "refresh-cw"),
        (CredentialDeed::Revoke, _) => ("credential-revoke", "credential-revoke-note", "danger", "circle-slash"),
    };
    let meter = found.meter;
    let send = move |()| {
        let change = MeterCredentialChange { key, meter, credential: deed };
        act.send(AdminRequest::Meters(MetersRequest::ChangeCredential(change)), move |answer| {
            if let AdminResponse::MeterCredential(now) = answer {
                // Only what can be seen again stays in the page's memory.
                server.take(MeterCredential { secret: None, ..now.clone() });
                match deed {
                    CredentialDeed::Issue => given.set(Some(now)),
                    CredentialDeed::Revoke => shared.toast(tr("credential-revoked")),
                }
            }
            onclose.call(());
        });
    };
    rsx! {
        Confirm { title: tr(title), rows: vec![(tr("col-meter"), found.name.clone())], note: tr(note), label: tr(title), kind, icon,
            busy: act.is_busy(), refused: act.refused(), onyes: send, onback: move |()| onclose.call(()) }
    }
}

/// A secret that is shown this once; or that the answer with it was lost, so that another one is to be given out.
#[component]
fn Given(credential: MeterCredential, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let MeterCredential { name, secret, .. } = credential;
    let copied = secret.clone().unwrap_or_default();
    let copy = move |_: MouseEvent| {
        let text = copied.clone();
        spawn(async move {
            if bridge::copy(text).await {
                shared.toast(tr("credential-copied"));
            }
        });
    };
    rsx! {
        Dialog { title: tr("credential-given"), of: "credential", onclose: move |()| onclose.call(()),
            if let Some(secret) = secret {
                dl { class: "sums",
                    div { dt { {tr("credential-user")} } dd { class: "number", "{name}" } }
                    div { dt { {tr("credential-password")} } dd { class: "number secret", "data-secret": "true", "{secret}" } }
                }
                p { class: "small muted", {tr("credential-once")} }
                div { class: "row wrap actions",
                    Button { label: tr("credential-copy"), icon: "copy", onclick: copy }
                    Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            } else {
                div { class: "banner warn", role: "alert", Icon { name: "triangle-alert" } p { class: "small", {tr("credential-lost")} } }
                div { class: "row wrap actions",
                    Button { label: tr("close"), kind: "quiet", onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
