//! The text of a QRIS code: EMVCo's merchant-presented QR (tag, length, value), with Indonesia's tags in it.
//!
//! Each element is two digits of tag, two digits of length in characters, and the value; element 63, the last, is a CRC-16/CCITT-FALSE
//! over everything before its four digits (EMVCo QRCPS-MPM 1.1, 4.7.3).

use crate::Rupiah;

const FORMAT: &str = "00";
const INITIATION: &str = "01";
const ACQUIRER: &str = "26";
const NATIONAL: &str = "51";
const CATEGORY: &str = "52";
const CURRENCY: &str = "53";
const AMOUNT: &str = "54";
const COUNTRY: &str = "58";
const NAME: &str = "59";
const CITY: &str = "60";
const MORE: &str = "62";

/// ISO 4217 number of the rupiah.
const RUPIAH: &str = "360";

/// ISO 18245 category of utilities: electric, gas, water.
const UTILITIES: &str = "4900";

/// The scheme's name in element 51.
const SCHEME: &str = "ID.CO.QRIS.WWW";

/// What a QRIS code for one payment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qris {
    /// The acquirer's reversed domain, up to 32 characters.
    pub acquirer: String,
    /// The merchant's number at the acquirer, up to 19 characters.
    pub merchant: String,
    /// The national merchant number (NMID), up to 15 characters.
    pub nmid: String,
    /// The merchant's name, up to 25 characters.
    pub name: String,
    /// The merchant's city, up to 15 characters.
    pub city: String,
    /// What is to be paid; more than zero.
    pub amount: Rupiah,
    /// What is paid for, up to 25 characters.
    pub bill: String,
}

/// Why a text is no QRIS code of ours, or cannot become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadQris {
    /// An element is cut off, or its length is none.
    #[error("an element is cut off")]
    Truncated,
    /// The checksum is missing or wrong.
    #[error("the checksum is wrong")]
    Checksum,
    /// An element that has to be there is not.
    #[error("element {0} is missing")]
    Missing(&'static str),
    /// A value is empty, too long, or not printable ASCII.
    #[error("element {0} cannot hold this value")]
    Value(&'static str),
}

/// CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF, nothing reflected.
pub fn crc(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xFFFF, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 })
    })
}

fn element(out: &mut String, tag: &'static str, value: &str, longest: usize) -> Result<(), BadQris> {
    let fits = (1..=longest).contains(&value.len()) && value.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if !fits {
        return Err(BadQris::Value(tag));
    }
    out.push_str(&format!("{tag}{:02}{value}", value.len()));
    Ok(())
}

impl Qris {
    /// The text of the code.
    ///
    /// # Errors
    /// [`BadQris::Value`].
    pub fn payload(&self) -> Result<String, BadQris> {
        let mut acquirer = String::new();
        element(&mut acquirer, "00", &self.acquirer, 32)?;
        element(&mut acquirer, "01", &self.merchant, 19)?;
        let mut national = String::new();
        element(&mut national, "00", SCHEME, 32)?;
        element(&mut national, "02", &self.nmid, 15)?;
        element(&mut national, "03", "UMI", 3)?;
        let mut more = String::new();
        element(&mut more, "01", &self.bill, 25)?;
        let mut text = String::with_capacity(256);
        element(&mut text, FORMAT, "01", 2)?;
        // 12: for one payment; 11 would be a sticker on a counter.
        element(&mut text, INITIATION, "12", 2)?;
        element(&mut text, ACQUIRER, &acquirer, 99)?;
        element(&mut text, NATIONAL, &national, 99)?;
        element(&mut text, CATEGORY, UTILITIES, 4)?;
        element(&mut text, CURRENCY, RUPIAH, 3)?;
        let amount = Some(self.amount).filter(|amount| *amount > Rupiah(0)).ok_or(BadQris::Value(AMOUNT))?;
        element(&mut text, AMOUNT, &amount.0.to_string(), 13)?;
        element(&mut text, COUNTRY, "ID", 2)?;
        element(&mut text, NAME, &self.name, 25)?;
        element(&mut text, CITY, &self.city, 15)?;
        element(&mut text, MORE, &more, 99)?;
        text.push_str("6304");
        let sum = crc(text.as_bytes());
        text.push_str(&format!("{sum:04X}"));
        Ok(text)
    }

