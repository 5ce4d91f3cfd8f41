//! Pengaturan → Pasokan: when valves close for want of credit and when they do not, holidays, and emergency credit.

use crate::bridge::new_id;
use crate::components::Icon;
use crate::components::shell::SyncMark;
use crate::i18n::tr;
use crate::pages::admin::act::Act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{SettingsPart, SettingsParts};
use crate::pages::valve::closing::Closing;
use crate::pages::valve::holidays::Holidays;
use crate::pages::valve::lending::Lending;
use dioxus::prelude::*;
use protocol::ui::{AdminRequest, AdminResponse};
use protocol::valve::policy::{PolicySetting, ValvePolicy, ValvePolicyChange};
use uuid::Uuid;

/// A change that is being made: the key by which it happens once, and what it follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Following {
    key: Uuid,
    rev: i64,
}

impl Following {
    /// A change of what is shown.
    pub fn of(policy: &ValvePolicy) -> Self {
        Self { key: new_id(), rev: policy.rev }
    }

    /// Sends it, and closes the dialog once it is done.
    pub fn send(self, act: Act, set: PolicySetting, server: ServerView<ValvePolicy>, onclose: EventHandler<()>) {
        let shared = consume_context::<crate::state::Shared>();
        let change = ValvePolicyChange { key: self.key, rev: self.rev, set };
        act.send(AdminRequest::SetValvePolicy(Box::new(change)), move |answer| {
            if let AdminResponse::ValvePolicy(policy) = answer {
                shared.toast(tr("supply-set"));
                server.take(*policy);
                onclose.call(());
            }
        });
    }
}

/// The page.
#[component]
pub fn Supply() -> Element {
    let server = use_server_view(
        || AdminRequest::ValvePolicy,
        |response| match response {
            AdminResponse::ValvePolicy(policy) => Some(*policy),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    rsx! {
        div { class: "page narrow office supply-settings",
            header { class: "page-head row wrap",
                div { class: "grow",
                    p { class: "muted small", {tr("settings-title")} }
                    h1 { {tr("supply-title")} }
                }
                span { class: "only-phone", SyncMark {} }
            }
            SettingsParts { here: SettingsPart::Supply }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("users-away")} }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "supply", heights: vec![160, 120, 200], onretry: move |()| server.again() } },
                Some(policy) => rsx! {
                    Closing { policy: policy.clone(), server }
                    Holidays { policy: policy.clone(), server }
                    Lending { policy, server }
                },
            }
        }
    }
}
