//! In which order somebody's jobs are gone to: by when they are to be done, or so that the way is short. A proposal, and no plan: windows stay as they are.

use crate::components::shell::language;
use crate::components::{Icon, Segmented};
use crate::i18n::{tr, tra};
use dioxus::prelude::*;
use domain::maintenance::route::{shorter, way};
use domain::people::Language;
use protocol::ui::WorkRow;

/// By what jobs are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// When they are to be done.
    #[default]
    Time,
    /// The way from one to the next.
    Distance,
}

/// Jobs by when they are to be done, or so that the way is short from the first of them on; what is done comes last.
pub fn ordered(rows: Vec<WorkRow>, by: By) -> Vec<WorkRow> {
    let (mut open, done): (Vec<WorkRow>, Vec<WorkRow>) = rows.into_iter().partition(|row| row.order.state.is_open());
    open.sort_by_key(|row| (row.order.from, row.order.id));
    let order = match by {
        By::Time => (0..open.len()).collect(),
        By::Distance => shorter(&open.iter().map(|row| row.position).collect::<Vec<_>>()),
    };
    order.into_iter().filter_map(|place| open.get(place).cloned()).chain(done).collect()
}

/// `850 m`, `4,2 km`.
fn length(metres: i64, language: Language) -> String {
    if metres < 1_000 {
        return format!("{metres}\u{a0}m");
    }
    let tenths = (metres + 50) / 100;
    let point = if language == Language::Id { ',' } else { '.' };
    format!("{}{point}{}\u{a0}km", tenths / 10, tenths % 10)
}

/// The switch, how long the way is either way, and how many jobs nobody knows the place of.
#[component]
pub fn Way(rows: Vec<WorkRow>, by: Signal<By>) -> Element {
    let mut by = by;
    let rows: Vec<WorkRow> = rows.into_iter().filter(|row| row.order.state.is_open()).collect();
    let unknown = rows.iter().filter(|row| row.position.is_none()).count();
    if rows.len() < 2 || unknown + 1 >= rows.len() {
        return rsx! {};
    }
    let along = |by| way(ordered(rows.clone(), by).iter().map(|row| row.position));
    let (timely, short) = (along(By::Time), along(By::Distance));
    let choices = vec![(By::Time, tr("way-by-time")), (By::Distance, tr("way-by-distance"))];
    let chosen = by();
    let length = |metres| length(metres, language());
    rsx! {
        div { class: "row wrap way", "data-way": "{short}",
            Segmented { label: tr("way-by"), choices, chosen, onchoose: move |to| by.set(to) }
            p { class: "small row", role: "status",
                Icon { name: "map-pin", size: "s" }
                match chosen {
                    By::Time => rsx! { {tra("way-length", &[("length", length(timely))])} },
                    By::Distance if short < timely => rsx! { {tra("way-shorter", &[("length", length(short)), ("less", length(timely - short))])} },
                    By::Distance => rsx! { {tra("way-not-shorter", &[("length", length(short))])} },
                }
            }
            if unknown > 0 {
                p { class: "muted small", {tra("way-unknown", &[("n", unknown.to_string())])} }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::core::local_time::HOUR_MS;
    use domain::core::position::Position;
    use domain::maintenance::work_order::WorkState;
    use domain::{TimeZone, UtcMillis};
    use uuid::Uuid;

    /// A job that begins so many hours after the first, at a meter so many thousandths of a degree east of it.
    fn row(hour: i64, east: Option<i32>, state: WorkState) -> WorkRow {
        let from = UtcMillis(1_790_000_000_000 + hour * HOUR_MS);
        let body = serde_json::json!({
            "id": Uuid::from_u128(hour as u128 + 1), "meter": Uuid::nil(), "work": "inspection", "state": state, "from": from,
            "until": from.plus(HOUR_MS), "author": "Ratna", "at": from
        });
        WorkRow {
            order: serde_json::from_value(body).expect("an order"),
            serial: "WM-1".into(),
            address: String::new(),
            time_zone: TimeZone::Jakarta,
            zone: None,
            position: east.and_then(|east| Position::new(-6_900_000, 107_600_000 + east * 1_000)),
            waiting: false,
        }
    }

    #[test]
    fn jobs_by_distance_begin_with_the_first_and_end_with_what_is_done() {
        let rows = vec![
            row(0, Some(9), WorkState::Completed),
            row(3, Some(1), WorkState::Scheduled),
            row(1, Some(0), WorkState::InProgress),
            row(2, Some(5), WorkState::Scheduled),
            row(4, None, WorkState::Scheduled),
        ];
        let hours = |by| ordered(rows.clone(), by).iter().map(|row| row.order.id.0.as_u128() - 1).collect::<Vec<_>>();
        assert_eq!(hours(By::Time), [1, 2, 3, 4, 0]);
        assert_eq!(hours(By::Distance), [1, 3, 2, 4, 0]);
    }

    #[test]
    fn a_way_is_said_in_metres_and_from_a_kilometre_on_in_tenths_of_it() {
        assert_eq!(length(999, Language::Id), "999\u{a0}m");
        assert_eq!(length(1_000, Language::Id), "1,0\u{a0}km");
        assert_eq!(length(4_249, Language::En), "4.2\u{a0}km");
        assert_eq!(length(4_250, Language::Id), "4,3\u{a0}km");
    }
}
