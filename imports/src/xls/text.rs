//! Texts of XLS: one or two bytes a character, which may change where a text goes on in the next record.

use super::records::{CONTINUE, Records, word};
use crate::Limits;
use crate::error::{Fault, Quantity};
use encoding_rs::Encoding;

/// How a workbook writes its texts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Letters {
    /// BIFF8: Unicode.
    Unicode,
    /// BIFF5: a code page.
    CodePage(&'static Encoding),
}

impl Letters {
    /// What a code page's number means; Western where it is unknown.
    pub fn of_code_page(page: u16) -> &'static Encoding {
        let label = match page {
            874 => "windows-874".to_owned(),
            932 => "shift_jis".to_owned(),
            936 => "gbk".to_owned(),
            949 => "euc-kr".to_owned(),
            950 => "big5".to_owned(),
            10_000 => "macintosh".to_owned(),
            page => format!("windows-{page}"),
        };
        Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
    }
}

/// The bytes of a record and of those that continue it.
pub(super) struct Long {
    bytes: Vec<u8>,
    /// Where each continuing record begins.
    seams: Vec<usize>,
    at: usize,
    seam: usize,
}

impl Long {
    /// Takes the last record, and reads what continues it.
    pub fn take(records: &mut Records, limits: &Limits) -> Result<Self, Fault> {
        let mut bytes = std::mem::take(&mut records.data);
        let mut seams = Vec::new();
        while records.is_continued()? {
            if records.next()? != Some(CONTINUE) {
                break;
            }
            seams.push(bytes.len());
            bytes.extend_from_slice(&records.data);
            // Beside it the texts that are read from it need as much.
            let most = limits.shared_bytes / 2;
            if bytes.len() > most {
                return Err(Quantity::SharedBytes.over(most as u64, None).into());
            }
        }
        Ok(Self { bytes, seams, at: 0, seam: 0 })
    }

    /// Passes over bytes.
    pub fn skip(&mut self, count: usize) {
        self.at = self.at.saturating_add(count);
        while self.seams.get(self.seam).is_some_and(|seam| *seam <= self.at) {
            self.seam += 1;
        }
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(|| Fault::broken("a text is cut off"))?;
        self.skip(1);
        Ok(byte)
    }

    fn word(&mut self) -> Result<u16, Fault> {
        Ok(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    /// Reads a text that says how long it is, into `text`.
    pub fn text(&mut self, letters: Letters, text: &mut String) -> Result<(), Fault> {
        text.clear();
        let count = usize::from(self.word()?);
        match letters {
            Letters::CodePage(encoding) => {
                let bytes = self.bytes.get(self.at..self.at + count).ok_or_else(|| Fault::broken("a text is cut off"))?;
                text.push_str(&encoding.decode_without_bom_handling(bytes).0);
                self.skip(count);
                Ok(())
            }
            Letters::Unicode => self.unicode(count, text),
        }
    }

    fn unicode(&mut self, count: usize, text: &mut String) -> Result<(), Fault> {
        let flags = self.byte()?;
        let runs = if flags & 8 == 0 { 0 } else { usize::from(self.word()?) };
        let extra = if flags & 4 == 0 { 0 } else { usize::from(self.word()?) | usize::from(self.word()?) << 16 };
        let mut is_wide = flags & 1 != 0;
        let mut units = Vec::with_capacity(count);
        while units.len() < count {
            // What goes on in the next record says again how wide its characters are.
            if self.seam > 0 && self.seams[self.seam - 1] == self.at {
                is_wide = self.byte()? & 1 != 0;
            }
            self.units(is_wide, count, &mut units)?;
        }
        text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.skip(runs * 4 + extra);
        Ok(())
    }

    /// Reads characters up to the next seam.
    fn units(&mut self, is_wide: bool, count: usize, units: &mut Vec<u16>) -> Result<(), Fault> {
        let end = self.seams.get(self.seam).copied().unwrap_or(self.bytes.len());
        let width = if is_wide { 2 } else { 1 };
        let there = (end.saturating_sub(self.at) / width).min(count - units.len());
        if there == 0 {
            return Err(Fault::broken("a text is cut off"));
        }
        let bytes = &self.bytes[self.at..self.at + there * width];
        if is_wide {
            units.extend(bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair)));
        } else {
            units.extend(bytes.iter().map(|byte| u16::from(*byte)));
        }
        self.skip(there * width);
        Ok(())
    }
}

/// A short text: of a sheet's name, or of a format.
pub(super) fn short(data: &[u8], at: usize, count: usize, letters: Letters) -> String {
    match letters {
        Letters::CodePage(encoding) => {
            let bytes = data.get(at..at + count).unwrap_or_default();
            encoding.decode_without_bom_handling(bytes).0.into_owned()
        }
        Letters::Unicode => {
            let is_wide = data.get(at).is_some_and(|flags| flags & 1 != 0);
            let units: Vec<u16> = (0..count)
                .map_while(|index| {
                    if is_wide {
                        word(data, at + 1 + 2 * index).ok()
                    } else {
                        data.get(at + 1 + index).map(|byte| (*byte).into())
                    }
                })
                .collect();
            String::from_utf16_lossy(&units)
        }
    }
}
