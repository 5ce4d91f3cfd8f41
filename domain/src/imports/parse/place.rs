//! A position in one cell or two: degrees with decimals, or with minutes and seconds. Latitude and longitude of Indonesia are so far apart
//! that a swapped pair is seen.

use crate::core::position::{Area, MICRO, Position};
use crate::imports::cell::Cell;
use crate::imports::finding::{Action, Doubt, Parsed, Reason};
use crate::imports::parse::plain::{says_nothing, text_of};

/// Which of the two a letter says: north and south, or east and west (`T`, *timur*, and `B`, *barat*, in Indonesian).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Axis {
    Latitude,
    Longitude,
}

/// What stands in front of a pair in a link to a map, the surest first: what was searched for or pinned, and the middle of what is shown.
const IN_LINKS: [&str; 6] = ["q=", "query=", "ll=", "/place/", "/search/", "@"];

/// What stands behind degrees, minutes and seconds. Word and Excel put the ring and the raised nought in place of the degree's sign.
const SIGNS: [char; 12] = ['°', 'º', '˚', '⁰', '\'', '′', '’', '‘', '"', '″', '”', ' '];

/// Millionths of a degree with what a letter says of them.
type Angle = (i32, Option<Axis>);

/// Reads both of a pair from one cell. `None` if there is nothing.
///
/// # Errors
/// It is no position, or one outside the area.
pub fn pair(cell: &Cell, area: Option<Area>) -> Parsed<Option<Position>> {
    if matches!(cell, Cell::Number(_)) {
        return Err(wrong());
    }
    let Some(text) = text_of(cell)? else { return Ok((None, None)) };
    if says_nothing(&text) {
        return Ok((None, None));
    }
    let pair = in_link(&text).or_else(|| {
        let (first, second) = halves(text.trim_matches(['(', ')', '[', ']']))?;
        angle(first).zip(angle(second))
    });
    let pair = pair.ok_or(wrong())?;
    if is_nowhere(pair) {
        return Ok((None, None));
    }
    position(pair, area).map(|(position, doubt)| (Some(position), doubt))
}

/// Reads latitude and longitude from two cells. `None` if there is nothing in either.
///
/// # Errors
/// One is missing or is no angle, or the position is outside the area.
pub fn two(latitude: &Cell, longitude: &Cell, area: Option<Area>) -> Parsed<Option<Position>> {
    match (one(latitude)?, one(longitude)?) {
        (None, None) => Ok((None, None)),
        (Some(latitude), Some(longitude)) if is_nowhere((latitude, longitude)) => Ok((None, None)),
        (Some(latitude), Some(longitude)) => {
            position((latitude, longitude), area).map(|(position, doubt)| (Some(position), doubt))
        }
        _ => Err(Doubt::new(Reason::HalfPosition, Action::EditCell)),
    }
}

/// Whether both are nought, as programs write where there is no position; none of Indonesia's is there.
const fn is_nowhere(((latitude, _), (longitude, _)): (Angle, Angle)) -> bool {
    latitude == 0 && longitude == 0
}

fn one(cell: &Cell) -> Result<Option<Angle>, Doubt> {
    if let Cell::Number(number) = cell {
        return micro(*number).map(|angle| Some((angle, None))).ok_or(wrong());
    }
    let Some(text) = text_of(cell)? else { return Ok(None) };
    if says_nothing(&text) {
        return Ok(None);
    }
    angle(&text).map(Some).ok_or(wrong())
}

const fn wrong() -> Doubt {
    Doubt::new(Reason::NotAPosition, Action::EditCell)
}

fn micro(degrees: f64) -> Option<i32> {
    (degrees.abs() <= 180.0).then(|| (degrees * f64::from(MICRO)).round() as i32)
}

