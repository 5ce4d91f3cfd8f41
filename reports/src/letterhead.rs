//! What a utility puts on its papers beside its name: a logo, and where it is.

use crate::letters::{IN_ROW, legible};
use crate::words::say;
use base64::prelude::{BASE64_STANDARD, Engine};
use domain::people::Language;
use domain::sales::letterhead::{Letterhead, check_logo, logo_size};

/// The room of a logo on paper, in hundredths of a millimetre: its height is that of our own picture.
const LOGO_ROOM: (u32, u32) = (2_400, 1_100);

/// A logo that can be put on paper.
pub struct Logo {
    /// The picture.
    pub png: Vec<u8>,
    /// Width and height on paper, in hundredths of a millimetre.
    pub size: (u32, u32),
}

/// The utility's logo. One that is none is left out: a receipt without a logo is better than no receipt.
pub fn logo(letterhead: &Letterhead) -> Option<Logo> {
    let png = BASE64_STANDARD.decode(letterhead.logo.as_deref()?).ok()?;
    check_logo(&png).ok()?;
    let ((width, height), (room, tall)) = (logo_size(&png)?, LOGO_ROOM);
    let wide = tall * width / height;
    let size = if wide <= room { (wide, tall) } else { (room, room * height / width) };
    Some(Logo { png, size })
}

/// Where the utility is and how it is reached, in lines below its name.
pub fn reached(language: Language, letterhead: &Letterhead) -> Vec<String> {
    let Letterhead { address, tax_number, phone, email, .. } = letterhead;
    let named = |name: &str, value: &str| if value.is_empty() { String::new() } else { format!("{name} {value}") };
    let reached = [named(say(language, "Telp.", "Tel."), phone), email.clone()];
    let reached: Vec<String> = reached.into_iter().filter(|part| !part.is_empty()).collect();
    let lines = [address.clone(), named("NPWP", tax_number), reached.join(" · ")];
    lines.into_iter().filter(|line| !line.is_empty()).map(|line| legible(&line, IN_ROW)).collect()
}
