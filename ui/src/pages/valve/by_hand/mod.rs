//! The valve of one meter for an admin: how it stands, what was ordered of the meter with every step to the end, and what can be ordered.

mod dialog;
mod line;
mod tasks;

use crate::bridge::new_id;
use crate::components::shell::{device_zone, language};
use crate::components::{Button, Card, Icon, StatusChip, ValveChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, request, use_server_view};
use crate::pages::admin::words::say;
use crate::state::shared;
use dialog::OrderDialog;
use dioxus::prelude::*;
use domain::metering::meter::Valve;
use domain::valve::by_hand::ByHand;
use domain::{MeterId, UtcMillis};
use line::OrderLine;
use protocol::metering::messages::OrderAction;
use protocol::ui::{AdminRequest, AdminResponse};
use protocol::valve::orders::{MeterOrdersRequest, MeterValve, ValveWithdrawal};
use tasks::Tasks;
use uuid::Uuid;

/// Orders shown at first.
const FEW: usize = 3;

/// How often the server is asked again while an order is open.
const AGAIN_MS: i64 = 2_000;

/// The section of a meter's page. `reported` is the valve as the meter reported it last: where it changes, an order may have done it.
/// `interval_s` is how often the meter reports.
#[component]
pub fn ValveSection(meter: MeterId, serial: String, reported: Valve, interval_s: u32) -> Element {
    let shared = shared();
    let mut seen = use_signal(|| reported);
    use_effect(use_reactive!(|reported| seen.set(reported)));
    let mut is_waiting = use_signal(|| false);
    // Changes every other second while an order is open, and not otherwise.
    let turn = use_memo(move || if is_waiting() { (shared.now)().0 / AGAIN_MS } else { 0 });
    let server = use_server_view(
        move || {
            seen.read();
            turn.read();
            AdminRequest::MeterValve(MeterOrdersRequest { meter })
        },
        |response| match response {
            AdminResponse::MeterValve(valve) => Some(*valve),
            _ => None,
        },
    );
    use_effect(move || {
        let is_open = server.latest.read().as_ref().is_some_and(|valve| valve.orders.iter().any(|order| order.state.is_open()));
        if *is_waiting.peek() != is_open {
            is_waiting.set(is_open);
        }
    });
    let latest = server.latest.read().clone();
    rsx! {
        Card { class: "wide",
            h2 { id: "valve-head", {tr("valve")} }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "valve-orders", heights: vec![48, 64], onretry: move |()| server.again() } },
                Some(valve) => rsx! { Content { meter, serial, reported, interval_s, valve, server } },
            }
        }
    }
}

#[component]
fn Content(
    meter: MeterId,
    serial: String,
    reported: Valve,
    interval_s: u32,
    valve: MeterValve,
    server: ServerView<MeterValve>,
) -> Element {
    let (now, language) = ((shared().now)(), language());
    let mut asking = use_signal(|| None::<(Uuid, OrderAction)>);
    let mut all = use_signal(|| false);
    let withdraw = use_withdrawal(server);
    let why_not = match (&valve.refusal, is_away()) {
        (Some(refusal), _) => Some(tr(&format!("refused-{refusal}"))),
        (None, true) => Some(tr("valve-away")),
        (None, false) => None,
    };
    let shown = if all() { valve.orders.len() } else { FEW };
    let described = why_not.is_some().then_some("valve-why-not");
    rsx! {
        div { class: "row wrap", "data-valve": reported.as_str(),
            ValveChip { valve: reported }
            Standing { by_hand: valve.by_hand, for_credit: valve.for_credit }
        }
        if let Some(until) = open_until(valve.by_hand, now) {
            p { class: "muted small", {tra("valve-open-until", &[("time", format::zoned_moment(until, now, device_zone(), language))])} }
        }
        div { class: "row wrap actions",
            for (action , icon) in [(OrderAction::CloseValve, "circle-slash"), (OrderAction::OpenValve, "droplet")] {
                Button { key: "{action.as_str()}", label: tr(&format!("order-{}", action.as_str())), icon, disabled: described.is_some(), described,
                    onclick: move |_| asking.set(Some((new_id(), action))) }
            }
        }
        Tasks { meter, serial: serial.clone(), interval_s, is_installed: valve.refusal.as_deref() != Some("not_installed"), why_not: "valve-why-not", server }
        if let Some(text) = why_not {
            p { id: "valve-why-not", class: "muted small row", Icon { name: "info", size: "s" } "{text}" }
        }
        if valve.orders.is_empty() {
            p { class: "muted small", {tr("valve-orders-none")} }
        } else {
            ul { class: "list", "aria-label": tr("valve-orders"),
                for order in valve.orders.iter().take(shown).cloned() {
                    OrderLine { key: "{order.id}", order, busy: (withdraw.busy)(), onwithdraw: move |id| withdraw.go.call(id) }
                }
            }
            if valve.orders.len() > shown {
                Button { label: tra("fact-more", &[("n", (valve.orders.len() - shown).to_string())]), kind: "quiet", full: true, onclick: move |_| all.set(true) }
            }
        }
        if let Some((key, action)) = asking() {
            OrderDialog { key: "{key}", id: key, meter, serial, reported, action, protected_until: valve.protected_until,
                ondone: move |valve| server.take(valve), onrefused: move |()| server.again(), onclose: move |()| asking.set(None) }
        }
    }
}

/// To withdraw an order: what does it, and whether an answer is waited for.
#[derive(Clone, Copy)]
struct Withdrawal {
    go: Callback<Uuid>,
    busy: Signal<bool>,
}

fn use_withdrawal(server: ServerView<MeterValve>) -> Withdrawal {
    let shared = shared();
    let mut busy = use_signal(|| false);
    let go = use_callback(move |of: Uuid| {
        if busy.replace(true) {
            return;
        }
        spawn(async move {
            match request(AdminRequest::WithdrawValveOrder(ValveWithdrawal { key: new_id(), of })).await {
                Ok(AdminResponse::MeterValve(valve)) => {
                    shared.toast(tr("valve-withdrawn"));
                    server.take(*valve);
                }
                Ok(_) => {}
                Err(problem) => {
                    shared.toast(say(&problem));
                    server.again();
                }
            }
            busy.set(false);
        });
    });
    Withdrawal { go, busy }
}

/// Until when a valve that a person has opened is not closed for want of credit.
fn open_until(by_hand: ByHand, now: UtcMillis) -> Option<UtcMillis> {
    match by_hand {
        ByHand::Open { until } => Some(until).filter(|until| *until > now),
        _ => None,
    }
}

/// Who decides about the valve now, where it is not simply the balance.
#[component]
fn Standing(by_hand: ByHand, for_credit: bool) -> Element {
    let now = (shared().now)();
    let found = match by_hand {
        ByHand::Closed => Some(("warn", "user", "valve-closed-by-hand")),
        _ if open_until(by_hand, now).is_some() => Some(("info", "user", "valve-open-by-hand")),
        _ if for_credit => Some(("warn", "wallet", "valve-closed-for-credit")),
        _ => None,
    };
    rsx! {
        if let Some((tone, icon, word)) = found {
            StatusChip { tone, icon, label: tr(word), small: true }
        }
    }
}
