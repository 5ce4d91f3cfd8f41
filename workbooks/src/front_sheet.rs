//! The first sheet: of what the report is, its key figures and its sentences.

use crate::cells::{clean, format, put};
use domain::core::date_words::{instant, say};
use domain::reports::{Block, KeyFigure, Report};
use rust_xlsxwriter::{Format, Worksheet, XlsxError};

/// The letters by which its columns are wide.
const WIDTHS: [f64; 3] = [34.0, 22.0, 60.0];

/// Points of the title.
const TITLE: f64 = 16.0;

/// The sheet.
///
/// # Errors
/// It cannot be written.
pub fn front_sheet(report: &Report) -> Result<Worksheet, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(say(report.language, "Ringkasan", "Summary"))?;
    sheet.set_print_fit_to_pages(1, 0);
    for (place, width) in (0_u16..).zip(WIDTHS) {
        sheet.set_column_width(place, width)?;
    }
    let bold = Format::new().set_bold();
    sheet.write_string_with_format(0, 0, clean(&report.title), &bold.clone().set_font_size(TITLE))?;
    let as_of = instant(report.language, report.zone, report.as_of);
    let letterhead = &report.letterhead;
    let lines = [
        (say(report.language, "Periode", "Period"), report.period.as_str()),
        (say(report.language, "Tentang", "About"), report.subtitle.as_str()),
        (say(report.language, "Utilitas", "Utility"), report.utility.as_str()),
        (say(report.language, "Alamat", "Address"), letterhead.address.as_str()),
        ("NPWP", letterhead.tax_number.as_str()),
        (say(report.language, "Telepon", "Telephone"), letterhead.phone.as_str()),
        (say(report.language, "Data per", "Data as of"), as_of.as_str()),
    ];
    let mut row = 1;
    for (name, value) in lines.into_iter().filter(|(_, value)| !value.is_empty()) {
        sheet.write_string(row, 0, name)?.write_string(row, 1, clean(value))?;
        row += 1;
    }
    row += 1;
    for block in &report.blocks {
        match block {
            Block::KeyFigures(figures) => {
                for figure in figures {
                    figure_at(&mut sheet, row, report, figure)?;
                    row += 1;
                }
                row += 1;
            }
            Block::Paragraph(text) => {
                sheet.write_string(row, 0, clean(text))?;
                row += 2;
            }
            Block::Title(_) | Block::Table(_) | Block::Chart(_) | Block::PageBreak | Block::Signature(_) => {}
        }
    }
    Ok(sheet)
}

/// A key figure, as a number.
fn figure_at(sheet: &mut Worksheet, row: u32, report: &Report, figure: &KeyFigure) -> Result<(), XlsxError> {
    sheet.write_string(row, 0, clean(&figure.name))?;
    let strong = format(figure.kind).set_bold();
    put(sheet, (row, 1, &strong), &report.numbers(), (figure.kind, &figure.value))?;
    if !figure.note.is_empty() {
        sheet.write_string(row, 2, clean(&figure.note))?;
    }
    Ok(())
}
