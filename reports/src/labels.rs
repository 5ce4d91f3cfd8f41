//! Labels of meters on A4, three beside and eight below each other: the serial number as a QR code, and in letters.

use crate::letters::legible;
use crate::words::say;
use crate::{Error, press};
use domain::exports::{Label, PrintedLabels};
use qrcode::{Color, EcLevel, QrCode};
use serde_json::{Value, json};
use std::fmt::Write;

const TEMPLATE: &str = include_str!("../../assets/reports/labels.typ");

/// Modules around a code that stay light (ISO/IEC 18004).
const QUIET: usize = 4;

/// Letters up to which a serial number has a size in points, and how many of the widest of that size fit beside each other.
const SIZES: [(usize, u8, usize); 3] = [(11, 11, 7), (28, 9, 8), (usize::MAX, 7, IN_ROW)];

/// The same of the smallest letters.
const IN_ROW: usize = 11;

/// Sheets of labels as PDF. The same labels are the same file.
///
/// # Errors
/// [`Error::Template`]: a serial number that no code can hold, or a fault of ours.
pub fn labels(labels: &PrintedLabels) -> Result<Vec<u8>, Error> {
    let all = labels.labels.iter().map(data).collect::<Result<Vec<_>, _>>()?;
    let data = json!({
        "language": say(labels.language, "id", "en"),
        "title": say(labels.language, "Label meter", "Meter labels"),
        "utility": legible(&labels.utility, IN_ROW),
        "labels": all,
    });
    press::pdf(TEMPLATE, &data, None, (&labels.name, labels.made_at))
}

fn data(label: &Label) -> Result<Value, Error> {
    let letters = label.serial.chars().count();
    let size = SIZES.into_iter().find(|(most, ..)| letters <= *most);
    let (_, size, beside) = size.unwrap_or(SIZES[SIZES.len() - 1]);
    Ok(json!({
        "serial": legible(&label.serial, beside),
        "size": size,
        "model": legible(&label.model, IN_ROW),
        "code": svg(&label.serial)?,
    }))
}

/// A text as a QR code, in which 15 % may be dirty: each row of dark modules beside each other is one rectangle.
fn svg(text: &str) -> Result<String, Error> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M);
    let code = code.map_err(|error| Error::Template(format!("no QR code of a serial number: {error}")))?;
    let width = code.width();
    let mut path = String::new();
    for (row, modules) in code.to_colors().chunks(width).enumerate() {
        let mut from = 0;
        for run in modules.chunk_by(|one, other| one == other) {
            if run.first() == Some(&Color::Dark) {
                // Nothing that is written into a text fails.
                let _ = write!(path, "M{from} {row}h{0}v1h-{0}z", run.len());
            }
            from += run.len();
        }
    }
    let all = width + 2 * QUIET;
    Ok(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{all}" height="{all}" viewBox="-{QUIET} -{QUIET} {all} {all}"><path d="{path}"/></svg>"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dark modules that a drawing has, by row and column.
    fn drawn(svg: &str) -> Vec<(usize, usize)> {
        let path = svg.split_once("d=\"").and_then(|(_, rest)| rest.split_once('"')).map(|(path, _)| path).expect("a path");
        let mut dark = Vec::new();
        for run in path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').expect("a length");
            let (column, row) = at.split_once(' ').expect("a place");
            let (column, row): (usize, usize) = (column.parse().expect("a column"), row.parse().expect("a row"));
            let long: usize = rest.split_once('v').and_then(|(long, _)| long.parse().ok()).expect("a length");
            dark.extend((column..column + long).map(|column| (row, column)));
        }
        dark
    }

    #[test]
    fn a_code_is_drawn_module_by_module_with_a_light_margin() {
        for serial in ["WM-2024-001", "A", &"X".repeat(64)] {
            let code = QrCode::with_error_correction_level(serial, EcLevel::M).expect("a code");
            let svg = svg(serial).expect("a drawing");
            let modules = code.to_colors();
            let dark = (0..modules.len()).filter(|at| modules[*at] == Color::Dark);
            let expected: Vec<_> = dark.map(|at| (at / code.width(), at % code.width())).collect();
            assert_eq!(drawn(&svg), expected, "{serial}");
            assert!(svg.contains(&format!("viewBox=\"-4 -4 {0} {0}\"", code.width() + 8)), "{svg}");
        }
    }
}