/// The position of two angles. Changed round where that alone lies in Indonesia.
fn position(((first, first_axis), (second, second_axis)): (Angle, Angle), area: Option<Area>) -> Parsed<Position> {
    let says_swapped = first_axis == Some(Axis::Longitude) || second_axis == Some(Axis::Latitude);
    if says_swapped && (first_axis == second_axis || first_axis == Some(Axis::Latitude) || second_axis == Some(Axis::Longitude)) {
        return Err(wrong());
    }
    let (lat, lon) = if says_swapped { (second, first) } else { (first, second) };
    let as_written = Position::new(lat, lon);
    let in_indonesia = |position: &Position| Area::INDONESIA.contains(*position);
    let swapped = Position::new(lon, lat).filter(in_indonesia).filter(|_| first_axis.is_none() && second_axis.is_none());
    let is_written = as_written.filter(in_indonesia);
    let (position, doubt) = match (is_written, swapped, as_written) {
        (Some(position), _, _) => (position, None),
        (None, Some(position), _) => {
            let doubt = Doubt::new(Reason::SwappedPosition, Action::Accept);
            (position, Some(doubt.proposing(format!("{}, {}", degrees(position.lat()), degrees(position.lon())))))
        }
        (None, None, Some(position)) => (position, None),
        (None, None, None) => return Err(wrong()),
    };
    if area.is_some_and(|area| !area.contains(position)) {
        return Err(Doubt::new(Reason::OutsideArea, Action::EditCell));
    }
    Ok((position, doubt))
}

fn degrees(micro: i32) -> String {
    let sign = if micro < 0 { "-" } else { "" };
    format!("{sign}{}.{:06}", micro.unsigned_abs() / 1_000_000, micro.unsigned_abs() % 1_000_000)
}

/// The pair in a link to a map: `…/maps/@-6.9,107.6,17z`, `…?q=-6.9,107.6`, and the place in `…!3d-6.9!4d107.6`, which is not in the middle of what is
/// shown. Others have none: `https://maps.app.goo.gl/…`.
fn in_link(text: &str) -> Option<(Angle, Angle)> {
    if !text.contains(['=', '@', '!', '/']) {
        return None;
    }
    let text = text.replace("%2C", ",").replace("%2c", ",").replace("%20", "");
    let of_place = text.rsplit_once("!3d").and_then(|(_, behind)| behind.split_once("!4d"));
    if let Some((latitude, longitude)) = of_place {
        return degrees_before(latitude).zip(degrees_before(longitude));
    }
    let pair = |behind: &str| {
        let (latitude, rest) = behind.split_once(',')?;
        degrees_of(latitude).zip(degrees_before(rest.trim_start_matches(['+', ' '])))
    };
    IN_LINKS.iter().find_map(|mark| text.match_indices(*mark).find_map(|(at, _)| pair(&text[at + mark.len()..])))
}

/// Degrees with decimals alone; whole ones are nobody's house.
fn degrees_of(text: &str) -> Option<Angle> {
    angle(text).filter(|(_, axis)| axis.is_none() && text.contains('.') && !text.contains(SIGNS))
}

/// The same with something else behind them.
fn degrees_before(text: &str) -> Option<Angle> {
    let end = text.find(|letter: char| !matches!(letter, '-' | '.' | '0'..='9')).unwrap_or(text.len());
    degrees_of(&text[..end])
}

/// The two parts of a pair: at a semicolon, at the letters of directions, at the only comma, or at a space.
fn halves(text: &str) -> Option<(&str, &str)> {
    if let Some(parts) = text.split_once([';', '|', '/']) {
        return Some(parts);
    }
    if let Some(parts) = by_directions(text) {
        return Some(parts);
    }
    let commas = text.matches(',').count();
    if commas == 1 && (text.contains('.') || !text.trim().contains(' ')) {
        return text.split_once(',');
    }
    // `-6,2, 106,8`, and `-6,2 106,8`.
    text.split_once(", ")
        .filter(|_| commas == 3)
        .or_else(|| text.trim().split_once(' ').filter(|_| commas != 1 || !text.contains(", ")))
        .or_else(|| text.split_once(','))
}

/// The two parts of a pair in which each has the letters of its direction, in front of it (`S 7°12' E 107°54'`) or behind it, or the first
/// alone has. `None` if there are other letters.
fn by_directions(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphabetic()) {
        match runs.last_mut().filter(|(_, end)| *end == at) {
            Some((_, end)) => *end = at + 1,
            None => runs.push((at, at + 1)),
        }
    }
    let is_direction = |(from, to): (usize, usize)| direction(&text[from..to]).is_some();
    let at = match *runs.as_slice() {
        [first, second] if is_direction(first) && is_direction(second) => {
            if first.0 == 0 {
                second.0
            } else {
                first.1
            }
        }
        [only] if only.0 > 0 && only.1 < text.len() && is_direction(only) => {
            let (one, other) = text.split_at(only.1);
            // A part without letters has its sign in front of it; a dash between the two has a space behind it.
            return Some((one, other.trim_start_matches([',', ' ']).trim_start_matches("- ")));
        }
        _ => return None,
    };
    let (one, other) = text.split_at(at);
    let between = [',', '-', ' '];
    Some((one.trim_end_matches(between), other.trim_start_matches(between)))
}

