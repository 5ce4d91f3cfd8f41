//! Between which amounts each way to pay can be used.

use crate::bridge;
use crate::components::{Button, Card, Dialog};
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::admin::ask::{Gap, is_away, request, use_server_view};
use crate::pages::admin::parts::{Entry, Refused};
use crate::pages::admin::words::say;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::parse_input::parse_rupiah;
use domain::sales::payment::MethodLimit;
use protocol::sales::review::{LimitRequest, MethodLimits};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// The table of limits.
#[component]
pub fn Limits() -> Element {
    let server = use_server_view(
        || AdminRequest::Limits,
        |response| match response {
            AdminResponse::Limits(limits) => Some(limits),
            _ => None,
        },
    );
    let mut editing = use_signal(|| None::<(Uuid, MethodLimit)>);
    let Some(all) = server.latest.read().clone() else {
        return rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![220], onretry: move |()| server.again() } };
    };
    rsx! {
        section { class: "stack wide", "aria-labelledby": "limits-head",
            h2 { id: "limits-head", {tr("limits-title")} }
            p { class: "muted small", {tr("limits-lead")} }
            Card { class: "wide",
                ul { class: "money-lines",
                    for limit in all.limits {
                        li { key: "{limit.method}", "data-limit": "{limit.method}",
                            div { class: "grow",
                                p { class: "number small", {money::method(Some(limit.method.as_str()), "gateway")} }
                                p { class: "muted tiny", {tra("limits-range", &[("least", limit.least.to_string()), ("most", limit.most.to_string())])} }
                            }
                            Button { label: tr("limits-change"), kind: "quiet", icon: "pencil", disabled: is_away(),
                                onclick: move |_| editing.set(Some((bridge::new_id(), limit))) }
                        }
                    }
                }
            }
        }
        if let Some((key, limit)) = editing() {
            Edit { key: "{key}", id: key, limit, ondone: move |limits| server.take(limits), onclose: move |()| editing.set(None) }
        }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
fn Edit(id: Uuid, limit: MethodLimit, ondone: EventHandler<MethodLimits>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let mut least = use_signal(|| limit.least.to_string());
    let mut most = use_signal(|| limit.most.to_string());
    let mut is_wrong = use_signal(|| false);
    let mut refused = use_signal(|| None::<String>);
    let mut busy = use_signal(|| false);
    let go = move |event: FormEvent| {
        event.prevent_default();
        let amounts = parse_rupiah(&least.read()).zip(parse_rupiah(&most.read()));
        let read = |(least, most): (Rupiah, Rupiah)| MethodLimit { least, most, ..limit }.checked().ok();
        let found = amounts.and_then(read);
        is_wrong.set(found.is_none());
        let Some(limit) = found else { return };
        busy.set(true);
        refused.set(None);
        spawn(async move {
            match request(AdminRequest::SetLimit(LimitRequest { key: id, limit })).await {
                Ok(AdminResponse::Limits(limits)) => {
                    shared.toast(tr("limits-set"));
                    ondone.call(limits);
                    return onclose.call(());
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(say(&problem))),
            }
            busy.set(false);
        });
    };
    let title = tra("limits-of", &[("method", money::method(Some(limit.method.as_str()), "gateway"))]);
    rsx! {
        Dialog { title, onclose: move |()| if !busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Entry { id: "limit-least", label: tr("limits-least"), kind: "numeric", value: least(), hint: tr("money-amount-hint"),
                    error: is_wrong().then(|| tr("refused-limits")), oninput: move |text| least.set(text) }
                Entry { id: "limit-most", label: tr("limits-most"), kind: "numeric", value: most(), hint: tr("money-amount-hint"),
                    oninput: move |text| most.set(text) }
                Refused { text: refused() }
                div { class: "row wrap actions",
                    Button { label: tr("limits-save"), kind: "primary", icon: "check", r#type: "submit", busy: busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
