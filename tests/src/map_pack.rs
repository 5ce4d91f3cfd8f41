//! Packs of streets as makers of maps write them: PMTiles files with a few vector tiles of a made-up town.

use client::maps::directory::{Entry, number_of};
use client::maps::header::HEADER;
use flate2::Compression;
use flate2::write::GzEncoder;
use protocol::ui::maps::TileAt;
use std::f64::consts::PI;
use std::io::Write;

/// Where the made-up town is: latitude and longitude, in degrees.
pub const TOWN: (f64, f64) = (-6.917_464, 107.619_123);

/// What the packs say of whose data they are.
pub const ATTRIBUTION: &str = "<a href=\"https://www.openstreetmap.org/copyright\">&copy; OpenStreetMap</a>";

/// The tile of a zoom in which a place is.
pub fn tile_at((lat, lon): (f64, f64), z: u8) -> TileAt {
    let count = f64::from(1_u32 << z);
    let south = 0.5 - (PI / 4.0 + lat.to_radians() / 2.0).tan().ln() / (2.0 * PI);
    TileAt { z, x: ((lon + 180.0) / 360.0 * count) as u32, y: (south * count) as u32 }
}

fn number(bytes: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// A field of a message that holds bytes.
fn field(message: &mut Vec<u8>, key: u64, bytes: &[u8]) {
    number(message, (key << 3) | 2);
    number(message, bytes.len() as u64);
    message.extend_from_slice(bytes);
}

/// What a feature is drawn as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Point = 1,
    Line = 2,
    Area = 3,
}

fn geometry(form: Form, corners: &[(i64, i64)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut x, mut y) = (0, 0);
    for (place, (right, down)) in corners.iter().enumerate() {
        match place {
            0 => number(&mut bytes, (1 << 3) | 1),
            1 => number(&mut bytes, (((corners.len() - 1) as u64) << 3) | 2),
            _ => {}
        }
        for way in [right - x, down - y] {
            number(&mut bytes, ((way << 1) ^ (way >> 63)) as u64);
        }
        (x, y) = (*right, *down);
    }
    if form == Form::Area {
        number(&mut bytes, (1 << 3) | 7);
    }
    bytes
}

/// A layer with one feature that has these texts.
fn layer(name: &str, form: Form, corners: &[(i64, i64)], texts: &[(&str, &str)]) -> Vec<u8> {
    let (mut layer, mut feature, mut tags) = (Vec::new(), Vec::new(), Vec::new());
    number(&mut layer, 15 << 3);
    number(&mut layer, 2);
    field(&mut layer, 1, name.as_bytes());
    for (place, (key, text)) in texts.iter().enumerate() {
        number(&mut tags, place as u64);
        number(&mut tags, place as u64);
        field(&mut layer, 3, key.as_bytes());
        let mut value = Vec::new();
        field(&mut value, 1, text.as_bytes());
        field(&mut layer, 4, &value);
    }
    field(&mut feature, 2, &tags);
    number(&mut feature, 3 << 3);
    number(&mut feature, form as u64);
    field(&mut feature, 4, &geometry(form, corners));
    field(&mut layer, 2, &feature);
    number(&mut layer, 5 << 3);
    number(&mut layer, 4_096);
    layer
}

/// A vector tile: a lake in the north-west, a house, a street from west to east, a river, and the town's name in the middle.
pub fn town() -> Vec<u8> {
    let mut tile = Vec::new();
    let lake = [(0, 0), (1_500, 0), (1_500, 1_500), (0, 1_500)];
    let house = [(2_000, 2_000), (2_100, 2_000), (2_100, 2_100), (2_000, 2_100)];
    for layer in [
        layer("water", Form::Area, &lake, &[("kind", "lake")]),
        layer("water", Form::Line, &[(3_000, 0), (3_200, 4_096)], &[("kind", "river")]),
        layer("buildings", Form::Area, &house, &[("kind", "building")]),
        layer("roads", Form::Line, &[(0, 2_048), (2_048, 2_048), (4_096, 2_000)], &[("kind", "major_road")]),
        layer("roads", Form::Line, &[(0, 100), (4_096, 100)], &[("kind", "rail")]),
        layer("places", Form::Point, &[(2_048, 2_300)], &[("name", "Cicaheum"), ("kind", "locality"), ("kind_detail", "town")]),
    ] {
        field(&mut tile, 3, &layer);
    }
    tile
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    number(&mut bytes, entries.len() as u64);
    let mut before = 0;
    for entry in entries {
        number(&mut bytes, entry.tile - before);
        before = entry.tile;
    }
    for entry in entries {
        number(&mut bytes, u64::from(entry.run));
    }
    for entry in entries {
        number(&mut bytes, u64::from(entry.length));
    }
    for entry in entries {
        number(&mut bytes, entry.offset + 1);
    }
    zipped(&bytes)
}

/// A pack around [`TOWN`], of tiles of one zoom and its neighbours. With `leaves` its first directory leads to a further one.
pub fn pack(tiles: &[(TileAt, Vec<u8>)], leaves: bool) -> Vec<u8> {
    let mut numbered: Vec<_> = tiles.iter().map(|(at, tile)| (number_of(*at).expect("a tile"), zipped(tile))).collect();
    numbered.sort();
    let (mut entries, mut data) = (Vec::new(), Vec::new());
    for (tile, bytes) in &numbered {
        entries.push(Entry { tile: *tile, run: 1, length: bytes.len() as u32, offset: data.len() as u64 });
        data.extend_from_slice(bytes);
    }
    let (root, further) = match leaves {
        false => (directory(&entries), Vec::new()),
        true => {
            let leaf = directory(&entries);
            (directory(&[Entry { tile: entries[0].tile, run: 0, length: leaf.len() as u32, offset: 0 }]), leaf)
        }
    };
    let metadata = zipped(serde_json::json!({ "name": "Town", "attribution": ATTRIBUTION }).to_string().as_bytes());
    let mut file = vec![0; HEADER];
    file[..8].copy_from_slice(b"PMTiles\x03");
    let mut offset = HEADER;
    for (place, part) in [(8, &root), (24, &metadata), (40, &further), (56, &data)] {
        file[place..place + 8].copy_from_slice(&(offset as u64).to_le_bytes());
        file[place + 8..place + 16].copy_from_slice(&(part.len() as u64).to_le_bytes());
        offset += part.len();
    }
    let zooms = tiles.iter().map(|(at, _)| at.z);
    file[96..102].copy_from_slice(&[1, 2, 2, 1, zooms.clone().min().unwrap_or(0), zooms.max().unwrap_or(0)]);
    let (lat, lon) = TOWN;
    for (place, degrees) in [(102, lon - 0.05), (106, lat - 0.05), (110, lon + 0.05), (114, lat + 0.05)] {
        file[place..place + 4].copy_from_slice(&((degrees * 1e7).round() as i32).to_le_bytes());
    }
    for part in [root, metadata, further, data] {
        file.extend_from_slice(&part);
    }
    file
}

/// The pack of the town: one tile of zoom 14.
pub fn town_pack() -> Vec<u8> {
    pack(&[(tile_at(TOWN, 14), town())], false)
}
