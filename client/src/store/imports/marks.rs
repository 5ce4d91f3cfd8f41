//! What a check says of a block's rows: a byte for each, and the findings of all of them together.

use crate::error::Error;
use crate::store::imports::block::{Packer, unpack};
use domain::imports::Finding;
use protocol::ui::imports::Fate;

/// Set in the byte of a row that has a warning.
const WARNED: u8 = 0x80;

/// Set in the byte of a row that is a further connection of an earlier row's customer.
const FURTHER: u8 = 0x40;

/// The bits that say what a row comes to.
const FATE: u8 = 0x3f;

/// Which rows are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Only {
    /// All.
    All,
    /// Those of a fate.
    Fate(Fate),
    /// Those with a warning.
    Warned,
}

/// How many rows have which fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fates {
    /// By the fate's number; 0 is not checked.
    pub counts: [u32; 6],
    /// With a warning.
    pub warned: u32,
}

const fn number(fate: Option<Fate>) -> u8 {
    match fate {
        None => 0,
        Some(Fate::Create) => 1,
        Some(Fate::Update) => 2,
        Some(Fate::Same) => 3,
        Some(Fate::LeftOut) => 4,
        Some(Fate::Error) => 5,
    }
}

const fn fate(number: u8) -> Option<Fate> {
    match number {
        1 => Some(Fate::Create),
        2 => Some(Fate::Update),
        3 => Some(Fate::Same),
        4 => Some(Fate::LeftOut),
        5 => Some(Fate::Error),
        _ => None,
    }
}

impl Fates {
    /// How many have a fate.
    pub fn of(&self, of: Fate) -> u32 {
        self.counts[usize::from(number(Some(of)))]
    }

    /// How many there are.
    pub fn all(&self) -> u32 {
        self.counts.iter().sum()
    }
}

/// What the rows of a block come to, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Vec<u8>);

impl Marks {
    /// Those that were stored.
    pub(super) fn stored(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As they are stored.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// What was numbered so in a file of before.
    pub(super) fn push_number(&mut self, number: u8, is_warned: bool) {
        self.0.push(number | if is_warned { WARNED } else { 0 });
    }

    /// Says what the next row comes to.
    pub fn push(&mut self, of: Fate, is_warned: bool) {
        self.push_number(number(Some(of)), is_warned);
    }

    /// Says of a row that it comes to something else, and whether it is a further connection of an earlier row's customer.
    pub fn set(&mut self, place: usize, of: Fate, is_warned: bool, is_further: bool) {
        if let Some(mark) = self.0.get_mut(place) {
            *mark = number(Some(of)) | if is_warned { WARNED } else { 0 } | if is_further { FURTHER } else { 0 };
        }
    }

    /// What a row comes to; `None` before a check.
    pub fn fate(&self, place: usize) -> Option<Fate> {
        self.0.get(place).and_then(|mark| fate(mark & FATE))
    }

    /// Whether a row is a further connection of an earlier row's customer.
    pub fn is_further(&self, place: usize) -> bool {
        self.0.get(place).is_some_and(|mark| mark & FURTHER != 0)
    }

    /// Whether a row is among those.
    pub fn is(&self, place: usize, only: Only) -> bool {
        match only {
            Only::All => true,
            Only::Fate(of) => self.fate(place) == Some(of),
            Only::Warned => self.0.get(place).is_some_and(|mark| mark & WARNED != 0),
        }
    }

    /// How many there are of each.
    pub fn count(&self) -> Fates {
        let mut fates = Fates::default();
        for mark in &self.0 {
            if let Some(count) = fates.counts.get_mut(usize::from(mark & FATE)) {
                *count += 1;
            }
            fates.warned += u32::from(mark & WARNED != 0);
        }
        fates
    }
}

/// The findings of a block as they are stored; no bytes for none.
///
/// # Errors
/// There is no memory for it.
pub fn pack_findings(findings: &[Finding], packer: &mut Packer) -> Result<Vec<u8>, Error> {
    if findings.is_empty() { Ok(Vec::new()) } else { packer.pack(&serde_json::to_vec(findings)?) }
}

/// The findings of a block, in the order of its rows.
///
/// # Errors
/// They are damaged.
pub fn unpack_findings(packed: &[u8]) -> Result<Vec<Finding>, Error> {
    if packed.is_empty() { Ok(Vec::new()) } else { Ok(serde_json::from_slice(&unpack(packed)?)?) }
}
