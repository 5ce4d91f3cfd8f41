//! Client ⇄ server: blobs, in ranges that go on where the server is.

use serde::{Deserialize, Serialize};

/// Answer to a range of a blob, and to the question how far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct BlobState {
    /// Bytes that the server has of this uploader's blob: the next range begins here.
    pub offset: u64,
    /// Whether it is whole, and can be named by an operation.
    pub whole: bool,
}

/// What a range says of itself: `Content-Range: bytes {first}-{last}/{total}`, or `bytes */{total}` to ask how far the blob is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentRange {
    /// The first byte and the one behind the last; `None` asks.
    pub part: Option<(u64, u64)>,
    /// Bytes of the whole blob.
    pub total: u64,
}

impl ContentRange {
    /// From the header; `None` if it is no such range.
    pub fn read(header: &str) -> Option<Self> {
        let (part, total) = header.strip_prefix("bytes ")?.split_once('/')?;
        let total: u64 = total.parse().ok()?;
        if part == "*" {
            return Some(Self { part: None, total });
        }
        let (first, last) = part.split_once('-')?;
        let (first, end) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?.checked_add(1)?);
        (first < end && end <= total).then_some(Self { part: Some((first, end)), total })
    }
}

impl std::fmt::Display for ContentRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.part {
            None => write!(f, "bytes */{}", self.total),
            Some((first, end)) => write!(f, "bytes {first}-{}/{}", end.saturating_sub(1), self.total),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_survives_the_header_and_what_is_none_is_not_read() {
        for range in [ContentRange { part: None, total: 9 }, ContentRange { part: Some((4, 9)), total: 9 }] {
            assert_eq!(ContentRange::read(&range.to_string()), Some(range));
        }
        for bad in ["bytes 0-9/9", "bytes 5-4/9", "bytes 0-1/*", "items 0-1/9", "bytes 0-18446744073709551615/9", ""] {
            assert_eq!(ContentRange::read(bad), None, "{bad}");
        }
    }
}
