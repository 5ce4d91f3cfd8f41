//! Places on the earth in whole millionths of a degree (WGS 84), about 11 cm: exact to compare, to store and to send.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Millionths in a degree.
pub const MICRO: i32 = 1_000_000;

/// The mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// A place. It is stored and sent as two whole numbers: latitude and longitude.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(i32, i32)", into = "(i32, i32)")]
pub struct Position {
    lat: i32,
    lon: i32,
}

/// The numbers are no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a latitude is within 90 degrees, a longitude within 180")]
pub struct NoPosition;

impl Position {
    /// From latitude and longitude in millionths of a degree; `None` beyond 90 and 180 degrees.
    pub const fn new(lat: i32, lon: i32) -> Option<Self> {
        let fits = lat >= -90 * MICRO && lat <= 90 * MICRO && lon >= -180 * MICRO && lon <= 180 * MICRO;
        if fits { Some(Self { lat, lon }) } else { None }
    }

    /// Latitude in millionths of a degree, below zero in the south.
    pub const fn lat(self) -> i32 {
        self.lat
    }

    /// Longitude in millionths of a degree, below zero in the west.
    pub const fn lon(self) -> i32 {
        self.lon
    }

    /// The way to another place along the surface in whole metres (haversine, on a sphere: off by half a per cent at most).
    pub fn distance_m(self, other: Self) -> u32 {
        let radians = |micro: i32| (f64::from(micro) / f64::from(MICRO)).to_radians();
        let half_sine = |from: i32, to: i32| ((radians(to) - radians(from)) / 2.0).sin().powi(2);
        let across = radians(self.lat).cos() * radians(other.lat).cos() * half_sine(self.lon, other.lon);
        let share = (half_sine(self.lat, other.lat) + across).clamp(0.0, 1.0);
        (2.0 * EARTH_M * share.sqrt().asin()).round() as u32
    }
}

/// As maps show it: degrees with six decimals, latitude first.
impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |micro: i32| {
            let (sign, micro) = (if micro < 0 { "-" } else { "" }, micro.unsigned_abs());
            format!("{sign}{}.{:06}", micro / MICRO.unsigned_abs(), micro % MICRO.unsigned_abs())
        };
        write!(f, "{}, {}", degrees(self.lat), degrees(self.lon))
    }
}

/// Degrees with a point before the decimals, latitude first, a comma or a space between: as maps have them copied. More than six decimals
/// are cut off.
impl FromStr for Position {
    type Err = NoPosition;
    fn from_str(text: &str) -> Result<Self, NoPosition> {
        let mut parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        let (Some(lat), Some(lon), None) = (parts.next(), parts.next(), parts.next()) else { return Err(NoPosition) };
        micro(lat).zip(micro(lon)).and_then(|(lat, lon)| Self::new(lat, lon)).ok_or(NoPosition)
    }
}

