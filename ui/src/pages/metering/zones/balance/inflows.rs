//! The bulk meters of the zone, those that are and those that were, and the limit of what may be lost.

use super::Doing;
use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::{Button, Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::is_away;
use crate::state::shared;
use dioxus::prelude::*;
use domain::TimeZone;
use protocol::metering::zone_balance::{InflowMeter, ZoneInflows};

/// The card.
#[component]
pub fn Inflows(inflows: ZoneInflows, zone: TimeZone, doing: Signal<Option<Doing>>) -> Element {
    let mut doing = doing;
    let away = is_away();
    let limit = match inflows.limit {
        Some(limit) => tra("balance-limit-is", &[("percent", format::percent(i64::from(limit), language()))]),
        None => tr("balance-limit-none"),
    };
    rsx! {
        Card { class: "wide balance-inflows",
            h2 { {tr("inflow-title")} }
            ul { class: "list",
                for meter in inflows.meters {
                    li { key: "{meter.id}", "data-inflow": "{meter.serial}", MeterLine { meter: meter.clone(), zone, doing } }
                }
            }
            p { class: "small row", "data-limit": inflows.limit.unwrap_or_default().to_string(), Icon { name: "bell", size: "s" } "{limit}" }
            div { class: "row wrap actions",
                Button { label: tr("inflow-register"), icon: "plus", disabled: away, onclick: move |_| doing.set(Some(Doing::Register(new_id()))) }
                Button { label: tr("balance-limit"), icon: "bell", kind: "quiet", disabled: away, onclick: move |_| doing.set(Some(Doing::Limit(new_id()))) }
            }
            if away {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("users-away")} }
            }
        }
    }
}

#[component]
fn MeterLine(meter: InflowMeter, zone: TimeZone, doing: Signal<Option<Doing>>) -> Element {
    let mut doing = doing;
    let (language, now) = (language(), (shared().now)());
    let moment = |at| format::zoned_moment(at, now, zone, language);
    let when = match meter.until {
        Some(until) => tra("inflow-was", &[("since", moment(meter.since)), ("until", moment(until))]),
        None => tra("inflow-since", &[("since", moment(meter.since))]),
    };
    let last = meter.known_until.map_or_else(|| tr("inflow-never"), |at| tra("balance-silent-since", &[("time", moment(at))]));
    let asked = meter.clone();
    rsx! {
        div { class: "grow",
            p { class: "number", "{meter.serial}" }
            p { class: "muted small", "{when}" }
            p { class: "muted tiny", "{last}" }
        }
        if meter.until.is_some() {
            StatusChip { tone: "", icon: "history", label: tr("inflow-ended"), small: true }
        } else {
            Button { label: tr("inflow-remove"), icon: "circle-slash", kind: "quiet", disabled: is_away(),
                onclick: move |_| doing.set(Some(Doing::Remove(new_id(), asked.clone()))) }
        }
    }
}
