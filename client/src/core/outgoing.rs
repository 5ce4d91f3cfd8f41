//! Files that are made for somebody to take along: how far the one is that is being made, and the one that waits to be taken. It is in memory
//! alone, so that no list of customers lies unencrypted among the device's files.

use crate::core::jobs::Jobs;
use crate::core::shared::lock;
use std::sync::Mutex;
use uuid::Uuid;

/// What a client makes for others.
#[derive(Default)]
pub struct Outgoing {
    /// What is being made.
    pub jobs: Jobs,
    made: Mutex<Option<(Uuid, Vec<u8>)>>,
}

impl Outgoing {
    /// Keeps a file until it is taken, in place of the one before.
    pub fn keep(&self, id: Uuid, bytes: Vec<u8>) {
        *lock(&self.made) = Some((id, bytes));
    }

    /// A part of a file, from a place on. With its end the file is forgotten. `None` if it is not there, or is over there.
    pub fn take(&self, id: Uuid, offset: u64, length: usize) -> Option<Vec<u8>> {
        let mut made = lock(&self.made);
        let (_, bytes) = made.as_ref().filter(|(held, _)| *held == id)?;
        let rest = bytes.get(usize::try_from(offset).ok()?..).filter(|rest| !rest.is_empty())?;
        let part = rest.get(..length).unwrap_or(rest).to_vec();
        if part.len() == rest.len() {
            *made = None;
        }
        Some(part)
    }

    /// Stops what is being made, and forgets what was.
    pub fn forget(&self) {
        self.jobs.stop_all();
        *lock(&self.made) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_in_parts_once_and_by_its_own_name() {
        let (outgoing, id) = (Outgoing::default(), Uuid::now_v7());
        outgoing.keep(id, b"abcdefgh".to_vec());
        assert_eq!(outgoing.take(Uuid::now_v7(), 0, 3), None);
        let parts = [0, 3, 6].map(|offset| outgoing.take(id, offset, 3).unwrap());
        assert_eq!(parts.concat(), b"abcdefgh");
        assert_eq!(outgoing.take(id, 0, 3), None, "it is forgotten with its end");
    }

    #[test]
    fn what_is_made_next_takes_the_place_of_what_nobody_took() {
        let (outgoing, one, other) = (Outgoing::default(), Uuid::now_v7(), Uuid::now_v7());
        outgoing.keep(one, b"one".to_vec());
        outgoing.keep(other, b"other".to_vec());
        assert_eq!((outgoing.take(one, 0, 9), outgoing.take(other, 5, 9)), (None, None));
        outgoing.forget();
        assert_eq!(outgoing.take(other, 0, 9), None);
    }
}
