//! A week technician by technician: what nobody is named for first, and then each technician with the hours of each day. An order is dragged to another
//! day, and to another row, which names its technician anew.

use crate::components::shell::language;
use crate::components::{Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::calendar::Desk;
use crate::pages::maintenance::calendar::chip::Chip;
use crate::pages::maintenance::calendar::moving::Slot;
use crate::pages::maintenance::words::length;
use dioxus::prelude::*;
use domain::core::local_time::MINUTE_MS;
use domain::maintenance::workload::Job;
use domain::{LocalDay, UserId, UtcMillis};
use protocol::sync::rows::Person;
use protocol::ui::maintenance::{Lane, LaneDay, LoadDay, TechnicianLoad, WEEK};
use protocol::ui::{WorkCalendar, WorkRow};

/// Minutes of a day, over which its bar runs.
const DAY: i64 = 24 * 60;

/// A technician with what there is of the week.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    technician: Option<Person>,
    days: Vec<LaneDay>,
    loads: Vec<LoadDay>,
}

/// What is nobody's, and then by name all technicians: those with work, and those who may get some.
fn rows(lanes: Vec<Lane>, loads: &[TechnicianLoad], known: Vec<Person>) -> Vec<Row> {
    let free: Vec<Person> = known
        .into_iter()
        .filter(|person| !lanes.iter().any(|lane| lane.technician.as_ref().is_some_and(|of| of.id == person.id)))
        .collect();
    let without = free.into_iter().map(|person| Lane { technician: Some(person), days: Vec::new() });
    let mut rows: Vec<Row> = lanes
        .into_iter()
        .chain(without)
        .map(|Lane { technician, days }| {
            let of = technician.as_ref().and_then(|person| loads.iter().find(|load| load.id == person.id));
            Row { loads: of.map(|of| of.days.clone()).unwrap_or_default(), technician, days }
        })
        .collect();
    rows.sort_by_key(|row| row.technician.as_ref().map(|person| (person.name.clone(), person.id)));
    rows
}

