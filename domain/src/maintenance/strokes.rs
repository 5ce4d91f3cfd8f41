//! A signature as it was drawn: strokes of points on a field of 1,000 by 1,000, kept and sent as one short text.
//!
//! Each point is the way from the one before, across and down, zigzag, in groups of five bits, the lowest first, one letter for each group; a
//! letter of the upper half of the alphabet has another one behind it. Strokes have a point between them. A pen that moves slowly takes two letters.

use serde::{Deserialize, Serialize};

/// The far end of both directions.
pub const SIDE: u16 = 1_000;

/// Points of a signature at most, and strokes.
pub const MOST_POINTS: usize = 4_000;
/// See [`MOST_POINTS`].
pub const MOST_STROKES: usize = 200;

/// Letters of its text at most: an operation carries it.
pub const LONGEST_STROKES: usize = 12_000;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Letters of one number at most: three groups of five bits.
const LONGEST_NUMBER: u32 = 3;

/// A point: across and down, 0 to [`SIDE`].
pub type Point = (u16, u16);

/// The strokes of a signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Strokes(Vec<Vec<Point>>);

/// What was drawn is no signature, or too long a one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a signature has 1 to 200 strokes of 4,000 points together at most, each within 1,000 by 1,000")]
pub struct BadStrokes;

impl Strokes {
    /// Of what was drawn.
    ///
    /// # Errors
    /// There is nothing, a stroke without a point, a point outside of the field, or too much of it.
    pub fn new(strokes: Vec<Vec<Point>>) -> Result<Self, BadStrokes> {
        let points: usize = strokes.iter().map(Vec::len).sum();
        let is_inside = strokes.iter().flatten().all(|(x, y)| *x <= SIDE && *y <= SIDE);
        let is_whole = !strokes.is_empty() && strokes.len() <= MOST_STROKES && strokes.iter().all(|stroke| !stroke.is_empty());
        if !is_whole || !is_inside || points > MOST_POINTS {
            return Err(BadStrokes);
        }
        let strokes = Self(strokes);
        if strokes.text().len() > LONGEST_STROKES { Err(BadStrokes) } else { Ok(strokes) }
    }

    /// Of what a pen drew, however long: points at one place are one, and every second point within a stroke is left out until it fits. The first
    /// [`MOST_STROKES`] strokes are kept. `None` where nothing was drawn.
    pub fn of_pen(drawn: &[Vec<Point>]) -> Option<Self> {
        let mut strokes: Vec<Vec<Point>> = drawn.iter().filter(|stroke| !stroke.is_empty()).take(MOST_STROKES).cloned().collect();
        for stroke in &mut strokes {
            for (x, y) in stroke.iter_mut() {
                (*x, *y) = ((*x).min(SIDE), (*y).min(SIDE));
            }
            stroke.dedup();
        }
        loop {
            if let Ok(fits) = Self::new(strokes.clone()) {
                return Some(fits);
            }
            if strokes.iter().all(|stroke| stroke.len() <= 2) {
                return None;
            }
            strokes.iter_mut().for_each(thin);
        }
    }

    /// The strokes, each with its points in their order.
    pub fn strokes(&self) -> &[Vec<Point>] {
        &self.0
    }

    /// As it is kept and sent.
    fn text(&self) -> String {
        let mut text = String::new();
        let mut last = (0, 0);
        for (place, stroke) in self.0.iter().enumerate() {
            if place > 0 {
                text.push('.');
            }
            for (x, y) in stroke {
                let (x, y) = (i32::from(*x), i32::from(*y));
                push(&mut text, x - last.0);
                push(&mut text, y - last.1);
                last = (x, y);
            }
        }
        text
    }

    /// Of its text.
    fn read(text: &str) -> Option<Self> {
        if text.len() > LONGEST_STROKES {
            return None;
        }
        let mut last = (0, 0);
        let mut strokes = Vec::new();
        for part in text.split('.') {
            let mut letters = part.bytes().peekable();
            let mut stroke = Vec::new();
            while letters.peek().is_some() {
                last = (last.0 + pull(&mut letters)?, last.1 + pull(&mut letters)?);
                stroke.push((u16::try_from(last.0).ok()?, u16::try_from(last.1).ok()?));
            }
            strokes.push(stroke);
        }
        Self::new(strokes).ok()
    }
}

