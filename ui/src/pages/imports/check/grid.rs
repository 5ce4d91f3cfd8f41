//! The rows as a window over any number of them: pages ask for their rows before they are visible, and only rows near the visible part are drawn.
//! The arrows lead from cell to cell, Enter mends one, `n` leads to the next error.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Button, Empty};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::imports::ask::{Held, response};
use crate::pages::imports::check::Filter;
use crate::pages::imports::check::row::Line;
use crate::pages::imports::steps::Only;
use crate::pages::imports::words::{column_name, field_name};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::imports::Level;
use protocol::ui::imports::{Fate, Import, ImportRow, RowsQuery};
use protocol::ui::{ImportsRequest, ImportsResponse, Request};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

/// Heights of a row and of the heads in CSS pixels; `.import-row` and `.import-heads` have the same.
pub const ROW: f64 = 80.0;
const HEADS: f64 = 44.0;

/// Widths of a cell and of what stands before the cells; `--cell` and `--lead` are the same.
const CELL: u32 = 176;
const LEAD: u32 = 72;

/// Rows of a page, rows before they are visible at which it asks for them, and rows drawn beyond the visible ones.
const PAGE: u32 = 60;
const AHEAD: u32 = 40;
const SPARE: u32 = 6;

/// Rows taken to be visible before the height of the window is known.
const FIRST: u32 = 12;

/// The window's id.
const WINDOW: &str = "import-window";

/// A column that is shown: its place in the sheet, its name, and what it holds.
pub type Shown = (u32, String, String);

/// Which rows are drawn, where the focus is, and which cell is being mended.
#[derive(Clone, Copy, PartialEq)]
pub struct Grid {
    from: Signal<u32>,
    visible: Signal<u32>,
    total: Signal<u32>,
    /// The row in the list and the column in the sheet.
    pub cursor: Signal<Option<(u32, u32)>>,
    pub editing: Signal<Option<(u32, u32)>>,
    /// The row to whose first error the focus goes as soon as it is there.
    wanted: Signal<Option<u32>>,
    /// Whether the focus comes back to the cursor when rows are drawn anew, since the mended one may have gone.
    comes_back: Signal<bool>,
    /// The columns with errors of each row that is there.
    errors: Signal<BTreeMap<u32, Vec<u32>>>,
}

/// The id of a cell.
pub fn id_of((place, column): (u32, u32)) -> String {
    format!("import-cell-{place}-{column}")
}

fn use_grid() -> Grid {
    Grid {
        from: use_signal(|| 0),
        visible: use_signal(|| FIRST),
        total: use_signal(|| 0),
        cursor: use_signal(|| None),
        editing: use_signal(|| None),
        wanted: use_signal(|| None),
        comes_back: use_signal(|| false),
        errors: use_signal(BTreeMap::new),
    }
}

impl Grid {
    /// Other rows are shown, from the first on.
    fn begin(self) {
        let Self { mut from, mut cursor, mut editing, mut errors, .. } = self;
        from.set(0);
        cursor.set(None);
        editing.set(None);
        errors.write().clear();
    }

    fn drawn(self) -> Range<u32> {
        let from = (self.from)();
        from.saturating_sub(SPARE)..from + (self.visible)() + SPARE
    }

    fn scrolled(self, top: f64, height: f64) {
        let Self { mut from, mut visible, .. } = self;
        let (first, rows) = ((top.max(0.0) / ROW) as u32, (height / ROW).ceil() as u32 + 1);
        if *from.peek() != first {
            from.set(first);
        }
        if rows > 1 && *visible.peek() != rows {
            visible.set(rows);
        }
    }

    /// Puts the focus on a cell, wherever it is.
    fn go(self, cell: (u32, u32)) {
        let mut cursor = self.cursor;
        cursor.set(Some(cell));
        bridge::reveal(WINDOW, f64::from(cell.0) * ROW, ROW + HEADS);
        bridge::focus_soon(WINDOW, &id_of(cell));
    }

    /// The cell that a key leads to.
    fn led(self, key: &Key, columns: &[Shown]) -> Option<(u32, u32)> {
        let last = self.total.peek().saturating_sub(1);
        let first = columns.first()?.0;
        let Some((row, column)) = *self.cursor.peek() else {
            return matches!(key, Key::ArrowDown | Key::ArrowUp | Key::ArrowRight).then_some((*self.from.peek(), first));
        };
        let at = columns.iter().position(|(place, ..)| *place == column).unwrap_or_default();
        let page = self.visible.peek().saturating_sub(2).max(1);
        let beside = |at: usize| columns.get(at).map_or(column, |(place, ..)| *place);
        let to = match key {
            Key::ArrowDown => (row + 1, column),
            Key::ArrowUp => (row.saturating_sub(1), column),
            Key::ArrowRight => (row, beside(at + 1)),
            Key::ArrowLeft => (row, beside(at.saturating_sub(1))),
            Key::PageDown => (row + page, column),
            Key::PageUp => (row.saturating_sub(page), column),
            Key::Home => (row, first),
            Key::End => (row, columns.last()?.0),
            _ => return None,
        };
        Some((to.0.min(last), to.1))
    }

