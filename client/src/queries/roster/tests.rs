//! The roster against a walk over the same customers that shares no code with it, and what its statements read.

use crate::queries::plan::plan;
use crate::queries::roster::build::{CONNECTIONS, CREDITS, CUSTOMERS, METERS, STATES, UNDECIDED, WAITING};
use crate::queries::roster::{Roster, Rosters, follow};
use crate::store::Store;
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::{CustomerId, Rupiah, ZoneId};
use protocol::ui::bulk::{BalanceLevel, ChangeState, FacetCounts, MeterPresence, Selection};
use protocol::ui::{CustomerCounts, CustomerFacets, CustomerFilter, CustomerMatch};
use rusqlite::{Connection, params};
use std::sync::Arc;
use tempfile::TempDir;
use uuid::Uuid;

const MANY: u32 = 240;
const ZONES: u32 = 3;

fn id(kind: u8, of: u32) -> Uuid {
    Uuid::from_u128((u128::from(kind) << 64) | u128::from(of))
}

/// A customer as the oracle knows one; every attribute follows from the number.
struct Known(u32);

impl Known {
    fn status(&self) -> CustomerStatus {
        CustomerStatus::ALL[(self.0 % 3) as usize]
    }

    /// Zone and class of each connection: none, one, or two of which both may be alike.
    fn connections(&self) -> Vec<(u32, TariffClass)> {
        let class = |of: u32| TariffClass::ALL[(of % 4) as usize];
        (0..self.0 % 5 % 3).map(|which| ((self.0 / 2 + which * (self.0 % 2)) % ZONES, class(self.0 / 3 + which))).collect()
    }

    fn has_meter(&self) -> bool {
        !self.connections().is_empty() && self.0.is_multiple_of(2)
    }

    fn balance(&self) -> Option<i64> {
        (!self.connections().is_empty() && !self.0.is_multiple_of(7)).then(|| i64::from(self.0 % 50) * 1_000 - 9_000)
    }

    fn level(&self) -> BalanceLevel {
        match self.balance() {
            None => BalanceLevel::Uncharged,
            Some(..=0) => BalanceLevel::Empty,
            Some(..=9_000) => BalanceLevel::Critical,
            Some(..=20_000) => BalanceLevel::Warning,
            Some(_) => BalanceLevel::Ok,
        }
    }

    fn is_waiting(&self) -> bool {
        self.0.is_multiple_of(11)
    }

    fn is_undecided(&self) -> bool {
        self.0.is_multiple_of(13)
    }

    fn matches(&self, asked: &CustomerMatch) -> bool {
        let facets = &asked.facets;
        let any = |is_empty: bool, is_one: bool| is_empty || is_one;
        let presence = if self.has_meter() { MeterPresence::Installed } else { MeterPresence::Missing };
        let is_change = |change: &ChangeState| match change {
            ChangeState::Waiting => self.is_waiting(),
            ChangeState::Undecided => self.is_undecided(),
        };
        let of = self.connections();
        let is_in = |zone: &ZoneId| of.iter().any(|(own, _)| id(4, *own) == zone.0);
        (asked.search.is_empty() || format!("warga{:04}", self.0).contains(&asked.search))
            && match asked.only {
                None => true,
                Some(CustomerFilter::Arrears) => self.balance().is_some_and(|balance| balance < 0),
                Some(CustomerFilter::Suspended) => self.status() == CustomerStatus::Suspended,
            }
            && any(facets.status.is_empty(), facets.status.contains(&self.status()))
            && any(facets.zones.is_empty(), facets.zones.iter().any(is_in))
            && any(facets.classes.is_empty(), of.iter().any(|(_, class)| facets.classes.contains(class)))
            && any(facets.levels.is_empty(), facets.levels.contains(&self.level()))
            && any(facets.meters.is_empty(), facets.meters.contains(&presence))
            && any(facets.changes.is_empty(), facets.changes.iter().any(is_change))
            && facets.balance_from.is_none_or(|from| self.balance().is_some_and(|balance| balance >= from.0))
            && facets.balance_to.is_none_or(|to| self.balance().is_some_and(|balance| balance <= to.0))
    }
}

