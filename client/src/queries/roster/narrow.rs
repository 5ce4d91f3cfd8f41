//! Who of the roster is meant: by search, tile and facets, with the count of each value of a facet; and by a selection.

use crate::queries::roster::{Person, Roster};
use domain::CustomerId;
use domain::billing::tariff::TariffClass;
use domain::core::search::Search;
use domain::people::CustomerStatus;
use protocol::ui::bulk::{BalanceLevel, ChangeState, FacetCounts, MeterPresence, Selection, ZoneCount};
use protocol::ui::{CustomerCounts, CustomerFilter, CustomerMatch};
use std::collections::HashSet;

/// What a customer may fail, a bit each: the search and the range of the balance, the tile, and the facets.
mod bit {
    pub const SEARCH: u8 = 1;
    pub const TILE: u8 = 2;
    pub const STATUS: u8 = 4;
    pub const ZONE: u8 = 8;
    pub const CLASS: u8 = 16;
    pub const LEVEL: u8 = 32;
    pub const METER: u8 = 64;
    pub const CHANGE: u8 = 128;
}

/// Customers of a selection, by place.
pub type Selected = Vec<u32>;

/// A question, with what is computed once for all customers.
pub(super) struct Question<'a> {
    asked: &'a CustomerMatch,
    /// Whom the search finds; all of them where nothing is searched for.
    found: Option<Vec<bool>>,
    /// Whether a zone is among those asked for, by its place.
    zones: Vec<bool>,
}