    /// Leads to the next error: in the same row, else in the row after it, from the last one to the first.
    fn next_error(self) {
        let total = *self.total.peek();
        if total == 0 {
            return;
        }
        let at = *self.cursor.peek();
        let beside = at.and_then(|(row, column)| {
            let column = *self.errors.peek().get(&row)?.iter().find(|other| **other > column)?;
            Some((row, column))
        });
        let row = at.map_or(0, |(row, _)| if row + 1 < total { row + 1 } else { 0 });
        let there = self.errors.peek().get(&row).and_then(|columns| columns.first().copied()).map(|column| (row, column));
        match beside.or(there) {
            Some(cell) => self.go(cell),
            None => self.want(row),
        }
    }

    /// Leads to the first error of a row as soon as the row is there.
    fn want(self, row: u32) {
        let mut wanted = self.wanted;
        wanted.set(Some(row));
        bridge::reveal(WINDOW, f64::from(row) * ROW, ROW + HEADS);
    }

    /// A cell was mended: its row is drawn anew, or is not in the list any more.
    pub fn mended(self) {
        let Self { mut editing, mut comes_back, .. } = self;
        editing.set(None);
        comes_back.set(true);
    }

    /// Rows are there.
    fn loaded(self, offset: u32, rows: &[Rc<ImportRow>]) {
        let Self { mut errors, mut wanted, mut comes_back, .. } = self;
        errors.with_mut(|errors| {
            errors.retain(|place, _| !(offset..offset + PAGE).contains(place));
            errors.extend((offset..).zip(rows.iter().map(|row| error_columns(row))));
        });
        // Focusing a cell calls its handler at once, which sets the cursor: no signal may be borrowed by then.
        let (sought, at) = (*wanted.peek(), *self.cursor.peek());
        if let Some(row) = sought.filter(|row| (offset..offset + rows.len() as u32).contains(row)) {
            wanted.set(None);
            let column = self.errors.peek().get(&row).and_then(|columns| columns.first().copied()).unwrap_or_default();
            self.go((row, column));
        } else if comes_back.replace(false)
            && let Some(cell) = at
        {
            bridge::focus_soon(WINDOW, &id_of(cell));
        }
    }
}

/// The columns of a row in which there are errors, each once.
fn error_columns(row: &ImportRow) -> Vec<u32> {
    let errors = row.findings.iter().filter(|finding| finding.level == Level::Error);
    errors.filter_map(|finding| finding.column).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The columns that hold something, or all where none does yet.
fn shown_columns(import: &Import) -> Vec<Shown> {
    let holds = import.columns.iter().any(|column| column.field.is_some());
    let all = import.columns.iter().enumerate().filter(|(_, column)| column.field.is_some() || !holds);
    all.map(|(place, column)| {
        (place as u32, column_name(&import.columns, place), column.field.map(field_name).unwrap_or_default())
    })
    .collect()
}

/// The rows that are filtered, and how to go through their errors.
#[component]
pub fn Rows(import: ReadSignal<Rc<Import>>, held: Held, query: Memo<RowsQuery>, filter: Filter) -> Element {
    let grid = use_grid();
    let columns = use_memo(move || shown_columns(&import.read()));
    let is_filtered = use_memo(move || filter.only().is_some() || filter.group.read().is_some());
    let has_errors = use_memo(move || import.read().line.counts.error > 0);
    let next = move |_| {
        let of_errors = Some(Only::Fate(Fate::Error));
        if filter.only() == of_errors {
            grid.next_error();
        } else {
            filter.show(of_errors);
            grid.want(0);
        }
    };
    rsx! {
        section { class: "card flush import-rows", "aria-labelledby": "import-rows",
            div { class: "bar",
                h3 { id: "import-rows", {tr("import-rows-title")} }
                span { class: "grow muted", "data-total": "{grid.total}", {tra("import-rows", &[("n", format::whole(i64::from((grid.total)()), language()))])} }
                if has_errors() {
                    button { class: "button quiet", r#type: "button", "data-key": "n", "aria-keyshortcuts": "n", onclick: next,
                        {tr("import-next-error")}
                        kbd { class: "with-keys", "n" }
                    }
                }
                if is_filtered() {
                    Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: move |_| filter.show(None) }
                }
            }
            // Other rows are another list: nothing of the one before is kept.
            for asked in [query()] {
                Found { key: "{asked:?}", query: asked, columns, held, grid }
            }
        }
    }
}

