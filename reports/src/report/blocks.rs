//! The blocks of a report as its template takes them: every text as it is read, and nothing that is still to be computed.

use super::{drawing, table};
use crate::Error;
use crate::letters::{IN_HEAD, IN_ROW, legible};
use crate::words::{day, instant};
use domain::exports::{Cell, Kind, Layout};
use domain::reports::{Block, KeyFigure, Report, Signature};
use serde_json::{Value, json};

/// Letters in a row of a key figure's card at most.
const IN_CARD: usize = 12;

/// The blocks, one below the other; lines to sign on stand beside each other.
pub fn blocks(report: &Report, width: i64) -> Result<Vec<Value>, Error> {
    let mut blocks = Vec::new();
    let mut signatures: Vec<&Signature> = Vec::new();
    for block in &report.blocks {
        if let Block::Signature(signature) = block {
            signatures.push(signature);
            continue;
        }
        sign(&mut blocks, &mut signatures);
        blocks.push(match block {
            Block::Title(text) => json!({ "block": "title", "text": legible(text, IN_HEAD) }),
            Block::Paragraph(text) => json!({ "block": "paragraph", "text": legible(text, IN_ROW) }),
            Block::KeyFigures(figures) => figures_of(report, figures),
            Block::Table(of) => table::table(report, of, width)?,
            Block::Chart(chart) => drawing::chart(report.language, chart, width),
            Block::PageBreak | Block::Signature(_) => json!({ "block": "break" }),
        });
    }
    sign(&mut blocks, &mut signatures);
    Ok(blocks)
}

fn sign(blocks: &mut Vec<Value>, signatures: &mut Vec<&Signature>) {
    if signatures.is_empty() {
        return;
    }
    let line =
        |signature: &Signature| json!({ "role": legible(&signature.role, IN_CARD), "name": legible(&signature.name, IN_CARD) });
    let lines: Vec<Value> = signatures.drain(..).map(line).collect();
    blocks.push(json!({ "block": "signatures", "lines": lines }));
}

fn figures_of(report: &Report, figures: &[KeyFigure]) -> Value {
    let numbers = report.numbers();
    let figure = |figure: &KeyFigure| {
        json!({
            "name": legible(&figure.name, IN_CARD),
            "value": match &figure.value {
                Cell::Nothing => "–".to_owned(),
                value => shown(&numbers, figure.kind, value, IN_CARD),
            },
            "note": legible(&figure.note, IN_CARD),
        })
    };
    json!({ "block": "figures", "figures": figures.iter().map(figure).collect::<Vec<Value>>() })
}

/// A cell as people read it. A word may be broken after `longest` letters.
pub fn shown(layout: &Layout, kind: Kind, cell: &Cell, longest: usize) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => legible(text, longest),
        Cell::Number(number) => layout.shown(kind, *number),
        Cell::At(at) => instant(layout.language, layout.zone, *at),
        Cell::Day(of) => day(layout.language, *of),
    }
}
