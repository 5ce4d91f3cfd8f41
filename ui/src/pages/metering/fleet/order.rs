//! An order to the valves of all meters that are ticked: why, what it would do and to which it does nothing, and how many they are, typed by whoever
//! orders it.

use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::{Button, Dialog, Icon, LeftOut, LeftOutFor, first_of};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::{Act, use_act};
use crate::pages::admin::ask::{Gap, use_server_view};
use crate::pages::admin::parts::{Entry, Reason, Refused, Sums};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::MeterId;
use domain::valve::batch::NoOrder;
use domain::valve::by_hand::{REASON, is_reason};
use protocol::metering::messages::OrderAction;
use protocol::ui::{AdminRequest, AdminResponse, MetersRequest};
use protocol::valve::batches::{NamedMeter, NewOrderBatch, OrderPreview, OrderPreviewRequest, RefusedMeters};
use uuid::Uuid;

/// The number that somebody has typed, with or without its groups of three.
fn number(text: &str) -> Option<u32> {
    let digits: String = text.chars().filter(|letter| !matches!(letter, ' ' | '.' | ',')).collect();
    digits.parse().ok()
}

/// What is typed, and the identifier by which it is ordered once. It outlives a preview that cannot be had.
#[derive(Clone, Copy, PartialEq)]
struct Typed {
    id: Uuid,
    reason: Signal<String>,
    despite: Signal<String>,
    number: Signal<String>,
    tried: Signal<bool>,
}

/// The dialog. `ondone` is called once it was ordered, and the page of batches is shown.
#[component]
pub fn OrderDialog(action: OrderAction, meters: Vec<MeterId>, ondone: EventHandler<()>, onclose: EventHandler<()>) -> Element {
    let (meters, act) = (use_signal(|| meters), use_act());
    let typed = Typed {
        id: use_hook(new_id),
        reason: use_signal(String::new),
        despite: use_signal(String::new),
        number: use_signal(String::new),
        tried: use_signal(|| false),
    };
    let is_despite = use_memo(move || is_reason(&typed.despite.read()));
    let server = use_server_view(
        move || {
            let asked = OrderPreviewRequest { meters: meters.peek().clone(), action, despite: is_despite() };
            AdminRequest::Meters(MetersRequest::PreviewOrders(Box::new(asked)))
        },
        |response| match response {
            AdminResponse::OrderPreview(preview) => Some(*preview),
            _ => None,
        },
    );
    // What was refused may be so because something has changed.
    use_effect(move || {
        if act.refused().is_some() {
            server.again();
        }
    });
    let latest = server.latest.read().clone();
    rsx! {
        Dialog { title: tr(&format!("orders-title-{}", action.as_str())), of: "bulk", onclose: move |()| if !act.is_busy() { onclose.call(()) },
            match latest {
                None => rsx! {
                    Gap { asking: server.asking.read().clone(), what: "orders", heights: vec![160], onretry: move |()| server.again() }
                    Button { label: tr("back"), kind: "quiet", onclick: move |_| onclose.call(()) }
                },
                Some(preview) => rsx! { Form { action, meters, preview, typed, is_despite, act, ondone, onclose } },
            }
        }
    }
}