/// An angle: `-6.2`, `-6,2`, `6.2 S`, `S 6.2`, `6°12'30"S`, `6° 12,5' LS`.
fn angle(text: &str) -> Option<Angle> {
    let text = text.trim();
    let behind = text.trim_start_matches(|letter: char| letter.is_ascii_alphabetic());
    let (letters, bare) = if behind.len() < text.len() {
        (&text[..text.len() - behind.len()], behind.trim())
    } else {
        let bare = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == ' ');
        (text[bare.len()..].trim(), bare)
    };
    let (axis, is_negative) = direction(letters)?;
    let (is_minus, bare) = match bare.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, bare.strip_prefix('+').unwrap_or(bare)),
    };
    // A direction stands in place of a sign.
    if is_minus && axis.is_some() {
        return None;
    }
    let mut degrees = 0.0;
    let mut count = 0;
    let parts = bare.split(SIGNS).filter(|part| !part.is_empty());
    for (part, scale) in parts.zip([1.0, 60.0, 3_600.0, f64::INFINITY]) {
        let value = number(part).filter(|value| scale == 1.0 || *value < 60.0 && scale.is_finite())?;
        degrees += value / scale;
        count += 1;
    }
    let angle = micro(degrees).filter(|_| count > 0)?;
    Some((if is_minus || is_negative { -angle } else { angle }, axis))
}

fn number(text: &str) -> Option<f64> {
    let fits = text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.' || byte == b',');
    if !fits || text.matches([',', '.']).count() > 1 || !text.starts_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    text.replace(',', ".").parse().ok()
}

