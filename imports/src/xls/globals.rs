//! What an XLS says before its sheets: their names and places, shared texts, styles, the system of dates.

use super::records::{Records, long, word};
use super::text::{Letters, Long, short};
use crate::error::{Fault, Quantity};
use crate::values::number_format::Shown;
use crate::xlsx::Strings;
use crate::{Failure, Limits, OpenError, SheetInfo};
use std::collections::HashMap;

pub(super) const BOF: u16 = 0x0809;
pub(super) const EOF: u16 = 0x000a;

/// What cells refer to.
pub(super) struct Globals {
    pub sheets: Vec<Sheet>,
    pub strings: Strings,
    /// How each style shows a number.
    pub styles: Vec<Shown>,
    pub is_1904: bool,
    pub letters: Letters,
}

/// A sheet and where it begins in the stream.
pub(super) struct Sheet {
    pub info: SheetInfo,
    pub start: u64,
}

pub(super) fn read(records: &mut Records, limits: &Limits) -> Result<Globals, OpenError> {
    let mut globals = Globals {
        sheets: Vec::new(),
        strings: Strings::default(),
        styles: Vec::new(),
        is_1904: false,
        letters: Letters::Unicode,
    };
    let mut formats = HashMap::new();
    let broken = |fault: Fault| fault.opening("Workbook");
    if records.next().map_err(broken)? != Some(BOF) {
        return Err(OpenError::Broken { part: "Workbook".to_owned(), why: "it does not begin as one".to_owned() });
    }
    let version = word(&records.data, 0).map_err(broken)?;
    if version != 0x0600 {
        globals.letters = Letters::CodePage(encoding_rs::WINDOWS_1252);
    }
    // A sheet alone, without a workbook around it: what web applications write record by record.
    if word(&records.data, 2).map_err(broken)? == 0x0010 {
        let info = SheetInfo { name: String::new(), is_hidden: false, failure: None };
        globals.sheets.push(Sheet { info, start: 0 });
        return Ok(globals);
    }
    while let Some(number) = records.next().map_err(broken)? {
        match number {
            EOF => break,
            // FILEPASS
            0x002f => return Err(OpenError::Encrypted),
            _ => take(records, number, &mut globals, &mut formats, limits).map_err(broken)?,
        }
    }
    Ok(globals)
}

fn take(
    records: &mut Records,
    number: u16,
    globals: &mut Globals,
    formats: &mut HashMap<u16, Shown>,
    limits: &Limits,
) -> Result<(), Fault> {
    let data = &records.data;
    match number {
        // CODEPAGE
        0x0042 => {
            if matches!(globals.letters, Letters::CodePage(_)) {
                globals.letters = Letters::CodePage(Letters::of_code_page(word(data, 0)?));
            }
        }
        // DATEMODE
        0x0022 => globals.is_1904 = word(data, 0)? == 1,
        // FORMAT
        0x041e => {
            let (at, count) = match globals.letters {
                Letters::Unicode => (4, usize::from(word(data, 2)?)),
                Letters::CodePage(_) => (3, data.get(2).copied().map_or(0, usize::from)),
            };
            formats.insert(word(data, 0)?, Shown::of_code(&short(data, at, count, globals.letters)));
        }
        // XF
        0x00e0 => {
            let format = word(data, 2)?;
            globals.styles.push(formats.get(&format).copied().unwrap_or_else(|| Shown::of_built_in(format.into())));
        }
        // BOUNDSHEET
        0x0085 => globals.sheets.push(sheet(data, globals.letters)?),
        // SST
        0x00fc => read_strings(records, globals, limits)?,
        _ => {}
    }
    if globals.sheets.len() > limits.sheets as usize {
        return Err(Quantity::Sheets.over(limits.sheets.into(), None).into());
    }
    // A style is numbered by a word.
    if globals.styles.len() > usize::from(u16::MAX) {
        return Err(Fault::broken("it has too many styles"));
    }
    Ok(())
}

fn sheet(data: &[u8], letters: Letters) -> Result<Sheet, Fault> {
    let flags = word(data, 4)?;
    let count = data.get(6).copied().map_or(0, usize::from);
    let mut name = short(data, 7, count, letters);
    name.retain(|letter| letter != '\0');
    let failure = (flags >> 8 != 0).then_some(Failure::NoRows);
    Ok(Sheet { info: SheetInfo { name, is_hidden: flags & 3 != 0, failure }, start: long(data, 0)?.into() })
}

fn read_strings(records: &mut Records, globals: &mut Globals, limits: &Limits) -> Result<(), Fault> {
    let count = long(&records.data, 4)?;
    let mut long = Long::take(records, limits)?;
    long.skip(8);
    let mut text = String::new();
    for _ in 0..count {
        long.text(Letters::Unicode, &mut text)?;
        globals.strings.push(&text, limits)?;
    }
    Ok(())
}
