//! Pictures in a simulation: each is brought in parts, one after another, by whoever took it, to the server's real files, and is whole once all of its
//! bytes are there. Files outlive a server that is restored; that a picture is whole does not.

use super::schedule::Step;
use super::server::user;
use super::world::World;
use super::{Broken, Sabotage, ensure};
use domain::BlobId;
use sha2::{Digest, Sha256};
use sync_server::field::blobs;

/// Parts of a picture, and bytes of each.
pub const PARTS: u64 = 3;
const PART: u64 = 64;

/// A picture that somebody took.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Whose device it was taken on, as a number below four: a copied device is the first one's.
    owner: u8,
    /// What it is named by.
    id: BlobId,
    /// What it is.
    bytes: Vec<u8>,
    /// Bytes that the server says to have, and has not: by a rule that is broken on purpose.
    lost: u64,
}

/// The bytes of a picture that is taken on a device: they begin as those of a JPEG do.
fn bytes(device: u8, pick: u32) -> Vec<u8> {
    let text = format!("{}-{pick} ", device % 4);
    [0xff, 0xd8, 0xff].into_iter().chain(text.bytes().cycle()).take((PARTS * PART) as usize).collect()
}

/// The name of a picture that is taken on a device.
pub fn name(device: u8, pick: u32) -> BlobId {
    BlobId(Sha256::digest(bytes(device, pick)).into())
}

impl World {
    /// A picture was taken on a device.
    pub(super) fn took(&mut self, device: u8, pick: u32) {
        let (owner, id) = (device % 4, name(device, pick));
        if !self.pictures.iter().any(|picture| (picture.owner, picture.id) == (owner, id)) {
            self.pictures.push(Picture { owner, id, bytes: bytes(device, pick), lost: 0 });
        }
    }

    /// The places of pictures that are not whole.
    fn unfinished(&self) -> Vec<usize> {
        let known = &self.server.model.pictures;
        let is_whole = |picture: &Picture| known.contains(&(user(picture.owner).0, picture.id.to_string()));
        (0..self.pictures.len()).filter(|place| !is_whole(&self.pictures[*place])).collect()
    }

    /// Somebody brings the next part of a picture, from where the server says to be.
    pub(super) fn bring_part(&mut self, pick: u32) {
        if self.server.db.is_none() {
            self.server.boot();
        }
        let unfinished = self.unfinished();
        let Some(place) = unfinished.get(pick as usize % unfinished.len().max(1)).copied() else { return };
        let Some(owner) = self.server.key_of(user(self.pictures[place].owner)) else { return };
        let picture = &mut self.pictures[place];
        let there = self.blobs.offset(owner, picture.id).expect("a folder");
        let first = there + picture.lost;
        let end = first + PART;
        // All but the first part are lost.
        let is_whole = if self.sabotage == Some(Sabotage::LostPart) && first > 0 {
            picture.lost = end - there;
            end == PARTS * PART
        } else {
            let part = &picture.bytes[first as usize..end as usize];
            self.blobs.append(owner, picture.id, first, PARTS * PART, part).expect("a part").whole
        };
        self.fault("picture brought in parts");
        if is_whole {
            self.finish(place, owner);
        }
    }

    /// All parts of a picture are there.
    fn finish(&mut self, place: usize, owner: i64) {
        let Picture { owner: device, id, .. } = self.pictures[place];
        let whole = self.server.change(|tx| blobs::add(tx, id, PARTS * PART, owner));
        if whole.is_some() {
            self.server.model.pictures.insert((user(device).0, id.to_string()));
        }
        // Where that was not written, it is brought once more.
        self.pictures[place].lost = 0;
        if self.server.fuse.is_blown() {
            self.server.db = None;
            self.server.boot();
        }
    }

    /// Everybody brings what is left of their pictures.
    pub(super) fn bring_pictures(&mut self) -> Result<(), Broken> {
        let most = self.pictures.len() * (PARTS as usize + 1);
        for _ in 0..most {
            if self.unfinished().is_empty() {
                return Ok(());
            }
            self.step(&Step::Part { pick: 0 })?;
        }
        ensure(self.unfinished().is_empty(), || "pictures are not whole although every part was brought".to_owned())
    }

    /// Whether the server has every byte of a picture.
    pub fn has_whole(&self, id: &str) -> bool {
        let taken = self.pictures.iter().find(|picture| picture.id.to_string() == id);
        taken.is_some_and(|picture| self.blobs.read(picture.id).is_ok_and(|there| there.as_ref() == Some(&picture.bytes)))
    }
}