fn fill(db: &Connection) -> Result<(), crate::error::Error> {
    for zone in 0..ZONES {
        let body = format!(r#"{{"name":"Zona {zone}"}}"#);
        db.execute("INSERT INTO zone (id, rev, body) VALUES (?1, 1, ?2)", params![id(4, zone).to_string(), body])?;
    }
    for of in 0..MANY {
        let (known, customer) = (Known(of), id(1, of).to_string());
        db.execute(
            "INSERT INTO customer (id, rev, name, number, status, search, body) VALUES (?1, 1, ?2, '', ?3, ?4, '{}')",
            params![customer, format!("Warga {of:04}"), known.status().as_str(), format!("warga{of:04} c{of:04}")],
        )?;
        for (which, (zone, class)) in (0..).zip(known.connections()) {
            let connection = id(2, of * 2 + which).to_string();
            db.execute(
                "INSERT INTO connection (id, rev, customer, zone, class, address, search, body) VALUES (?1, 1, ?2, ?3, ?4, '', 'kos', '{}')",
                params![connection, customer, id(4, zone).to_string(), class.as_str()],
            )?;
            if which == 0 && known.has_meter() {
                db.execute(
                    "INSERT INTO meter (id, rev, serial, connection, zone, search, body) VALUES (?1, 1, '', ?2, '', 'wm', '{}')",
                    params![id(3, of).to_string(), connection],
                )?;
            }
            if which == 0
                && let Some(balance) = known.balance()
            {
                db.execute(
                    "INSERT INTO credit (id, rev, balance, arrears, level, body) VALUES (?1, 1, ?2, ?3, ?4, '{}')",
                    params![connection, balance, (-balance).max(0), known.level().as_str()],
                )?;
            }
        }
        if known.is_waiting() {
            db.execute("INSERT INTO base_row (entity, id, rev, body) VALUES (2, ?1, 1, '{}')", [&customer])?;
        }
        if known.is_undecided() {
            let conflict = id(5, of).to_string();
            db.execute("INSERT INTO conflict (id, rev, row_id, body) VALUES (?1, 1, ?2, '{}')", [&conflict, &customer])?;
        }
    }
    Ok(())
}

fn roster() -> (TempDir, Store, Arc<Roster>) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("cache.db"), &"00".repeat(32)).unwrap();
    store.write_now(fill).unwrap();
    let roster = store.read_now(|db| Rosters::of(&store).now(db)).unwrap();
    (dir, store, roster)
}

fn questions() -> Vec<CustomerMatch> {
    let of = |facets: CustomerFacets| CustomerMatch { facets, ..CustomerMatch::default() };
    let status = CustomerFacets { status: vec![CustomerStatus::Active, CustomerStatus::Suspended], ..CustomerFacets::default() };
    let zones = CustomerFacets { zones: vec![ZoneId(id(4, 1))], ..CustomerFacets::default() };
    let classes = CustomerFacets { classes: vec![TariffClass::Commercial], ..zones.clone() };
    let levels = CustomerFacets { levels: vec![BalanceLevel::Empty, BalanceLevel::Uncharged], ..CustomerFacets::default() };
    let meters = CustomerFacets { meters: vec![MeterPresence::Missing], ..levels.clone() };
    let changes = CustomerFacets { changes: ChangeState::ALL.to_vec(), ..status.clone() };
    let (balance_from, balance_to) = (Some(Rupiah(-5_000)), Some(Rupiah(12_000)));
    let range = CustomerFacets { balance_from, balance_to, ..status.clone() };
    let mut asked: Vec<_> = [status, zones, classes, levels, meters, changes, range].into_iter().map(of).collect();
    asked.push(CustomerMatch { search: "warga01".into(), only: Some(CustomerFilter::Arrears), ..asked[0].clone() });
    asked.push(CustomerMatch::default());
    asked
}