/// Decimal degrees in millionths.
fn micro(text: &str) -> Option<i32> {
    let (is_negative, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 3 || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let part: i32 = format!("{:0<6.6}", part).parse().ok()?;
    let value = whole.parse::<i32>().ok()? * MICRO + part;
    Some(if is_negative { -value } else { value })
}

impl TryFrom<(i32, i32)> for Position {
    type Error = NoPosition;
    fn try_from((lat, lon): (i32, i32)) -> Result<Self, NoPosition> {
        Self::new(lat, lon).ok_or(NoPosition)
    }
}

impl From<Position> for (i32, i32) {
    fn from(position: Position) -> Self {
        (position.lat, position.lon)
    }
}

/// A box of latitudes and longitudes, its edges included. It does not go over the 180th meridian.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(Position, Position)", into = "(Position, Position)")]
pub struct Area {
    south_west: Position,
    north_east: Position,
}

impl Area {
    /// Indonesia with its seas.
    pub const INDONESIA: Self = Self {
        south_west: Position { lat: -11 * MICRO, lon: 95 * MICRO },
        north_east: Position { lat: 6 * MICRO, lon: 141 * MICRO + 100_000 },
    };

    /// From two corners; `None` if the first is not south-west of the second.
    pub const fn new(south_west: Position, north_east: Position) -> Option<Self> {
        let fits = south_west.lat <= north_east.lat && south_west.lon <= north_east.lon;
        if fits { Some(Self { south_west, north_east }) } else { None }
    }

    /// Whether a place is in it.
    pub const fn contains(self, position: Position) -> bool {
        let is_lat = self.south_west.lat <= position.lat && position.lat <= self.north_east.lat;
        is_lat && self.south_west.lon <= position.lon && position.lon <= self.north_east.lon
    }
}

impl TryFrom<(Position, Position)> for Area {
    type Error = NoPosition;
    fn try_from((south_west, north_east): (Position, Position)) -> Result<Self, NoPosition> {
        Self::new(south_west, north_east).ok_or(NoPosition)
    }
}

impl From<Area> for (Position, Position) {
    fn from(area: Area) -> Self {
        (area.south_west, area.north_east)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(lat: i32, lon: i32) -> Position {
        Position::new(lat, lon).expect("a place")
    }

    #[test]
    fn a_place_is_within_the_poles_and_is_sent_as_two_whole_numbers() {
        assert!(Position::new(90 * MICRO + 1, 0).is_none() && Position::new(0, -180 * MICRO - 1).is_none());
        let monas = at(-6_175_392, 106_827_153);
        let json = serde_json::to_string(&monas).expect("json");
        assert_eq!(json, "[-6175392,106827153]");
        assert_eq!(serde_json::from_str::<Position>(&json).expect("a place"), monas);
        assert!(serde_json::from_str::<Position>("[106827153,-6175392]").is_err(), "no latitude");
    }

    #[test]
    fn a_degree_of_a_great_circle_is_111_195_metres() {
        assert_eq!(at(0, 0).distance_m(at(MICRO, 0)), 111_195);
        assert_eq!(at(0, 106 * MICRO).distance_m(at(0, 107 * MICRO)), 111_195);
        // At 60 degrees a circle of latitude is half as long; the great circle is a little shorter still.
        assert!((55_590..=55_598).contains(&at(60 * MICRO, 0).distance_m(at(60 * MICRO, MICRO))));
    }

    #[test]
    fn indonesia_holds_its_ends_and_not_its_neighbours() {
        for (lat, lon) in [(5_900_000, 95_320_000), (-10_930_000, 122_840_000), (-8_490_000, 140_400_000)] {
            assert!(Area::INDONESIA.contains(at(lat, lon)));
        }
        assert!(!Area::INDONESIA.contains(at(-12_460_000, 130_840_000)), "Darwin");
        assert!(Area::new(at(1, 0), at(0, 1)).is_none());
    }

    #[test]
    fn a_place_is_read_as_maps_have_it_copied() {
        let monas = at(-6_175_392, 106_827_153);
        assert_eq!(monas.to_string(), "-6.175392, 106.827153");
        for text in ["-6.175392, 106.827153", "-6.175392,106.827153", "\u{2212}6.17539249 106.827153"] {
            assert_eq!(text.parse(), Ok(monas), "{text}");
        }
        assert_eq!(at(-500_000, 7).to_string(), "-0.500000, 0.000007");
        for text in ["", "-6.1", "106.827153, -6.175392", "-6,175392, 106,827153", "-6.1, 106.8, 3", "x, y", "1e1, 2", ".5, 1"] {
            assert_eq!(text.parse::<Position>(), Err(NoPosition), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_place_comes_back_from_its_text(lat in -90_000_000i32..=90_000_000, lon in -180_000_000i32..=180_000_000) {
            prop_assert_eq!(at(lat, lon).to_string().parse(), Ok(at(lat, lon)));
        }

        #[test]
        fn a_way_is_as_long_there_as_back(a in -90i32..=90, b in -180i32..=180, c in -90i32..=90, d in -180i32..=180) {
            let (one, other) = (at(a * MICRO, b * MICRO), at(c * MICRO, d * MICRO));
            prop_assert!(one.distance_m(other).abs_diff(other.distance_m(one)) <= 1);
            prop_assert_eq!(one.distance_m(one), 0);
            prop_assert!(one.distance_m(other) <= 20_015_115);
        }
    }
}