impl Roster {
    /// Reads a question.
    pub(super) fn question<'a>(&self, asked: &'a CustomerMatch) -> Question<'a> {
        let zones = self.zones.iter().map(|zone| asked.facets.zones.contains(&zone.id)).collect();
        Question { asked, found: self.find(&asked.search), zones }
    }

    /// What a customer fails.
    pub(super) fn fails(&self, question: &Question<'_>, place: usize) -> u8 {
        let (person, facets) = (&self.people[place], &question.asked.facets);
        let is_found = question.found.as_ref().is_none_or(|found| found[place]);
        let from = facets.balance_from.is_none_or(|from| person.balance.is_some_and(|balance| balance >= from.0));
        let to = facets.balance_to.is_none_or(|to| person.balance.is_some_and(|balance| balance <= to.0));
        let supplies = person.supplies();
        let is_in_zone = |zone: &u16| question.zones.get(usize::from(*zone)).copied().unwrap_or_default();
        let of = |is_right: bool, bit: u8| if is_right { 0 } else { bit };
        of(is_found && from && to, bit::SEARCH)
            | of(question.asked.only.is_none_or(|tile| is_of_tile(person, tile)), bit::TILE)
            | of(facets.status.is_empty() || facets.status.contains(&person.status), bit::STATUS)
            | of(facets.zones.is_empty() || self.zone_of[supplies.clone()].iter().any(is_in_zone), bit::ZONE)
            | of(
                facets.classes.is_empty() || self.class_of[supplies].iter().any(|class| facets.classes.contains(class)),
                bit::CLASS,
            )
            | of(facets.levels.is_empty() || facets.levels.contains(&BalanceLevel::of(person.level)), bit::LEVEL)
            | of(facets.meters.is_empty() || facets.meters.contains(&presence(person)), bit::METER)
            | of(facets.changes.is_empty() || facets.changes.iter().any(|change| has(person, *change)), bit::CHANGE)
    }

    /// Those who match, in order of name, and the counts of the tiles: of those that everything else leaves.
    pub(super) fn matching(&self, asked: &CustomerMatch) -> (Vec<u32>, CustomerCounts) {
        let question = self.question(asked);
        let (mut matching, mut counts) = (Vec::new(), CustomerCounts::default());
        for place in &self.by_name {
            let fails = self.fails(&question, *place as usize);
            if fails & !bit::TILE == 0 {
                let person = &self.people[*place as usize];
                counts.arrears += u32::from(is_of_tile(person, CustomerFilter::Arrears));
                counts.suspended += u32::from(is_of_tile(person, CustomerFilter::Suspended));
            }
            if fails == 0 {
                matching.push(*place);
            }
        }
        (matching, counts)
    }

    /// How many each value of each facet would leave.
    pub fn facets(&self, asked: &CustomerMatch) -> FacetCounts {
        let question = self.question(asked);
        let mut counts = FacetCounts {
            status: CustomerStatus::ALL.map(|status| (status, 0)).to_vec(),
            classes: TariffClass::ALL.map(|class| (class, 0)).to_vec(),
            levels: BalanceLevel::ALL.map(|level| (level, 0)).to_vec(),
            meters: MeterPresence::ALL.map(|presence| (presence, 0)).to_vec(),
            changes: ChangeState::ALL.map(|change| (change, 0)).to_vec(),
            ..FacetCounts::default()
        };
        let mut zones = vec![0_u32; self.zones.len()];
        for place in self.by_name.iter().map(|place| *place as usize) {
            let fails = self.fails(&question, place);
            // Who fails one facet only would be left by another value of it.
            if fails.count_ones() <= 1 {
                counts.matching += u32::from(fails == 0);
                self.count(place, fails, &mut counts, &mut zones);
            }
        }
        counts.zones =
            self.zones.iter().zip(zones).map(|(zone, count)| ZoneCount { id: zone.id, name: zone.name.clone(), count }).collect();
        counts
    }

    fn count(&self, place: usize, fails: u8, counts: &mut FacetCounts, zones: &mut [u32]) {
        let person = &self.people[place];
        let is_counted = |bit: u8| fails & !bit == 0;
        if is_counted(bit::STATUS) {
            add(&mut counts.status, |status| status == person.status);
        }
        if is_counted(bit::ZONE) {
            let own = &self.zone_of[person.supplies()];
            for (at, zone) in own.iter().enumerate() {
                // A customer with two connections in a zone is one customer of it.
                if let Some(count) = zones.get_mut(usize::from(*zone)).filter(|_| !own[..at].contains(zone)) {
                    *count += 1;
                }
            }
        }
        if is_counted(bit::CLASS) {
            let own = &self.class_of[person.supplies()];
            add(&mut counts.classes, |class| own.contains(&class));
        }
        if is_counted(bit::LEVEL) {
            add(&mut counts.levels, |level| level == BalanceLevel::of(person.level));
        }
        if is_counted(bit::METER) {
            add(&mut counts.meters, |meters| meters == presence(person));
        }
        if is_counted(bit::CHANGE) {
            add(&mut counts.changes, |change| has(person, change));
        }
    }

    /// Who is selected, in order of name: those of them whom this device holds.
    pub fn selected(&self, selection: &Selection) -> Selected {
        match selection {
            Selection::Rows(rows) => {
                let mut places: Selected = rows.iter().filter_map(|id| self.places.get(&id.0).copied()).collect();
                places.sort_unstable_by(|one, other| self.compare_names(*one, *other));
                places.dedup();
                places
            }
            Selection::Matching { matching, except } => {
                let except: HashSet<CustomerId> = except.iter().copied().collect();
                let (mut places, _) = self.matching(matching);
                places.retain(|place| !except.contains(&self.id(*place)));
                places
            }
        }
    }

    /// Whom a search finds. Its words are looked for as one first, and each by itself only where that finds nobody.
    fn find(&self, typed: &str) -> Option<Vec<bool>> {
        let search = Search::new(typed);
        if search.is_empty() {
            return None;
        }
        let found = self.find_words(search.as_one().words());
        if search.words().len() > 1 && !found.contains(&true) {
            return Some(self.find_words(search.words()));
        }
        Some(found)
    }

    fn find_words(&self, words: &[String]) -> Vec<bool> {
        let mut found = vec![0_usize; self.people.len()];
        for (place, word) in words.iter().enumerate() {
            let mut owner = 0;
            // All texts are one to search, so that the word is prepared once.
            for (at, _) in self.text.match_indices(word.as_str()) {
                while self.owners[owner].0 as usize <= at {
                    owner += 1;
                }
                // A text may be nobody's any more.
                let Some(words) = found.get_mut(self.owners[owner].1 as usize) else { continue };
                // Every word before this one was found as well.
                if *words == place {
                    *words += 1;
                }
            }
        }
        found.into_iter().map(|found| found == words.len()).collect()
    }
}

fn add<V: Copy>(counts: &mut [(V, u32)], is_of: impl Fn(V) -> bool) {
    for (value, count) in counts {
        *count += u32::from(is_of(*value));
    }
}

fn is_of_tile(person: &Person, tile: CustomerFilter) -> bool {
    match tile {
        CustomerFilter::Arrears => person.arrears > 0,
        CustomerFilter::Suspended => person.status == CustomerStatus::Suspended,
    }
}

const fn presence(person: &Person) -> MeterPresence {
    if person.meters > 0 { MeterPresence::Installed } else { MeterPresence::Missing }
}

const fn has(person: &Person, change: ChangeState) -> bool {
    match change {
        ChangeState::Waiting => person.is_waiting,
        ChangeState::Undecided => person.is_undecided,
    }
}
