//! An order in a cell of the calendar. It is moved by Shift and an arrow, by dragging, or by the dialog that it opens.

use crate::components::Icon;
use crate::components::shell::{device_zone, language};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::calendar::moving::{Slot, is_movable, name_of};
use crate::pages::maintenance::calendar::planning::said;
use crate::pages::maintenance::calendar::view::Form;
use crate::pages::maintenance::calendar::{Desk, Doing};
use crate::pages::maintenance::level::late;
use crate::pages::maintenance::words::{look, look_of_priority, of_priority, of_stage, title, window};
use crate::state::shared;
use dioxus::prelude::*;
use domain::maintenance::workload::Load;
use protocol::ui::WorkRow;
use protocol::ui::maintenance::WEEK;

/// An order. `crowded`: it cannot be done within its window together with others of its technician.
#[component]
pub fn Chip(row: WorkRow, desk: Desk, #[props(default)] crowded: bool) -> Element {
    let Desk { mut dragged, mut doing, put, kept, planning, .. } = desk;
    let (language, now) = (language(), *shared().now.peek());
    let movable = is_movable(&row);
    let (tone, icon) = look(row.order.stage());
    let who = row.order.technician.as_ref().map_or_else(|| tr("work-anybody"), |person| person.name.clone());
    let when = window(row.order.window(), now, row.time_zone, language);
    let warned = planning.read().warnings(&row, Load { overlaps: crowded, ..Load::default() });
    let words: Vec<String> = warned.iter().map(|warning| said(*warning)).collect();
    let mut label = format!("{} · {} · {when} · {who} · {}", title(row.order.work), row.serial, of_stage(row.order.stage()));
    if look_of_priority(row.order.priority).is_some() {
        label = format!("{label} · {}", of_priority(row.order.priority));
    }
    let late = late(&row.order, now);
    if let Some(late) = late {
        label = format!("{label} · {}", tr(late));
    }
    let is_warned = !words.is_empty();
    if is_warned {
        label = tra("planning-label", &[("label", label), ("warnings", words.join(", "))]);
    }
    let (held, keyed, opened) = (row.clone(), row.clone(), row.clone());
    let led = move |event: KeyboardEvent| {
        if !event.modifiers().shift() {
            return;
        }
        let is_by_technician = kept.peek().form == Form::Technicians;
        let slot = Slot::of(&keyed);
        let to = match event.key() {
            Key::ArrowLeft => Some(slot.later(-1)),
            Key::ArrowRight => Some(slot.later(1)),
            Key::ArrowUp if !is_by_technician => Some(slot.later(-WEEK)),
            Key::ArrowDown if !is_by_technician => Some(slot.later(WEEK)),
            key @ (Key::ArrowUp | Key::ArrowDown) => {
                let neighbour = planning.peek().neighbour(&keyed, key == Key::ArrowDown);
                neighbour.map(|technician| Slot { technician, ..slot })
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(to) = to {
            put.call((keyed.clone(), to));
        }
    };
    rsx! {
        button { id: name_of(&row), r#type: "button", class: "month-work {tone}", "aria-label": "{label}", title: "{label}",
            "data-state": row.order.state.as_str(), "data-serial": "{row.serial}", "data-warned": "{is_warned}",
            // What was begun is held as well: dropped, it says why it stays.
            draggable: "true", "data-movable": "{movable}",
            ondragstart: move |_| dragged.set(Some(held.clone())),
            ondragend: move |_| dragged.set(None),
            onkeydown: led,
            onclick: move |_| doing.set(Some(Doing::Move(opened.clone()))),
            Icon { name: icon, size: "s" }
            if let Some((_, icon)) = look_of_priority(row.order.priority) {
                Icon { name: icon, size: "s" }
            }
            span { class: "nowrap", {format::clock_for(row.order.from, row.time_zone, device_zone(), language)} }
            span { class: "ellipsis", "{row.serial}" }
            if late.is_some() {
                Icon { name: "clock-alert", size: "s" }
            }
            if is_warned {
                Icon { name: "triangle-alert", size: "s" }
            }
        }
    }
}
