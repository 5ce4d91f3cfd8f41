//! The month as a table of weeks, the week as one, and both as an agenda where there is no room for them.

use crate::components::Card;
use crate::components::shell::language;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::calendar::Desk;
use crate::pages::maintenance::calendar::chip::Chip;
use crate::pages::maintenance::calendar::moving::Slot;
use dioxus::prelude::*;
use domain::people::Language;
use domain::{LocalDay, LocalMonth};
use protocol::ui::CalendarSpan;
use protocol::ui::maintenance::{WEEK, WorkDay};
use std::collections::BTreeMap;

/// The Mondays of a month's weeks.
pub fn weeks(month: LocalMonth) -> Vec<LocalDay> {
    let (first, last) = CalendarSpan::Month(month).days();
    (first.0..last.0).step_by(WEEK as usize).map(LocalDay).collect()
}

/// The names of the days of a week.
pub fn weekdays(language: Language) -> Vec<&'static str> {
    (0..WEEK as usize).map(|day| format::weekday_name(day, language)).collect()
}

/// The table of some weeks: those of a month, whose days stand out from those around it, or one.
#[component]
pub fn Weeks(days: Vec<WorkDay>, weeks: Vec<LocalDay>, month: Option<LocalMonth>, desk: Desk) -> Element {
    let of: BTreeMap<LocalDay, WorkDay> = days.into_iter().map(|day| (day.day, day)).collect();
    let class = if month.is_some() { "month" } else { "month one-week" };
    rsx! {
        p { class: "muted tiny", id: "month-keys", {tr("calendar-keys")} }
        div { class: "table-wrap",
            table { class, "aria-describedby": "month-keys",
                caption { class: "visually-hidden", {tr("maintenance-calendar")} }
                thead { tr {
                    for name in weekdays(language()) {
                        th { key: "{name}", scope: "col", "{name}" }
                    }
                } }
                tbody {
                    for monday in weeks {
                        tr { key: "{monday.0}",
                            for day in (0..WEEK).map(|at| monday.plus(at)) {
                                Cell { key: "{day.0}", day, of: of.get(&day).cloned(), desk, outside: month.is_some_and(|month| day.month() != month) }
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
fn Cell(day: LocalDay, of: Option<WorkDay>, desk: Desk, outside: bool) -> Element {
    let Desk { mut dragged, put, today, .. } = desk;
    let is_chosen = desk.day() == day;
    let planning = desk.planning.read();
    let is_off = planning.is_off(day, None);
    let class = match (outside, day == today) {
        (true, _) => "outside",
        (false, true) => "today",
        (false, false) => "",
    };
    let holiday = planning.holiday(day).unwrap_or_default().to_owned();
    let label = [format::date(day, language()), holiday.clone(), amount(of.as_ref())];
    let label = label.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let rows = of.as_ref().map(|of| of.first.clone()).unwrap_or_default();
    let more = of.as_ref().map_or(0, |of| (of.open + of.done) as usize).saturating_sub(rows.len());
    let dropped = move |event: DragEvent| {
        event.prevent_default();
        let row = dragged.write().take();
        if let Some(row) = row {
            let days = day.0 - row.time_zone.day_of(row.order.from).0;
            let to = Slot::of(&row).later(days);
            put.call((row, to));
        }
    };
    rsx! {
        td { class, "data-day": "{day.0}", "data-off": "{is_off}", ondragover: move |event| event.prevent_default(), ondrop: dropped,
            button { r#type: "button", class: "month-day", "aria-label": "{label}", "aria-pressed": if is_chosen { "true" } else { "false" },
                "aria-current": if day == today { "date" },
                onclick: move |_| desk.show(day, None),
                "{day.ymd().2}"
            }
            if !holiday.is_empty() {
                span { class: "month-holiday tiny ellipsis", "aria-hidden": "true", "{holiday}" }
            }
            for row in rows {
                Chip { key: "{row.order.id}", row, desk }
            }
            if more > 0 {
                button { r#type: "button", class: "month-more", "aria-label": "{label}", onclick: move |_| desk.show(day, None),
                    {tra("calendar-more", &[("n", more.to_string())])}
                }
            }
        }
    }
}

/// The days with work as a list, from a day on.
#[component]
pub fn Agenda(days: Vec<WorkDay>, from: LocalDay, until: LocalDay, desk: Desk) -> Element {
    let language = language();
    let shown: Vec<WorkDay> = days.into_iter().filter(|of| (from..=until).contains(&of.day)).collect();
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
                            if let Some(holiday) = desk.planning.read().holiday(of.day) {
                                p { class: "small month-holiday", "{holiday}" }
                            }
                            for row in of.first.iter().cloned() {
                                Chip { key: "{row.order.id}", row, desk }
                            }
                            button { r#type: "button", class: "button quiet", "aria-pressed": if desk.day() == of.day { "true" } else { "false" },
                                onclick: { let day = of.day; move |_| desk.show(day, None) },
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
