//! The question before a valve is opened or closed: what follows from it, why, and in protected hours why then.

use crate::components::Icon;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::request;
use crate::pages::admin::parts::{Confirm, Reason};
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use domain::metering::meter::Valve;
use domain::valve::by_hand::{REASON, is_reason};
use domain::{MeterId, UtcMillis};
use protocol::metering::messages::OrderAction;
use protocol::ui::{AdminRequest, AdminResponse};
use protocol::valve::orders::{MeterValve, ValveRequest};
use uuid::Uuid;

/// The dialog. `id` makes the order happen once, however often it is pressed.
#[component]
pub fn OrderDialog(
    id: Uuid,
    meter: MeterId,
    serial: String,
    reported: Valve,
    action: OrderAction,
    protected_until: Option<UtcMillis>,
    ondone: EventHandler<MeterValve>,
    onrefused: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let (shared, language) = (shared(), language());
    let mut reason = use_signal(String::new);
    let mut despite = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let mut busy = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let is_close = action == OrderAction::CloseValve;
    let protected = protected_until.filter(|_| is_close);
    let miss = |text: &str| (tried() && !is_reason(text)).then(|| tr("refused-valve_reason"));
    let (no_reason, no_despite) = (miss(&reason.read()), miss(&despite.read()));
    let go = move |()| {
        tried.set(true);
        let despite_protected = if protected.is_some() { despite.read().trim().to_owned() } else { String::new() };
        let reason = reason.read().trim().to_owned();
        if !is_reason(&reason) || (protected.is_some() && !is_reason(&despite_protected)) || busy.replace(true) {
            return;
        }
        refused.set(None);
        spawn(async move {
            let body = ValveRequest { key: id, meter: Some(meter), connection: None, action, reason, despite_protected };
            match request(AdminRequest::OrderValve(Box::new(body))).await {
                Ok(AdminResponse::MeterValve(valve)) => {
                    shared.toast(tr("valve-ordered"));
                    ondone.call(*valve);
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => {
                    refused.set(Some(say(&problem)));
                    onrefused.call(());
                }
            }
            busy.set(false);
        });
    };
    let (word, icon, kind) = match is_close {
        true => ("valve-close", "circle-slash", "danger"),
        false => ("valve-open", "droplet", "primary"),
    };
    rsx! {
        Confirm { title: tr(&format!("{word}-title")), icon, label: tr(&format!("order-{}", action.as_str())),
            kind, busy: busy(), refused: refused(),
            rows: vec![(tr("col-meter"), serial), (tr("valve"), tr(&format!("valve-{}", reported.as_str())))],
            note: tr(&format!("{word}-note")), onyes: go, onback: move |()| onclose.call(()),
            Reason { id: "valve-reason", value: reason(), error: no_reason, hint: tr("valve-reason-hint"), longest: *REASON.end(), oninput: move |text| reason.set(text) }
            if let Some(until) = protected {
                div { class: "banner warn", role: "status", "data-protected": "true", Icon { name: "triangle-alert" }
                    p { class: "small", {tra("valve-protected", &[("time", format::zoned_moment(until, (shared.now)(), device_zone(), language))])} }
                }
                Reason { id: "valve-despite", label: tr("valve-despite"), value: despite(), error: no_despite, hint: tr("valve-reason-hint"), longest: *REASON.end(),
                    oninput: move |text| despite.set(text) }
            }
        }
    }
}
