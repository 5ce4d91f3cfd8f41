//! Blobs: pictures that rows name by the hash of their bytes.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The SHA-256 of a blob's bytes; 64 lower-case hex digits on the wire.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BlobId(pub [u8; 32]);

/// The text is no SHA-256.
#[derive(Debug, thiserror::Error)]
#[error("a blob is named by the 64 lower-case hex digits of its SHA-256")]
pub struct BadBlobId;

impl std::str::FromStr for BlobId {
    type Err = BadBlobId;
    fn from_str(text: &str) -> Result<Self, BadBlobId> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(BadBlobId),
        };
        if text.len() != 64 {
            return Err(BadBlobId);
        }
        let mut id = [0; 32];
        for (place, pair) in id.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *place = (digit(pair[0])? << 4) | digit(pair[1])?;
        }
        Ok(Self(id))
    }
}

impl TryFrom<String> for BlobId {
    type Error = BadBlobId;
    fn try_from(text: String) -> Result<Self, BadBlobId> {
        text.parse()
    }
}

impl From<BlobId> for String {
    fn from(id: BlobId) -> Self {
        id.to_string()
    }
}

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobId({self})")
    }
}

/// Bytes of a blob at most.
pub const MAX_BLOB: usize = 8 * 1024 * 1024;

/// Bytes of a range in which a blob is sent, at most.
pub const MAX_RANGE: usize = 256 * 1024;

/// What kind of picture a blob is, by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picture {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// WebP.
    Webp,
}

impl Picture {
    /// The kind of a blob; `None` if it is no picture that is taken.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            _ => None,
        }
    }

    /// Its media type.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }
}

/// Pixels of a picture at most. A few kilobytes can say that they are a picture of gigabytes, which whoever decodes it then has to find.
pub const MAX_PIXELS: u64 = 40_000_000;

/// Whether a picture says that it has more pixels than [`MAX_PIXELS`]: read from its header, without decoding anything. What says nothing that
/// can be read is no picture to a decoder either.
pub fn is_too_large(bytes: &[u8]) -> bool {
    let sizes = match Picture::of(bytes) {
        Some(Picture::Jpeg) => jpeg(bytes),
        Some(Picture::Png) => png(bytes),
        Some(Picture::Webp) => webp(bytes),
        None => None,
    };
    sizes.is_some_and(|(width, height)| u64::from(width) * u64::from(height) > MAX_PIXELS)
}

/// Width and height of the largest frame of a JPEG: each marker `SOFn` has them. Between two markers decoders skip what is none, and so does
/// this. Behind the end of a picture that was begun no decoder looks: cameras put sounds and films there.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let (mut rest, mut largest, mut is_begun) = (bytes.get(2..)?, None, false);
    while let Some(found) = rest.iter().position(|byte| *byte == 0xff) {
        rest = &rest[found + 1..];
        let [marker, segment @ ..] = rest else { break };
        if *marker == 0xd9 && is_begun {
            break;
        }
        // A byte of the picture's data, markers that stand alone, and fill bytes.
        if matches!(marker, 0x00 | 0x01 | 0xd0..=0xd9 | 0xff) {
            continue;
        }
        let [high, low, ..] = segment else { break };
        is_begun |= *marker == 0xda && largest.is_some();
        let is_frame = matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc);
        if let [_, _, _, h1, h2, w1, w2, ..] = segment
            && is_frame
        {
            let size = (u32::from(u16::from_be_bytes([*w1, *w2])), u32::from(u16::from_be_bytes([*h1, *h2])));
            let area = |(width, height): (u32, u32)| u64::from(width) * u64::from(height);
            largest = largest.filter(|other| area(*other) >= area(size)).or(Some(size));
        }
        rest = segment.get(usize::from(u16::from_be_bytes([*high, *low])).max(2)..).unwrap_or_default();
    }
    largest
}

/// Width and height in the first chunk `IHDR` of a PNG.
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut rest = bytes.get(8..)?;
    loop {
        let length = usize::try_from(u32_be(rest.get(..4)?)?).ok()?;
        if rest.get(4..8)? == b"IHDR" {
            return Some((u32_be(rest.get(8..12)?)?, u32_be(rest.get(12..16)?)?));
        }
        rest = rest.get(length.checked_add(12)?..)?;
    }
}