    /// Reads a code for one payment in rupiah.
    ///
    /// # Errors
    /// [`BadQris`].
    pub fn parse(text: &str) -> Result<Self, BadQris> {
        let body = text.len().checked_sub(4).and_then(|end| text.split_at_checked(end));
        let (body, sum) = body.filter(|(body, _)| body.ends_with("6304")).ok_or(BadQris::Checksum)?;
        if !sum.eq_ignore_ascii_case(&format!("{:04X}", crc(body.as_bytes()))) {
            return Err(BadQris::Checksum);
        }
        let elements = elements(text)?;
        let acquirer = elements_of(&elements, ACQUIRER)?;
        let national = elements_of(&elements, NATIONAL)?;
        let more = elements_of(&elements, MORE)?;
        let fixed = [(FORMAT, "01"), (INITIATION, "12"), (CURRENCY, RUPIAH), (COUNTRY, "ID")];
        for (tag, value) in fixed {
            if find(&elements, tag)? != value {
                return Err(BadQris::Value(tag));
            }
        }
        let amount = find(&elements, AMOUNT)?;
        let is_whole = amount.bytes().all(|byte| byte.is_ascii_digit());
        let amount = amount.parse().ok().filter(|amount| is_whole && *amount > 0).ok_or(BadQris::Value(AMOUNT))?;
        Ok(Self {
            acquirer: find(&acquirer, "00")?.to_owned(),
            merchant: find(&acquirer, "01")?.to_owned(),
            nmid: find(&national, "02")?.to_owned(),
            name: find(&elements, NAME)?.to_owned(),
            city: find(&elements, CITY)?.to_owned(),
            amount: Rupiah(amount),
            bill: find(&more, "01")?.to_owned(),
        })
    }
}

type Elements<'t> = Vec<(&'t str, &'t str)>;

fn elements(mut text: &str) -> Result<Elements<'_>, BadQris> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let (tag, rest) = text.split_at_checked(2).ok_or(BadQris::Truncated)?;
        let (length, rest) = rest.split_at_checked(2).ok_or(BadQris::Truncated)?;
        let is_number = length.bytes().all(|byte| byte.is_ascii_digit());
        let length = length.parse().ok().filter(|_| is_number).ok_or(BadQris::Truncated)?;
        let (value, rest) = rest.split_at_checked(length).ok_or(BadQris::Truncated)?;
        found.push((tag, value));
        text = rest;
    }
    Ok(found)
}

fn find<'t>(elements: &[(&'t str, &'t str)], tag: &'static str) -> Result<&'t str, BadQris> {
    elements.iter().find(|(found, _)| *found == tag).map(|(_, value)| *value).ok_or(BadQris::Missing(tag))
}

fn elements_of<'t>(outer: &[(&'t str, &'t str)], tag: &'static str) -> Result<Elements<'t>, BadQris> {
    elements(find(outer, tag)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn code() -> Qris {
        Qris {
            acquirer: "COM.EXAMPLE.WWW".into(),
            merchant: "9360000000000000001".into(),
            nmid: "ID0000000000001".into(),
            name: "TIRTA BENING".into(),
            city: "BANDUNG".into(),
            amount: Rupiah(100_000),
            bill: "IW-1".into(),
        }
    }

    #[test]
    fn the_checksum_is_the_catalogued_one() {
        assert_eq!(crc(b"123456789"), 0x29B1, "CRC-16/CCITT-FALSE's check value");
    }

    #[test]
    fn the_payload_has_the_elements_in_order_and_ends_with_its_checksum() {
        let text = code().payload().unwrap();
        let body = concat!(
            "000201",
            "010212",
            "26420015COM.EXAMPLE.WWW01199360000000000000001",
            "51440014ID.CO.QRIS.WWW0215ID00000000000010303UMI",
            "52044900",
            "5303360",
            "5406100000",
            "5802ID",
            "5912TIRTA BENING",
            "6007BANDUNG",
            "62080104IW-1",
            "6304",
        );
        assert_eq!(text, format!("{body}{:04X}", crc(body.as_bytes())));
        assert_eq!(Qris::parse(&text), Ok(code()));
    }

    #[test]
    fn what_does_not_fit_is_refused_and_not_cut() {
        for (field, tag) in [("", "59"), ("NAMA YANG TERLALU PANJANG X", "59"), ("É", "59")] {
            assert_eq!(Qris { name: field.into(), ..code() }.payload(), Err(BadQris::Value(tag)));
        }
        assert_eq!(Qris { amount: Rupiah(0), ..code() }.payload(), Err(BadQris::Value("54")));
    }

    proptest! {
        #[test]
        fn every_payload_reads_back_and_one_changed_character_is_noticed(
            name in "[A-Z0-9][A-Z0-9 .]{0,24}", city in "[A-Z]{1,15}", bill in "[A-Za-z0-9-]{1,25}", amount in 1..1_000_000_000_i64,
            place in any::<prop::sample::Index>(), to in b' '..=b'~',
        ) {
            let made = Qris { name, city, bill, amount: Rupiah(amount), ..code() };
            let text = made.payload().expect("fits");
            prop_assert_eq!(Qris::parse(&text), Ok(made));
            let mut bytes = text.clone().into_bytes();
            let place = place.index(bytes.len());
            bytes[place] = to;
            let changed = String::from_utf8(bytes).expect("ASCII");
            // Lower-case digits of the same checksum are the same checksum.
            prop_assert!(changed.eq_ignore_ascii_case(&text) || Qris::parse(&changed).is_err());
        }

        #[test]
        fn no_text_makes_the_reader_stumble(text in "\\PC{0,80}") {
            let _ = Qris::parse(&text);
            let _ = Qris::parse(&format!("{text}6304{:04X}", crc(format!("{text}6304").as_bytes())));
        }
    }
}