/// What is typed, under what it would do.
#[component]
fn Form(
    action: OrderAction,
    meters: Signal<Vec<MeterId>>,
    preview: OrderPreview,
    typed: Typed,
    is_despite: Memo<bool>,
    act: Act,
    ondone: EventHandler<()>,
    onclose: EventHandler<()>,
) -> Element {
    let (shared, can) = (shared(), preview.can);
    let Typed { id, mut reason, mut despite, number: mut typed, mut tried } = typed;
    let go = move |_| {
        tried.set(true);
        let (why, despite_protected) = (reason.peek().trim().to_owned(), despite.peek().trim().to_owned());
        let has_reasons = is_reason(&why) && (despite_protected.is_empty() || is_reason(&despite_protected));
        if !has_reasons || number(&typed.peek()) != Some(can) {
            return;
        }
        let meters = meters.peek().clone();
        let body = NewOrderBatch { key: id, meters, action, reason: why, despite_protected, confirmed: can };
        act.send(AdminRequest::Meters(MetersRequest::OrderMany(Box::new(body))), move |_| {
            shared.toast(tr("orders-begun"));
            onclose.call(());
            ondone.call(());
            navigator().push(Route::OrderBatches {});
        });
    };
    let miss = |is_wrong: bool, key: &str| (tried() && is_wrong).then(|| tr(key));
    let no_reason = miss(!is_reason(&reason.read()), "refused-valve_reason");
    let no_despite = miss(!despite.read().is_empty() && !is_despite(), "refused-valve_reason");
    let no_number = miss(number(&typed.read()) != Some(can), "orders-typed-wrong");
    let is_protected = preview.refused.iter().any(|group| group.why == NoOrder::Protected) || !despite.read().is_empty();
    let is_close = action == OrderAction::CloseValve;
    let (icon, kind) = if is_close { ("circle-slash", "danger") } else { ("droplet", "primary") };
    let whole = format::whole(i64::from(can), language());
    rsx! {
        Shown { action, preview }
        p { class: "small muted", {tr(if is_close { "orders-close-note" } else { "orders-open-note" })} }
        Reason { id: "orders-reason", value: reason(), error: no_reason, hint: tr("valve-reason-hint"), longest: *REASON.end(),
            oninput: move |text| reason.set(text) }
        if is_protected {
            Reason { id: "orders-despite", label: tr("valve-despite"), value: despite(), error: no_despite, hint: tr("orders-despite-hint"),
                longest: *REASON.end(), oninput: move |text| despite.set(text) }
        }
        if can > 0 {
            Entry { id: "orders-typed", label: tra("orders-typed", &[("n", whole.clone())]), value: typed(), kind: "numeric", error: no_number,
                hint: tr("orders-typed-hint"), oninput: move |text| typed.set(text) }
        }
        Refused { text: act.refused() }
        div { class: "row wrap actions",
            Button { label: tra(&format!("orders-do-{}", action.as_str()), &[("n", whole.clone())]), kind, icon, busy: act.is_busy(), disabled: can == 0, onclick: go }
            Button { label: tr("back"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
        }
    }
}

/// What it would do.
#[component]
fn Shown(action: OrderAction, preview: OrderPreview) -> Element {
    let whole = |count: u32| format::whole(i64::from(count), language());
    let refused: u32 = preview.refused.iter().map(|group| group.count).sum();
    let rows = vec![
        (tr("bulk-selected"), whole(preview.selected)),
        (tr("orders-refused"), whole(refused)),
        (tr("orders-can"), whole(preview.can)),
    ];
    let minutes = (preview.can + preview.waiting).div_ceil(preview.per_minute.max(1));
    rsx! {
        div { class: "stack", "data-preview": "orders", "data-can": "{preview.can}", role: "status",
            Sums { rows }
            if !preview.examples.is_empty() {
                p { class: "small muted", {serials(&preview.examples, preview.can)} }
            }
            if preview.already > 0 {
                p { class: "small row top", "data-already": "{preview.already}", Icon { name: "info", size: "s" }
                    span { {tra(&format!("orders-already-{}", action.as_str()), &[("n", whole(preview.already))])} }
                }
            }
            LeftOut { groups: left_out(&preview.refused) }
            if preview.can > 0 {
                p { class: "small muted row top", Icon { name: "clock", size: "s" }
                    span { {tra("orders-pace", &[("n", whole(preview.per_minute)), ("minutes", whole(minutes))])} }
                }
            }
        }
    }
}

/// Why meters get no order, and the first of each reason.
fn left_out(refused: &[RefusedMeters]) -> Vec<LeftOutFor> {
    let group = |group: &RefusedMeters| {
        let why = group.why.as_str();
        let count = format::whole(i64::from(group.count), language());
        let sentence = tra(&format!("orders-why-{why}"), &[("n", count)]);
        LeftOutFor { why, sentence, named: serials(&group.examples, group.count) }
    };
    refused.iter().map(group).collect()
}

/// Serial numbers of the first, and how many more there are.
pub fn serials(examples: &[NamedMeter], of: u32) -> String {
    first_of(examples.iter().map(|one| one.serial.clone()).collect(), of)
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn a_number_is_read_with_and_without_its_groups() {
        assert_eq!(number("214"), Some(214));
        assert_eq!(number(" 1.204 "), Some(1_204));
        assert_eq!(number("1,204"), Some(1_204));
        for wrong in ["", "dua", "-3", "2x"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }
}