fn u32_be(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// Width and height of a WebP: of its canvas where it has one, or of its only frame.
fn webp(bytes: &[u8]) -> Option<(u32, u32)> {
    let data = bytes.get(20..)?;
    let u24 = |at: usize| Some(u32::from_le_bytes([*data.get(at)?, *data.get(at + 1)?, *data.get(at + 2)?, 0]));
    let u16 = |at: usize| Some(u32::from(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?])));
    match bytes.get(12..16)? {
        b"VP8X" => Some((u24(4)? + 1, u24(7)? + 1)),
        b"VP8L" => {
            let bits = u32::from_le_bytes(data.get(1..5)?.try_into().ok()?);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => Some((u16(6)? & 0x3fff, u16(8)? & 0x3fff)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_the_wire_and_nothing_else_is_one() {
        let id = BlobId(std::array::from_fn(|place| place as u8 * 8));
        assert_eq!(id.to_string().parse::<BlobId>().unwrap(), id);
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{id}\""));
        for bad in ["", "ab", &"g".repeat(64), &"AB".repeat(32), &format!("{id}0"), &"é".repeat(32)] {
            assert!(bad.parse::<BlobId>().is_err(), "{bad:?} was taken");
        }
    }

    fn a_jpeg(width: u16, height: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0xff, 0xc0, 0xff, 0xff, 0xc2, 0, 11, 8];
        bytes.extend(height.to_be_bytes().into_iter().chain(width.to_be_bytes()).chain([1, 1, 0x11, 0]));
        bytes
    }

    fn a_png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes().into_iter().chain(height.to_be_bytes()).chain([8, 6, 0, 0, 0]));
        bytes
    }

    #[test]
    fn over_40_megapixels_is_too_large_by_the_header_alone() {
        assert!(!is_too_large(&a_jpeg(8_000, 5_000)) && is_too_large(&a_jpeg(8_000, 5_001)), "JPEG");
        assert!(!is_too_large(&a_png(8_000, 5_000)) && is_too_large(&a_png(40_000_001, 1)), "PNG");
        assert!(is_too_large(&a_png(u32::MAX, u32::MAX)));
        let canvas = |side: u32| {
            [b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0", &(side - 1).to_le_bytes()[..3], &(side - 1).to_le_bytes()[..3]].concat()
        };
        assert!(!is_too_large(&canvas(6_000)) && is_too_large(&canvas(7_000)), "WebP with a canvas");
        let lossless =
            |side: u32| [&b"RIFF\0\0\0\0WEBPVP8L\0\0\0\0\x2f"[..], &((side - 1) | (side - 1) << 14).to_le_bytes()].concat();
        assert!(!is_too_large(&lossless(6_000)) && is_too_large(&lossless(7_000)), "WebP without loss");
        let side = 7_000_u16.to_le_bytes();
        let lossy = [&b"RIFF\0\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\x01\x2a"[..], &side, &side].concat();
        assert!(is_too_large(&lossy), "WebP with loss");
        // Behind what is no marker, and in a second frame.
        let hidden = [&a_jpeg(10, 10)[..], &[1, 2, 3], &a_jpeg(60_000, 60_000)[2..]].concat();
        assert!(is_too_large(&hidden));
        // Behind the end, as cameras put other things there; but only of a picture that was begun.
        let (begun, end, film) = ([0xff, 0xda, 0, 2, 1, 2, 3], [0xff, 0xd9], &a_jpeg(60_000, 60_000)[2..]);
        assert!(!is_too_large(&[&a_jpeg(10, 10)[..], &begun, &end, film].concat()));
        assert!(is_too_large(&[&a_jpeg(10, 10)[..], &end, &begun, film].concat()));
        assert!(is_too_large(&[&a_jpeg(60_000, 60_000)[..], &begun, &end].concat()));
        for cut in 0..hidden.len() {
            is_too_large(&hidden[..cut]);
        }
    }

    #[test]
    fn a_picture_is_known_by_its_first_bytes_and_a_page_is_none() {
        assert_eq!(Picture::of(&[0xff, 0xd8, 0xff, 0xe0, 0]), Some(Picture::Jpeg));
        assert_eq!(Picture::of(b"\x89PNG\r\n\x1a\n...."), Some(Picture::Png));
        assert_eq!(Picture::of(b"RIFF\0\0\0\0WEBPVP8 "), Some(Picture::Webp));
        for no in [&b"<!doctype html><script>"[..], b"GIF89a", b"RIFF\0\0\0\0WAVE", b"%PDF-1.7", b""] {
            assert_eq!(Picture::of(no), None);
        }
    }
}
