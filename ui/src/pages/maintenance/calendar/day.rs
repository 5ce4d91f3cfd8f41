//! The orders of one day in full, and the tray of those that nobody is named for.

use crate::components::shell::language;
use crate::components::{Button, Card, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::MeterView;
use crate::pages::maintenance::calendar::moving::is_movable;
use crate::pages::maintenance::calendar::planning::{Warned, load_of};
use crate::pages::maintenance::calendar::{Desk, Doing};
use crate::pages::maintenance::way::{By, Way, ordered};
use crate::pages::maintenance::words::{look, of_state, title, window};
use crate::pages::metering::meter::locked;
use crate::state::shared;
use dioxus::prelude::*;
use domain::LocalDay;
use domain::maintenance::workload::Load;
use protocol::ui::WorkRow;
use protocol::ui::maintenance::TechnicianLoad;

/// The orders of a day; where they are a technician's, by time or by the way.
#[component]
pub fn DayList(day: LocalDay, rows: Vec<WorkRow>, loads: Vec<TechnicianLoad>, desk: Desk) -> Element {
    let by = use_signal(By::default);
    let technician = (desk.kept)().technician;
    let name = rows.iter().find_map(|row| row.order.technician.as_ref()).map(|person| person.name.clone());
    let title = match (technician, name) {
        (Some(_), Some(name)) => format!("{} · {name}", format::near_date(day, language())),
        _ => format::near_date(day, language()),
    };
    let shown = if technician.is_some() { ordered(rows.clone(), by()) } else { rows.clone() };
    let leave = technician.and_then(|id| desk.planning.read().leave(id, day).map(|row| row.kind));
    rsx! {
        Card { class: "wide day-list",
            div { class: "row between wrap",
                h2 { "{title}" }
                if technician.is_some() {
                    Button { label: tr("calendar-everybody"), kind: "quiet", icon: "users", onclick: move |_| desk.show(day, None) }
                }
            }
            if let Some(kind) = leave {
                p { class: "small row leave", Icon { name: "calendar-clock", size: "s" } {tr(&format!("leave-kind-{}", kind.as_str()))} }
            }
            if technician.is_some() && !rows.is_empty() {
                Way { rows, by }
            }
            if shown.is_empty() {
                p { class: "muted small", {tr("calendar-day-none")} }
            } else {
                ul { class: "list", "aria-label": "{title}",
                    for row in shown {
                        Entry { key: "{row.order.id}", load: load_of(&loads, &row), row, desk }
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
                        Entry { key: "{row.order.id}", load: Load::default(), row, desk }
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
fn Entry(row: WorkRow, load: Load, desk: Desk) -> Element {
    let Desk { mut dragged, mut doing, .. } = desk;
    let now = *shared().now.peek();
    let locked = locked();
    let movable = is_movable(&row);
    let (tone, icon) = look(row.order.state);
    let who = row.order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let warned = desk.planning.read().warnings(&row, load);
    let (held, moving, assigning) = (row.clone(), row.clone(), row.clone());
    rsx! {
        li { class: "work-line", "data-order": "{row.order.id}", draggable: "true",
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
                Warned { of: warned }
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
