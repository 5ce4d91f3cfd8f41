//! The encoding of a text: by its byte order mark, by being UTF-8, by bytes 0, and only then by guessing.

use crate::OpenError;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

const CHUNK: usize = 256 << 10;
/// So many bytes with letters outside of ASCII are enough to guess by.
const GUESSED: usize = 256 << 10;

/// How a text is encoded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detected {
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark.
    pub bom: u64,
    /// Whether it is UTF-8 without a mistake, so that nothing needs decoding.
    pub is_valid_utf8: bool,
    /// Whether U+FFFD is in it already: somebody lost characters before.
    pub has_replacements: bool,
}

/// Looks through the file. An encoding that the caller names is taken.
pub(super) fn detect(file: &mut File, named: Option<&str>) -> Result<Detected, OpenError> {
    let named = named
        .map(|name| Encoding::for_label(name.as_bytes()).ok_or_else(|| OpenError::UnknownEncoding(name.to_owned())))
        .transpose()?;
    let mut head = vec![0; 4096];
    file.seek(SeekFrom::Start(0))?;
    let read = file.read(&mut head)?;
    head.truncate(read);
    let mark = Encoding::for_bom(&head).map(|(encoding, length)| (encoding, length as u64));
    let bom = mark.map_or(0, |(_, length)| length);
    let encoding = named.or(mark.map(|(encoding, _)| encoding)).or_else(|| utf16_of(&head));
    let looks_utf8 = encoding.is_none_or(|encoding| encoding == UTF_8);
    if !looks_utf8 {
        return Ok(Detected { encoding: encoding.unwrap_or(UTF_8), bom, is_valid_utf8: false, has_replacements: false });
    }
    let census = census(file, bom)?;
    let is_valid_utf8 = census.invalid == 0;
    // A few bad bytes in a text full of good ones: it was cut or pasted, and is UTF-8 still.
    let is_utf8 = encoding.is_some() || is_valid_utf8 || census.letters >= census.invalid.saturating_mul(10);
    let encoding = if is_utf8 { UTF_8 } else { guess(file)? };
    Ok(Detected { encoding, bom, is_valid_utf8, has_replacements: is_utf8 && census.has_replacements })
}

/// UTF-16 by its byte order mark, or where every other byte of many is 0, as in Western letters.
pub(crate) fn utf16_of(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [0xff, 0xfe, ..] => return Some(UTF_16LE),
        [0xfe, 0xff, ..] => return Some(UTF_16BE),
        _ => {}
    }
    let pairs = head.as_chunks::<2>().0;
    let first = pairs.iter().filter(|pair| pair[0] == 0).count();
    let second = pairs.iter().filter(|pair| pair[1] == 0).count();
    if second * 10 > pairs.len() * 7 && first * 20 <= pairs.len() {
        return Some(UTF_16LE);
    }
    (first * 10 > pairs.len() * 7 && second * 20 <= pairs.len()).then_some(UTF_16BE)
}

/// What a file looks like as UTF-8.
#[derive(Default)]
struct Census {
    /// Letters outside of ASCII that are right.
    letters: u64,
    /// Places that are wrong.
    invalid: u64,
    has_replacements: bool,
}

fn census(file: &mut File, from: u64) -> io::Result<Census> {
    let mut census = Census::default();
    let mut buffer = vec![0; CHUNK];
    let mut kept = 0;
    file.seek(SeekFrom::Start(from))?;
    loop {
        let read = file.read(&mut buffer[kept..])?;
        let end = kept + read;
        let taken = census.count(&buffer[..end], read == 0);
        if read == 0 || census.invalid > 10_000 + census.letters {
            return Ok(census);
        }
        buffer.copy_within(taken..end, 0);
        kept = end - taken;
    }
}

