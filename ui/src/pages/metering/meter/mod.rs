//! One meter as a technician in front of it needs it: its latest values, what others wrote, and a reading to be taken.

mod notes;
pub mod photo;
mod readings;
mod record;
mod refusals;
pub mod refused_photo;
mod unusual;

pub use notes::Notes;
pub use photo::{PhotoButton, PhotoInput, Taken};
pub use readings::Readings;
pub use record::{Draft, Explain, Kept, MeterMessage, RecordForm, Why, miss_explained};
pub use refusals::Refusals;
pub use unusual::Unusual;

use crate::bridge;
use crate::components::shell::{SyncMark, device_zone, language};
use crate::components::status::judge;
use crate::components::{Age, Card, Connected, Dialog, Empty, Failed, Icon, Since, Skeleton, StatusChip, ValveChip};
use crate::format;
use crate::i18n::tr;
use crate::pages::maintenance::section::WorkSection;
use crate::pages::metering::fleet::{flow_text, latest};
use crate::pages::metering::health::HealthSection;
use crate::pages::metering::swap::{SwapButton, Swaps, is_replacement};
use crate::pages::metering::timeline::Timeline;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::core::text::{is_phone, phone_key};
use domain::field::field_record::Review;
use domain::metering::health::Limits;
use domain::metering::meter::Connectivity;
use domain::{MeterId, Millilitres, TimeZone, UtcMillis};
use protocol::metering::live::Watch;
use protocol::ui::{Answer, FieldRecords, Keeping, MeterDetail, Phase, Request};

/// The technician's page of one meter. Another meter is another page: nothing that was typed for one is left for the next.
#[component]
pub fn Meter(id: MeterId) -> Element {
    use_effect(use_reactive((&id,), move |(id,)| {
        let watch = Watch { meters: vec![id], closely: vec![id] };
        spawn(async move { drop(bridge::call(Request::Watch(watch)).await) });
    }));
    use_drop(|| {
        dioxus::core::spawn_forever(async { drop(bridge::call(Request::Watch(Watch::default())).await) });
    });
    rsx! {
        // A key is looked at among siblings only: this is a list of one.
        for id in [id] {
            MeterPage { key: "{id}", id }
        }
    }
}

