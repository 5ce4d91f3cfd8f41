//! How an order stands: how far, how pressing, whether its targets are kept and whether somebody should look at it; as chips and as two lines.

use crate::components::StatusChip;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::words::{length, look, look_of_priority, of_priority, of_reason, of_stage};
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::core::local_time::MINUTE_MS;
use domain::maintenance::priority::ServiceLevels;
use domain::maintenance::service_level::{Kept, ServiceLevel, Target, service_level};
use domain::maintenance::work_order::{DeferReason, WorkStage};
use protocol::sync::rows::WorkOrder;
use protocol::ui::WorkRow;

/// How an order stands to its targets; none where it is cancelled.
pub fn level_of(order: &WorkOrder, now: UtcMillis) -> Option<ServiceLevel> {
    if order.stage() == WorkStage::Cancelled {
        return None;
    }
    service_level(ServiceLevels::default().of(order.priority), (order.at, order.window()), &order.progress(), now)
}

/// What of an open order is late: the word's key.
pub fn late(order: &WorkOrder, now: UtcMillis) -> Option<&'static str> {
    let level = level_of(order, now).filter(|_| order.state.is_open())?;
    if level.repair.kept == Kept::Missed {
        return Some("work-late-repair");
    }
    (level.response.kept == Kept::Missed).then_some("work-late-response")
}

/// The chips of an order.
#[component]
pub fn Chips(row: WorkRow) -> Element {
    let now = (shared().now)();
    let order = &row.order;
    let stage = order.stage();
    let (tone, icon) = look(stage);
    let late = late(order, now);
    let is_behind = late.is_none() && matches!(stage, WorkStage::Scheduled | WorkStage::Assigned) && order.until < now;
    rsx! {
        StatusChip { tone, icon, label: of_stage(stage), small: true }
        if let Some((tone, icon)) = look_of_priority(order.priority) {
            StatusChip { tone, icon, label: of_priority(order.priority), small: true }
        }
        if order.progress().is_overlong(now) {
            StatusChip { tone: "danger", icon: "clock-alert", label: tr("work-overlong"), small: true }
        }
        if let Some(late) = late {
            span { "data-late": late, StatusChip { tone: "danger", icon: "clock-alert", label: tr(late), small: true } }
        }
        if is_behind {
            StatusChip { tone: "warn", icon: "clock-alert", label: tr("work-late"), small: true }
        }
        for review in order.review.iter() {
            StatusChip { key: "{review.as_str()}", tone: "warn", icon: "eye", label: tr(&format!("review-{}", review.as_str())), small: true }
        }
        if row.waiting {
            StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
        }
    }
}

/// Why an order is put off, while it is.
#[component]
pub fn PutOff(row: WorkRow) -> Element {
    let Some(turn) = row.order.deferred() else { return rsx! {} };
    let reason = of_reason(turn.reason.unwrap_or(DeferReason::Other));
    rsx! {
        p { class: "small lines", {tra("work-put-off", &[("reason", reason)])}
            if !turn.text.is_empty() {
                " · {turn.text}"
            }
        }
    }
}

/// Both targets of an order, each with its time, whether it was kept, and how late it was or is.
#[component]
pub fn Levels(row: WorkRow) -> Element {
    let now = (shared().now)();
    let Some(level) = level_of(&row.order, now) else { return rsx! {} };
    let due =
        |target: &Target| tra("work-level-due", &[("time", format::zoned_moment(target.due, now, row.time_zone, language()))]);
    rsx! {
        dl { class: "facts pair work-levels",
            for (key , target) in [("work-level-response", level.response), ("work-level-repair", level.repair)] {
                div { key: "{key}", "data-level": key, "data-kept": target.kept.as_str(),
                    dt { {tr(key)} " " {due(&target)} }
                    dd { class: "row wrap",
                        StatusChip { tone: look_of_kept(target.kept).0, icon: look_of_kept(target.kept).1, label: tr(&format!("work-kept-{}", target.kept.as_str())), small: true }
                        if let Some(minutes) = late_minutes(&target, now) {
                            span { class: "muted small", {tra("work-level-late", &[("length", length(minutes))])} }
                        }
                    }
                }
            }
        }
    }
}

/// By how many whole minutes a target was, or is, missed.
fn late_minutes(target: &Target, now: UtcMillis) -> Option<u32> {
    u32::try_from(target.late_ms(now)? / MINUTE_MS).ok()
}

/// Colour and picture of whether a target was kept.
const fn look_of_kept(kept: Kept) -> (&'static str, &'static str) {
    match kept {
        Kept::Running => ("info", "clock"),
        Kept::Met => ("ok", "check"),
        Kept::Missed => ("danger", "clock-alert"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::core::local_time::HOUR_MS;
    use serde_json::json;
    use uuid::Uuid;

    fn order(state: &str, more: serde_json::Value) -> WorkOrder {
        let mut body = json!({ "id": Uuid::nil(), "meter": Uuid::nil(), "work": "repair", "state": state, "from": 0,
            "until": HOUR_MS, "author": "Ratna", "at": 0, "priority": "high" });
        body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        serde_json::from_value(body).expect("an order")
    }

    #[test]
    fn an_open_order_is_late_first_to_be_begun_and_then_to_be_done() {
        let at = |hours: i64| UtcMillis(hours * HOUR_MS);
        let untouched = order("scheduled", json!({}));
        assert_eq!((late(&untouched, at(8)), late(&untouched, at(9))), (None, Some("work-late-response")));
        let begun = order("in_progress", json!({ "begun_at": HOUR_MS }));
        assert_eq!((late(&begun, at(24)), late(&begun, at(25))), (None, Some("work-late-repair")));
        let done = order("completed", json!({ "begun_at": HOUR_MS, "completed_at": 30 * HOUR_MS }));
        assert_eq!((late(&done, at(40)), level_of(&done, at(40)).map(|level| level.repair.kept)), (None, Some(Kept::Missed)));
        let behind = |order: &WorkOrder, now| level_of(order, now).and_then(|level| late_minutes(&level.repair, now));
        assert_eq!((behind(&done, at(40)), behind(&begun, at(24)), behind(&begun, at(26))), (Some(6 * 60), None, Some(2 * 60)));
        assert_eq!(level_of(&order("cancelled", json!({})), at(1)), None);
    }
}
