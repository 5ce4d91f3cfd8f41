//! The packs of a device: each a file `maps/{id}.pmtiles`, with its name and when it came beside it. They are maps of anybody's streets and about
//! nobody: not encrypted, and there for whoever signs in next.

use crate::error::Error;
use crate::maps::header::Header;
use crate::maps::pack::{NoPack, Pack};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::UtcMillis;
use protocol::core::problem::{Code, Problem};
use protocol::sync::rows::Zone;
use protocol::ui::imports::{SLICE, Slice};
use protocol::ui::maps::{MOST_BYTES, MapPack, MapsResponse, PackArea, PackFault, StreetTile, TileAt};
use serde::{Deserialize, Serialize};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// The longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// What names of files end in: a pack, what is known of it, and one that is being brought.
const PACK: &str = "pmtiles";
const ABOUT: &str = "json";
const BROUGHT: &str = "part";

/// The folder with the packs.
pub struct Shelf {
    folder: PathBuf,
}

/// What is known of a pack beside its file.
#[derive(Serialize, Deserialize)]
struct About {
    name: String,
    at: UtcMillis,
}

fn refused(what: &str) -> Error {
    Problem::new(Code::BadRequest, what).into()
}

impl Shelf {
    /// That of a device whose files are in a folder.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn open(data: &Path) -> Result<Self, Error> {
        let folder = data.join("maps");
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    fn path(&self, pack: Uuid, kind: &str) -> PathBuf {
        self.folder.join(format!("{pack}.{kind}"))
    }

    /// The packs, the newest first: their names are by time.
    fn packs(&self) -> Result<Vec<(Uuid, PathBuf)>, Error> {
        let mut packs = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let id = path.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse::<Uuid>().ok());
            if let Some(id) = id.filter(|_| path.extension().is_some_and(|kind| kind == PACK)) {
                packs.push((id, path));
            }
        }
        packs.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        Ok(packs)
    }

    /// The packs by name, each with those of some zones that it covers.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn list(&self, zones: &[Zone]) -> Result<Vec<MapPack>, Error> {
        let mut list = Vec::new();
        for (id, path) in self.packs()? {
            let about = fs::read(self.path(id, ABOUT)).ok().and_then(|text| serde_json::from_slice::<About>(&text).ok());
            let About { name, at } = about.unwrap_or_else(|| About { name: id.to_string(), at: UtcMillis(0) });
            let area = area(&path, zones).inspect_err(|error| tracing::warn!(%error, %id, "a pack cannot be read")).ok();
            list.push(MapPack { id, name, bytes: fs::metadata(&path)?.len(), at, area });
        }
        list.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        Ok(list)
    }

    /// Takes a part of a file. With the last one the whole is examined and kept; what is refused is deleted.
    ///
    /// # Errors
    /// The part is none, or cannot be written.
    pub fn bring(&self, slice: &Slice, at: UtcMillis, zones: &[Zone]) -> Result<MapsResponse, Error> {
        // The last part came twice.
        if self.path(slice.id, PACK).exists() {
            return Ok(MapsResponse::Packs(self.list(zones)?));
        }
        let bytes = STANDARD.decode(&slice.base64).map_err(|_| refused("a slice is base64"))?;
        if bytes.len() > SLICE {
            return Err(refused("the slice is too large"));
        }
        let end = slice.offset.saturating_add(bytes.len() as u64);
        if end > MOST_BYTES {
            return self.refuse(slice.id, PackFault::TooLarge);
        }
        if slice.offset == 0 {
            self.tidy()?;
            // What is no pack is refused before all of it was brought.
            if let Err(fault) = Header::read(&bytes) {
                return self.refuse(slice.id, fault);
            }
        }
        let path = self.path(slice.id, BROUGHT);
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        if file.metadata()?.len() < slice.offset {
            return Err(refused("a slice before this one is missing"));
        }
        file.seek(SeekFrom::Start(slice.offset))?;
        file.write_all(&bytes)?;
        if !slice.is_last {
            return Ok(MapsResponse::Done);
        }
        file.set_len(end)?;
        file.sync_all()?;
        drop(file);
        match examined(&path) {
            Ok(()) => self.keep(slice, at)?,
            Err(NoPack::Fault(fault)) => return self.refuse(slice.id, fault),
            Err(NoPack::Io(error)) => return Err(error.into()),
        }
        Ok(MapsResponse::Packs(self.list(zones)?))
    }

    /// Keeps what was brought: it is a pack from the moment at which its file has the name of one.
    fn keep(&self, slice: &Slice, at: UtcMillis) -> Result<(), Error> {
        let name = slice.name.chars().filter(|letter| !letter.is_control()).take(LONGEST_NAME).collect();
        fs::write(self.path(slice.id, ABOUT), serde_json::to_vec(&About { name, at })?)?;
        Ok(fs::rename(self.path(slice.id, BROUGHT), self.path(slice.id, PACK))?)
    }

    fn refuse(&self, pack: Uuid, fault: PackFault) -> Result<MapsResponse, Error> {
        forget(&self.path(pack, BROUGHT))?;
        Ok(MapsResponse::Refused(fault))
    }

    /// Deletes what was brought of a file.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub fn cancel(&self, pack: Uuid) -> Result<(), Error> {
        forget(&self.path(pack, BROUGHT))
    }

    /// Deletes a pack.
    ///
    /// # Errors
    /// It cannot be deleted.
    pub fn remove(&self, pack: Uuid) -> Result<(), Error> {
        forget(&self.path(pack, PACK))?;
        forget(&self.path(pack, ABOUT))
    }

    /// A tile of the newest pack that has it. One that cannot be read is passed over.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn tile(&self, at: TileAt) -> Result<Option<StreetTile>, Error> {
        for (id, path) in self.packs()? {
            match Pack::open(&path).and_then(|mut pack| pack.tile(at)) {
                Ok(Some(tile)) => return Ok(Some(tile)),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, %id, ?at, "a tile cannot be read"),
            }
        }
        Ok(None)
    }

    /// Deletes what is left of files that were not brought to their end: one is brought at a time.
    fn tidy(&self) -> Result<(), Error> {
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is = |kind: &str| path.extension().is_some_and(|extension| extension == kind);
            if is(BROUGHT) || (is(ABOUT) && !path.with_extension(PACK).exists()) {
                forget(&path)?;
            }
        }
        Ok(())
    }
}

