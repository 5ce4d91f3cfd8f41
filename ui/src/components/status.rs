//! Status: always colour, picture and word together.

use crate::components::icon::icon;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::metering::meter::{Connectivity, Valve};
use domain::metering::usage_baseline::difference_percent;
use protocol::ui::MeterNow;

/// A word with its colour and picture. `tone` is `ok`, `warn`, `danger`, `info` or nothing.
#[component]
pub fn StatusChip(tone: &'static str, icon: &'static str, label: String, #[props(default)] small: bool) -> Element {
    chip(tone, icon, &label, if small { "small" } else { "" })
}

/// The same without a component of its own, for rows of long lists.
pub fn chip(tone: &'static str, picture: &'static str, label: &str, size: &'static str) -> Element {
    rsx! {
        span { class: "chip {tone} {size}",
            {icon(picture, "s")}
            "{label}"
        }
    }
}

/// Whether a meter reports in time.
#[component]
pub fn Connected(state: Connectivity, #[props(default)] small: bool) -> Element {
    let (tone, icon, key) = match state {
        Connectivity::Online => ("ok", "wifi", "state-online"),
        Connectivity::Stale => ("warn", "clock-alert", "state-stale"),
        Connectivity::Offline => ("", "wifi-off", "state-offline"),
    };
    rsx! {
        StatusChip { tone, icon, label: tr(key), small }
    }
}

/// Judges a meter's silence at this second.
pub fn judge(now: &MeterNow, at: UtcMillis) -> Connectivity {
    Connectivity::judge(now.t, now.interval_s, now.said_offline, at)
}

/// A valve.
#[component]
pub fn ValveChip(valve: Valve) -> Element {
    let (tone, icon) = match valve {
        Valve::Open => ("ok", "check"),
        Valve::Closed => ("info", "circle-slash"),
        Valve::Partial => ("warn", "minus"),
        Valve::Unknown => ("", "info"),
    };
    rsx! {
        StatusChip { tone, icon, label: tr(&format!("valve-{}", valve.as_str())), small: true }
    }
}

/// How old a value is, by the second.
#[component]
pub fn Age(t: UtcMillis, #[props(default)] short: bool) -> Element {
    let now = shared().now;
    let text = if short { format::age_short(t, now()) } else { format::age(t, now()) };
    rsx! {
        span { class: "muted small", "{text}" }
    }
}

/// From when the values of a meter that does not report any more are, and how long ago that was: `per 14.05, 3 hari lalu`. Nothing while it
/// reports in time.
#[component]
pub fn Since(now: MeterNow) -> Element {
    let at = (shared().now)();
    if judge(&now, at) == Connectivity::Online {
        return rsx! {};
    }
    let text = match now.t {
        Some(t) => {
            let values = [("time", format::moment(t, at, device_zone(), language())), ("age", format::age(t, at))];
            tra("value-since", &values)
        }
        None => tr("value-none"),
    };
    rsx! {
        span { class: "tiny warn-text since", "{text}" }
    }
}

/// A total against what it is measured by. Less water is good; five per cent either way is the same.
#[component]
pub fn DeltaChip(actual: domain::Millilitres, expected: Option<domain::Millilitres>, keys: [&'static str; 4]) -> Element {
    let [below, above, same, unknown] = keys;
    let difference = expected.and_then(|expected| difference_percent(actual, expected));
    let percent = |value: i64| [("percent", value.abs().to_string())];
    let (tone, icon, label) = match difference {
        None => ("", "info", tr(unknown)),
        Some(value) if value <= -5 => ("ok", "arrow-down", tra(below, &percent(value))),
        Some(value) if value >= 5 => ("warn", "arrow-up", tra(above, &percent(value))),
        Some(_) => ("info", "check", tr(same)),
    };
    rsx! {
        StatusChip { tone, icon, label }
    }
}
