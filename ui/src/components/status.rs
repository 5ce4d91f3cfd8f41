//! Status: always colour, picture and word together.

use crate::components::icon::icon;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::{tr, tra};
use crate::state::shared;
use dioxus::prelude::*;
use domain::UtcMillis;
use domain::metering::meter::{Connectivity, Valve};
use domain::metering::usage_baseline::{Comparison, NEEDED_HOURS};
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

/// Judges a meter's silence at this second of the server's clock, by which the meter has reported.
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

/// How long ago it was; drawn anew only when the words change.
#[component]
pub fn When(at: UtcMillis) -> Element {
    let now = shared().now;
    let age = use_memo(move || format::age(at, now()));
    rsx! {
        span { class: "tiny muted", "{age}" }
    }
}

/// What a volume is compared with: it has words of its own for each result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The usual, of which so many hours are known.
    Usual(u32),
    /// The stretch before.
    Before,
}

/// From when the values of a meter that does not report any more are, and how long ago that was: `per 14.05, 3 hari lalu`. Nothing while it
/// reports in time.
#[component]
pub fn Since(now: MeterNow) -> Element {
    let (shared, language) = (shared(), language());
    let text = use_memo(use_reactive!(|now, language| {
        let at = shared.server_now();
        if judge(&now, at) == Connectivity::Online {
            return None;
        }
        let since =
            |t| tra("value-since", &[("time", format::moment(t, at, device_zone(), language)), ("age", format::age(t, at))]);
        Some(now.t.map_or_else(|| tr("value-none"), since))
    }));
    rsx! {
        if let Some(text) = text() {
            span { class: "tiny warn-text since", "{text}" }
        }
    }
}

/// How a volume or what it cost compares. Less water is good; five per cent either way is the same.
#[component]
pub fn DeltaChip(comparison: Comparison, against: Against) -> Element {
    let keys = match against {
        Against::Usual(_) => ["below-usual", "above-usual", "as-usual", "far-usual"],
        Against::Before => ["delta-down", "delta-up", "delta-flat", "delta-far"],
    };
    let percent = |value: i64| [("percent", value.to_string())];
    let (tone, icon, label) = match (comparison, against) {
        (Comparison::Below(value), _) => ("ok", "arrow-down", tra(keys[0], &percent(value))),
        (Comparison::Above(value), _) => ("warn", "arrow-up", tra(keys[1], &percent(value))),
        (Comparison::Same, _) => ("info", "check", tr(keys[2])),
        (Comparison::Far, _) => ("warn", "arrow-up", tr(keys[3])),
        (Comparison::Early, _) => ("", "info", tr("usual-early")),
        (Comparison::Unknown, Against::Usual(hours)) if hours < NEEDED_HOURS => {
            ("", "info", tra("usual-hours", &[("n", hours.to_string()), ("needed", NEEDED_HOURS.to_string())]))
        }
        (Comparison::Unknown, Against::Usual(_)) => ("", "info", tr("usual-unknown")),
        (Comparison::Unknown, Against::Before) => ("", "info", tr("delta-na")),
    };
    rsx! {
        StatusChip { tone, icon, label }
    }
}