#[component]
fn MeterPage(id: MeterId) -> Element {
    let load = use_answer(
        move || Request::Meter { meter: id },
        |answer| match answer {
            Answer::Meter(device) => Some(device),
            _ => None,
        },
    );
    rsx! {
        div { class: "page",
            header { class: "page-head",
                div { class: "row edge",
                    a { class: "button quiet icon-only", href: "#/hari-ini", "aria-label": tr("back"),
                        // The list is come back to as it was; without one before, it is opened.
                        onclick: move |event: MouseEvent| if bridge::go_back() { event.prevent_default() },
                        Icon { name: "chevron-left" }
                    }
                    h1 {
                        match &*load.read() {
                            Load::Ready(Some(device)) => device.row.serial.clone(),
                            _ => tr("col-meter"),
                        }
                    }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![160, 56, 200] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(None) => rsx! { Card { Empty { icon: "map-pin", title: tr("meter-gone"), next: tr("meter-gone-next"),
                    Link { class: "button secondary", to: Route::Today {}, {tr("back")} }
                } } },
                Load::Ready(Some(device)) => rsx! { Content { device: (**device).clone() } },
            }
        }
    }
}

#[component]
fn Content(device: MeterDetail) -> Element {
    let language = language();
    let id = device.row.now.id;
    let mut recording = use_signal(|| false);
    let draft = Draft::new();
    let is_filled = use_memo(move || draft.is_filled());
    let now = latest(&device.row);
    let state = judge(&now, shared().server_now());
    let locked = locked();
    let zone = device.row.time_zone.unwrap_or_else(device_zone);
    let is_ordered = device.work.iter().any(|row| is_replacement(&row.order));
    let field_records = use_facts(id);
    let last = match &*field_records.read() {
        Load::Ready(Some(field_records)) => field_records.last.map(|(t, register)| (t, register, field_records.time_zone)),
        _ => None,
    };
    rsx! {
        // The form's draft outlives its dialog, and not this page.
        div { class: "meter-page", "data-filled": if is_filled() { "true" },
            Card { class: "wide",
                div { class: "row between top",
                    div { class: "grow",
                        p { class: "number", "{device.row.address}" }
                        p { class: "muted small", "{device.row.customer} · {device.row.zone}" }
                    }
                    div { class: "stack", align_items: "flex-end", gap: "2px",
                        Connected { state, small: true }
                        if let Some(t) = now.t {
                            Age { t }
                        }
                    }
                }
                LastRegister { last, state }
                div { class: "row wrap",
                    ValveChip { valve: now.valve }
                    Since { now }
                    StatusChip { tone: "", icon: "droplet", small: true, label: format!("{} {}", flow_text(&now, state, language), tr("flow-unit")) }
                    if let Some(battery) = device.row.battery {
                        StatusChip { tone: charge(battery, device.row.limits), icon: "battery-low", small: true, label: format!("{battery} %") }
                    }
                }
                Reach { phone: device.phone.clone(), address: device.row.address.clone() }
                if locked {
                    div { class: "banner warn", Icon { name: "shield-alert" } p { class: "small", {tr("no-offline-edit")} } }
                }
                button { id: "record", class: "button primary big full", r#type: "button", disabled: locked, onclick: move |_| recording.set(true),
                    Icon { name: "gauge" }
                    {tr("reading-record")}
                }
                // By an order it is its line that leads there.
                if !is_ordered {
                    SwapButton { meter: id, serial: device.row.serial.clone() }
                }
            }
            div { class: "stack wide",
                WorkSection { meter: id, serial: device.row.serial.clone(), zone: device.zone, time_zone: zone, orders: device.work.clone() }
                HealthSection { health: device.row.health.clone(), zone }
                Timeline { lines: device.timeline.clone(), zone }
                Refusals { meter: id }
                Swaps { meter: id }
                Readings { meter: id }
                Notes { meter: id }
            }
        }
        if recording() && let Load::Ready(Some(field_records)) = &*field_records.read() {
            Dialog { title: tr("reading-record"), sheet: !(shared().wide)(), keeps: true, onclose: move |()| recording.set(false),
                RecordForm { meter: id, field_records: (**field_records).clone(), draft, onclose: move |()| recording.set(false) }
            }
        }
    }
}

/// The register that is known last, and how old it is where the meter does not report.
#[component]
fn LastRegister(last: Option<(UtcMillis, Millilitres, TimeZone)>, state: Connectivity) -> Element {
    let (language, now) = (language(), (shared().now)());
    rsx! {
        div { class: "register",
            span { class: "muted small", {tr("last-known")} }
            if let Some((t, register, zone)) = last {
                p { class: "number", {format::register(register, language)} }
                span { class: "muted small",
                    {format::zoned_moment(t, now, zone, language)}
                    if state != Connectivity::Online {
                        ", " {format::age(t, now)}
                    }
                }
            } else {
                p { class: "muted", {tr("value-none")} }
            }
        }
    }
}

/// To call the customer and to find the house, as far as either is known here.
#[component]
pub fn Reach(phone: String, address: String) -> Element {
    let number = Some(phone_key(&phone)).filter(|_| is_phone(&phone));
    let address = address.trim().to_owned();
    if number.is_none() && address.is_empty() {
        return rsx! {};
    }
    rsx! {
        div { class: "row wrap reach",
            if let Some(number) = number {
                a { class: "button secondary grow", href: "tel:{number}", "aria-label": format!("{} {phone}", tr("call")), Icon { name: "phone" } {tr("call")} }
            }
            if !address.is_empty() {
                a { class: "button secondary grow", href: bridge::map_of(&address), target: "_blank", rel: "noopener", "aria-label": format!("{} {address}", tr("navigate")),
                    Icon { name: "map-pin" } {tr("navigate")}
                }
            }
        }
    }
}

/// The colour of a battery's charge in per cent.
fn charge(battery: i16, limits: Limits) -> &'static str {
    if battery < i16::from(limits.battery()) { "warn" } else { "" }
}

/// What people wrote down about a meter.
pub fn use_facts(meter: MeterId) -> Signal<Load<Option<Box<FieldRecords>>>> {
    use_answer(
        move || Request::FieldRecords { meter },
        |answer| match answer {
            Answer::FieldRecords(field_records) => Some(field_records),
            _ => None,
        },
    )
}

/// Whether nothing can be kept here: without a keyring what waits would go with the app, which the page shows before.
pub fn locked() -> bool {
    let shared = shared();
    let keeping = shared.session.read().as_ref().map(|session| session.keeping);
    keeping == Some(Keeping::ThisRun) && shared.sync.read().phase != Phase::Live
}

/// Why somebody should check a record, and whether the server has it.
#[component]
pub fn Marks(review: Vec<Review>, waiting: bool) -> Element {
    rsx! {
        if waiting {
            StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
        }
        for review in review {
            StatusChip { key: "{review.as_str()}", tone: "warn", icon: "triangle-alert", label: tr(&format!("review-{}", review.as_str())), small: true }
        }
    }
}

/// Says that something done here was kept.
pub fn say_kept() {
    let shared = consume_context::<crate::state::Shared>();
    let live = shared.sync.peek().phase == Phase::Live;
    shared.toast(tr(if live { "saved" } else { "saved-offline" }));
}
