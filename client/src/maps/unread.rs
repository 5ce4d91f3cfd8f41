//! Bytes that are read from their beginning, as PMTiles and Protocol Buffers write numbers and fields. Whatever they are, reading ends.

/// What of some bytes was not read yet.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'a>(pub &'a [u8]);

/// What a field of a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'a> {
    /// A number.
    Number(u64),
    /// A text, a message, or numbers one behind the other.
    Bytes(&'a [u8]),
    /// A number of four or eight bytes, none of which a map needs.
    Fixed,
}

impl<'a> Unread<'a> {
    /// Whether all was read.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The next number: seven bits a byte, the lowest first. `None` if it does not end, or has more than 64 bits.
    pub fn number(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64_u32).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            let part = u64::from(*byte & 0x7f);
            // Of the tenth byte only one bit has room.
            if shift == 63 && part > 1 {
                return None;
            }
            value |= part << shift;
            if *byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// The next number, if it has 32 bits at most.
    pub fn small(&mut self) -> Option<u32> {
        u32::try_from(self.number()?).ok()
    }

    /// The next number with a sign, which is its lowest bit.
    pub fn signed(&mut self) -> Option<i32> {
        let value = self.small()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// So many bytes; `None` if there are fewer.
    pub fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (part, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(part)
    }

    /// The next field of a message: its number and what it holds. `None` for what is no field.
    pub fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let key = self.number()?;
        let value = match key & 7 {
            0 => Value::Number(self.number()?),
            1 => self.bytes(8).map(|_| Value::Fixed)?,
            2 => {
                let length = self.number()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => self.bytes(4).map(|_| Value::Fixed)?,
            _ => return None,
        };
        Some((key >> 3, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_seven_bits_a_byte_and_64_at_most() {
        assert_eq!(Unread(&[0xac, 0x02]).number(), Some(300));
        assert_eq!(Unread(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]).number(), Some(u64::MAX));
        assert_eq!(Unread(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02]).number(), None, "65 bits");
        assert_eq!(Unread(&[0x80]).number(), None, "it does not end");
        let signed: Vec<_> = [0_u8, 1, 2, 3].iter().map(|byte| Unread(&[*byte]).signed()).collect();
        assert_eq!(signed, [Some(0), Some(-1), Some(1), Some(-2)]);
        assert_eq!(Unread(&[0xff, 0xff, 0xff, 0xff, 0x0f]).signed(), Some(i32::MIN));
    }

    #[test]
    fn a_field_that_is_longer_than_its_message_is_none() {
        assert_eq!(Unread(&[0x1a, 2, 7, 8]).field(), Some((3, Value::Bytes(&[7, 8]))));
        assert_eq!(Unread(&[0x1a, 3, 7, 8]).field(), None);
        assert_eq!(Unread(&[0x28, 9]).field(), Some((5, Value::Number(9))));
        assert_eq!(Unread(&[0x0b]).field(), None, "a group, which nobody writes any more");
    }
}
