//! What the parts of a workbook beside its sheets say: its sheets and the system of its dates, shared texts, styles.

use super::records::Records;
use crate::archive::Archive;
use crate::error::{Fault, Quantity};
use crate::values::number_format::Shown;
use crate::xlsx::{Located, Strings};
use crate::{Failure, Limits, SheetInfo};
use std::collections::HashMap;

/// Excel takes fewer styles and formats.
const MOST: usize = 65_536;

/// The sheets of a workbook, each with the name of its part.
#[derive(Default)]
pub(super) struct Sheets {
    pub list: Vec<(SheetInfo, String)>,
    pub is_1904: bool,
}

pub(super) fn sheets(archive: &mut Archive, located: &Located, limits: &Limits) -> Result<Sheets, Fault> {
    let (file, size) = archive.raw(&located.workbook, limits)?.ok_or_else(|| Fault::broken("it is missing"))?;
    let mut records = Records::new(file, size, limits);
    let mut sheets = Sheets::default();
    let (mut id, mut name) = (String::new(), String::new());
    while let Some(number) = records.next()? {
        match number {
            // BrtWbProp
            153 => sheets.is_1904 = records.long(0)? & 1 == 1,
            // BrtBundleSh
            156 => {
                let behind = records.text(8, &mut id)?;
                records.text(behind, &mut name)?;
                let (failure, part) = located.sheet(&id);
                let info = SheetInfo { name: name.clone(), is_hidden: records.long(0)? != 0, failure };
                sheets.list.push((info, part));
                if sheets.list.len() > limits.sheets as usize {
                    return Err(Quantity::Sheets.over(limits.sheets.into(), None).into());
                }
            }
            _ => {}
        }
    }
    drop(records);
    for (info, part) in &mut sheets.list {
        if info.failure.is_none() && !archive.has(part) {
            info.failure = Some(Failure::Missing);
        }
    }
    Ok(sheets)
}

pub(super) fn strings(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Strings, Fault> {
    let mut strings = Strings::default();
    let Some((file, size)) = archive.raw(part, limits)? else { return Ok(strings) };
    let mut records = Records::new(file, size, limits);
    let mut text = String::new();
    while let Some(number) = records.next()? {
        // BrtSSTItem: a byte that says what is behind the text, and the text.
        if number == 19 {
            records.text(1, &mut text)?;
            strings.push(&text, limits)?;
        }
    }
    Ok(strings)
}

pub(super) fn styles(archive: &mut Archive, part: &str, limits: &Limits) -> Result<Vec<Shown>, Fault> {
    let (mut styles, mut formats) = (Vec::new(), HashMap::new());
    let Some((file, size)) = archive.raw(part, limits)? else { return Ok(styles) };
    let mut records = Records::new(file, size, limits);
    let (mut code, mut is_within) = (String::new(), false);
    while let Some(number) = records.next()? {
        match number {
            // BrtFmt
            44 => {
                records.text(2, &mut code)?;
                formats.insert(u32::from(records.word(0)?), Shown::of_code(&code));
            }
            // BrtBeginCellXFs, BrtEndCellXFs
            617 => is_within = true,
            618 => is_within = false,
            // BrtXF
            47 if is_within => {
                let format = u32::from(records.word(2)?);
                styles.push(formats.get(&format).copied().unwrap_or_else(|| Shown::of_built_in(format)));
            }
            _ => {}
        }
        if styles.len().max(formats.len()) > MOST {
            return Err(Quantity::SharedBytes.over(limits.shared_bytes as u64, None).into());
        }
    }
    Ok(styles)
}