/// Leaves out every second point but the last one.
fn thin(stroke: &mut Vec<Point>) {
    let end = stroke.len().saturating_sub(1);
    let mut place = 0_usize;
    stroke.retain(|_| {
        let stays = place.is_multiple_of(2) || place == end;
        place += 1;
        stays
    });
}

/// Writes a number.
fn push(text: &mut String, number: i32) {
    let mut rest = (number.unsigned_abs() << 1) - u32::from(number < 0);
    loop {
        let more = rest >= 32;
        let letter = (rest & 31) | if more { 32 } else { 0 };
        text.push(char::from(ALPHABET[letter as usize]));
        rest >>= 5;
        if !more {
            return;
        }
    }
}

/// Reads a number; `None` if it does not end, or is longer than it need be.
fn pull(letters: &mut impl Iterator<Item = u8>) -> Option<i32> {
    let mut rest = 0_u32;
    for group in 0..LONGEST_NUMBER {
        let letter = letters.next()?;
        let value = u32::try_from(ALPHABET.iter().position(|of| *of == letter)?).ok()?;
        rest |= (value & 31) << (5 * group);
        if value < 32 {
            let is_short = group == 0 || value > 0;
            let number = i32::try_from(rest.div_ceil(2)).ok()?;
            return is_short.then_some(if rest % 2 == 1 { -number } else { number });
        }
    }
    None
}

impl TryFrom<String> for Strokes {
    type Error = BadStrokes;
    fn try_from(text: String) -> Result<Self, BadStrokes> {
        Self::read(&text).ok_or(BadStrokes)
    }
}

impl From<Strokes> for String {
    fn from(strokes: Strokes) -> Self {
        strokes.text()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn drawn() -> impl Strategy<Value = Vec<Vec<Point>>> {
        prop::collection::vec(prop::collection::vec((0..=SIDE, 0..=SIDE), 1..60), 1..8)
    }

    #[test]
    fn nothing_and_what_lies_outside_is_no_signature() {
        for bad in [vec![], vec![vec![]], vec![vec![(SIDE + 1, 0)]], vec![vec![(1, 1)], vec![]]] {
            assert_eq!(Strokes::new(bad), Err(BadStrokes));
        }
        assert_eq!(Strokes::new(vec![vec![(1, 1); MOST_POINTS + 1]]), Err(BadStrokes));
        assert_eq!(Strokes::new(vec![vec![(1, 1)]; MOST_STROKES + 1]), Err(BadStrokes));
        for bad in ["", ".", "A", "AAA", "B A", "gA", "ggggA", "AA.", "gAA", "BA", "é"] {
            assert_eq!(Strokes::try_from(bad.to_owned()), Err(BadStrokes), "{bad:?} was taken");
        }
    }

    #[test]
    fn a_slow_pen_takes_two_letters_for_a_point() {
        let slow: Vec<Point> = (0..500).map(|step| (step, step / 2)).collect();
        assert_eq!(String::from(Strokes::new(vec![slow]).expect("a signature")).len(), 1_000);
    }

    #[test]
    fn the_wildest_pen_is_thinned_until_it_fits() {
        let wild: Vec<Point> = (0..9_000).map(|step| if step % 2 == 0 { (0, 2_000) } else { (SIDE, 0) }).collect();
        let kept = Strokes::of_pen(&[vec![], wild]).expect("a signature");
        assert!(String::from(kept.clone()).len() <= LONGEST_STROKES);
        assert_eq!((kept.strokes()[0].first(), kept.strokes()[0].last()), (Some(&(0, SIDE)), Some(&(SIDE, 0))));
        let dots = vec![vec![(SIDE, 0)]; 2 * MOST_STROKES];
        assert_eq!(Strokes::of_pen(&dots).map(|kept| kept.strokes().len()), Some(MOST_STROKES));
        assert_eq!(Strokes::of_pen(&[vec![]]), None);
    }

    proptest! {
        #[test]
        fn a_signature_survives_the_wire(drawn in drawn()) {
            let strokes = Strokes::new(drawn.clone()).expect("a signature");
            let sent = serde_json::to_string(&strokes).expect("JSON");
            let read: Strokes = serde_json::from_str(&sent).expect("a signature");
            prop_assert_eq!(read.strokes(), &drawn[..]);
        }

        /// A text that is taken is the one that would be written: two texts are never the same signature.
        #[test]
        fn a_signature_has_one_text(text in "[A-Hg-k.]{0,24}") {
            if let Ok(read) = Strokes::try_from(text.clone()) {
                prop_assert_eq!(String::from(read), text);
            }
        }
    }
}
