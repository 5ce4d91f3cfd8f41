//! The side panel: one meter, live.

use crate::components::shell::{device_zone, language};
use crate::components::status::judge;
use crate::components::{Age, CloseButton, Connected, Empty, Failed, FullButton, Since, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::section::WorkSection;
use crate::pages::metering::changes::InstallationSection;
use crate::pages::metering::credential::CredentialSection;
use crate::pages::metering::fleet::table::place_of;
use crate::pages::metering::fleet::{flow_text, latest};
use crate::pages::metering::health::HealthSection;
use crate::pages::metering::meter::{Notes, Readings, Refusals, Unusual};
use crate::pages::metering::swap::Swaps;
use crate::pages::metering::timeline::Timeline;
use crate::pages::people::customers::ListView;
use crate::pages::valve::by_hand::ValveSection;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::metering::meter::LifeCycle;
use domain::{LocalMonth, MeterId};
use protocol::ui::{Answer, MeterDetail, Request};

/// One meter.
#[component]
pub fn Panel(
    meter: MeterId,
    #[props(default)] full: bool,
    /// Gives it the whole width, or takes that away again; where there is room for it.
    #[props(default)]
    onfull: Option<EventHandler<()>>,
) -> Element {
    let load = use_answer(
        move || Request::Meter { meter },
        |answer| match answer {
            Answer::Meter(detail) => Some(detail),
            _ => None,
        },
    );
    match &*load.read() {
        Load::Waiting => rsx! { Skeleton { heights: vec![40, 64, 96] } },
        Load::Failed(problem) => rsx! { Failed { problem: problem.clone() } },
        Load::Ready(None) => rsx! { Empty { icon: "search", title: tr("error-not_found"), next: String::new() } },
        Load::Ready(Some(detail)) => rsx! { Content { detail: (**detail).clone(), full, onfull } },
    }
}

#[component]
fn Content(detail: MeterDetail, full: bool, onfull: Option<EventHandler<()>>) -> Element {
    let language = language();
    let row = &detail.row;
    let now = latest(row);
    let state = judge(&now, shared().server_now());
    let flow = flow_text(&now, state, language);
    let zone = row.time_zone.unwrap_or_else(device_zone);
    let entry = |key: &str, value: String| {
        let word = tr(key);
        rsx! { div { dt { "{word}" } dd { "{value}" } } }
    };
    rsx! {
        div { class: "row between top edge",
            div { class: "grow",
                h2 { "{row.serial}" }
                p { class: "muted small", {place_of(row)} " · {row.zone}" }
            }
            if let Some(onfull) = onfull {
                FullButton { full, onfull }
            }
            CloseButton {}
        }
        div { class: if full { "detail full" } else { "detail" },
            div { class: "stack wide",
                div { class: "row between",
                    p {
                        span { class: "number", font_size: "2rem", line_height: "1.2", "{flow}" }
                        " " span { class: "muted", {tr("flow-unit")} }
                    }
                    div { class: "stack", align_items: "flex-end", gap: "2px",
                        Connected { state, small: true }
                        if let Some(t) = now.t {
                            Age { t }
                        }
                    }
                }
                dl { class: "facts",
                    div { dt { {tr("valve")} } dd { {tr(&format!("valve-{}", now.valve.as_str()))} Since { now } } }
                    {entry("col-battery", row.battery.map_or("–".into(), |percent| format!("{percent} %")))}
                    {entry("col-signal", row.rssi.map_or("–".into(), |rssi| format!("{} dBm", format::whole(i64::from(rssi), language))))}
                }
                HealthSection { health: row.health.clone(), zone }
                About { detail: detail.clone() }
                Months { months: detail.months.clone() }
            }
            div { class: "stack wide",
                ValveSection { meter: now.id, serial: row.serial.clone(), reported: now.valve, interval_s: now.interval_s }
                WorkSection { meter: now.id, serial: row.serial.clone(), zone: detail.zone, time_zone: zone, orders: detail.work.clone() }
                InstallationSection { meter: now.id, serial: row.serial.clone(), life_cycle: row.life_cycle, connection: detail.connection,
                    register: detail.register, zone }
                CredentialSection { meter: now.id, is_retired: row.life_cycle == LifeCycle::Inactive }
                Timeline { lines: detail.timeline.clone(), zone }
                Unusual { meter: now.id }
                Refusals { meter: now.id }
                Swaps { meter: now.id }
                Readings { meter: now.id }
                Notes { meter: now.id }
            }
        }
    }
}

/// What it is, whose, and what it shows.
#[component]
fn About(detail: MeterDetail) -> Element {
    let language = language();
    let row = &detail.row;
    let now = latest(row);
    rsx! {
        dl { class: "facts pair",
            div {
                dt { {tr("customer")} }
                dd {
                    if let Some(customer) = row.customer_id {
                        Link { class: "link", to: ListView::address_of(customer), "{row.customer}" }
                    } else if row.is_inflow {
                        {tr("bulk-meter")}
                    } else {
                        {tr("customer-none-here")}
                    }
                }
            }
            div {
                dt { {tr("register")} }
                dd {
                    {detail.register.map_or("–".into(), |register| format::register(register, language))}
                    if detail.register.is_some() {
                        Since { now }
                    }
                }
            }
            div { dt { {tr("model")} } dd { "{row.model}" } }
            div { dt { {tr("firmware")} } dd { {detail.firmware.clone().unwrap_or_else(|| "–".into())} } }
        }
    }
}

/// What was used in the last months.
#[component]
fn Months(months: Vec<(LocalMonth, i64)>) -> Element {
    let language = language();
    let highest = months.iter().map(|(_, volume)| *volume).max().unwrap_or(0).max(1);
    rsx! {
        if !months.is_empty() {
            h2 { {tr("months-used")} }
            div {
                div { class: "months", role: "img", tabindex: "0", "data-walk": "months-said", "aria-keyshortcuts": "ArrowLeft ArrowRight Home End",
                    "aria-label": months.iter().map(|(month, volume)| format!("{} {}", format::month(*month, language), format::volume(domain::Millilitres(*volume), language))).collect::<Vec<_>>().join(", "),
                    for (month , volume) in months.iter() {
                        i { key: "{month.0}", height: "{volume * 100 / highest}%",
                            "data-said": "{format::month(*month, language)}: {format::volume(domain::Millilitres(*volume), language)}" }
                    }
                }
                p { id: "months-said", class: "walked small", role: "status", "aria-live": "polite" }
                div { class: "row between tiny muted",
                    span { {months.first().map_or(String::new(), |(month, _)| format::month(*month, language))} }
                    span { {months.last().map_or(String::new(), |(month, _)| tra("month-so-far", &[("month", format::month(*month, language))]))} }
                }
            }
        }
    }
}
