//! A number drawn on an icon: no desktop draws one on an icon of its tray.

use tauri::image::Image;

/// Digits of three by five, a row in each three bits.
const DIGITS: [[u8; 5]; 10] = [
    [0b111, 0b101, 0b101, 0b101, 0b111],
    [0b010, 0b110, 0b010, 0b010, 0b111],
    [0b111, 0b001, 0b111, 0b100, 0b111],
    [0b111, 0b001, 0b111, 0b001, 0b111],
    [0b101, 0b101, 0b111, 0b001, 0b001],
    [0b111, 0b100, 0b111, 0b001, 0b111],
    [0b111, 0b100, 0b111, 0b101, 0b111],
    [0b111, 0b001, 0b010, 0b010, 0b010],
    [0b111, 0b101, 0b111, 0b101, 0b111],
    [0b111, 0b101, 0b111, 0b001, 0b111],
];

/// Behind a 9, where there are more.
const PLUS: [u8; 5] = [0b000, 0b010, 0b111, 0b010, 0b000];

/// White on it has a contrast of 5.6.
const RED: [u8; 4] = [0xc6, 0x28, 0x28, 0xff];

const WHITE: [u8; 4] = [0xff; 4];

/// An icon with a number in its lower right corner; nothing is drawn for none.
pub fn with_count(icon: &Image<'_>, count: u32) -> Image<'static> {
    let (width, height) = (icon.width(), icon.height());
    let mut rgba = icon.rgba().to_vec();
    if count > 0 {
        let mut put = |x: u32, y: u32, colour: [u8; 4]| {
            let at = (y as usize * width as usize + x as usize) * 4;
            if x < width
                && let Some(pixel) = rgba.get_mut(at..at + 4)
            {
                pixel.copy_from_slice(&colour);
            }
        };
        draw(width.min(height), width, height, count, &mut put);
    }
    Image::new_owned(rgba, width, height)
}

fn draw(size: u32, width: u32, height: u32, count: u32, put: &mut impl FnMut(u32, u32, [u8; 4])) {
    let glyphs: &[[u8; 5]] = if count > 9 { &[DIGITS[9], PLUS] } else { &[DIGITS[count as usize]] };
    // Two thirds of the icon: a tray shows it at 16 to 24 pixels.
    let across = size * 2 / 3;
    let (left, top) = (width - across, height - across);
    // Twice the distance from the middle, so that nothing is halved.
    let from_middle = |at: u32| i64::from(2 * at) + 1 - i64::from(across);
    for y in 0..across {
        for x in 0..across {
            if from_middle(x).pow(2) + from_middle(y).pow(2) <= i64::from(across).pow(2) {
                put(left + x, top + y, RED);
            }
        }
    }
    let columns = glyphs.len() as u32 * 4 - 1;
    let dot = (across * 7 / 10 / columns.max(5)).max(1);
    let (x0, y0) = (left + across.saturating_sub(columns * dot) / 2, top + across.saturating_sub(5 * dot) / 2);
    for (place, glyph) in glyphs.iter().enumerate() {
        for (row, bits) in glyph.iter().enumerate() {
            for column in (0..3).filter(|column| bits >> (2 - column) & 1 == 1) {
                let (x, y) = (x0 + (place as u32 * 4 + column) * dot, y0 + row as u32 * dot);
                (0..dot * dot).for_each(|part| put(x + part % dot, y + part / dot, WHITE));
            }
        }
    }
}
