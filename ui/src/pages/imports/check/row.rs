//! One row: its number, its cells, and under them what it comes to and what is to be said of it.

use crate::components::status::chip;
use crate::i18n::{tr, tra};
use crate::pages::imports::ask::Held;
use crate::pages::imports::check::cell::CellBox;
use crate::pages::imports::check::grid::{Grid, ROW, Shown};
use crate::pages::imports::words::{counted, field_name, finding, look_of};
use dioxus::prelude::*;
use domain::imports::{Finding, Level};
use protocol::ui::imports::ImportRow;
use std::rc::Rc;

/// The finding that is to be said first: an error before a warning.
fn first<'a>(findings: impl Iterator<Item = &'a Finding> + Clone) -> Option<&'a Finding> {
    findings.clone().find(|finding| finding.level == Level::Error).or_else(|| findings.clone().next())
}

/// The row's cells are children of an element with this id, the number first.
fn id_of(place: u32) -> String {
    format!("import-row-{place}")
}

/// A row.
#[component]
pub fn Line(row: Rc<ImportRow>, place: u32, columns: Memo<Vec<Shown>>, held: Held, grid: Grid) -> Element {
    let shown = columns.read();
    let (word, tone, icon) = look_of(row.fate);
    let name_of = |column: u32| shown.iter().find(|(place, ..)| *place == column).map(|(_, name, _)| name.clone());
    let said = said(&row, &name_of);
    rsx! {
        li { class: "import-row", role: "row", top: "{f64::from(place) * ROW}px", "aria-rowindex": "{place + 1}", "data-fate": word,
            div { id: id_of(place), class: "import-cells", role: "presentation",
                span { class: "import-place number", role: "rowheader", "{row.row}" }
                for (at , (column , name , _)) in shown.iter().enumerate() {
                    CellBox {
                        key: "{column}",
                        cell: (place, *column),
                        row: row.row,
                        text: row.cells.get(*column as usize).cloned().unwrap_or_default(),
                        name: name.clone(),
                        found: first(row.findings.iter().filter(|finding| finding.column == Some(*column))).cloned(),
                        held,
                        grid,
                        onfocus: move |()| crate::bridge::show_row(&id_of(place), at + 1),
                    }
                }
            }
            div { class: "import-words small", role: "gridcell", title: "{said}",
                {chip(tone, icon, &tr(&format!("import-tile-{word}")), "small")}
                span { class: "ellipsis", "{said}" }
            }
        }
    }
}

/// What is to be said of a row: its first finding and how many there are besides, else what changes.
fn said(row: &ImportRow, name_of: &impl Fn(u32) -> Option<String>) -> String {
    if let Some(one) = first(row.findings.iter()) {
        let text = finding(one, one.column.and_then(name_of));
        return match row.findings.len() as u32 - 1 {
            0 => text,
            more => format!("{text} · {}", counted("import-more-findings", more)),
        };
    }
    let change = |(field, from, to): &(_, String, String)| {
        let from = if from.is_empty() { tr("value-empty") } else { from.clone() };
        let to = if to.is_empty() { tr("value-empty") } else { to.clone() };
        tra("import-change", &[("field", field_name(*field)), ("from", from), ("to", to)])
    };
    row.changes.iter().map(change).collect::<Vec<_>>().join(" · ")
}