/// How many rows were found, and the window over them.
#[component]
fn Found(query: RowsQuery, columns: Memo<Vec<Shown>>, held: Held, grid: Grid) -> Element {
    let shared = shared();
    let of_count = query.clone();
    let count = use_answer(
        move || {
            shared.imports.read();
            held.follow();
            Request::Imports(ImportsRequest::Rows(of_count.clone()))
        },
        |answer| match response(answer)? {
            ImportsResponse::Rows(window) => Some(window.total),
            _ => None,
        },
    );
    use_effect(move || grid.begin());
    use_effect(move || {
        if let Load::Ready(total) = *count.read() {
            let mut held_total = grid.total;
            held_total.set(total);
        }
    });
    match &*count.read() {
        Load::Waiting => rsx! { div { class: "import-window" } },
        Load::Failed(problem) => rsx! { p { class: "error-text", {explain(problem)} } },
        Load::Ready(0) => rsx! { Empty { icon: "check", title: tr("no-results"), next: tr("import-rows-none") } },
        Load::Ready(total) => rsx! { Window { total: *total, query, columns, held, grid } },
    }
}

#[component]
fn Window(total: u32, query: RowsQuery, columns: Memo<Vec<Shown>>, held: Held, grid: Grid) -> Element {
    let pages = use_memo(move || {
        let drawn = grid.drawn();
        let near = drawn.start.saturating_sub(AHEAD) / PAGE..(drawn.end + AHEAD).div_ceil(PAGE);
        near.chain((grid.cursor)().map(|(row, _)| row / PAGE)).collect::<BTreeSet<_>>()
    });
    let led = move |event: KeyboardEvent| {
        let Some(cell) = grid.led(&event.key(), &columns.peek()) else { return };
        event.prevent_default();
        grid.go(cell);
    };
    let width = use_memo(move || LEAD + CELL * columns.read().len() as u32);
    rsx! {
        div { id: WINDOW, class: "window import-window", tabindex: "0", role: "grid", "aria-label": tr("import-rows-title"), "aria-rowcount": "{total}",
            "aria-describedby": "import-grid-keys",
            onscroll: move |event| grid.scrolled(event.scroll_top(), event.client_height().into()),
            onkeydown: led,
            div { class: "import-heads", role: "row", width: "{width}px",
                span { class: "import-place", role: "columnheader", {tr("import-row")} }
                for (place , name , field) in columns.read().iter() {
                    span { key: "{place}", class: "import-head", role: "columnheader",
                        span { class: "ellipsis", "{name}" }
                        span { class: "tiny muted ellipsis", "{field}" }
                    }
                }
            }
            ul { class: "whole", role: "rowgroup", height: "{f64::from(total) * ROW}px", width: "{width}px",
                for page in pages.read().iter().copied().filter(|page| *page < total.div_ceil(PAGE)) {
                    Page { key: "{page}", page, query: query.clone(), columns, held, grid }
                }
            }
        }
        p { id: "import-grid-keys", class: "muted tiny with-keys import-keys", {tr("import-keys")} }
    }
}

#[component]
fn Page(page: u32, query: RowsQuery, columns: Memo<Vec<Shown>>, held: Held, grid: Grid) -> Element {
    let shared = shared();
    let offset = page * PAGE;
    let load = use_answer(
        move || {
            shared.imports.read();
            held.follow();
            Request::Imports(ImportsRequest::Rows(RowsQuery { offset, limit: PAGE, ..query.clone() }))
        },
        |answer| match response(answer)? {
            ImportsResponse::Rows(window) => Some(window.rows.into_iter().map(Rc::new).collect::<Vec<_>>()),
            _ => None,
        },
    );
    use_effect(move || {
        if let Load::Ready(rows) = &*load.read() {
            grid.loaded(offset, rows);
        }
    });
    // Of the rows drawn, those of this page, and the one that has the focus: it stays, wherever somebody scrolls.
    let drawn = use_memo(move || {
        let drawn = grid.drawn();
        drawn.start.clamp(offset, offset + PAGE)..drawn.end.clamp(offset, offset + PAGE)
    });
    let focused = use_memo(move || (grid.cursor)().map(|(row, _)| row).filter(|row| row / PAGE == page));
    let drawn = drawn.read().clone();
    let load = load.read();
    let rows: &[Rc<ImportRow>] = if let Load::Ready(rows) = &*load { rows } else { &[] };
    rsx! {
        if let Load::Failed(problem) = &*load {
            li { class: "import-row", top: "{f64::from(drawn.start) * ROW}px", p { class: "error-text", {explain(problem)} } }
        }
        for (place , row) in (offset..).zip(rows.iter()).filter(|(place, _)| drawn.contains(place) || focused() == Some(*place)) {
            Line { key: "{row.row}", row: Rc::clone(row), place, columns, held, grid }
        }
    }
}
