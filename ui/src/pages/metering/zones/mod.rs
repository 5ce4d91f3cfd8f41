//! Pengaturan → Zona: the zones of the utility, their outlines, and the technicians who work in them.

mod balance;
mod draw;
mod forms;
mod technicians;

use crate::bridge::new_id;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::Act;
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{SettingsPart, SettingsParts};
use crate::route::Route;
use crate::state::Shared;
use dioxus::prelude::*;
use domain::{TimeZone, ZoneId};
use draw::Draw;
use forms::{Add, Rename};
use protocol::metering::zones::{ZoneChange, ZoneDeed, ZoneRow, Zones as Found};
use protocol::ui::{AdminRequest, AdminResponse};
use technicians::Technicians;
use uuid::Uuid;

pub use balance::ZoneBalance;

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Add(Uuid),
    Rename(Uuid, ZoneRow),
    Draw(Uuid, ZoneRow),
    Technicians(ZoneId),
}

/// Sends a change of a zone, and does `then` once it is done.
fn send(act: Act, (key, zone): (Uuid, ZoneId), change: ZoneDeed, server: ServerView<Found>, then: impl FnOnce() + 'static) {
    let shared = consume_context::<Shared>();
    act.send(AdminRequest::ChangeZone(Box::new(ZoneChange { key, zone, change })), move |answer| {
        if let AdminResponse::Zones(found) = answer {
            shared.toast(tr("zone-set"));
            server.take(*found);
            then();
        }
    });
}

/// A time zone as people know it: `WIB · Jakarta`.
fn clock(zone: TimeZone) -> String {
    let city = zone.iana().split('/').next_back().unwrap_or_default();
    format!("{} · {city}", zone.abbreviation())
}

/// The page.
#[component]
pub fn Zones() -> Element {
    let mut doing = use_signal(|| None::<Doing>);
    let server = use_server_view(
        || AdminRequest::Zones,
        |response| match response {
            AdminResponse::Zones(found) => Some(*found),
            _ => None,
        },
    );
    let latest = server.latest.read().clone();
    let drawn = match doing() {
        Some(Doing::Draw(key, zone)) => Some((key, zone)),
        _ => None,
    };
    let is_drawing = drawn.is_some();
    let class = if is_drawing { "page office zone-settings" } else { "page narrow office zone-settings" };
    rsx! {
        div { class,
            header { class: "page-head row wrap",
                div { class: "grow",
                    p { class: "muted small", {tr("settings-title")} }
                    h1 { {tr("zones-title")} }
                }
                if !is_drawing {
                    Button { label: tr("zone-add"), kind: "primary", icon: "plus", disabled: is_away(), onclick: move |_| doing.set(Some(Doing::Add(new_id()))) }
                }
                span { class: "only-phone", SyncMark {} }
            }
            if !is_drawing {
                SettingsParts { here: SettingsPart::Zones }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("users-away")} }
            }
            match (latest, drawn) {
                (None, _) => rsx! { Gap { asking: server.asking.read().clone(), what: "zones", heights: vec![120, 120, 120], onretry: move |()| server.again() } },
                (Some(found), Some((key, zone))) => rsx! {
                    Draw { key: "{zone.id}", of: key, zone: zone.clone(), zones: found.zones, server, onclose: move |()| {
                        doing.set(None);
                        server.again();
                    } }
                },
                (Some(found), None) if found.zones.is_empty() => rsx! {
                    Card { Empty { icon: "map-pin", title: tr("zones-none"), next: tr("zones-none-next") } }
                },
                (Some(found), None) => rsx! {
                    p { class: "muted small", {tr("zones-lead")} }
                    ul { class: "stack",
                        for zone in found.zones.iter().cloned() {
                            li { key: "{zone.id}", "data-row": "{zone.id}", Line { zone: zone.clone(), found: found.clone(), ondo: move |what| doing.set(Some(what)) } }
                        }
                    }
                },
            }
        }
        Dialogs { doing, server }
    }
}

/// The dialog of what is done, if it has one.
#[component]
fn Dialogs(doing: Signal<Option<Doing>>, server: ServerView<Found>) -> Element {
    let close = move |()| {
        doing.set(None);
        server.again();
    };
    match doing() {
        Some(Doing::Add(key)) => rsx! { Add { of: key, server, onclose: close } },
        Some(Doing::Rename(key, zone)) => rsx! { Rename { of: key, zone, server, onclose: close } },
        Some(Doing::Technicians(zone)) => rsx! { Technicians { zone, server, onclose: close } },
        Some(Doing::Draw(..)) | None => rsx! {},
    }
}

/// A zone, with what can be done.
#[component]
fn Line(zone: ZoneRow, found: Found, ondo: EventHandler<Doing>) -> Element {
    let language = language();
    let name = |id| found.technicians.iter().find(|technician| technician.id == id).map(|technician| technician.name.clone());
    let technicians: Vec<String> = zone.technicians.iter().filter_map(|id| name(*id)).collect();
    let corners = zone.outline.as_ref().map(|outline| outline.corners().len());
    let (rename, draw, id) = (zone.clone(), zone.clone(), zone.id);
    rsx! {
        Card {
            div { class: "stack", "data-zone": "{zone.name}",
                div { class: "row between wrap",
                    div { class: "grow",
                        p { class: "number", "{zone.name}" }
                        p { class: "muted small",
                            {clock(zone.time_zone)} " · "
                            {tra("zone-connections", &[("n", format::whole(i64::from(zone.connections), language))])}
                        }
                    }
                    match corners {
                        Some(corners) => rsx! { StatusChip { tone: "ok", icon: "map-pin", label: tra("zone-corners", &[("n", corners.to_string())]), small: true } },
                        None => rsx! { StatusChip { tone: "", icon: "info", label: tr("zone-no-outline"), small: true } },
                    }
                }
                p { class: "small row", Icon { name: "users", size: "s" }
                    if technicians.is_empty() {
                        span { class: "muted", {tr("zone-no-technician")} }
                    } else {
                        span { {technicians.join(", ")} }
                    }
                }
                div { class: "row wrap actions",
                    Button { label: tr("zone-rename"), icon: "pencil", kind: "quiet", disabled: is_away(), onclick: move |_| ondo.call(Doing::Rename(new_id(), rename.clone())) }
                    Button { label: tr("zone-draw"), icon: "map-pin", kind: "quiet", disabled: is_away(), onclick: move |_| ondo.call(Doing::Draw(new_id(), draw.clone())) }
                    Button { label: tr("zone-technicians"), icon: "users", kind: "quiet", disabled: is_away(), onclick: move |_| ondo.call(Doing::Technicians(id)) }
                    Link { class: "button quiet", to: Route::ZoneBalance { zone: id }, Icon { name: "gauge" } {tr("balance-title")} }
                }
            }
        }
    }
}
