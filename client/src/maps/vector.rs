//! Vector tiles (Mapbox Vector Tile 2.1) → what a map draws of them. They come from anybody's file: their sizes have limits, nothing calls itself,
//! and what is wrong in them makes the tile unreadable and nothing else.

use crate::maps::schema::{DETAILS, KINDS, NAME, Road, Theme, place, road, theme};
use crate::maps::unread::{Unread, Value};
use protocol::ui::maps::{Corners, NamedPlace, PlaceKind, StreetTile, TILE_UNITS};

/// Corners of a tile that are drawn at most: what is beyond is left out.
const CORNERS: usize = 200_000;
/// Names of places in a tile at most.
const PLACES: usize = 200;
/// Features, keys or values of a layer at most.
const LISTED: usize = 200_000;
/// Letters of a name at most.
const LETTERS: usize = 60;

/// Reads a tile; `None` for bytes that are none.
pub fn read(bytes: &[u8]) -> Option<StreetTile> {
    let (mut drawn, mut left) = (StreetTile::default(), CORNERS);
    let mut unread = Unread(bytes);
    while !unread.is_empty() {
        if let (3, Value::Bytes(layer)) = unread.field()? {
            let layer = Layer::read(layer)?;
            if let Some(theme) = theme(layer.name) {
                layer.draw(theme, &mut drawn, &mut left)?;
            }
        }
    }
    Some(drawn)
}

/// A layer whose features were not read yet.
struct Layer<'a> {
    name: &'a str,
    features: Vec<&'a [u8]>,
    keys: Vec<&'a str>,
    /// The texts among its values.
    values: Vec<Option<&'a str>>,
    extent: u32,
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

impl<'a> Layer<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut layer = Self { name: "", features: Vec::new(), keys: Vec::new(), values: Vec::new(), extent: TILE_UNITS };
        let mut unread = Unread(bytes);
        while !unread.is_empty() {
            match unread.field()? {
                (1, Value::Bytes(name)) => layer.name = text(name)?,
                (2, Value::Bytes(feature)) => layer.features.push(feature),
                (3, Value::Bytes(key)) => layer.keys.push(text(key)?),
                (4, Value::Bytes(value)) => layer.values.push(text_of(value)?),
                (5, Value::Number(extent)) => layer.extent = u32::try_from(extent).ok()?,
                _ => {}
            }
            if layer.features.len().max(layer.keys.len()).max(layer.values.len()) > LISTED {
                return None;
            }
        }
        (1..=1 << 20).contains(&layer.extent).then_some(layer)
    }

    fn draw(&self, theme: Theme, drawn: &mut StreetTile, left: &mut usize) -> Option<()> {
        for feature in &self.features {
            let feature = Feature::read(feature)?;
            let mut line = |least: usize| corners(feature.geometry, self.extent, least, left);
            match (theme, feature.form) {
                (Theme::Water, Form::Area) => drawn.water.extend(line(3)?),
                (Theme::Water, Form::Line) => drawn.rivers.extend(line(2)?),
                (Theme::Buildings, Form::Area) => drawn.buildings.extend(line(3)?),
                (Theme::Roads, Form::Line) => match self.tag(&feature, KINDS)?.and_then(road) {
                    Some(Road::Highway) => drawn.highways.extend(line(2)?),
                    Some(Road::Major) => drawn.major_roads.extend(line(2)?),
                    Some(Road::Minor) => drawn.minor_roads.extend(line(2)?),
                    Some(Road::Path) => drawn.paths.extend(line(2)?),
                    None => {}
                },
                (Theme::Places, Form::Point) if drawn.places.len() < PLACES => {
                    if let (Some(kind), Some(name)) = (self.place(&feature)?, self.tag(&feature, &[NAME])?) {
                        let at = line(1)?;
                        let name = clean(name);
                        if let Some([x, y, ..]) = at.first().map(Vec::as_slice).filter(|_| !name.is_empty()) {
                            drawn.places.push(NamedPlace { name, kind, x: *x, y: *y });
                        }
                    }
                }
                _ => {}
            }
        }
        Some(())
    }

    /// What a place is: by its detail where that says it, else by its kind.
    fn place(&self, feature: &Feature<'_>) -> Option<Option<PlaceKind>> {
        let detail = self.tag(feature, DETAILS)?.and_then(place);
        let kind = self.tag(feature, KINDS)?.and_then(place);
        Some(detail.or(kind))
    }

    /// The text that a feature has under one of some keys, if it has one.
    fn tag(&self, feature: &Feature<'_>, keys: &[&str]) -> Option<Option<&'a str>> {
        let mut unread = Unread(feature.tags);
        while !unread.is_empty() {
            let (key, value) = (unread.small()? as usize, unread.small()? as usize);
            if keys.contains(self.keys.get(key)?) {
                return Some(*self.values.get(value)?);
            }
        }
        Some(None)
    }
}

/// The text of a value, if it is one.
fn text_of(value: &[u8]) -> Option<Option<&str>> {
    let mut unread = Unread(value);
    while !unread.is_empty() {
        if let (1, Value::Bytes(found)) = unread.field()? {
            return Some(Some(text(found)?));
        }
    }
    Some(None)
}

/// A name as it is drawn: in one line, and not longer than anybody would read.
fn clean(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(LETTERS).collect::<String>().trim().to_owned()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Point,
    Line,
    Area,
    Other,
}

#[derive(Clone, Copy)]
struct Feature<'a> {
    tags: &'a [u8],
    form: Form,
    geometry: &'a [u8],
}

