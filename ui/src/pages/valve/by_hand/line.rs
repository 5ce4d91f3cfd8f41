//! One order of a meter: what, by whom and why, and every step of it with its time.

use crate::components::shell::{device_zone, language};
use crate::components::{Button, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::is_away;
use crate::pages::valve::by_hand::tasks::every;
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::valve::order::OrderState;
use protocol::valve::orders::MeterOrderRow;
use uuid::Uuid;

/// How an order can end by the server's doing; anything else is the meter's own text.
const ENDS: [&str; 5] = ["silent", "withdrawn", "overtaken", "replaced", "protected"];

/// Colour and picture of a state.
const fn look(state: OrderState) -> (&'static str, &'static str) {
    match state {
        OrderState::Pending => ("", "clock"),
        OrderState::Sent => ("info", "arrow-up"),
        OrderState::Acknowledged => ("info", "radio-tower"),
        OrderState::Completed => ("ok", "check"),
        OrderState::Failed => ("danger", "circle-alert"),
        OrderState::Expired => ("warn", "hourglass"),
    }
}

/// The word of a state.
fn word(state: OrderState) -> String {
    tr(&format!("order-state-{}", state.as_str()))
}

/// The steps that an order has gone through, in their order, with when.
fn steps(order: &MeterOrderRow) -> Vec<(OrderState, UtcMillis)> {
    let end = Some(order.state).filter(|state| !state.is_open()).zip(order.ended_at);
    let between = [(OrderState::Sent, order.sent_at), (OrderState::Acknowledged, order.acknowledged_at)];
    let between = between.into_iter().filter_map(|(state, at)| Some((state, at?)));
    std::iter::once((OrderState::Pending, order.made_at)).chain(between).chain(end).collect()
}

/// What somebody who gave an order can do once it has come to nothing. The balance orders again by itself.
fn next_step(order: &MeterOrderRow) -> Option<&'static str> {
    match (order.state, order.why.as_str()) {
        _ if order.cause != "person" => None,
        (OrderState::Expired, "silent") => Some("order-next-silent"),
        (OrderState::Failed, _) => Some("order-next-failed"),
        _ => None,
    }
}

/// The order; `onwithdraw` takes one back that no meter was sent.
#[component]
pub fn OrderLine(order: MeterOrderRow, busy: bool, onwithdraw: EventHandler<Uuid>) -> Element {
    let (now, language) = ((shared().now)(), language());
    let (tone, icon) = look(order.state);
    let moment = |at| format::zoned_moment(at, now, device_zone(), language);
    let who = order.who.clone().unwrap_or_else(|| tr("order-by-balance"));
    let is_persons = order.cause == "person";
    let ending = if ENDS.contains(&order.why.as_str()) { tr(&format!("order-ended-{}", order.why)) } else { order.why.clone() };
    let id = order.id;
    rsx! {
        li { "data-order": order.state.as_str(), "data-do": order.action.as_str(),
            div { class: "grow stack", gap: "4px",
                div { class: "row between wrap",
                    p { class: "number",
                        {tr(&format!("order-{}", order.action.as_str()))}
                        if let Some(interval_s) = order.interval_s {
                            ": {every(interval_s)}"
                        }
                    }
                    StatusChip { tone, icon, label: word(order.state), small: true }
                }
                p { class: "small", "{who}" if !order.reason.is_empty() { ": {order.reason}" } }
                if !order.despite_protected.is_empty() {
                    p { class: "muted small", {tra("order-despite", &[("reason", order.despite_protected.clone())])} }
                }
                ul { class: "row wrap muted small", "aria-label": tr("order-steps"),
                    for (state , at) in steps(&order) {
                        li { key: "{state.as_str()}", "data-step": state.as_str(), {format!("{} {}", word(state), moment(at))} }
                    }
                }
                if order.state.is_open() {
                    p { class: "muted small", {tra("order-until", &[("time", moment(order.until))])} }
                }
                if order.state == OrderState::Pending {
                    p { class: "muted small", {tr("order-waits")} }
                }
                if !ending.is_empty() {
                    p { class: "muted small", "{ending}" }
                }
                if let Some(next) = next_step(&order) {
                    p { class: "small", "data-next": "{next}", {tr(next)} }
                }
                if order.seen.as_deref() == Some("contradicts") {
                    div { StatusChip { tone: "warn", icon: "triangle-alert", label: tr("order-contradicted"), small: true } }
                }
                if is_persons && order.state == OrderState::Pending {
                    div { Button { label: tr("order-withdraw"), kind: "quiet", icon: "undo-2", busy, disabled: is_away(), onclick: move |_| onwithdraw.call(id) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::metering::messages::OrderAction;

    #[test]
    fn only_the_steps_that_were_taken_are_shown_in_their_order() {
        let mut order = MeterOrderRow {
            id: Uuid::nil(),
            action: OrderAction::CloseValve,
            interval_s: None,
            state: OrderState::Expired,
            cause: "person".into(),
            who: None,
            reason: String::new(),
            despite_protected: String::new(),
            made_at: UtcMillis(1),
            until: UtcMillis(9),
            sent_at: None,
            acknowledged_at: None,
            ended_at: Some(UtcMillis(5)),
            why: "silent".into(),
            seen: None,
        };
        let states = |order: &MeterOrderRow| steps(order).iter().map(|(state, _)| *state).collect::<Vec<_>>();
        assert_eq!(states(&order), [OrderState::Pending, OrderState::Expired], "it was never sent");
        (order.sent_at, order.acknowledged_at, order.state) = (Some(UtcMillis(2)), Some(UtcMillis(3)), OrderState::Completed);
        assert_eq!(states(&order), [OrderState::Pending, OrderState::Sent, OrderState::Acknowledged, OrderState::Completed]);
        (order.state, order.ended_at) = (OrderState::Acknowledged, None);
        assert_eq!(states(&order).last(), Some(&OrderState::Acknowledged));
    }

    #[test]
    fn whoever_gave_an_order_that_came_to_nothing_reads_what_to_do_next() {
        let order = |cause: &str, state, why: &str| MeterOrderRow {
            id: Uuid::nil(),
            action: OrderAction::ReadNow,
            interval_s: None,
            state,
            cause: cause.into(),
            who: None,
            reason: String::new(),
            despite_protected: String::new(),
            made_at: UtcMillis(1),
            until: UtcMillis(9),
            sent_at: None,
            acknowledged_at: None,
            ended_at: Some(UtcMillis(9)),
            why: why.into(),
            seen: None,
        };
        assert_eq!(next_step(&order("person", OrderState::Expired, "silent")), Some("order-next-silent"));
        assert_eq!(next_step(&order("person", OrderState::Failed, "Katup macet")), Some("order-next-failed"));
        assert_eq!(next_step(&order("person", OrderState::Expired, "withdrawn")), None);
        assert_eq!(next_step(&order("credit", OrderState::Expired, "silent")), None);
    }
}
