//! Peta luring: packs of streets that are kept on this device, and their tiles as a map draws them.

use crate::ui::imports::Slice;
use domain::UtcMillis;
use domain::core::position::Position;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Bytes of a pack at most: a province with all of its streets.
pub const MOST_BYTES: u64 = 500_000_000;

/// Units along a side of every [`StreetTile`].
pub const TILE_UNITS: u32 = 4_096;

/// What the page and the maps ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "map", content = "with")]
pub enum MapsRequest {
    /// The packs of this device.
    List,
    /// A part of a pack's file; with the last it is examined, and kept if it can be read.
    Bring(Slice),
    /// Bring a file no further; what came of it is deleted.
    Cancel(Uuid),
    /// Delete a pack from this device.
    Remove(Uuid),
    /// A tile of whichever pack has it.
    Tile(TileAt),
}

impl MapsRequest {
    /// Whether it does something.
    pub const fn is_act(&self) -> bool {
        matches!(self, Self::Bring(_) | Self::Cancel(_) | Self::Remove(_))
    }
}

/// A square of the map of the earth (Web Mercator): at zoom `z` there are 2^z by 2^z of them, counted from the north-western corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TileAt {
    /// Zoom.
    pub z: u8,
    /// Column, from the west.
    pub x: u32,
    /// Row, from the north.
    pub y: u32,
}

/// What is answered; the variant is that of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MapsResponse {
    /// To [`MapsRequest::List`], [`MapsRequest::Remove`] and the last [`MapsRequest::Bring`]: by name.
    Packs(Vec<MapPack>),
    /// To [`MapsRequest::Bring`], where more is to come, and to [`MapsRequest::Cancel`].
    Done,
    /// To [`MapsRequest::Bring`]: the file is not kept, and everything is as before.
    Refused(PackFault),
    /// To [`MapsRequest::Tile`]; none where no pack has one that can be read.
    Tile(Option<Box<StreetTile>>),
}

/// A pack that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapPack {
    /// Which.
    pub id: Uuid,
    /// The name of the file that it was imported from.
    pub name: String,
    /// How large it is.
    pub bytes: u64,
    /// When it was imported.
    pub at: UtcMillis,
    /// What it covers; none if the file cannot be read any more.
    pub area: Option<PackArea>,
}

/// What a pack covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackArea {
    /// Its south-western corner.
    pub south_west: Position,
    /// Its north-eastern corner.
    pub north_east: Position,
    /// The zoom of its coarsest tiles.
    pub min_zoom: u8,
    /// The zoom of its finest tiles.
    pub max_zoom: u8,
    /// Whose data they are, as the pack says: to be shown beside what is drawn of it. It may be empty.
    pub attribution: String,
    /// The names of the zones that it covers as a whole or in part, as far as this device holds their outlines.
    pub zones: Vec<String>,
}

/// Why a file is not kept as a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackFault {
    /// It does not begin as a PMTiles file does.
    NotAPack,
    /// Another version of PMTiles than 3.
    Version,
    /// Its tiles are pictures, and no vectors.
    NotVector,
    /// It is compressed otherwise than by gzip.
    Compression,
    /// A part of it is missing or cannot be read.
    Damaged,
    /// It has more than [`MOST_BYTES`].
    TooLarge,
}

impl PackFault {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::NotAPack, Self::Version, Self::NotVector, Self::Compression, Self::Damaged, Self::TooLarge];

    /// Its name in keys of words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAPack => "not_a_pack",
            Self::Version => "version",
            Self::NotVector => "not_vector",
            Self::Compression => "compression",
            Self::Damaged => "damaged",
            Self::TooLarge => "too_large",
        }
    }
}

impl fmt::Display for PackFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The corners of a line, or of a ring that closes by itself: the first one, then the way to each next one, in units from the tile's
/// north-western corner to the east and to the south.
pub type Corners = Vec<i32>;

/// What a map draws of a tile, in [`TILE_UNITS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StreetTile {
    /// Rings around water; one the other way round is land in it.
    pub water: Vec<Corners>,
    /// Lines of rivers and canals.
    pub rivers: Vec<Corners>,
    /// Rings around buildings; one the other way round is a yard.
    pub buildings: Vec<Corners>,
    /// Roads between cities.
    pub highways: Vec<Corners>,
    /// Roads between districts.
    pub major_roads: Vec<Corners>,
    /// Streets.
    pub minor_roads: Vec<Corners>,
    /// What no car takes.
    pub paths: Vec<Corners>,
    /// Places by name.
    pub places: Vec<NamedPlace>,
}

/// A place by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedPlace {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: PlaceKind,
    /// Units from the tile's western side.
    pub x: i32,
    /// Units from its northern side.
    pub y: i32,
}

/// How large a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A city.
    City,
    /// A town.
    Town,
    /// A part of a city.
    Suburb,
    /// A village.
    Village,
    /// A few houses.
    Hamlet,
}
