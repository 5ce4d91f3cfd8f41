//! What a utility puts on its receipts beside its name: its address, its tax number, how it is reached, a closing text, and its logo.

use crate::core::text::{compact, email, is_phone, phone, visible};
use crate::field::blob::Picture;
use crate::people::Customer;
use crate::sync::edit::{CustomerField, Editable};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// Characters of a utility's name.
pub const NAME: RangeInclusive<usize> = 2..=80;

/// Characters of an address at most.
pub const ADDRESS: usize = 200;

/// Characters of a closing text at most.
pub const FOOTER: usize = 300;

/// Bytes of a logo at most: each device of the utility holds it.
pub const LOGO_BYTES: usize = 64 * 1024;

/// Pixels of a logo's sides.
pub const LOGO_SIDE: RangeInclusive<u32> = 16..=1_000;

/// What stands on a receipt beside the utility's name. What is empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Letterhead {
    /// Where the utility is: one line, 200 characters at most.
    #[serde(default)]
    pub address: String,
    /// Its tax number: NPWP with 15 or 16 digits, or NITKU with 22.
    #[serde(default)]
    pub tax_number: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
    /// E-mail address.
    #[serde(default)]
    pub email: String,
    /// What closes a receipt: one line, 300 characters at most.
    #[serde(default)]
    pub footer: String,
    /// A PNG in base64: 64 KiB at most, and 16 to 1,000 pixels a side.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<String>,
}

/// Why something cannot stand on a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The name.
    Name,
    /// The address is too long.
    Address,
    /// It has not as many digits as a tax number.
    TaxNumber,
    /// It is no telephone number.
    Phone,
    /// It is no e-mail address.
    Email,
    /// The closing text is too long.
    Footer,
    /// The logo is no whole PNG.
    LogoKind,
    /// The logo has too many bytes.
    LogoSize,
    /// The logo has too few pixels, or too many.
    LogoPixels,
}

impl Wrong {
    /// Its word, in front of the server's sentence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "utility_name",
            Self::Address => "utility_address",
            Self::TaxNumber => "utility_tax_number",
            Self::Phone => "utility_phone",
            Self::Email => "utility_email",
            Self::Footer => "utility_footer",
            Self::LogoKind => "logo_kind",
            Self::LogoSize => "logo_size",
            Self::LogoPixels => "logo_pixels",
        }
    }
}

/// Checks a utility's name, as it is kept.
///
/// # Errors
/// It cannot be one.
pub fn check_name(name: &str) -> Result<(), Wrong> {
    if NAME.contains(&name.chars().count()) && is_line(name) { Ok(()) } else { Err(Wrong::Name) }
}

fn is_line(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

impl Letterhead {
    /// The same as it is kept: without what cannot be seen, and without what surrounds it.
    #[must_use]
    pub fn cleaned(self) -> Self {
        Self {
            address: visible(&self.address).trim().to_owned(),
            tax_number: compact(&self.tax_number),
            phone: phone(&self.phone).trim().to_owned(),
            email: email(&self.email),
            footer: visible(&self.footer).trim().to_owned(),
            logo: self.logo,
        }
    }

    /// Checks the texts, as they are kept. The logo's bytes are checked by [`check_logo`].
    ///
    /// # Errors
    /// The first that cannot stand there.
    pub fn check(&self) -> Result<(), Wrong> {
        let fits = |text: &str, longest| text.chars().count() <= longest && is_line(text);
        if !fits(&self.address, ADDRESS) {
            return Err(Wrong::Address);
        }
        if !is_tax_number(&self.tax_number) {
            return Err(Wrong::TaxNumber);
        }
        if !self.phone.is_empty() && !is_phone(&self.phone) {
            return Err(Wrong::Phone);
        }
        // What a customer's address may be: the same characters, and empty.
        if Customer::clean(CustomerField::Email, &self.email).is_err() {
            return Err(Wrong::Email);
        }
        if fits(&self.footer, FOOTER) { Ok(()) } else { Err(Wrong::Footer) }
    }
}

/// Whether a text is a tax number, or empty: digits with the signs that people group them by.
fn is_tax_number(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_grouped = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b' ' | b'/'));
    text.is_empty() || (is_grouped && matches!(digits, 15 | 16 | 22) && text.len() <= 40)
}

/// Checks what a picture says of itself: a PNG, whole, with nothing behind its end, and neither too large nor too small. Nothing is decoded.
///
/// # Errors
/// It can be no logo.
pub fn check_logo(bytes: &[u8]) -> Result<(), Wrong> {
    if bytes.len() > LOGO_BYTES {
        return Err(Wrong::LogoSize);
    }
    let (width, height) = logo_size(bytes).ok_or(Wrong::LogoKind)?;
    if LOGO_SIDE.contains(&width) && LOGO_SIDE.contains(&height) { Ok(()) } else { Err(Wrong::LogoPixels) }
}

