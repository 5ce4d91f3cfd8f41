//! Files that an import gives back: its rows with errors, the reason beside each, and templates to fill in.

use crate::alerts::words::Sentences;
use crate::error::Error;
use crate::imports::check::FileRules;
use crate::imports::state::State;
use crate::store::imports::{ImportFile, Only};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::billing::tariff::TariffClass;
use domain::core::csv::{BOM, separated, separator};
use domain::exports::as_text;
use domain::imports::mapping::allowed;
use domain::imports::parse::plain::shown;
use domain::imports::{Field, Finding, Kind, Level};
use domain::people::{ConnectionKind, CustomerStatus, Language};
use protocol::ui::imports::{Fate, ImportFile as Saved, Template};
use rust_xlsxwriter::{DataValidation, Format, Workbook, XlsxError};

/// Rows that are read together.
const TOGETHER: u32 = 1_000;

/// Rows of a template for which a list of words is offered.
const LISTED: u32 = 100_000;

/// What names somebody or something, and is no number whatever digits it has.
const CODES: [Field; 6] = [Field::Number, Field::Phone, Field::PostalCode, Field::Nik, Field::Serial, Field::FurtherSerial];

/// Fields that a template has no column for, since another one holds the same.
const BESIDE: [Field; 5] = [Field::Latitude, Field::Longitude, Field::MonthRegister, Field::FurtherSerial, Field::ReadTime];

fn saved(name: String, bytes: &[u8]) -> Saved {
    Saved { name, base64: STANDARD.encode(bytes) }
}

/// The rows with errors as CSV: the sheet's columns as they are in the file, the number of the row before them, the reasons behind them. Numbers of
/// customers and the like have an apostrophe in front, which is left off when the mended file is read: a spreadsheet would lose their zeros and digits.
///
/// # Errors
/// The import's file cannot be read.
pub fn rejected(file: &ImportFile, state: &State, language: Language) -> Result<Saved, Error> {
    let words = Sentences::of(language);
    let between = separator(language);
    let names = state.columns.iter().map(|column| column.name.as_str());
    let (row, reasons) = (words.say("import-row-number", []), words.say("import-reasons", []));
    let header: Vec<&str> = std::iter::once(row.as_str()).chain(names).chain([reasons.as_str()]).collect();
    let mut text = format!("{BOM}{}", separated(between, header));
    let (overrides, width, is_delimited) = (file.overrides()?, state.columns.len(), FileRules::of(state).is_delimited);
    let field_of = |place: usize| state.mapping.as_ref().and_then(|mapping| mapping.columns.get(place).copied().flatten());
    let is_code = |place: usize| field_of(place).is_some_and(|field| CODES.contains(&field));
    let mut offset = 0;
    loop {
        let rows = file.rows_of(state.header_row(), Only::Fate(Fate::Error), offset, TOGETHER)?;
        if rows.is_empty() {
            break;
        }
        offset += rows.len() as u32;
        for stored in rows {
            let mended = overrides.apply(&stored.row);
            let number = stored.row.number.to_string();
            let found = file.findings_of(stored.row.number)?;
            let why: Vec<String> =
                found.iter().filter(|finding| finding.level == Level::Error).map(|finding| reason(&words, finding)).collect();
            let texts = mended.cells.iter().map(shown).enumerate();
            let mut cells: Vec<String> =
                texts.map(|(place, text)| if is_code(place) { as_text(&text) } else { text.into_owned() }).collect();
            // What stands behind all columns of a delimited row stays behind them: without it the row would be taken with its values moved.
            let mut surplus = cells.split_off(width.min(cells.len()));
            let last = surplus.iter().rposition(|text| !text.is_empty()).filter(|_| is_delimited);
            surplus.truncate(last.map_or(0, |last| last + 1));
            cells.resize(width, String::new());
            let line = std::iter::once(number).chain(cells).chain([why.join(" ")]).chain(surplus).collect::<Vec<_>>();
            text.push_str(&separated(between, line.iter().map(String::as_str)));
        }
    }
    let stem = state.name.rsplit_once('.').map_or(state.name.as_str(), |(stem, _)| stem);
    Ok(saved(format!("{stem}-{}.csv", words.say("import-rejected-name", [])), text.as_bytes()))
}

/// Of which column, and why.
fn reason(words: &Sentences, finding: &Finding) -> String {
    let what = words.say(&format!("import-reason-{}", finding.reason.as_str()), []);
    match finding.field {
        Some(field) => format!("{}: {what}", field_name(words, field)),
        None => what,
    }
}

fn field_name(words: &Sentences, field: Field) -> String {
    words.say(&format!("field-{}", field.as_str()), [])
}

/// A file to fill in.
///
/// # Errors
/// The workbook cannot be made.
pub fn template(asked: Template) -> Result<Saved, Error> {
    let words = Sentences::of(asked.language);
    let fields: Vec<Field> = allowed(asked.kind).iter().copied().filter(|field| !BESIDE.contains(field)).collect();
    let names: Vec<String> = fields.iter().map(|field| field_name(&words, *field)).collect();
    let name = words.say(&format!("import-template-{}", asked.kind.as_str()), []);
    if !asked.is_workbook {
        let text = format!("{BOM}{}", separated(separator(asked.language), names.iter().map(String::as_str)));
        return Ok(saved(format!("{name}.csv"), text.as_bytes()));
    }
    let bytes = workbook(&words, asked.kind, &fields, &names).map_err(|error| Error::Io(std::io::Error::other(error)))?;
    Ok(saved(format!("{name}.xlsx"), &bytes))
}

/// A workbook whose columns are text, so that zeros in front and long numbers stay, and offer the words that a field takes.
fn workbook(words: &Sentences, kind: Kind, fields: &[Field], names: &[String]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(words.say(&format!("import-kind-{}", kind.as_str()), []).chars().take(31).collect::<String>())?;
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    for (place, (field, name)) in fields.iter().zip(names).enumerate() {
        let column = place as u16;
        if !matches!(field, Field::ReadAt | Field::InstalledOn | Field::Register | Field::Balance) {
            sheet.set_column_format(column, &text)?;
        }
        sheet.set_column_width(column, (name.chars().count() + 4).max(14) as f64)?;
        sheet.write_string_with_format(0, column, name, &bold)?;
        let choices = choices(words, *field);
        if !choices.is_empty() {
            sheet.add_data_validation(1, column, LISTED, column, &DataValidation::new().allow_list_strings(&choices)?)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    workbook.save_to_buffer()
}

/// The words that a field takes, as people read them.
fn choices(words: &Sentences, field: Field) -> Vec<String> {
    let keys: Vec<String> = match field {
        Field::Status => CustomerStatus::ALL.iter().map(|status| format!("status-{}", status.as_str())).collect(),
        Field::PropertyKind => ConnectionKind::ALL.iter().map(|kind| format!("kind-{}", kind.as_str())).collect(),
        Field::TariffClass => TariffClass::ALL.iter().map(|class| format!("class-{}", class.as_str())).collect(),
        _ => Vec::new(),
    };
    keys.iter().map(|key| words.say(key, [])).collect()
}
