//! One cell: what it says, whether something is wrong with it, and a line to mend it in its place.

use crate::bridge;
use crate::components::Icon;
use crate::i18n::tra;
use crate::pages::imports::ask::Held;
use crate::pages::imports::check::grid::{Grid, id_of};
use crate::pages::imports::words::finding;
use dioxus::prelude::*;
use domain::imports::{Finding, Level};
use protocol::ui::ImportsRequest;
use protocol::ui::imports::Mend;

/// A cell. `row` is its row in the sheet, `cell` its place in the list and its column.
#[component]
pub fn CellBox(
    cell: (u32, u32),
    row: u32,
    text: String,
    name: String,
    found: Option<Finding>,
    held: Held,
    grid: Grid,
    onfocus: EventHandler<()>,
) -> Element {
    let Grid { mut cursor, mut editing, .. } = grid;
    let is_edited = use_memo(move || editing() == Some(cell));
    if is_edited() {
        return rsx! { Edited { cell, row, text, name, held, grid } };
    }
    let (class, icon) = match found.as_ref().map(|found| found.level) {
        Some(Level::Error) => ("import-cell bad", "circle-alert"),
        Some(Level::Warning) => ("import-cell doubt", "triangle-alert"),
        None => ("import-cell", ""),
    };
    let is_bad = found.as_ref().is_some_and(|found| found.level == Level::Error);
    let has_finding = found.is_some();
    let value = tra("import-name-what", &[("name", name.clone()), ("what", text.clone())]);
    let label = match &found {
        Some(found) => format!("{value}. {}", finding(found, Some(name))),
        None => value,
    };
    rsx! {
        div { id: id_of(cell), class, role: "gridcell", tabindex: "-1", title: "{label}", "aria-label": "{label}", "aria-invalid": if is_bad { "true" },
            onfocusin: move |_| {
                cursor.set(Some(cell));
                onfocus.call(());
            },
            // Where something is to be mended one press is enough.
            onclick: move |_| if has_finding { editing.set(Some(cell)) },
            ondoubleclick: move |_| editing.set(Some(cell)),
            onkeydown: move |event: KeyboardEvent| {
                if matches!(event.key(), Key::Enter | Key::F2) {
                    event.prevent_default();
                    event.stop_propagation();
                    editing.set(Some(cell));
                }
            },
            if !icon.is_empty() {
                Icon { name: icon, size: "s" }
            }
            span { class: "ellipsis", "{text}" }
        }
    }
}

/// The cell as a line: Enter keeps what is typed, Escape what was.
#[component]
fn Edited(cell: (u32, u32), row: u32, text: String, name: String, held: Held, grid: Grid) -> Element {
    let mut editing = grid.editing;
    let mut typed = use_signal(|| text.clone());
    let id = format!("{}-text", id_of(cell));
    let keep = use_callback(move |comes_back: bool| {
        // Asked once: leaving the line follows Enter and Escape as well.
        if *editing.peek() != Some(cell) {
            return;
        }
        let next = typed.peek().clone();
        if next == text {
            editing.set(None);
            return;
        }
        if comes_back {
            grid.mended();
        } else {
            editing.set(None);
        }
        held.act(ImportsRequest::Mend(Mend { id: held.id, row, column: cell.1, text: next }));
    });
    let back = move || bridge::focus_soon("import-window", &id_of(cell));
    let pressed = move |event: KeyboardEvent| {
        // The arrows move the caret here.
        event.stop_propagation();
        match event.key() {
            Key::Enter => keep.call(true),
            Key::Escape => editing.set(None),
            // Pressed, or sent by keys.js when the focus left the line in another way. The focus goes on.
            Key::Tab => return keep.call(false),
            _ => return,
        }
        event.prevent_default();
        back();
    };
    rsx! {
        div { class: "import-cell edited", role: "gridcell",
            input { id: "{id}", value: "{typed}", autocomplete: "off", spellcheck: "false",
                "aria-label": tra("import-edit", &[("row", row.to_string()), ("column", name)]),
                onmounted: {
                    let id = id.clone();
                    move |_| bridge::focus(&id)
                },
                oninput: move |event| typed.set(event.value()),
                "data-leaves": "true",
                onkeydown: pressed }
        }
    }
}
