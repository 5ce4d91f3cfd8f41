//! Between which amounts each way to pay can be used.

use crate::bridge;
use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Card, Dialog, MoneyEntry};
use crate::i18n::{tr, tra};
use crate::money;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, is_away, use_server_view};
use crate::pages::admin::parts::Refused;
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
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
    let act = use_act();
    let mut least = use_signal(|| bare(limit.least));
    let mut most = use_signal(|| bare(limit.most));
    let mut tried = use_signal(|| false);
    let range = AmountRange::new(Rupiah(1), MethodLimit::CEILING);
    let amounts = range.parse(&least.read()).ok().zip(range.parse(&most.read()).ok());
    let found = amounts.and_then(|(least, most)| MethodLimit { least, most, ..limit }.checked().ok());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(limit) = found else { return };
        act.send(AdminRequest::SetLimit(LimitRequest { key: id, limit }), move |answer| {
            if let AdminResponse::Limits(limits) = answer {
                shared.toast(tr("limits-set"));
                ondone.call(limits);
                onclose.call(());
            }
        });
    };
    let crossed = (amounts.is_some() && found.is_none()).then(|| tr("refused-limits"));
    let title = tra("limits-of", &[("method", money::method(Some(limit.method.as_str()), "gateway"))]);
    rsx! {
        Dialog { title, onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [
                    ("limit-least", miss_amount(range, &least.read()).or_else(|| crossed.clone())), ("limit-most", miss_amount(range, &most.read())),
                ]) }
                MoneyEntry { id: "limit-least", label: tr("limits-least"), value: least(), range, tried: tried(), error: crossed.filter(|_| tried()), oninput: move |text| least.set(text) }
                MoneyEntry { id: "limit-most", label: tr("limits-most"), value: most(), range, tried: tried(), oninput: move |text| most.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("limits-save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
