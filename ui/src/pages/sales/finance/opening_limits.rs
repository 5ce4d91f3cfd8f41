//! How much of opening balances one admin books alone; what goes beyond it waits for another one.

use crate::bridge;
use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Card, Dialog, MoneyEntry};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, is_away, use_server_view};
use crate::pages::admin::parts::{Refused, Sums};
use crate::state::shared;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::billing::opening::OpeningLimits;
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
use protocol::sales::openings::OpeningLimitsRequest;
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// The limits, and the way to change them.
#[component]
pub fn OpeningLimitsCard() -> Element {
    let server = use_server_view(
        || AdminRequest::OpeningLimits,
        |response| match response {
            AdminResponse::OpeningLimits(limits) => Some(limits),
            _ => None,
        },
    );
    let mut editing = use_signal(|| None::<(Uuid, OpeningLimits)>);
    let Some(limits) = *server.latest.read() else {
        return rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![120], onretry: move |()| server.again() } };
    };
    let rows =
        vec![(tr("opening-per-row"), limits.per_row.to_string()), (tr("opening-per-import"), limits.per_import.to_string())];
    rsx! {
        section { class: "stack wide", "aria-labelledby": "opening-limits-head",
            h2 { id: "opening-limits-head", {tr("opening-limits")} }
            p { class: "muted small", {tr("opening-limits-lead")} }
            Card { class: "wide",
                div { "data-opening-limits": "{limits.per_row.0}", Sums { rows } }
                div { class: "row wrap actions",
                    Button { label: tr("limits-change"), kind: "quiet", icon: "pencil", disabled: is_away(),
                        onclick: move |_| editing.set(Some((bridge::new_id(), limits))) }
                }
            }
        }
        if let Some((key, limits)) = editing() {
            Edit { key: "{key}", id: key, limits, ondone: move |limits| server.take(limits), onclose: move |()| editing.set(None) }
        }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
fn Edit(id: Uuid, limits: OpeningLimits, ondone: EventHandler<OpeningLimits>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut per_row = use_signal(|| bare(limits.per_row));
    let mut per_import = use_signal(|| bare(limits.per_import));
    let mut tried = use_signal(|| false);
    let range = AmountRange::new(Rupiah(0), OpeningLimits::CEILING);
    let amounts = range.parse(&per_row.read()).ok().zip(range.parse(&per_import.read()).ok());
    let found = amounts.and_then(|(per_row, per_import)| OpeningLimits { per_row, per_import }.checked().ok());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(limits) = found else { return };
        act.send(AdminRequest::SetOpeningLimits(OpeningLimitsRequest { key: id, limits }), move |answer| {
            if let AdminResponse::OpeningLimits(limits) = answer {
                shared.toast(tr("limits-set"));
                ondone.call(limits);
                onclose.call(());
            }
        });
    };
    let crossed = (amounts.is_some() && found.is_none()).then(|| tr("refused-opening_limits"));
    rsx! {
        Dialog { title: tr("opening-limits"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [
                    ("opening-per-row", miss_amount(range, &per_row.read())),
                    ("opening-per-import", miss_amount(range, &per_import.read()).or_else(|| crossed.clone())),
                ]) }
                MoneyEntry { id: "opening-per-row", label: tr("opening-per-row"), value: per_row(), range, tried: tried(), hint: tr("opening-per-row-hint"),
                    oninput: move |text| per_row.set(text) }
                MoneyEntry { id: "opening-per-import", label: tr("opening-per-import"), value: per_import(), range, tried: tried(), error: crossed.filter(|_| tried()),
                    oninput: move |text| per_import.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("limits-save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
