//! The sheet of charts: each with the numbers that it is drawn from, beside them, so that a spreadsheet draws it itself.

use crate::cells::{EXACT, clean, format, scaled};
use domain::core::date_words::say;
use domain::people::Language;
use domain::reports::chart::{Chart, Form};
use rust_xlsxwriter::{
    Chart as Drawn, ChartFormat, ChartLegendPosition, ChartLine, ChartSolidFill, ChartType, Color, Format, Worksheet, XlsxError,
};

/// The colours of series, which print well (docs/spec/design.md, Tokens).
const COLOURS: [u32; 6] = [0x0B_6BA8, 0x22_A6C9, 0x8A_5300, 0x15_703C, 0x7A_4FB5, 0xB3_261E];

/// The letters of the columns of labels and of values.
const WIDTHS: (f64, f64) = (26.0, 16.0);

/// The column at which charts are drawn: behind the labels and as many series as there are colours.
const DRAWN_AT: u16 = 8;

/// Rows that a chart takes at least.
const ROWS: u32 = 20;

/// Pixels of a chart.
const SIZE: (u32, u32) = (640, 340);

/// The sheet, where there are charts with something to draw.
///
/// # Errors
/// It cannot be written.
pub fn charts<'c>(
    language: Language,
    name: &str,
    charts: impl Iterator<Item = &'c Chart>,
) -> Result<Option<Worksheet>, XlsxError> {
    let mut sheet = Worksheet::new();
    sheet.set_name(name)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_column_width(0, WIDTHS.0)?;
    let mut row = 0;
    for chart in charts.filter(|chart| chart.has_values() && !chart.labels.is_empty()) {
        for place in 1..=u16::try_from(chart.series.len()).unwrap_or(u16::MAX) {
            sheet.set_column_width(place, WIDTHS.1)?;
        }
        row = one(&mut sheet, (language, name), row, chart)?;
    }
    Ok((row > 0).then_some(sheet))
}

/// Writes a chart and its numbers from a row on; returns the row behind it.
fn one(sheet: &mut Worksheet, (language, name): (Language, &str), top: u32, chart: &Chart) -> Result<u32, XlsxError> {
    let bold = Format::new().set_bold();
    let shown = format(chart.kind);
    sheet.write_string_with_format(top, 0, clean(&chart.title), &bold)?;
    sheet.write_string(top + 1, 0, clean(&chart.unit))?;
    let (first, last) = (top + 2, top + 1 + u32::try_from(chart.labels.len()).unwrap_or_default());
    for (row, label) in (first..).zip(&chart.labels) {
        sheet.write_string(row, 0, clean(label))?;
    }
    let mut drawn = Drawn::new(kind(chart.form));
    drawn.title().set_name((name, top, 0_u16));
    for ((place, series), colour) in (1_u16..).zip(&chart.series).zip(COLOURS) {
        sheet.write_string_with_format(top + 1, place, clean(&series.name), &bold)?;
        for (row, value) in (first..).zip(&series.values) {
            if let Some(value) = value.filter(|value| value.unsigned_abs() <= EXACT) {
                sheet.write_number_with_format(row, place, scaled(chart.kind, value), &shown)?;
            }
        }
        let of = drawn.add_series().set_name((name, top + 1, place));
        of.set_categories((name, first, 0_u16, last, 0_u16)).set_values((name, first, place, last, place));
        match chart.form {
            Form::Ring => of.set_point_colors(&COLOURS),
            Form::Lines => of.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(Color::RGB(colour)))),
            Form::Bars | Form::Stacked => {
                of.set_format(ChartFormat::new().set_solid_fill(ChartSolidFill::new().set_color(Color::RGB(colour))))
            }
        };
    }
    if chart.form != Form::Ring {
        drawn.y_axis().set_num_format(axis(chart));
    }
    if chart.series.len() == 1 && chart.form != Form::Ring {
        drawn.legend().set_hidden();
    } else {
        drawn.legend().set_position(ChartLegendPosition::Bottom);
    }
    let about = say(language, "Angkanya ada di sebelah kiri.", "Its numbers are on the left.");
    drawn.set_alt_text(format!("{} {about}", clean(&chart.title)));
    drawn.set_width(SIZE.0).set_height(SIZE.1);
    sheet.insert_chart(top, DRAWN_AT, &drawn)?;
    Ok(top + ROWS.max(last - top + 3))
}

const fn kind(form: Form) -> ChartType {
    match form {
        Form::Bars => ChartType::Column,
        Form::Lines => ChartType::Line,
        Form::Stacked => ChartType::ColumnStacked,
        Form::Ring => ChartType::Doughnut,
    }
}

/// The numbers of an axis.
const fn axis(chart: &Chart) -> &'static str {
    if matches!(chart.kind, domain::exports::Kind::PerMille) { "0%" } else { "#,##0" }
}
