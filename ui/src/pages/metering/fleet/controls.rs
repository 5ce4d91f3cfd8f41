//! What Perangkat is narrowed by, in which form it is shown, whether meters can be ticked, and the views that are kept of it.

use crate::components::shell::language;
use crate::components::{Button, Icon, Segmented, Select};
use crate::format;
use crate::i18n::tr;
use crate::pages::admin::saved_views::SavedViews;
use crate::pages::metering::fleet::picking::Picking;
use crate::pages::metering::fleet::view::{Form, MeterView, SORTS, STEP};
use crate::state::shared;
use dioxus::prelude::*;
use domain::people::saved_view::ViewList;
use protocol::ui::{FleetCounts, FleetFilter};

/// The search, the form, ticking, and saved views.
#[component]
pub fn Controls(kept: Signal<MeterView>, picking: Picking) -> Element {
    let wide = (shared().wide)();
    let mut has_views = use_signal(|| false);
    let shown = kept.read();
    let chosen = SORTS.iter().find(|(sort, ..)| *sort == shown.sort).map_or("meter", |(_, word, _)| *word).to_owned();
    let choices = SORTS.iter().map(|(_, word, _)| ((*word).to_owned(), tr(&format!("sort-by-{word}")))).collect();
    let forms = vec![(Form::Table, tr("fleet-table")), (Form::Grid, tr("fleet-grid")), (Form::Map, tr("fleet-map"))];
    // The table has its heads where there is room for them; a map has no order.
    let has_heads = shown.form == Form::Map || (wide && shown.form == Form::Table);
    rsx! {
        div { class: "controls",
            div { class: "input compact search",
                Icon { name: "search", size: "s" }
                input { r#type: "search", "aria-label": tr("search-devices"), placeholder: tr("search-devices"), value: "{shown.search}",
                    oninput: move |event| kept.with_mut(|kept| (kept.search, kept.limit, kept.place) = (event.value(), STEP, 0)) }
            }
            Segmented { label: tr("fleet-form"), choices: forms, chosen: shown.form,
                onchoose: move |form| kept.with_mut(|kept| (kept.form, kept.place) = (form, 0)) }
            if !has_heads {
                Select { label: tr("sort"), choices, chosen,
                    onchoose: move |word: String| {
                        if let Some((sort, ..)) = SORTS.iter().find(|(_, name, _)| *name == word) {
                            kept.with_mut(|kept| if kept.sort != *sort { kept.sort_by(*sort) });
                        }
                    } }
            }
            button { class: "button secondary", r#type: "button", "aria-pressed": if picking.is_on() { "true" } else { "false" },
                onclick: move |_| picking.turn(),
                Icon { name: "list-checks" } {tr("bulk-button")}
            }
            Button { label: tr("views-button"), kind: "quiet", icon: "table", onclick: move |_| has_views.set(true) }
            if has_views() {
                SavedViews { list: ViewList::Meters, shown: shown.to_keep(), onclose: move |()| has_views.set(false),
                    onshow: move |query: String| {
                        kept.set(MeterView::of_kept(&query));
                        has_views.set(false);
                    } }
            }
        }
    }
}

/// How many meters are how; each tile shows those alone.
#[component]
pub fn Tiles(counts: FleetCounts, kept: Signal<MeterView>) -> Element {
    let language = language();
    let only = use_memo(move || kept.read().only);
    let is_searched = use_memo(move || !kept.read().search.trim().is_empty());
    let mut tiles = vec![
        (FleetFilter::Online, "ok", "wifi", "state-online", counts.online),
        (FleetFilter::Stale, "warn", "clock-alert", "state-stale", counts.stale),
        (FleetFilter::Offline, "", "wifi-off", "state-offline", counts.offline),
        (FleetFilter::ValveClosed, "info", "circle-slash", "tile-valve-closed", counts.valve_closed),
        (FleetFilter::LowBattery, "warn", "battery-low", "tile-low-battery", counts.low_battery),
        (FleetFilter::Attention, "warn", "triangle-alert", "tile-attention", counts.attention),
    ];
    // Those are in nobody's way until there are any.
    if counts.retired > 0 || only() == Some(FleetFilter::Retired) {
        tiles.push((FleetFilter::Retired, "", "history", "tile-retired", counts.retired));
    }
    rsx! {
        div { class: "tiles",
            for (filter , tone , icon , key , count) in tiles {
                button { key: "{key}", class: "stat", r#type: "button",
                    "aria-pressed": if only() == Some(filter) { "true" } else { "false" },
                    onclick: move |_| kept.with_mut(|kept| {
                        kept.only = (kept.only != Some(filter)).then_some(filter);
                        (kept.limit, kept.place) = (STEP, 0);
                    }),
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(key)} }
                    span { class: "value", {format::whole(i64::from(count), language)} }
                }
            }
        }
        p { class: "tiny muted tiles-note",
            {tr("tiles-note")}
            if is_searched() {
                " " {tr("tiles-of-search")}
            }
        }
    }
}