/// What the letters behind an angle say, and whether it is below zero. `None` if they say nothing known.
fn direction(letters: &str) -> Option<(Option<Axis>, bool)> {
    Some(match letters.to_ascii_uppercase().as_str() {
        "" => (None, false),
        "N" | "U" | "LU" => (Some(Axis::Latitude), false),
        "S" | "LS" => (Some(Axis::Latitude), true),
        "E" | "T" | "BT" => (Some(Axis::Longitude), false),
        "W" | "BB" => (Some(Axis::Longitude), true),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Outcome = Result<(Option<(i32, i32)>, Option<Reason>), Reason>;

    fn outcome(text: &str) -> Outcome {
        pair(&Cell::Text(text.into()), None)
            .map(|(position, doubt)| (position.map(Into::into), doubt.map(|doubt| doubt.reason)))
            .map_err(|doubt| doubt.reason)
    }

    #[test]
    fn a_pair_is_read_from_one_cell() {
        for written in [
            "-6.2,106.8",
            "-6.2, 106.8",
            "-6,2; 106,8",
            "-6,2, 106,8",
            "(-6.2, 106.8)",
            "-6.2 106.8",
            "-6.2°, 106.8°",
            "-6,2 106,8",
            "6°12'S 106°48'E",
            "6°12'00\"S, 106°48'00\"E",
            "6° 12' LS 106° 48' BT",
            "6.2 S; 106.8 E",
            "S 6°12'00\" E 106°48'00\"",
            "S6.2 E106.8",
            "S 06 12.000 E 106 48.000",
            "LS 6°12' BT 106°48'",
            "6°12' LS - 106°48' BT",
            "6 12 00 S 106 48 00 E",
            "106°48'00\"BT 6°12'00\"LS",
            "06⁰12’00” S 106⁰48’00” E",
            "6° 12' LS 106° 48'",
            "6.2 LS - 106.8",
            "106.8 E, -6.2",
            "106.8 BT -6.2",
            "06˚12'00\"S, 106˚48'00\"E",
            "-6.2 / 106.8",
        ] {
            assert_eq!(outcome(written), Ok((Some((-6_200_000, 106_800_000)), None)), "{written}");
        }
        for written in [
            "-6.2",
            "Jl. Melati",
            "-6.2,1006.8",
            "6°72'S 106°48'E",
            "-6.2,,106.8",
            "6 S; 6 S",
            "100.5,100.5",
            "S 6.2 S E 106.8",
            "S6.2 S106.8",
            "48M 734521 9212345",
        ] {
            assert_eq!(outcome(written), Err(Reason::NotAPosition), "{written}");
        }
        assert_eq!(
            (outcome("-"), outcome("0,0"), outcome("0.000000, 0.000000")),
            (Ok((None, None)), Ok((None, None)), Ok((None, None)))
        );
    }

    #[test]
    fn a_pair_is_read_from_a_link_to_a_map() {
        for link in [
            "https://www.google.com/maps/@-6.2,106.8,17z",
            "https://www.google.com/maps/place/Masjid+Raya,+Kota/@-6.2,106.8,17z/data=!3m1!1e3",
            "https://www.google.com/maps/place/Masjid/@-6.25,106.85,17z/data=!4m5!3m4!1s0x2e:0xa1!8m2!3d-6.2!4d106.8",
            "https://www.google.com/maps/place/Masjid/@-6.25,106.85,17z/data=!8m2!3d-6.2!4d106.8!16s",
            "https://maps.google.com/?q=-6.2,106.8",
            "https://www.google.com/maps?q=-6.2%2C106.8&z=17",
            "https://www.google.com/maps/search/?api=1&query=-6.2,106.8",
            "https://maps.google.com/maps?ll=-6.2,106.8&q=-6.2,+106.8",
            "https://www.google.com/maps/place/-6.2,106.8",
            "https://www.google.com/maps/search/-6.2,+106.8?entry=tts",
            "maps.google.com/?q=-6.2, 106.8",
        ] {
            assert_eq!(outcome(link), Ok((Some((-6_200_000, 106_800_000)), None)), "{link}");
        }
        for link in ["https://maps.app.goo.gl/Qk5sH7", "https://www.google.com/maps?q=Jl.+Melati+5,+Bandung", "siti@contoh.id"] {
            assert_eq!(outcome(link), Err(Reason::NotAPosition), "{link}");
        }
    }

    #[test]
    fn a_swapped_pair_is_changed_round() {
        assert_eq!(outcome("106.8, -6.2"), Ok((Some((-6_200_000, 106_800_000)), Some(Reason::SwappedPosition))));
        assert_eq!(outcome("106.8 E; 6.2 S"), Ok((Some((-6_200_000, 106_800_000)), None)), "the letters say it");
        let (position, doubt) = two(&Cell::Number(106.8), &Cell::Text("-6,2".into()), None).expect("a position");
        assert_eq!(position, Position::new(-6_200_000, 106_800_000));
        assert_eq!(doubt.expect("a warning").repair.proposed.as_deref(), Some("-6.200000, 106.800000"));
    }

    #[test]
    fn half_a_position_and_one_outside_the_area_are_errors() {
        let reason = |lat: Cell, lon: Cell, area| two(&lat, &lon, area).map_err(|doubt| doubt.reason);
        assert_eq!(reason(Cell::Number(-6.2), Cell::Empty, None), Err(Reason::HalfPosition));
        assert_eq!(reason(Cell::Empty, Cell::Text("-".into()), None), Ok((None, None)));
        assert_eq!(reason(Cell::Number(0.0), Cell::Text("0".into()), Some(Area::INDONESIA)), Ok((None, None)));
        assert_eq!(reason(Cell::Number(1.29), Cell::Number(-103.85), Some(Area::INDONESIA)), Err(Reason::OutsideArea));
    }

    proptest! {
        #[test]
        fn every_spelling_of_a_place_is_that_place(lat in -11_000_000_i32..6_000_000, lon in 95_000_000_i32..141_000_000, spelling in 0_usize..4) {
            let (a, b) = (degrees(lat), degrees(lon));
            let comma = |text: &str| text.replace('.', ",");
            let written = match spelling {
                0 => format!("{a},{b}"),
                1 => format!("{a}, {b}"),
                2 => format!("{}; {}", comma(&a), comma(&b)),
                _ => format!("{} {}", comma(&a), comma(&b)),
            };
            prop_assert_eq!(outcome(&written), Ok((Some((lat, lon)), None)), "{}", written);
            let cells = (Cell::Number(f64::from(lat) / 1e6), Cell::Number(f64::from(lon) / 1e6));
            prop_assert_eq!(two(&cells.0, &cells.1, Some(Area::INDONESIA)), Ok((Position::new(lat, lon), None)));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}", near in "[-0-9NSELT°'\",.;@=/! ]{0,24}") {
            let _ = (outcome(&text), outcome(&near));
        }
    }
}
