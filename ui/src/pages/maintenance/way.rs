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

    #[test]
    fn a_way_is_said_in_metres_and_from_a_kilometre_on_in_tenths_of_it() {
        assert_eq!(length(999, Language::Id), "999\u{a0}m");
        assert_eq!(length(1_000, Language::Id), "1,0\u{a0}km");
        assert_eq!(length(4_249, Language::En), "4.2\u{a0}km");
        assert_eq!(length(4_250, Language::Id), "4,3\u{a0}km");
    }
}
