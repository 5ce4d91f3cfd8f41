//! The orders of one day in full, and the tray of those that nobody is named for.

use crate::components::shell::language;
use crate::components::{Button, Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::MeterView;
use crate::pages::maintenance::calendar::moving::is_movable;
use crate::pages::maintenance::calendar::{Desk, Doing};
use crate::pages::maintenance::words::{look, of_state, title, window};
use crate::pages::metering::meter::locked;
use crate::state::shared;
use dioxus::prelude::*;
use domain::LocalDay;
use protocol::ui::WorkRow;

/// The orders of a day.
#[component]
pub fn DayList(day: LocalDay, rows: Vec<WorkRow>, desk: Desk) -> Element {
    rsx! {
        Card { class: "wide day-list",
            h2 { {format::near_date(day, language())} }
            if rows.is_empty() {
                p { class: "muted small", {tr("calendar-day-none")} }
            } else {
                ul { class: "list", "aria-label": format::date(day, language()),
                    for row in rows {
                        Entry { key: "{row.order.id}", row, desk }
                    }
                }
            }
        }
    }
}

/// What nobody is named for.
#[component]
pub fn Tray(rows: Vec<WorkRow>, count: u32, desk: Desk) -> Element {
    let more = (count as usize).saturating_sub(rows.len());
    let (tone, icon) = if count > 0 { ("warn", "users") } else { ("ok", "check") };
    rsx! {
        Card { class: "wide tray",
            div { class: "row between wrap",
                h2 { {tr("calendar-tray")} }
                StatusChip { tone, icon, label: count.to_string(), small: true }
            }
            p { class: "muted small", {tr(if rows.is_empty() { "calendar-tray-none" } else { "calendar-tray-lead" })} }
            if !rows.is_empty() {
                ul { class: "list", "aria-label": tr("calendar-tray"),
                    for row in rows {
                        Entry { key: "{row.order.id}", row, desk }
                    }
                }
            }
            if more > 0 {
                p { class: "muted small", {tra("calendar-more", &[("n", more.to_string())])} }
            }
        }
    }
}

/// An order with what can be done about it.
#[component]
fn Entry(row: WorkRow, desk: Desk) -> Element {
    let Desk { mut dragged, mut doing, .. } = desk;
    let now = *shared().now.peek();
    let locked = locked();
    let movable = is_movable(&row);
    let (tone, icon) = look(row.order.state);
    let who = row.order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let (held, moving, assigning) = (row.clone(), row.clone(), row.clone());
    rsx! {
        li { class: "work-line", "data-order": "{row.order.id}", draggable: if movable { "true" } else { "false" },
            ondragstart: move |_| dragged.set(Some(held.clone())),
            ondragend: move |_| dragged.set(None),
            div { class: "grow stack", gap: "4px",
                div { class: "row wrap",
                    strong { {title(row.order.work)} }
                    StatusChip { tone, icon, label: of_state(row.order.state), small: true }
                    if row.waiting {
                        StatusChip { tone: "info", icon: "clock", label: tr("op-waiting"), small: true }
                    }
                }
                p { class: "small",
                    Link { class: "link", to: MeterView::address_of(row.order.meter), "{row.serial}" }
                    span { class: "muted", " · {row.address}" }
                }
                p { class: "muted small", {window(row.order.window(), now, row.time_zone, language())} " · {who}" }
                if !row.order.schedule.is_empty() {
                    p { class: "muted small row", Icon { name: "calendar-clock", size: "s" } "{row.order.schedule}" }
                }
                if movable {
                    div { class: "row wrap edge tools",
                        Button { label: tr("calendar-move"), kind: "quiet", icon: "calendar-clock", disabled: locked,
                            onclick: move |_| doing.set(Some(Doing::Move(moving.clone()))) }
                        Button { label: tr("calendar-assign"), kind: "quiet", icon: "user", disabled: locked,
                            onclick: move |_| doing.set(Some(Doing::Assign(assigning.clone()))) }
                    }
                }
            }
        }
    }
}
