//! Pictures in a simulation: each is brought in parts, one after another, by whoever took it, and is whole once all of them are there. Parts outlive a
//! server that is restored, as files do; that a picture is whole does not.

use super::schedule::Step;
use super::server::user;
use super::world::World;
use super::{Broken, Sabotage, ensure};
use domain::BlobId;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use sync_server::field::blobs;

/// Parts of a picture.
pub const PARTS: u8 = 3;

/// A picture that somebody took.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Whose device it was taken on, as a number below four: a copied device is the first one's.
    owner: u8,
    /// What it is named by.
    id: BlobId,
    /// The parts that the server said to have.
    answered: BTreeSet<u8>,
    /// The parts that the server has.
    there: BTreeSet<u8>,
}

/// The name of a picture that is taken on a device.
pub fn name(device: u8, pick: u32) -> BlobId {
    BlobId(Sha256::digest(format!("{}-{pick}", device % 4)).into())
}

impl World {
    /// A picture was taken on a device.
    pub(super) fn took(&mut self, device: u8, id: BlobId) {
        let owner = device % 4;
        if !self.pictures.iter().any(|picture| (picture.owner, picture.id) == (owner, id)) {
            self.pictures.push(Picture { owner, id, answered: BTreeSet::new(), there: BTreeSet::new() });
        }
    }

    /// The places of pictures that are not whole.
    fn unfinished(&self) -> Vec<usize> {
        let known = &self.server.model.pictures;
        let is_whole = |picture: &Picture| known.contains(&(user(picture.owner).0, picture.id.to_string()));
        (0..self.pictures.len()).filter(|place| !is_whole(&self.pictures[*place])).collect()
    }

    /// Somebody brings the next part of a picture.
    pub(super) fn bring_part(&mut self, pick: u32) {
        if self.server.db.is_none() {
            self.server.boot();
        }
        let unfinished = self.unfinished();
        let Some(place) = unfinished.get(pick as usize % unfinished.len().max(1)).copied() else { return };
        let is_lossy = self.sabotage == Some(Sabotage::LostPart);
        let picture = &mut self.pictures[place];
        if let Some(part) = (0..PARTS).find(|part| !picture.answered.contains(part)) {
            picture.answered.insert(part);
            if !(is_lossy && part == 1) {
                picture.there.insert(part);
            }
            self.fault("picture brought in parts");
        }
        if self.pictures[place].answered.len() == usize::from(PARTS) {
            self.finish(place);
        }
    }

    /// All parts of a picture are there.
    fn finish(&mut self, place: usize) {
        let Picture { owner, id, .. } = self.pictures[place];
        let owner = user(owner).0;
        let whole = self.server.change(|tx| {
            let num = tx.db.query_row("SELECT num FROM user WHERE id = ?1", [owner.as_bytes()], |row| row.get(0))?;
            blobs::add(tx, id, u64::from(PARTS), num)
        });
        if whole.is_some() {
            self.server.model.pictures.insert((owner, id.to_string()));
        }
        if self.server.fuse.is_blown() {
            self.server.db = None;
            self.server.boot();
        }
    }

    /// Everybody brings what is left of their pictures.
    pub(super) fn bring_pictures(&mut self) -> Result<(), Broken> {
        let most = self.pictures.len() * (usize::from(PARTS) + 1);
        for _ in 0..most {
            if self.unfinished().is_empty() {
                return Ok(());
            }
            self.step(&Step::Part { pick: 0 })?;
        }
        ensure(self.unfinished().is_empty(), || "pictures are not whole although every part was brought".to_owned())
    }

    /// Whether the server has every part of a picture.
    pub fn has_whole(&self, id: &str) -> bool {
        let parts = usize::from(PARTS);
        self.pictures.iter().any(|picture| picture.id.to_string() == id && picture.there.len() == parts)
    }
}
