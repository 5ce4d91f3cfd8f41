//! The month as a table of weeks, and as an agenda where there is no room for one. An order is moved by Shift and an arrow, by dragging, or by the
//! dialog that it opens.

use crate::components::shell::language;
use crate::components::{Card, Icon};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::calendar::moving::{is_movable, name_of};
use crate::pages::maintenance::calendar::{Desk, Doing};
use crate::pages::maintenance::words::{look, of_state, title, window};
use crate::state::shared;
use dioxus::prelude::*;
use domain::{LocalDay, LocalMonth};
use protocol::ui::WorkRow;
use protocol::ui::maintenance::WorkDay;
use std::collections::BTreeMap;

/// Days of a week.
pub const WEEK: i32 = 7;

/// The weeks of a month by their Mondays.
fn weeks(month: LocalMonth) -> Vec<LocalDay> {
    let first = month.first_day();
    let monday = first.plus(-(first.weekday() as i32));
    let behind = first.0 + month.days();
    (0..).map(|week| monday.plus(week * WEEK)).take_while(|day| day.0 < behind).collect()
}

/// The table.
#[component]
pub fn Month(days: Vec<WorkDay>, desk: Desk, today: LocalDay) -> Element {
    let language = language();
    let month = (desk.month)();
    let of: BTreeMap<LocalDay, WorkDay> = days.into_iter().map(|day| (day.day, day)).collect();
    let weeks = weeks(month);
    let names: Vec<String> = weeks.first().map_or_else(Vec::new, |monday| {
        (0..WEEK)
            .map(|day| format::weekday(monday.plus(day), language).split(' ').next().unwrap_or_default().to_owned())
            .collect()
    });
    rsx! {
        p { class: "muted tiny", id: "month-keys", {tr("calendar-keys")} }
        div { class: "table-wrap",
            table { class: "month", "aria-describedby": "month-keys",
                caption { class: "visually-hidden", {tr("maintenance-calendar")} }
                thead { tr {
                    for name in names {
                        th { key: "{name}", scope: "col", "{name}" }
                    }
                } }
                tbody {
                    for monday in weeks {
                        tr { key: "{monday.0}",
                            for at in 0..WEEK {
                                Cell { key: "{at}", day: monday.plus(at), of: of.get(&monday.plus(at)).cloned(), desk, today,
                                    outside: monday.plus(at).month() != month }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// How much there is on a day.
fn amount(of: Option<&WorkDay>) -> String {
    let (open, done) = of.map_or((0, 0), |of| (of.open, of.done));
    tra("calendar-amount", &[("open", open.to_string()), ("done", done.to_string())])
}

#[component]
fn Cell(day: LocalDay, of: Option<WorkDay>, desk: Desk, today: LocalDay, outside: bool) -> Element {
    let Desk { day: mut chosen, mut dragged, shift, .. } = desk;
    let is_chosen = chosen() == Some(day);
    let class = match (outside, day == today) {
        (true, _) => "outside",
        (false, true) => "today",
        (false, false) => "",
    };
    let label = format!("{}, {}", format::date(day, language()), amount(of.as_ref()));
    let rows = of.as_ref().map(|of| of.first.clone()).unwrap_or_default();
    let more = of.as_ref().map_or(0, |of| (of.open + of.done) as usize).saturating_sub(rows.len());
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        let row = dragged.write().take();
        if let Some(row) = row {
            let days = day.0 - row.time_zone.day_of(row.order.from).0;
            if days != 0 {
                shift.call((row, days));
            }
        }
    };
    rsx! {
        td { class, "data-day": "{day.0}", ondragover: move |event| event.prevent_default(), ondrop: dropped,
            button { r#type: "button", class: "month-day", "aria-label": "{label}", "aria-pressed": if is_chosen { "true" } else { "false" },
                "aria-current": if day == today { "date" },
                onclick: move |_| chosen.set(Some(day)),
                "{day.ymd().2}"
            }
            for row in rows {
                Chip { key: "{row.order.id}", row, desk }
            }
            if more > 0 {
                button { r#type: "button", class: "month-more", "aria-label": "{label}", onclick: move |_| chosen.set(Some(day)),
                    {tra("calendar-more", &[("n", more.to_string())])}
                }
            }
        }
    }
}

/// An order in a cell.
#[component]
pub fn Chip(row: WorkRow, desk: Desk) -> Element {
    let Desk { mut dragged, mut doing, shift, .. } = desk;
    let shared = shared();
    let (language, now) = (language(), *shared.now.peek());
    let movable = is_movable(&row);
    let (tone, icon) = look(row.order.state);
    let who = row.order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let when = window(row.order.window(), now, row.time_zone, language);
    let label = format!("{} · {} · {when} · {who} · {}", title(row.order.work), row.serial, of_state(row.order.state));
    let (held, keyed, opened) = (row.clone(), row.clone(), row.clone());
    let led = move |event: KeyboardEvent| {
        if !event.modifiers().shift() || !movable {
            return;
        }
        let days = match event.key() {
            Key::ArrowLeft => -1,
            Key::ArrowRight => 1,
            Key::ArrowUp => -WEEK,
            Key::ArrowDown => WEEK,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        shift.call((keyed.clone(), days));
    };
    rsx! {
        button { id: name_of(&row), r#type: "button", class: "month-work {tone}", "aria-label": "{label}", title: "{label}",
            "data-state": row.order.state.as_str(), "data-serial": "{row.serial}", draggable: if movable { "true" } else { "false" },
            ondragstart: move |_| dragged.set(Some(held.clone())),
            ondragend: move |_| dragged.set(None),
            onkeydown: led,
            onclick: move |_| doing.set(Some(Doing::Move(opened.clone()))),
            Icon { name: icon, size: "s" }
            span { class: "ellipsis", {format::clock(row.order.from, row.time_zone, language)} " {row.serial}" }
        }
    }
}

/// The days with work, from today on where today is in the month.
#[component]
pub fn Agenda(days: Vec<WorkDay>, desk: Desk, today: LocalDay) -> Element {
    let language = language();
    let month = (desk.month)();
    let mut chosen = desk.day;
    let from = if month == today.month() { today } else { month.first_day() };
    let shown: Vec<WorkDay> = days.into_iter().filter(|of| of.day >= from && of.day.month() == month).collect();
    if shown.is_empty() {
        return rsx! { Card { p { class: "muted", {tr("calendar-agenda-none")} } } };
    }
    rsx! {
        Card { class: "wide",
            ul { class: "list agenda", "aria-label": tr("maintenance-calendar"),
                for of in shown {
                    li { key: "{of.day.0}", "data-day": "{of.day.0}",
                        div { class: "grow stack", gap: "4px",
                            div { class: "row between wrap",
                                strong { {format::near_date(of.day, language)} }
                                span { class: "muted small", {amount(Some(&of))} }
                            }
                            for row in of.first.iter().cloned() {
                                Chip { key: "{row.order.id}", row, desk }
                            }
                            button { r#type: "button", class: "button quiet", "aria-pressed": if chosen() == Some(of.day) { "true" } else { "false" },
                                onclick: { let day = of.day; move |_| chosen.set(Some(day)) },
                                {tr("calendar-day-open")}
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

    #[test]
    fn the_weeks_of_a_month_cover_each_of_its_days_once() {
        for month in 24_300..24_330 {
            let month = LocalMonth(month);
            let weeks = weeks(month);
            let (first, last) = (weeks[0], weeks[weeks.len() - 1]);
            assert!(weeks.iter().all(|day| day.weekday() == 0));
            assert!(first <= month.first_day() && month.first_day().0 < first.0 + WEEK);
            assert!((last.0..last.0 + WEEK).contains(&(month.first_day().0 + month.days() - 1)));
        }
    }
}
