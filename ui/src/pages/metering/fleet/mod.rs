//! Perangkat: the fleet as a live table, a grid or a map, tiles that filter it, meters that are ticked, and a side panel.

mod batches;
mod bulk_bar;
mod controls;
mod grid;
mod list;
mod losses;
mod map;
mod order;
mod panel;
mod picking;
mod place;
mod table;
mod view;

pub use batches::OrderBatches;
pub use table::{flow_text, latest};

use crate::bridge;
use crate::components::address::use_kept;
use crate::components::shell::SyncMark;
use crate::components::{Card, Dialog, Empty, Failed, Icon, Side, Skeleton};
use crate::i18n::tr;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use controls::{Controls, Tiles};
use dioxus::prelude::*;
use domain::MeterId;
use list::List;
use map::MapPane;
use panel::Panel;
use picking::use_picking;
use protocol::metering::live::Watch;
use protocol::ui::{Answer, Fleet, FleetQuery, Request};
use view::Form;
pub use view::MeterView;

/// The admin's fleet.
#[component]
pub fn Meters() -> Element {
    let shared = shared();
    let kept = use_kept::<MeterView>();
    let query = use_memo(move || kept.read().query());
    let opened = use_memo(move || kept.read().opened);
    let full = use_memo(move || kept.read().full);
    let form = use_memo(move || kept.read().form);
    let picking = use_picking(query);
    let load = use_answer(
        // The grid and the map ask for their rows themselves.
        move || Request::Fleet(FleetQuery { limit: if form() == Form::Table { query().limit } else { 0 }, ..query() }),
        |answer| match answer {
            Answer::Fleet(fleet) => Some(fleet),
            _ => None,
        },
    );
    // On the map and in the grid, those in sight; in the table, those that have a row.
    let watched = use_signal(Vec::<MeterId>::new);
    use_watch(load, opened, (form, watched));
    let wide = (shared.wide)();
    let is_full = wide && opened().is_some() && full();
    rsx! {
        div { class: "page fleet-page",
            header { class: "page-head row wrap",
                h1 { {tr("devices-title")} }
                if !is_full {
                    Controls { kept, picking }
                    Link { class: "button quiet icon-only", to: Route::OrderBatches {}, "aria-label": tr("orders-page-title"), Icon { name: "history" } }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![88, 420] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(fleet) if fleet.total == 0 && fleet.counts.retired == 0 => rsx! {
                    Card { Empty { icon: "radio-tower", title: tr("fleet-empty"), next: tr("fleet-empty-next") } }
                },
                Load::Ready(fleet) => rsx! {
                    if !is_full {
                        Tiles { counts: fleet.counts, kept }
                    }
                    div { class: layout(wide && opened().is_some(), is_full),
                        if !is_full && form() == Form::Map {
                            MapPane { kept, query, found: fleet.matching, picking, watched }
                        } else if !is_full {
                            List { fleet: fleet.clone(), form: form(), query, kept, picking, watched }
                        }
                        if wide && let Some(meter) = opened() {
                            Side { key: "{meter}", label: tr("col-meter"), onclose: move |()| close(kept), Opened { meter, kept } }
                        }
                    }
                },
            }
        }
        if !wide && let Some(meter) = opened() {
            Dialog { title: tr("col-meter"), sheet: true, onclose: move |()| close(kept),
                Panel { key: "{meter}", meter }
            }
        }
    }
}

const fn layout(is_open: bool, is_full: bool) -> &'static str {
    match (is_open, is_full) {
        (_, true) => "fleet full",
        (true, false) => "fleet with-panel",
        (false, false) => "fleet",
    }
}

fn close(mut kept: Signal<MeterView>) {
    kept.with_mut(|kept| (kept.opened, kept.full) = (None, false));
}

/// Which meter is open beside the list, or in its place.
#[component]
fn Opened(meter: MeterId, kept: Signal<MeterView>) -> Element {
    let is_full = use_memo(move || kept.read().full);
    rsx! {
        Panel { meter, full: is_full(), onfull: move |()| kept.with_mut(|kept| kept.full = !kept.full) }
    }
}

/// Watches the meters that are shown, and the one that is opened closely.
fn use_watch(load: Signal<Load<Fleet>>, opened: Memo<Option<MeterId>>, (form, watched): (Memo<Form>, Signal<Vec<MeterId>>)) {
    let meters = use_memo(move || match &*load.read() {
        _ if form() != Form::Table => watched(),
        Load::Ready(fleet) => fleet.rows.iter().map(|row| row.now.id).collect::<Vec<_>>(),
        _ => Vec::new(),
    });
    use_effect(move || {
        let mut meters = meters();
        let closely: Vec<_> = opened().into_iter().collect();
        meters.extend(closely.iter().filter(|meter| !meters.contains(meter)).copied().collect::<Vec<_>>());
        spawn(async move { drop(bridge::call(Request::Watch(Watch { meters, closely })).await) });
    });
    use_drop(|| {
        dioxus::core::spawn_forever(async { drop(bridge::call(Request::Watch(Watch::default())).await) });
    });
}