impl<'a> Feature<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut feature = Self { tags: &[], form: Form::Other, geometry: &[] };
        let mut unread = Unread(bytes);
        while !unread.is_empty() {
            match unread.field()? {
                (2, Value::Bytes(tags)) => feature.tags = tags,
                (3, Value::Number(1)) => feature.form = Form::Point,
                (3, Value::Number(2)) => feature.form = Form::Line,
                (3, Value::Number(3)) => feature.form = Form::Area,
                (4, Value::Bytes(geometry)) => feature.geometry = geometry,
                _ => {}
            }
        }
        Some(feature)
    }
}

const MOVE: u32 = 1;
const LINE: u32 = 2;
const CLOSE: u32 = 7;

/// The lines, rings or points of a geometry that have `least` corners and more, in units of [`TILE_UNITS`]. Each corner takes one of those that are
/// left; once none is, the rest is left out.
fn corners(geometry: &[u8], extent: u32, least: usize, left: &mut usize) -> Option<Vec<Corners>> {
    let mut unread = Unread(geometry);
    let (mut x, mut y) = (0_i32, 0_i32);
    let (mut found, mut pen) = (Vec::new(), Pen::default());
    while !unread.is_empty() && *left > 0 {
        let command = unread.small()?;
        let (what, count) = (command & 7, command >> 3);
        if what == CLOSE {
            continue;
        }
        if what != MOVE && what != LINE {
            return None;
        }
        for _ in 0..count {
            (x, y) = (x.checked_add(unread.signed()?)?, y.checked_add(unread.signed()?)?);
            if *left == 0 {
                break;
            }
            *left -= 1;
            if what == MOVE {
                found.extend(std::mem::take(&mut pen).drawn(least));
            }
            pen.to(scaled(x, extent), scaled(y, extent));
        }
    }
    found.extend(pen.drawn(least));
    Some(found)
}

/// A place in the units of what is drawn. What is further away than eight tiles is in no picture of this one, and is drawn there.
fn scaled(value: i32, extent: u32) -> i32 {
    let units = i64::from(TILE_UNITS);
    let far = 8 * units;
    (i64::from(value) * units / i64::from(extent)).clamp(-far, far) as i32
}

/// A line as it is drawn, and where it is.
#[derive(Default)]
struct Pen {
    corners: Corners,
    x: i32,
    y: i32,
}

impl Pen {
    fn to(&mut self, x: i32, y: i32) {
        let (right, down) = (x - self.x, y - self.y);
        // A corner at the same place as the one before is none; the first one is the way from the tile's own corner.
        if self.corners.is_empty() || right != 0 || down != 0 {
            self.corners.extend([right, down]);
        }
        (self.x, self.y) = (x, y);
    }

    /// The line, if it has corners enough.
    fn drawn(self, least: usize) -> Option<Corners> {
        (self.corners.len() >= 2 * least).then_some(self.corners)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn numbers(values: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for value in values {
            let mut rest = *value;
            while rest > 0x7f {
                bytes.push((rest & 0x7f) as u8 | 0x80);
                rest >>= 7;
            }
            bytes.push(rest as u8);
        }
        bytes
    }

    #[test]
    fn lines_are_scaled_to_one_extent_and_given_as_the_way_to_each_next_corner() {
        // A line from 2, 2 by 2, 10 to 10, 10, then one from 11, 11 to 13, 15.
        let geometry = numbers(&[9, 4, 4, 18, 0, 16, 16, 0, 9, 2, 2, 10, 4, 8]);
        let found = corners(&geometry, 4_096, 2, &mut 100).unwrap();
        assert_eq!(found, [vec![2, 2, 0, 8, 8, 0], vec![11, 11, 2, 4]]);
        let found = corners(&geometry, 2_048, 2, &mut 100).unwrap();
        assert_eq!(found, [vec![4, 4, 0, 16, 16, 0], vec![22, 22, 4, 8]]);
        assert_eq!(corners(&geometry, 4_096, 3, &mut 100).unwrap().len(), 1, "the second has two corners only");
        let mut left = 4;
        assert_eq!(corners(&geometry, 4_096, 2, &mut left).unwrap().len(), 1);
        assert_eq!(left, 0, "and the rest is left out");
    }

    #[test]
    fn a_geometry_that_ends_early_or_leaves_all_numbers_is_none() {
        assert_eq!(corners(&numbers(&[9, 4]), 4_096, 1, &mut 100), None);
        assert_eq!(corners(&numbers(&[11]), 4_096, 1, &mut 100), None, "no such command");
        assert_eq!(corners(&numbers(&[18, u32::MAX - 1, 0, u32::MAX - 1, 0]), 4_096, 1, &mut 100), None);
        assert_eq!(corners(&numbers(&[9, u32::MAX - 1, 0]), 1, 1, &mut 100).unwrap(), [vec![8 * 4_096, 0]]);
    }

    proptest! {
        #[test]
        fn whatever_bytes_a_tile_has_it_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Some(drawn) = read(&bytes) {
                prop_assert!(drawn.places.len() <= PLACES);
            }
            let mut left = 50;
            let _ = corners(&bytes, 4_096, 1, &mut left);
            prop_assert!(left <= 50);
        }

        #[test]
        fn whatever_is_in_a_layer_it_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..120)) {
            let mut tile = vec![0x1a, bytes.len() as u8 + 7, 0x0a, 5];
            tile.extend_from_slice(b"water");
            tile.extend_from_slice(&bytes);
            let _ = read(&tile);
        }
    }
}
