//! The state as bytes: each number little-endian, one behind the other, so that what is stored is never larger than what is in memory.

/// What can be written as bytes of a fixed number and read again.
pub(crate) trait Packed: Sized {
    /// Appends itself.
    fn pack(&self, out: &mut Vec<u8>);
    /// Takes itself from the front; `None` if there is too little.
    fn unpack(from: &mut &[u8]) -> Option<Self>;
}

macro_rules! number {
    ($($kind:ty),*) => {$(
        impl Packed for $kind {
            fn pack(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&self.to_le_bytes());
            }
            fn unpack(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*bytes))
            }
        }
    )*};
}
number!(u8, u16, u32, i64);

impl<T: Packed + Copy + Default, const N: usize> Packed for [T; N] {
    fn pack(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|one| one.pack(out));
    }
    fn unpack(from: &mut &[u8]) -> Option<Self> {
        let mut all = [T::default(); N];
        for one in &mut all {
            *one = T::unpack(from)?;
        }
        Some(all)
    }
}

/// Writes and reads a structure field by field; a field that is left out does not compile.
macro_rules! packed {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl $crate::leaks::packed::Packed for $name {
            fn pack(&self, out: &mut Vec<u8>) {
                let Self { $($field),* } = self;
                $($field.pack(out);)*
            }
            fn unpack(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::leaks::packed::Packed::unpack(from)?),* })
            }
        }
    };
}
pub(crate) use packed;