impl Census {
    /// Counts what is in the bytes; how many were counted: a letter may end behind them.
    fn count(&mut self, bytes: &[u8], is_end: bool) -> usize {
        let mut at = 0;
        loop {
            let rest = &bytes[at..];
            let valid = Encoding::utf8_valid_up_to(rest);
            let good = &rest[..valid];
            if !good.is_ascii() {
                self.letters += letters(good);
                self.has_replacements |= memchr::memmem::find(good, super::REPLACEMENT).is_some();
            }
            at += valid;
            if at == bytes.len() {
                return at;
            }
            match str::from_utf8(&bytes[at..bytes.len().min(at + 4)]) {
                Err(error) if error.error_len().is_none() && bytes.len() - at < 4 && !is_end => return at,
                _ => {
                    self.invalid += 1;
                    at += 1;
                }
            }
        }
    }
}

/// So many bytes are counted in one, which cannot overflow by them: the processor then counts many at once.
const COUNTED: usize = 192;

/// How many bytes are the first of a letter outside of ASCII.
fn letters(text: &[u8]) -> u64 {
    let of_few = |few: &[u8]| few.iter().fold(0_u8, |count, byte| count.wrapping_add(u8::from(*byte >= 0xc0)));
    text.chunks(COUNTED).map(|few| u64::from(of_few(few))).sum()
}

/// Guesses by the lines that have letters outside of ASCII. The hint is Indonesia's: without it `m³` in windows-1252 is taken for Polish.
fn guess(file: &mut File) -> io::Result<&'static Encoding> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut buffer = vec![0; CHUNK];
    let mut fed = 0;
    file.seek(SeekFrom::Start(0))?;
    while fed < GUESSED {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        for line in buffer[..read].split_inclusive(|byte| *byte == b'\n').filter(|line| !line.is_ascii()) {
            let line = &line[..line.len().min(GUESSED)];
            detector.feed(line, false);
            fed += line.len();
        }
    }
    detector.feed(b"", true);
    Ok(detector.guess(Some(b"id"), Utf8Detection::Deny))
}

#[cfg(test)]
mod tests {
    use super::{detect, letters, utf16_of};
    use encoding_rs::{UTF_16BE, UTF_16LE};
    use std::io::Write;

    fn name_of(bytes: &[u8]) -> &'static str {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        detect(&mut file, None).unwrap().encoding.name()
    }

    #[test]
    fn letters_are_counted_however_many_there_are() {
        for count in [0, 1, 95, 96, 97, 256, 10_000] {
            assert_eq!(letters("é".repeat(count).as_bytes()), count as u64);
        }
        assert_eq!(letters(&[0xc3; 1_000]), 1_000);
    }

    #[test]
    fn utf8_is_known_by_being_right() {
        assert_eq!(name_of("Nama;Pemakaian m³\nRenée;10\n".as_bytes()), "UTF-8");
        assert_eq!(name_of(b"plain"), "UTF-8");
        let mut long = "Renée ".repeat(100_000).into_bytes();
        assert_eq!(name_of(&long), "UTF-8");
        long.push(0xe9);
        assert_eq!(name_of(&long), "UTF-8", "one bad byte among many letters");
    }

    #[test]
    fn western_texts_are_windows_1252() {
        for bytes in [
            b"Nama;Pemakaian m\xb3\nBudi;10\n".as_slice(),
            b"Ren\xe9e;Jum\x92at\n",
            b"suhu 30\xb0 m\xb2\n",
            b"\x93Kos Melati\x94\n",
        ] {
            assert_eq!(name_of(bytes), "windows-1252", "{bytes:?}");
        }
        let late = [b"plain ascii;1\n".repeat(100_000), b"m\xb3;2\n".to_vec()].concat();
        assert_eq!(name_of(&late), "windows-1252", "seen only at the end");
    }

    #[test]
    fn utf16_is_known_with_its_mark_and_without() {
        let little: Vec<u8> = "Nama;Bacaan\nBudi;10\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "Nama;Bacaan\nBudi;10\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!((utf16_of(&little), utf16_of(&big)), (Some(UTF_16LE), Some(UTF_16BE)));
        assert_eq!(utf16_of(b"\xff\xfea\0"), Some(UTF_16LE));
        assert_eq!(utf16_of(b"Nama;Bacaan"), None);
        assert_eq!(utf16_of(b"a"), None);
    }
}