#[test]
fn each_question_finds_whom_a_plain_walk_finds_and_each_facet_counts_what_its_values_would_leave() {
    let (_dir, _store, roster) = roster();
    for asked in questions() {
        let wanted: Vec<_> = (0..MANY).filter(|of| Known(*of).matches(&asked)).map(|of| CustomerId(id(1, of))).collect();
        let selected = roster.selected(&Selection::Matching { matching: Box::new(asked.clone()), except: Vec::new() });
        assert_eq!(selected.iter().map(|place| roster.id(*place)).collect::<Vec<_>>(), wanted, "{asked:?}");
        let FacetCounts { matching, status, zones, classes, levels, meters, changes } = roster.facets(&asked);
        assert_eq!(matching as usize, wanted.len());
        let count = |change: &dyn Fn(&mut CustomerFacets)| {
            let mut other = asked.clone();
            change(&mut other.facets);
            (0..MANY).filter(|of| Known(*of).matches(&other)).count() as u32
        };
        for (value, found) in status {
            assert_eq!(found, count(&|facets| facets.status = vec![value]), "{value:?} of {asked:?}");
        }
        for zone in zones {
            assert_eq!(zone.count, count(&|facets| facets.zones = vec![zone.id]), "{} of {asked:?}", zone.name);
        }
        for (value, found) in classes {
            assert_eq!(found, count(&|facets| facets.classes = vec![value]), "{value:?} of {asked:?}");
        }
        for (value, found) in levels {
            assert_eq!(found, count(&|facets| facets.levels = vec![value]), "{value:?} of {asked:?}");
        }
        for (value, found) in meters {
            assert_eq!(found, count(&|facets| facets.meters = vec![value]), "{value:?} of {asked:?}");
        }
        for (value, found) in changes {
            assert_eq!(found, count(&|facets| facets.changes = vec![value]), "{value:?} of {asked:?}");
        }
        let (_, counts) = roster.matching(&CustomerMatch { only: None, ..asked.clone() });
        let tile = |tile| count_of(&CustomerMatch { only: Some(tile), ..asked.clone() });
        let wanted = CustomerCounts { arrears: tile(CustomerFilter::Arrears), suspended: tile(CustomerFilter::Suspended) };
        assert_eq!(counts, wanted);
    }
}

fn count_of(asked: &CustomerMatch) -> u32 {
    (0..MANY).filter(|of| Known(*of).matches(asked)).count() as u32
}

#[test]
fn a_selection_is_who_was_ticked_or_who_matches_without_those_who_were_unticked() {
    let (_dir, _store, roster) = roster();
    let one = |of: u32| CustomerId(id(1, of));
    let ticked = roster.selected(&Selection::Rows(vec![one(7), one(3), one(7), CustomerId(Uuid::nil())]));
    assert_eq!(ticked.iter().map(|place| roster.id(*place)).collect::<Vec<_>>(), [one(3), one(7)]);
    let all = roster.selected(&Selection::Matching { matching: Box::default(), except: vec![one(3), one(9)] });
    assert_eq!(all.len() as u32, MANY - 2);
    assert!(!all.iter().any(|place| [one(3), one(9)].contains(&roster.id(*place))));
}

#[test]
fn what_is_read_of_everybody_is_read_from_indexes_that_hold_it() {
    let (_dir, store, _) = roster();
    for (sql, parameters) in [
        (CUSTOMERS, vec![]),
        (CONNECTIONS, vec![]),
        (METERS, vec![]),
        (STATES, vec![]),
        (CREDITS, vec![]),
        (WAITING, vec![2, 3]),
        (UNDECIDED, vec![]),
    ] {
        let steps = plan(&store, sql, &parameters);
        // Few rows wait at a time, and those are found by their key.
        let is_read_once = steps.len() == 1 && (steps[0].contains("COVERING INDEX") || steps[0].contains("PRIMARY KEY"));
        assert!(is_read_once, "{sql}: {steps:?}");
    }
}

#[test]
fn what_is_read_of_one_customer_is_found_by_keys_and_indexes() {
    let (_dir, store, _) = roster();
    for (sql, parameters) in [(follow::CUSTOMER, vec![1, 2, 3]), (follow::SUPPLIES, vec![1, 2, 3]), (follow::METERS, vec![1])] {
        let steps = plan(&store, sql, &parameters);
        let is_key = |step: &String| step.contains("COVERING INDEX") || step.contains("PRIMARY KEY") || step.contains("SUBQUERY");
        let is_found = steps.iter().all(|step| is_key(step) && !step.starts_with("SCAN"));
        assert!(is_found, "{sql}: {steps:?}");
    }
}