/// The table on a desktop, and a list on a phone.
#[component]
pub fn Lanes(found: WorkCalendar, monday: LocalDay, desk: Desk, wide: bool) -> Element {
    let WorkCalendar { lanes, loads, .. } = found;
    let rows = rows(lanes, &loads, desk.planning.read().technicians());
    if !wide {
        return rsx! { List { rows, desk } };
    }
    let days: Vec<LocalDay> = (0..WEEK).map(|at| monday.plus(at)).collect();
    rsx! {
        p { class: "muted tiny", id: "lane-keys", {tr("calendar-lane-keys")} }
        div { class: "table-wrap",
            table { class: "month lanes", "aria-describedby": "lane-keys",
                caption { class: "visually-hidden", {tr("calendar-form-teknisi")} }
                thead { tr {
                    th { scope: "col", {tr("field-technician")} }
                    for day in days.iter().copied() {
                        th { key: "{day.0}", scope: "col", {format::weekday(day, language())}
                            if desk.planning.read().is_off(day, None) {
                                span { class: "tiny month-holiday", {desk.planning.read().holiday(day).map_or_else(|| tr("planning-sunday"), str::to_owned)} }
                            }
                        }
                    }
                } }
                tbody {
                    for row in rows {
                        tr { key: "{id_of(&row)}", "data-lane": "{id_of(&row)}",
                            th { scope: "row", {name_of(&row)} }
                            for day in days.iter().copied() {
                                Day { key: "{day.0}", day, technician: row.technician.clone(), desk,
                                    of: row.days.iter().find(|of| of.day == day).cloned(),
                                    load: row.loads.iter().find(|of| of.day == day).copied() }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn name_of(row: &Row) -> String {
    row.technician.as_ref().map_or_else(|| tr("calendar-tray"), |person| person.name.clone())
}

fn id_of(row: &Row) -> String {
    row.technician.as_ref().map_or_else(|| "nobody".to_owned(), |person| person.id.to_string())
}

/// A technician's day.
#[component]
fn Day(day: LocalDay, technician: Option<Person>, of: Option<LaneDay>, load: Option<LoadDay>, desk: Desk) -> Element {
    let Desk { mut dragged, put, .. } = desk;
    let whose = technician.clone();
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        let row = dragged.write().take();
        if let Some(row) = row {
            let days = day.0 - row.time_zone.day_of(row.order.from).0;
            let to = Slot { technician: whose.clone(), ..Slot::of(&row).later(days) };
            put.call((row, to));
        }
    };
    let id = technician.as_ref().map(|person| person.id);
    rsx! {
        td { "data-day": "{day.0}", ondragover: move |event| event.prevent_default(), ondrop: dropped,
            Content { day, technician: id, of, load, desk }
        }
    }
}

/// What stands in a technician's day: leave, hours, the bar, and the first orders.
#[component]
fn Content(day: LocalDay, technician: Option<UserId>, of: Option<LaneDay>, load: Option<LoadDay>, desk: Desk) -> Element {
    let leave = technician.and_then(|id| desk.planning.read().leave(id, day).map(|row| row.kind));
    let is_wrong = load.is_some_and(|load| load.too_much || load.overlaps);
    let more = of.as_ref().map_or(0, |of| (of.jobs as usize).saturating_sub(of.first.len()));
    let label = tra("calendar-lane-open", &[("day", format::near_date(day, language()))]);
    rsx! {
        if let Some(kind) = leave {
            p { class: "tiny row leave", "data-leave": kind.as_str(), Icon { name: "calendar-clock", size: "s" } {tr(&format!("leave-kind-{}", kind.as_str()))} }
        }
        if let Some(of) = of {
            button { r#type: "button", class: "month-more", "aria-label": "{label}", onclick: move |_| desk.show(day, technician),
                span { class: if is_wrong { "load-wrong" }, {load.map_or_else(|| tra("calendar-jobs", &[("n", of.jobs.to_string())]), |load| length(load.minutes))} }
                if is_wrong {
                    Icon { name: "triangle-alert", size: "s" }
                }
            }
            Bar { rows: of.first.clone(), day }
            for (row , crowded) in of.first.iter().map(|row| (row.clone(), of.crowded.contains(&row.order.id))) {
                Chip { key: "{row.order.id}", row, desk, crowded }
            }
            if more > 0 {
                button { r#type: "button", class: "month-more", "aria-label": "{label}", onclick: move |_| desk.show(day, technician),
                    {tra("calendar-more", &[("n", more.to_string())])}
                }
            }
        }
    }
}

/// Where a window lies in a local day, and how much of it the work takes: from, until and until when it takes, in minutes of the day.
fn stretch(row: &WorkRow, day: LocalDay) -> (i64, i64, i64) {
    let start = row.time_zone.start_of(day);
    let minute = |at: UtcMillis| (at.since(start) / MINUTE_MS).clamp(0, DAY);
    let (from, until) = (minute(row.order.from), minute(row.order.until));
    let takes = Job::new(row.order.window(), row.order.minutes).minutes;
    (from, until, (from + takes).min(until))
}

fn percent(minutes: i64) -> i64 {
    minutes * 100 / DAY
}

/// A stretch of the day as a layer of a background: a colour from and until so many hundredths, two pixels at least.
fn layer((from, until): (i64, i64), colour: &str, height: &str) -> String {
    format!(
        "linear-gradient(90deg, transparent {from}%, {colour} {from}% max({until}%, {from}% + 2px), transparent 0) center / 100% {height} no-repeat"
    )
}

/// The day from midnight to midnight: each window, and in it how long the work takes. The chips below say it in words. It is one element however much
/// there is to do, because a browser looks through all elements of the table at each step of a drag.
#[component]
fn Bar(rows: Vec<WorkRow>, day: LocalDay) -> Element {
    let stretches: Vec<_> = rows.iter().map(|row| stretch(row, day)).collect();
    let work = stretches.iter().map(|(from, _, taken)| layer((percent(*from), percent(*taken)), "var(--primary)", "4px"));
    let windows = stretches.iter().map(|(from, until, _)| layer((percent(*from), percent(*until)), "var(--window)", "100%"));
    let background = work.chain(windows).chain(["var(--hairline)".to_owned()]).collect::<Vec<_>>().join(", ");
    rsx! {
        div { class: "lane-bar", "aria-hidden": "true", background }
    }
}

#[component]
fn List(rows: Vec<Row>, desk: Desk) -> Element {
    let language = language();
    rsx! {
        for row in rows {
            Card { key: "{id_of(&row)}", class: "wide",
                div { "data-lane": "{id_of(&row)}",
                    h2 { {name_of(&row)} }
                    if row.days.is_empty() {
                        p { class: "muted small", {tr("calendar-lane-none")} }
                    } else {
                        ul { class: "list agenda", "aria-label": name_of(&row),
                            for of in row.days.iter().cloned() {
                                li { key: "{of.day.0}", "data-day": "{of.day.0}",
                                    div { class: "grow stack", gap: "4px",
                                        strong { {format::near_date(of.day, language)} }
                                        Content { day: of.day, technician: row.technician.as_ref().map(|person| person.id), desk,
                                            load: row.loads.iter().find(|load| load.day == of.day).copied(), of: Some(of.clone()) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(id: u128, name: &str) -> Person {
        Person { id: UserId(Uuid::from_u128(id)), name: name.into() }
    }

    #[test]
    fn what_is_nobodys_comes_first_and_whoever_has_no_work_has_a_row_too() {
        let lane = |technician| Lane { technician, days: Vec::new() };
        let lanes = vec![lane(None), lane(Some(person(2, "Sari")))];
        let found = rows(lanes, &[], vec![person(1, "Budi"), person(2, "Sari"), person(3, "Tono")]);
        let names: Vec<_> = found.iter().map(|row| row.technician.as_ref().map(|of| of.name.as_str())).collect();
        assert_eq!(names, [None, Some("Budi"), Some("Sari"), Some("Tono")]);
    }
}
