//! The tiles of Ringkasan: a number each, which leads to the list of what it counts.

use crate::components::Icon;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::{AlertsView, FinancePart, FinanceView, MeterView};
use crate::route::Route;
use crate::state::shared;
use dioxus::prelude::*;
use domain::leaks::Severity;
use protocol::summary::{Due, WaitingSum};
use protocol::ui::{CaseCounts, FleetCounts, FleetFilter};

/// A number with its word; where there is nothing, it is quiet.
#[component]
fn Tile(
    /// Its name for whoever looks for it.
    of: &'static str,
    to: String,
    tone: &'static str,
    icon: &'static str,
    label: String,
    count: i64,
    #[props(default)] more: String,
) -> Element {
    let tone = if count == 0 { "" } else { tone };
    rsx! {
        Link { class: "stat", to, "data-tile": "{of}", "data-count": "{count}",
            span { class: "chip small {tone}", Icon { name: icon, size: "s" } "{label}" }
            span { class: "value", {format::whole(count, language())} }
            if !more.is_empty() {
                span { class: "tiny muted", "{more}" }
            }
        }
    }
}

/// The fleet. The first three are all meters.
#[component]
pub fn Devices(counts: FleetCounts) -> Element {
    let tiles = [
        ("online", FleetFilter::Online, "ok", "wifi", "state-online", counts.online),
        ("stale", FleetFilter::Stale, "warn", "clock-alert", "state-stale", counts.stale),
        ("offline", FleetFilter::Offline, "", "wifi-off", "state-offline", counts.offline),
        ("valve-closed", FleetFilter::ValveClosed, "info", "circle-slash", "tile-valve-closed", counts.valve_closed),
        ("low-battery", FleetFilter::LowBattery, "warn", "battery-low", "tile-low-battery", counts.low_battery),
    ];
    let total = format::whole(i64::from(counts.total), language());
    rsx! {
        section { class: "stack wide", "aria-labelledby": "summary-devices", "data-total": "{counts.total}",
            div { class: "row between wrap",
                h2 { id: "summary-devices", {tr("devices-title")} }
                Link { class: "link", to: Route::Meters {}, {tra("summary-all-meters", &[("n", total)])} }
            }
            div { class: "tiles",
                for (of , only , tone , icon , key , count) in tiles {
                    Tile { key: "{of}", of, to: MeterView::address_with(only), tone, icon, label: tr(key), count: i64::from(count) }
                }
            }
            p { class: "tiny muted tiles-note", {tr("tiles-note")} }
        }
    }
}

/// Open cases by severity.
#[component]
pub fn Cases(counts: CaseCounts) -> Element {
    let tiles = [
        (Severity::Severe, "danger", "circle-alert"),
        (Severity::Moderate, "warn", "triangle-alert"),
        (Severity::Minor, "info", "droplet"),
    ];
    rsx! {
        section { class: "stack wide", "aria-labelledby": "summary-cases",
            h2 { id: "summary-cases", {tr("summary-cases")} }
            div { class: "tiles",
                for (severity , tone , icon) in tiles {
                    Tile { key: "{severity.as_str()}", of: severity.as_str(), to: AlertsView::address_of_cases(severity), tone, icon,
                        label: tr(&format!("case-severity-{}", severity.as_str())), count: i64::from(counts.of(severity)) }
                }
            }
        }
    }
}

/// What waits of this device's own: changes that were refused, and fields that two people changed.
#[component]
pub fn OnDevice(conflicts: u32) -> Element {
    let shared = shared();
    let parked = use_memo(move || shared.sync.read().parked);
    let to = Route::Outbox {}.to_string();
    rsx! {
        section { class: "stack wide", "aria-labelledby": "summary-changes",
            h2 { id: "summary-changes", {tr("summary-changes")} }
            div { class: "tiles",
                Tile { of: "parked", to: to.clone(), tone: "danger", icon: "circle-alert", label: tr("summary-parked"), count: i64::from(parked()) }
                Tile { of: "conflicts", to, tone: "warn", icon: "users", label: tr("summary-conflicts"), count: i64::from(conflicts) }
            }
        }
    }
}

/// What waits at the server: money, and messages that could not be sent.
#[component]
pub fn OnServer(due: Due, waiting: WaitingSum) -> Element {
    let more = if waiting.count > 0 { waiting.amount.to_string() } else { String::new() };
    rsx! {
        section { class: "stack wide", "aria-labelledby": "summary-due",
            h2 { id: "summary-due", {tr("summary-due")} }
            div { class: "tiles",
                Tile { of: "waiting", to: FinanceView::address_of(FinancePart::Waiting), tone: "info", icon: "hourglass",
                    label: tr("summary-waiting"), count: waiting.count, more }
                Tile { of: "payment-cases", to: FinanceView::address_of(FinancePart::Cases), tone: "danger", icon: "landmark",
                    label: tr("summary-payment-cases"), count: due.payment_cases }
                Tile { of: "bank-refunds", to: FinanceView::address_of(FinancePart::Refunds), tone: "warn", icon: "undo-2",
                    label: tr("summary-bank-refunds"), count: due.bank_refunds }
                Tile { of: "openings", to: FinanceView::address_of(FinancePart::Openings), tone: "warn", icon: "file-spreadsheet",
                    label: tr("summary-openings"), count: due.openings }
                Tile { of: "dead-letters", to: AlertsView::address_of_queue(), tone: "warn", icon: "bell",
                    label: tr("summary-dead-letters"), count: due.dead_letters }
            }
        }
    }
}
