//! Pengaturan → Dugaan: whether customers are notified of tampering at their meters, and the rules of cases by class of meter.

use crate::bridge::new_id;
use crate::components::shell::SyncMark;
use crate::components::{Button, Card, Icon};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Refused, SettingsPart, SettingsParts};
use crate::pages::alerts::class_rules::Rules;
use crate::state::shared;
use dioxus::prelude::*;
use protocol::alerts::{CasePolicy, CasePolicyChange};
use protocol::ui::{AdminRequest, AdminResponse};

/// The page.
#[component]
pub fn CaseSettings() -> Element {
    let server = use_server_view(
        || AdminRequest::CasePolicy,
        |response| match response {
            AdminResponse::CasePolicy(policy) => Some(policy),
            _ => None,
        },
    );
    let latest = *server.latest.read();
    rsx! {
        div { class: "page narrow office case-settings",
            header { class: "page-head row wrap",
                div { class: "grow",
                    p { class: "muted small", {tr("settings-title")} }
                    h1 { {tr("cases-policy-title")} }
                }
                span { class: "only-phone", SyncMark {} }
            }
            SettingsParts { here: SettingsPart::Cases }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("users-away")} }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "cases-policy", heights: vec![160], onretry: move |()| server.again() } },
                Some(policy) => rsx! { Tampering { policy, server } },
            }
            Rules {}
        }
    }
}

#[component]
fn Tampering(policy: CasePolicy, server: ServerView<CasePolicy>) -> Element {
    let shared = shared();
    let act = use_act();
    let is_on = policy.tampering_to_customers;
    let (said, label, icon) = match is_on {
        true => ("cases-policy-on", "cases-policy-switch-off", "x"),
        false => ("cases-policy-off", "cases-policy-switch-on", "bell"),
    };
    let switch = move |_| {
        let change = CasePolicyChange { key: new_id(), rev: policy.rev, tampering_to_customers: !is_on };
        act.send(AdminRequest::SetCasePolicy(change), move |answer| {
            if let AdminResponse::CasePolicy(policy) = answer {
                shared.toast(tr("cases-policy-set"));
                server.take(policy);
            }
        });
    };
    rsx! {
        Card { class: "wide",
            h2 { {tr("cases-policy-tampering")} }
            p { "data-tampering-to-customers": "{is_on}", {tr(said)} }
            p { class: "muted small", {tr("cases-policy-note")} }
            Refused { text: act.refused() }
            div { class: "row wrap actions",
                Button { label: tr(label), icon, busy: act.is_busy(), disabled: is_away(), onclick: switch }
                if act.refused().is_some() {
                    Button { label: tr("try-again"), kind: "quiet", icon: "refresh-cw", onclick: move |_| { act.forget(); server.again(); } }
                }
            }
        }
    }
}
