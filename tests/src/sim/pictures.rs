//! Pictures in a simulation: each is kept by the device on which it was taken, in its real outbox, and brought in parts, one after another, to the
//! server's real files. It is whole once all of its bytes are there. Files outlive a server that is restored; that a picture is whole does not.

use super::device::Device;
use super::schedule::Step;
use super::server::user;
use super::world::World;
use super::{Broken, Sabotage, ensure};
use domain::BlobId;
use sha2::{Digest, Sha256};
use sync_server::field::blobs;

/// Parts of a picture, and bytes of each.
const PARTS: u64 = 3;
const PART: u64 = 64;

/// Bytes of a picture.
const SIZE: u64 = PARTS * PART;

/// A picture that somebody took.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What it is named by.
    id: BlobId,
    /// What it is.
    bytes: Vec<u8>,
    /// Bytes that the server says to have, and has not: by a rule that is broken on purpose.
    lost: u64,
}

/// The bytes of a picture that is taken on a device, as a number below four: a copied device is the first one's. They begin as those of a JPEG do.
fn bytes(device: u8, pick: u32) -> Vec<u8> {
    let text = format!("{}-{pick} ", device % 4);
    [0xff, 0xd8, 0xff].into_iter().chain(text.bytes().cycle()).take(SIZE as usize).collect()
}

/// The name of a picture that is taken on a device.
pub fn name(device: u8, pick: u32) -> BlobId {
    BlobId(Sha256::digest(bytes(device, pick)).into())
}

impl World {
    /// Takes a picture on a device; says whether the device has kept it.
    pub(super) fn took(&mut self, device: u8, pick: u32) -> bool {
        let (id, bytes) = (name(device, pick), bytes(device, pick));
        let at = &mut self.devices[usize::from(device)];
        let Some(store) = at.store.clone() else { return false };
        let clock = at.clock(self.server.now);
        let is_kept = self.runtime.block_on(store.keep_photo(bytes.clone(), clock)).is_ok();
        at.after_commit();
        if is_kept && !self.pictures.iter().any(|picture| picture.id == id) {
            self.pictures.push(Picture { id, bytes, lost: 0 });
        }
        is_kept
    }

    /// For which picture each device waits next.
    fn waiting(&self) -> Vec<(u8, BlobId)> {
        let next = |device: &Device| {
            let store = device.store.as_ref()?;
            let photo = self.runtime.block_on(store.pending_photo()).ok()??;
            Some((device.number, photo.id))
        };
        self.devices.iter().filter_map(next).collect()
    }

    /// A device brings the next part of a picture, from where the server says to be.
    pub(super) fn bring_part(&mut self, pick: u32) {
        if self.server.db.is_none() {
            self.server.boot();
        }
        let waiting = self.waiting();
        let Some((device, id)) = waiting.get(pick as usize % waiting.len().max(1)).copied() else { return };
        let Some(owner) = self.server.key_of(user(device)) else { return };
        let is_known = self.server.model.pictures.contains(&(user(device).0, id.to_string()));
        if is_known || (self.bring(owner, id) && self.finish(device, id, owner)) {
            self.uploaded(device, id);
        }
    }

    /// A part of a picture arrives; says whether that is said to be all of it.
    fn bring(&mut self, owner: i64, id: BlobId) -> bool {
        let Some(place) = self.pictures.iter().position(|picture| picture.id == id) else { return false };
        self.fault("picture brought in parts");
        let picture = &mut self.pictures[place];
        let there = self.blobs.offset(owner, id, SIZE).expect("a folder");
        let first = there + picture.lost;
        let end = first + PART;
        if self.sabotage == Some(Sabotage::LostPart) && first > 0 {
            // All but the first part are lost.
            picture.lost = end - there;
            return end == SIZE;
        }
        let part = &picture.bytes[first as usize..end as usize];
        self.blobs.append(owner, id, first, SIZE, part).expect("a part").whole
    }

    /// All parts of a picture are there; says whether that was written. Otherwise it is brought once more.
    fn finish(&mut self, device: u8, id: BlobId, owner: i64) -> bool {
        self.pictures.iter_mut().filter(|picture| picture.id == id).for_each(|picture| picture.lost = 0);
        let is_whole = self.server.change(|tx| blobs::add(tx, id, SIZE, owner)).is_some();
        if is_whole {
            self.server.model.pictures.insert((user(device).0, id.to_string()));
        }
        if self.server.fuse.is_blown() {
            self.server.db = None;
            self.server.boot();
        }
        is_whole
    }

    /// A device learns that the server has a picture. Where it cannot write that down, it asks once more.
    fn uploaded(&mut self, device: u8, id: BlobId) {
        let at = &mut self.devices[usize::from(device)];
        let Some(store) = at.store.clone() else { return };
        if self.runtime.block_on(store.photo_uploaded(id)).is_ok() {
            at.push_at = 0;
        }
        at.after_commit();
    }

    /// Every device brings what is left of its pictures.
    pub(super) fn bring_pictures(&mut self) -> Result<(), Broken> {
        // A copied device has those of the first one once more.
        let most = 2 * self.pictures.len() * (PARTS as usize + 1);
        for _ in 0..most {
            if self.waiting().is_empty() {
                return Ok(());
            }
            self.step(&Step::Part { pick: 0 })?;
        }
        ensure(self.waiting().is_empty(), || "pictures are not whole although every part was brought".to_owned())
    }

    /// Whether the server has every byte of a picture.
    pub fn has_whole(&self, id: &str) -> bool {
        let taken = self.pictures.iter().find(|picture| picture.id.to_string() == id);
        taken.is_some_and(|picture| self.blobs.read(picture.id).is_ok_and(|there| there.as_ref() == Some(&picture.bytes)))
    }
}
