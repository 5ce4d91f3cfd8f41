//! The packs that are kept: how large each is and what it covers, and how it is removed.

use crate::components::shell::{device_zone, language};
use crate::components::states::explain;
use crate::components::{Button, Card, Dialog, Empty, Icon, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maps::ask;
use crate::pages::maps::bring::CHANGES;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::position::Position;
use domain::people::Language;
use protocol::Problem;
use protocol::ui::MapsRequest;
use protocol::ui::maps::{MapPack, PackArea};

/// The packs, or that there is none.
#[component]
pub fn Packs(packs: Vec<MapPack>) -> Element {
    let mut asked = use_signal(|| None::<MapPack>);
    if packs.is_empty() {
        return rsx! {
            Card { Empty { icon: "map-pin", title: tr("maps-empty"), next: tr("maps-empty-next") } }
        };
    }
    let whole = packs.iter().map(|pack| pack.bytes).sum::<u64>();
    rsx! {
        section { class: "card flush", "aria-labelledby": "maps-here",
            div { class: "bar",
                h2 { id: "maps-here", {tr("maps-here")} }
                span { class: "muted small number", {format::bytes(whole, language())} }
            }
            ul { class: "list map-packs",
                for pack in packs {
                    Line { key: "{pack.id}", pack, onremove: move |pack| asked.set(Some(pack)) }
                }
            }
        }
        if let Some(pack) = asked() {
            Remove { pack, onclose: move |()| asked.set(None) }
        }
    }
}

/// A pack in words, and the button that removes it.
#[component]
fn Line(pack: MapPack, onremove: EventHandler<MapPack>) -> Element {
    let language = language();
    let mut parts = vec![format::bytes(pack.bytes, language)];
    parts.extend(pack.area.iter().flat_map(|area| [extent(area, language), zooms(area)]));
    parts.push(format::moment(pack.at, *shared().now.peek(), device_zone(), language));
    let (zones, attribution) =
        pack.area.as_ref().map(|area| (area.zones.join(", "), area.attribution.clone())).unwrap_or_default();
    let (name, is_broken) = (pack.name.clone(), pack.area.is_none());
    rsx! {
        li { "data-pack": "{name}",
            div { class: "grow stack tight",
                p { class: "number ellipsis", "{name}" }
                p { class: "muted small", {parts.join(" · ")} }
                if is_broken {
                    p { class: "small row top", Icon { name: "triangle-alert", size: "s" } span { {tr("maps-broken")} } }
                }
                if !zones.is_empty() {
                    p { class: "small", {tra("maps-zones", &[("zones", zones)])} }
                }
                if !attribution.is_empty() {
                    p { class: "muted tiny", "{attribution}" }
                }
            }
            button { class: "button quiet icon-only", r#type: "button", "aria-label": tra("maps-remove-of", &[("name", name.clone())]),
                onclick: move |_| onremove.call(pack.clone()),
                Icon { name: "trash-2" }
            }
        }
    }
}

/// How far a pack reaches from west to east, and from south to north.
fn extent(area: &PackArea, language: Language) -> String {
    let (from, to) = (area.south_west, area.north_east);
    let between = |other: Option<Position>| other.map_or(0, |other| from.distance_m(other));
    let wide = between(Position::new(from.lat(), to.lon()));
    let high = between(Position::new(to.lat(), from.lon()));
    format!("{} × {}", format::way(wide, language), format::way(high, language))
}

fn zooms(area: &PackArea) -> String {
    match (area.min_zoom, area.max_zoom) {
        (least, most) if least == most => tra("maps-zoom", &[("at", least.to_string())]),
        (least, most) => tra("maps-zooms", &[("least", least.to_string()), ("most", most.to_string())]),
    }
}

/// The question before a pack is removed.
#[component]
fn Remove(pack: MapPack, onclose: EventHandler<()>) -> Element {
    let sending = use_sending();
    let mut problem = use_signal(|| None::<Problem>);
    let id = pack.id;
    let remove = move |_| {
        sending.once(async move {
            match ask(MapsRequest::Remove(id)).await {
                Ok(_) => {
                    *CHANGES.write() += 1;
                    onclose.call(());
                }
                Err(refused) => problem.set(Some(refused)),
            }
        });
    };
    rsx! {
        Dialog { title: tr("maps-remove"), of: "map-pack", onclose,
            p { {tra("maps-remove-sure", &[("name", pack.name.clone()), ("size", format::bytes(pack.bytes, language()))])} }
            if let Some(problem) = problem.read().as_ref() {
                div { class: "banner danger", role: "alert", Icon { name: "circle-alert" } {explain(problem)} }
            }
            div { class: "row wrap actions",
                Button { label: tr("maps-remove"), kind: "danger", icon: "trash-2", busy: sending.is_busy(), onclick: remove }
                Button { label: tr("cancel"), kind: "quiet", onclick: move |_| onclose.call(()) }
            }
        }
    }
}
