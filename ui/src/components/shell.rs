//! The frame around every page: tabs on phones, a rail on desktops, how sync does, and who may be here.

use crate::components::Icon;
use crate::components::address::FirstAddress;
use crate::components::keyboard::Keyboard;
use crate::components::notice::PageNotice;
use crate::components::tabs::Tabs;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::{Denied, SignIn};
use crate::route::{Entry, Route, menu};
use crate::state::{Load, shared, use_answer};
use dioxus::html::input_data::MouseButton;
use dioxus::prelude::*;
use domain::TimeZone;
use protocol::ui::{AlertsRequest, AlertsResponse, Answer, Phase, Request};

/// Unread notifications that are counted in the menu.
const MOST_SHOWN: u32 = 99;

/// The frame.
#[component]
pub fn Shell() -> Element {
    use_hook(FirstAddress::restore);
    let shared = shared();
    let route = use_route::<Route>();
    let session = shared.session.read();
    // Nothing is shown until the client has answered, which takes milliseconds.
    let Some(session) = session.as_ref() else { return rsx! {} };
    let Some(user) = &session.user else { return rsx! { SignIn {} } };
    let phase = shared.sync.read().phase;
    let entries = menu(user.role);
    let open = route.is_open_to(user.role);
    rsx! {
        Keyboard { role: user.role }
        a { class: "skip", href: "#content", {tr("skip-to-content")} }
        div { class: if phase == Phase::Offline { "shell with-bar" } else { "shell" },
            if phase == Phase::Offline {
                OfflineBar {}
            }
            nav { class: "rail", "aria-label": tr("nav-main"),
                div { class: "brand",
                    img { src: "icon.svg", alt: "" }
                    {tr("app")}
                }
                for entry in entries {
                    MenuLink { key: "{entry.key}", current: route.is_page_of(&entry.to), entry }
                }
                div { class: "sync-card stack", SyncMark {} }
            }
            main { id: "content", tabindex: "-1",
                PageNotice { role: user.role, route: route.clone() }
                if open {
                    Outlet::<Route> {}
                } else {
                    Denied {}
                }
            }
            Tabs { role: user.role, route: route.clone() }
        }
    }
}

/// Whether a link is pressed to be followed here, and not in another tab.
pub fn is_plain_press(event: &MouseEvent) -> bool {
    event.modifiers().is_empty() && event.trigger_button() == Some(MouseButton::Primary)
}

/// An entry of the menu.
#[component]
pub fn MenuLink(entry: Entry, current: bool) -> Element {
    let to = entry.to.clone();
    // As a link of the router, which would take a page with filters for another one.
    let go = move |event: MouseEvent| {
        if is_plain_press(&event) {
            event.prevent_default();
            navigator().push(to.clone());
        }
    };
    rsx! {
        a { href: "#{entry.to}", class: if current { "current" }, "aria-current": if current { "page" }, onclick: go,
            Icon { name: entry.icon }
            {tr(entry.key)}
            if entry.to == (Route::Alerts {}) {
                Unread {}
            }
        }
    }
}

/// How many notifications are unread, behind their page's name.
#[component]
fn Unread() -> Element {
    let load = use_answer(
        || Request::Alerts(AlertsRequest::Unread),
        |answer| match answer {
            Answer::Alerts(response) => match *response {
                AlertsResponse::Unread(count) => Some(count),
                _ => None,
            },
            _ => None,
        },
    );
    let count = match *load.read() {
        Load::Ready(count) if count > 0 => count,
        _ => return rsx! {},
    };
    let shown = if count > MOST_SHOWN { format!("{MOST_SHOWN}+") } else { count.to_string() };
    rsx! {
        span { class: "unread-count", "data-unread": "{count}",
            span { "aria-hidden": "true", "{shown}" }
            span { class: "visually-hidden", {tra("alerts-unread-count", &[("n", count.to_string())])} }
        }
    }
}

/// The slim bar with the age of everything shown.
#[component]
fn OfflineBar() -> Element {
    let shared = shared();
    let language = language();
    let text = match shared.sync.read().fresh_at {
        Some(at) => tra("offline-bar", &[("time", format::moment(at, (shared.now)(), device_zone(), language))]),
        None => tr("offline-bar-never"),
    };
    rsx! {
        div { class: "offline-bar", role: "status",
            Icon { name: "cloud-off", size: "s" }
            "{text}"
        }
    }
}

/// How sync does, and since when everything is up to date.
#[component]
pub fn SyncMark() -> Element {
    let shared = shared();
    let state = *shared.sync.read();
    let (icon, key) = match state.phase {
        Phase::Idle => ("cloud-off", "sync-idle"),
        Phase::Syncing => ("refresh-cw", "sync-syncing"),
        Phase::Live => ("cloud-check", "sync-live"),
        Phase::Offline => ("cloud-off", "sync-offline"),
        Phase::SignedOut => ("log-out", "sync-signed-out"),
    };
    let (icon, word) = match (state.parked, state.waiting) {
        (0, 0) => (icon, tr(key)),
        (0, waiting) if state.phase == Phase::Offline => ("clock", tra("sync-waiting", &[("n", waiting.to_string())])),
        (0, waiting) => ("arrow-up", tra("sync-sending", &[("n", waiting.to_string())])),
        (parked, _) => ("circle-alert", tra("sync-parked", &[("n", parked.to_string())])),
    };
    rsx! {
        Link { class: "sync-mark", "data-phase": "{key}", "data-unsent": "{state.waiting}", to: Route::Outbox {},
            Icon { name: icon, size: "s" }
            span { "{word}" }
            if let Some(at) = state.fresh_at.filter(|_| state.phase == Phase::Live) {
                span { class: "only-wide", {format::age(at, (shared.now)())} }
            }
        }
    }
}

/// The language of the screen.
pub fn language() -> domain::people::Language {
    shared().session.read().as_ref().map(|session| session.preferences.language).unwrap_or_default()
}

/// The zone of times that belong to no property: that of this device, as far as Indonesia goes.
pub fn device_zone() -> TimeZone {
    let hours = -js_sys::Date::new_0().get_timezone_offset() / 60.0;
    match hours as i64 {
        8 => TimeZone::Makassar,
        9 => TimeZone::Jayapura,
        _ => TimeZone::Jakarta,
    }
}