fn examined(path: &Path) -> Result<(), NoPack> {
    let mut pack = Pack::open(path)?;
    pack.attribution()?;
    pack.prove()
}

fn area(path: &Path, zones: &[Zone]) -> Result<PackArea, NoPack> {
    let mut pack = Pack::open(path)?;
    let attribution = pack.attribution()?;
    let header = pack.header;
    let covered = zones.iter().filter(|zone| header.meets(zone)).map(|zone| zone.name.clone()).collect();
    Ok(PackArea {
        south_west: header.south_west,
        north_east: header.north_east,
        min_zoom: header.min_zoom,
        max_zoom: header.max_zoom,
        attribution,
        zones: covered,
    })
}

impl Header {
    /// Whether a zone is within what the pack covers, or around it: by their corners, which is enough to name it.
    fn meets(&self, zone: &Zone) -> bool {
        let Some(outline) = &zone.outline else { return false };
        let (from, to) = (self.south_west, self.north_east);
        let is_in = |lat, lon| (from.lat()..=to.lat()).contains(&lat) && (from.lon()..=to.lon()).contains(&lon);
        outline.corners().iter().any(|corner| is_in(corner.lat(), corner.lon())) || outline.contains(from) || outline.contains(to)
    }
}

/// Deletes a file that may not be there.
fn forget(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::maps::header::{Compression, Section};
    use domain::core::outline::Outline;
    use domain::core::position::Position;
    use domain::{TimeZone, ZoneId};

    fn at(lat: i32, lon: i32) -> Position {
        Position::new(lat, lon).unwrap()
    }

    /// A square zone.
    fn zone(south: i32, west: i32, side: i32) -> Zone {
        let corners = [(south, west), (south, west + side), (south + side, west + side), (south + side, west)];
        let outline = Outline::new(corners.map(|(lat, lon)| at(lat, lon)).to_vec()).unwrap();
        Zone { id: ZoneId(Uuid::nil()), name: "Zone".into(), time_zone: TimeZone::Jakarta, outline: Some(outline) }
    }

    #[test]
    fn a_pack_names_the_zones_in_it_and_the_one_around_it() {
        let none = Section { offset: 0, length: 0 };
        let header = Header {
            root: none,
            metadata: none,
            leaves: none,
            tiles: none,
            internal: Compression::Gzip,
            of_tiles: Compression::Gzip,
            min_zoom: 0,
            max_zoom: 14,
            south_west: at(-7_000_000, 107_000_000),
            north_east: at(-6_900_000, 107_100_000),
        };
        assert!(header.meets(&zone(-6_980_000, 107_020_000, 10_000)), "all of it");
        assert!(header.meets(&zone(-6_910_000, 107_090_000, 50_000)), "a corner");
        assert!(header.meets(&zone(-7_500_000, 106_500_000, 1_000_000)), "it is around the pack");
        assert!(!header.meets(&zone(-6_800_000, 107_000_000, 50_000)));
        assert!(!header.meets(&Zone { outline: None, ..zone(-6_980_000, 107_020_000, 10_000) }));
    }
}
