//! Perangkat's map with zones by what is lost in them unexplained: green to a tenth of what went in, yellow to a quarter, red above; the share
//! stands in each name. Zones without a balance keep their usual colour.

use crate::components::Icon;
use crate::components::map::{MapHandle, ZoneShape};
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{RequestState, use_server_view};
use crate::state::Load;
use dioxus::prelude::*;
use domain::people::Zone;
use protocol::metering::zone_balance::ZoneLosses;
use protocol::ui::{AdminRequest, AdminResponse, FleetMap, ZoneBalancesRequest};

/// Up to so much is good, per mille.
const GOOD: i32 = 100;

/// Above so much is bad, per mille.
const BAD: i32 = 250;

/// The colour of a share, by its token.
const fn tone(unexplained: i32) -> &'static str {
    match unexplained {
        ..=GOOD => "ok",
        part if part > BAD => "danger",
        _ => "warn",
    }
}

/// A zone as the map draws it while losses are shown.
fn shape(zone: &Zone, losses: Option<&ZoneLosses>) -> Option<ZoneShape> {
    let mut shape = ZoneShape::of(&zone.name, zone.outline.as_ref())?;
    let found = losses.and_then(|losses| losses.zones.iter().find(|loss| loss.zone == zone.id));
    if let Some(unexplained) = found.and_then(|loss| loss.unexplained) {
        shape.tone = tone(unexplained);
        shape.name = format!("{} · {}", zone.name, format::percent(i64::from(unexplained), language()));
    }
    Some(shape)
}

/// Sets the zones of the map, and has the button that gives them their colours.
#[component]
pub fn Zones(map: MapHandle, load: Signal<Load<Box<FleetMap>>>) -> Element {
    let mut is_on = use_signal(|| false);
    let losses = use_signal(|| None::<ZoneLosses>);
    let zones = use_memo(move || match &*load.read() {
        Load::Ready(found) => found.zones.clone(),
        _ => Vec::new(),
    });
    use_effect(move || {
        let losses = losses.read();
        map.set("zones", &zones.read().iter().filter_map(|zone| shape(zone, (*losses).as_ref())).collect::<Vec<_>>());
    });
    rsx! {
        div { class: "map-layer row wrap",
            button { class: "button quiet", r#type: "button", "aria-pressed": if is_on() { "true" } else { "false" },
                onclick: move |_| is_on.toggle(),
                Icon { name: "gauge" }
                {tr("map-losses")}
            }
            if is_on() {
                Losses { found: losses }
            }
        }
    }
}

/// Asks for the losses while it is there, and says what the colours mean, or why there are none. It leaves nothing behind.
#[component]
fn Losses(found: Signal<Option<ZoneLosses>>) -> Element {
    let server = use_server_view(
        || AdminRequest::ZoneBalances(ZoneBalancesRequest::Losses),
        |response| match response {
            AdminResponse::ZoneLosses(found) => Some(found),
            _ => None,
        },
    );
    use_effect(move || {
        let mut found = found;
        found.set(server.latest.read().clone());
    });
    use_drop(move || {
        let mut found = found;
        found.set(None);
    });
    let latest = server.latest.read().clone();
    let said = match (&latest, &*server.asking.read()) {
        (Some(losses), _) if losses.zones.is_empty() => tr("map-losses-none"),
        (Some(losses), _) => tra("map-losses-of", &[("n", losses.zones.len().to_string())]),
        (None, RequestState::Failed(_)) => tr("map-losses-failed"),
        (None, _) => tr("map-losses-waits"),
    };
    rsx! {
        p { class: "map-losses small row wrap grow", role: "status", "data-losses": latest.map_or(0, |losses| losses.zones.len()).to_string(),
            Icon { name: "info", size: "s" }
            "{said}"
            for (tone , key) in [("ok", "map-losses-ok"), ("warn", "map-losses-warn"), ("danger", "map-losses-danger")] {
                span { key: "{key}", class: "row", i { class: "swatch {tone}", "aria-hidden": "true" } {tr(key)} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_quarter_unexplained_is_red_and_more_than_went_in_is_green() {
        assert_eq!([-50, 100, 101, 250, 251].map(tone), ["ok", "ok", "warn", "warn", "danger"]);
    }
}