/// Width and height of a whole PNG: a header, then chunks up to the end, and nothing behind it. None where it is none.
pub fn logo_size(bytes: &[u8]) -> Option<(u32, u32)> {
    if Picture::of(bytes) != Some(Picture::Png) {
        return None;
    }
    let (mut rest, mut size) = (bytes.get(8..)?, None);
    loop {
        let length = usize::try_from(number(rest.get(..4)?)?).ok()?;
        let name = rest.get(4..8)?;
        let body = rest.get(8..length.checked_add(8)?)?;
        let is_first = size.is_none();
        if is_first != (name == b"IHDR") {
            return None;
        }
        if is_first {
            size = Some((number(body.get(..4)?)?, number(body.get(4..8)?)?));
        }
        rest = rest.get(length.checked_add(12)?..)?;
        if name == b"IEND" {
            return size.filter(|_| rest.is_empty());
        }
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len()).expect("a chunk").to_be_bytes();
        [&length[..], name, body, &[0; 4]].concat()
    }

    fn a_png(width: u32, height: u32, more: &[u8]) -> Vec<u8> {
        let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
        let parts =
            [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &header), more.to_vec(), chunk(b"IDAT", &[1]), chunk(b"IEND", &[])];
        parts.concat()
    }

    #[test]
    fn a_logo_is_a_whole_png_of_some_pixels_and_few_bytes() {
        let right = a_png(240, 120, &chunk(b"sRGB", &[0]));
        assert_eq!(check_logo(&right), Ok(()));
        assert_eq!(check_logo(&[right.clone(), b"<svg/>".to_vec()].concat()), Err(Wrong::LogoKind), "something behind its end");
        assert_eq!(check_logo(&right[..right.len() - 1]), Err(Wrong::LogoKind), "cut");
        assert_eq!(check_logo(&a_png(240, 120, &chunk(b"IHDR", &[0; 13]))), Err(Wrong::LogoKind), "two headers");
        for (width, height) in [(15, 100), (100, 15), (1_001, 100), (100, 1_001), (0, 0), (u32::MAX, u32::MAX)] {
            assert_eq!(check_logo(&a_png(width, height, &[])), Err(Wrong::LogoPixels), "{width}×{height}");
        }
        assert_eq!(check_logo(&a_png(100, 100, &chunk(b"tEXt", &vec![0; LOGO_BYTES]))), Err(Wrong::LogoSize));
        for no in [&b"<svg xmlns='http://www.w3.org/2000/svg'/>"[..], b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b""] {
            assert_eq!(check_logo(no), Err(Wrong::LogoKind));
        }
    }

    #[test]
    fn a_tax_number_has_15_16_or_22_digits_however_it_is_grouped() {
        for right in ["", "01.234.567.8-901.000", "012345678901000", "0012345678901000", "0012 3456 7890 1000 000001"] {
            assert!(is_tax_number(right), "{right}");
        }
        for wrong in ["12345", "01.234.567.8-901.00", "NPWP 012345678901000", "01234567890100000"] {
            assert!(!is_tax_number(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_stands_on_a_receipt_is_one_line_each() {
        let right = Letterhead { phone: " 022 555\u{a0}0199 ".into(), email: "Air@Contoh.ID ".into(), ..Letterhead::default() };
        let right = right.cleaned();
        assert_eq!((right.phone.as_str(), right.email.as_str(), right.check()), ("022 555 0199", "air@contoh.id", Ok(())));
        let with = |set: fn(&mut Letterhead)| {
            let mut head = right.clone();
            set(&mut head);
            head.check()
        };
        assert_eq!(with(|head| head.address = "a\nb".into()), Err(Wrong::Address));
        assert_eq!(with(|head| head.address = "x".repeat(201)), Err(Wrong::Address));
        assert_eq!(with(|head| head.tax_number = "12".into()), Err(Wrong::TaxNumber));
        assert_eq!(with(|head| head.phone = "telepon".into()), Err(Wrong::Phone));
        assert_eq!(with(|head| head.email = "air".into()), Err(Wrong::Email));
        assert_eq!(with(|head| head.footer = "x".repeat(301)), Err(Wrong::Footer));
        assert!(check_name("Air") == Ok(()) && check_name("A") == Err(Wrong::Name) && check_name("A\nir") == Err(Wrong::Name));
    }

    proptest! {
        #[test]
        fn no_bytes_whatever_are_read_past_their_end(mut bytes in proptest::collection::vec(any::<u8>(), 0..200), signed in any::<bool>()) {
            if signed {
                bytes.splice(..0, *b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR");
            }
            let _ = check_logo(&bytes);
        }

        #[test]
        fn what_is_kept_is_kept_the_same_again(text in "\\PC{0,60}") {
            let head = Letterhead {
                address: text.clone(), tax_number: text.clone(), phone: text.clone(), email: text.clone(), footer: text, logo: None,
            };
            let once = head.cleaned();
            prop_assert_eq!(once.clone().cleaned(), once);
        }
    }
}
