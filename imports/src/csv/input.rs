//! The text of a file, decoded to UTF-8 piece by piece.

use super::encoding::Detected;
use encoding_rs::{CoderResult, Decoder};
use std::fs::File;
use std::io::{self, Read};

/// So many bytes are read at once.
const CHUNK: usize = 256 << 10;

/// What was read and not yet taken.
pub(super) struct Input {
    file: File,
    /// None where the bytes are UTF-8 and known to be right.
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    window: Vec<u8>,
    at: usize,
    /// Bytes of the file that were read.
    read: u64,
    is_end: bool,
    has_replacements: bool,
}

impl Input {
    /// Reads a file from its place.
    pub fn new(file: File, detected: &Detected) -> Self {
        let decoder = (!detected.is_valid_utf8).then(|| detected.encoding.new_decoder_without_bom_handling());
        Self {
            file,
            decoder,
            raw: Vec::new(),
            window: Vec::new(),
            at: 0,
            read: detected.bom,
            is_end: false,
            has_replacements: detected.has_replacements,
        }
    }

    /// The text that was read and not yet taken.
    pub fn text(&self) -> &[u8] {
        &self.window[self.at..]
    }

    /// Whether nothing comes behind the text.
    pub fn is_end(&self) -> bool {
        self.is_end
    }

    /// Whether U+FFFD may be in the text.
    pub fn has_replacements(&self) -> bool {
        self.has_replacements
    }

    /// Takes so many bytes off the text.
    pub fn take(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// Bytes of the file up to a place in the text; between two reads it goes by what was read.
    pub fn progress(&self, bytes: usize) -> u64 {
        let rest = self.window.len() - self.at - bytes;
        if self.decoder.is_none() { self.read - rest as u64 } else { self.read }
    }

    /// Reads more; no where there is no more.
    pub fn fill(&mut self) -> io::Result<bool> {
        if self.is_end {
            return Ok(false);
        }
        self.window.drain(..self.at);
        self.at = 0;
        match self.decoder {
            None => {
                let before = self.window.len();
                self.window.resize(before + CHUNK, 0);
                let read = read_up_to(&mut self.file, &mut self.window[before..])?;
                self.window.truncate(before + read);
                self.read += read as u64;
                self.is_end = read < CHUNK;
            }
            Some(_) => self.fill_decoded()?,
        }
        Ok(true)
    }

    fn fill_decoded(&mut self) -> io::Result<()> {
        self.raw.resize(CHUNK, 0);
        let read = read_up_to(&mut self.file, &mut self.raw)?;
        self.read += read as u64;
        self.is_end = read < CHUNK;
        let Some(decoder) = &mut self.decoder else { return Ok(()) };
        let mut from = 0;
        loop {
            let before = self.window.len();
            let needed = decoder.max_utf8_buffer_length(read - from).unwrap_or(4 * CHUNK);
            self.window.resize(before + needed, 0);
            let (result, taken, written, is_replaced) =
                decoder.decode_to_utf8(&self.raw[from..read], &mut self.window[before..], self.is_end);
            self.window.truncate(before + written);
            self.has_replacements |= is_replaced;
            from += taken;
            if result == CoderResult::InputEmpty {
                return Ok(());
            }
        }
    }
}

/// Fills the buffer unless the file ends.
fn read_up_to(file: &mut File, into: &mut [u8]) -> io::Result<usize> {
    let mut all = 0;
    while all < into.len() {
        match file.read(&mut into[all..]) {
            Ok(0) => break,
            Ok(read) => all += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
