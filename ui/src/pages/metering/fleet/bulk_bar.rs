//! What can be done with the meters that are ticked, in each form of Perangkat.

use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::is_away;
use crate::pages::exports::Labels;
use crate::pages::metering::fleet::order::OrderDialog;
use crate::pages::metering::fleet::picking::{Picking, matching, selected, selection};
use crate::state::shared;
use dioxus::prelude::*;
use domain::MeterId;
use protocol::metering::messages::OrderAction;
use protocol::ui::{FleetQuery, MeterSelection};

/// Meters of an order that somebody considers: those that were ticked when it was opened.
#[derive(Clone, PartialEq)]
struct Considered {
    action: OrderAction,
    meters: Vec<MeterId>,
}

/// The bar; `found` meters are in the list.
#[component]
pub fn BulkBar(picking: Picking, found: u32, query: Memo<FleetQuery>) -> Element {
    let shared = shared();
    let mut considered = use_signal(|| None::<Considered>);
    let mut is_asking = use_signal(|| false);
    // Whose labels are printed: those that were ticked when that was opened, and how many they are.
    let mut labelled = use_signal(|| None::<(MeterSelection, u32)>);
    let count = picking.count();
    let whole = |count: u32| format::whole(i64::from(count), language());
    let away = is_away();
    let mut open = move |action| {
        if is_asking.replace(true) {
            return;
        }
        spawn(async move {
            match selected(selection(picking)).await {
                Ok(meters) => considered.set(Some(Considered { action, meters })),
                Err(problem) => shared.toast(explain(&problem)),
            }
            is_asking.set(false);
        });
    };
    rsx! {
        div { class: "bulk-bar", role: "group", "aria-label": tr("fleet-bulk-bar"),
            span { class: "number", role: "status", "data-picked-count": "{count}", {tra("bulk-count", &[("n", whole(count))])} }
            if count < found {
                Button { label: tra("bulk-all", &[("n", whole(found))]), kind: "quiet", icon: "check",
                    onclick: move |_| picking.pick_all(matching(&query.peek()), found) }
            }
            if count > 0 {
                Button { label: tr("bulk-none"), kind: "quiet", icon: "x", onclick: move |_| picking.clear() }
            }
            for (action , icon) in [(OrderAction::CloseValve, "circle-slash"), (OrderAction::OpenValve, "droplet")] {
                Button { key: "{action.as_str()}", label: tr(&format!("order-{}", action.as_str())), icon,
                    described: away.then_some("fleet-bulk-away"), busy: is_asking(), disabled: count == 0 || away, onclick: move |_| open(action) }
            }
            Button { label: tr("labels-button"), icon: "qr-code", disabled: count == 0,
                onclick: move |_| labelled.set(Some((selection(picking), count))) }
            if away {
                p { id: "fleet-bulk-away", class: "muted small row", Icon { name: "info", size: "s" } {tr("valve-away")} }
            }
        }
        if let Some(Considered { action, meters }) = considered() {
            OrderDialog { action, meters, ondone: move |()| picking.turn(), onclose: move |()| considered.set(None) }
        }
        if let Some((selection, count)) = labelled() {
            Labels { selection, count, onclose: move |()| labelled.set(None) }
        }
    }
}
