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
