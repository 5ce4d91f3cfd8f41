//! What a technician has to do by the end of today, beside the map of Peta: when, where, and how far away.

use crate::components::map::MapHandle;
use crate::components::shell::language;
use crate::components::{Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::field::own_place::Own;
use crate::pages::maintenance::to_do::is_mine;
use crate::pages::maintenance::words::{look, of_state, title, window};
use crate::pages::metering::meter_map::Points;
use crate::route::Route;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::maintenance::work_order::WorkState;
use domain::{TimeZone, UtcMillis};
use protocol::ui::{Answer, Request, WorkRow};
use serde::Serialize;

/// A point of the map that is to be looked at, by its place in the list.
#[derive(Serialize)]
struct Look {
    at: usize,
}

/// Whether work is for today: it was begun and is not done, or it was to begin today or before.
fn is_for_today(state: WorkState, from: UtcMillis, zone: TimeZone, now: UtcMillis) -> bool {
    state == WorkState::InProgress || (state.is_open() && zone.day_of(from) <= zone.day_of(now))
}

/// One's own and anybody's work of today, the earliest first.
pub fn use_jobs() -> Memo<Vec<WorkRow>> {
    let shared = shared();
    let load = use_answer(
        || Request::Work,
        |answer| match answer {
            Answer::Work(rows) => Some(rows),
            _ => None,
        },
    );
    use_memo(move || {
        let (now, user) = ((shared.now)(), shared.user().map(|(id, _)| id));
        let Load::Ready(rows) = &*load.read() else { return Vec::new() };
        let is_shown = |row: &&WorkRow| is_mine(row, user) && is_for_today(row.order.state, row.order.from, row.time_zone, now);
        let mut jobs: Vec<WorkRow> = rows.iter().filter(is_shown).cloned().collect();
        jobs.sort_by_key(|row| row.order.from);
        jobs
    })
}

/// The list. Each leads to its meter, where the work is begun and completed; those with a place can be looked at on the map.
#[component]
pub fn Jobs(map: MapHandle, jobs: Memo<Vec<WorkRow>>, points: Memo<Points>, own: Signal<Own>) -> Element {
    let all = jobs();
    rsx! {
        h2 { {tra("field-map-jobs", &[("n", all.len().to_string())])} }
        if all.is_empty() {
            p { class: "muted small", {tr("field-map-jobs-none")} }
            Link { class: "link", to: Route::Today {}, {tr("nav-today")} }
        }
        ul { class: "list meters", "aria-label": tr("field-map-work"),
            for row in all {
                Job { key: "{row.order.id}", map, row: row.clone(), points, own }
            }
        }
    }
}

#[component]
fn Job(map: MapHandle, row: WorkRow, points: Memo<Points>, own: Signal<Own>) -> Element {
    let language = language();
    let now = (shared().now)();
    let order = row.order.clone();
    let (tone, picture) = look(order.state);
    let at = points.read().all.iter().position(|point| point.id == order.meter);
    let place = at.and_then(|at| points.read().all.get(at).map(|point| point.at));
    let way = own().place().zip(place).map(|(here, there)| format::way(here.distance_m(there), language));
    let text = [Some(window(order.window(), now, row.time_zone, language)), way].into_iter().flatten().collect::<Vec<_>>();
    rsx! {
        li { "data-job": "{order.id}", "data-row": "{row.serial}",
            Link { to: Route::Meter { id: order.meter },
                div { class: "grow",
                    p { class: "row wrap",
                        strong { {title(order.work)} }
                        StatusChip { tone, icon: picture, label: of_state(order.state), small: true }
                    }
                    p { class: "number", "{row.serial}" }
                    if !row.address.is_empty() {
                        p { class: "muted small", "{row.address}" }
                    }
                    p { class: "small", {text.join(" · ")} }
                    if at.is_none() {
                        p { class: "small warn-text", {tr("field-map-job-unplaced")} }
                    }
                }
            }
            if let Some(at) = at {
                button { class: "button quiet icon-only", r#type: "button", title: tr("field-map-look"),
                    "aria-label": tra("field-map-look-at", &[("serial", row.serial.clone())]),
                    onclick: move |_| map.act(&Look { at }),
                    Icon { name: "map-pin" }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_for_today_if_it_is_begun_or_was_to_begin_by_tonight() {
        let zone = TimeZone::Jayapura;
        let today = domain::LocalDay(20_000);
        let now = zone.start_of(today).plus(9 * 3_600_000);
        let on = |day: i32| zone.start_of(today.plus(day)).plus(3_600_000);
        assert!(is_for_today(WorkState::Scheduled, on(0), zone, now) && is_for_today(WorkState::Scheduled, on(-3), zone, now));
        assert!(!is_for_today(WorkState::Scheduled, on(1), zone, now), "tomorrow");
        assert!(is_for_today(WorkState::InProgress, on(1), zone, now), "begun early");
        assert!(!is_for_today(WorkState::Completed, on(0), zone, now));
    }
}
