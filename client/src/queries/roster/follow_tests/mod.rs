//! A roster that follows what changes, beside one that is read anew: after whatever the server, the person or the device does.

mod device;

use crate::queries::roster::Roster;
use crate::queries::roster::build::build;
use crate::store::rows::put;
use device::{Device, OF, id, step};
use domain::CustomerId;
use domain::people::Customer;
use proptest::prelude::*;
use protocol::sync::rows::Entity;
use protocol::ui::bulk::Selection;
use protocol::ui::{CustomerMatch, CustomerQuery, CustomerSort};
use rusqlite::Connection;
use std::sync::Arc;
use uuid::Uuid;

impl Device {
    /// The roster as it was kept is one that is read now.
    fn check(&self) {
        let kept = self.store.read_now(|db| self.rosters.now(db)).unwrap();
        let fresh = self.store.read_now(build).unwrap();
        assert_eq!(everything(&kept), everything(&fresh));
        let matching = CustomerMatch { search: "an".into(), ..CustomerMatch::default() };
        for asked in [matching, CustomerMatch::default()] {
            assert_eq!(kept.facets(&asked), fresh.facets(&asked));
        }
        let rows = Selection::Rows((0..OF).rev().map(|of| CustomerId(id(1, of))).collect());
        let selected = |roster: &Roster| roster.selected(&rows).iter().map(|place| roster.id(*place)).collect::<Vec<_>>();
        assert_eq!(selected(&kept), selected(&fresh));
        let sorts = [CustomerSort::Name, CustomerSort::Zone, CustomerSort::Balance, CustomerSort::Arrears, CustomerSort::Reading];
        for sort in sorts {
            let asked = CustomerQuery { sort, descending: true, ..CustomerQuery::default() };
            let listed = |roster: &Roster| roster.listed(&asked).places.iter().map(|place| roster.id(*place)).collect::<Vec<_>>();
            assert_eq!(listed(&kept), listed(&fresh));
        }
    }
}

/// All that a roster knows of each customer, in order of name.
fn everything(roster: &Roster) -> Vec<String> {
    assert_eq!(roster.places.len(), roster.by_name.len());
    let one = |place: &u32| {
        let person = &roster.people[*place as usize];
        assert_eq!(roster.places.get(&person.id.0), Some(place));
        let supply = |at: usize| format!("{} {} {:?}", roster.zone_of[at], roster.in_zone[at], roster.class_of[at]);
        let mut supplies: Vec<String> = person.supplies().map(supply).collect();
        let own = roster.owners.iter().enumerate().filter(|(_, (_, owner))| owner == place);
        let mut texts: Vec<&str> = own.map(|(at, _)| roster.text_at(at)).collect();
        supplies.sort_unstable();
        texts.sort_unstable();
        format!(
            "{:?} {} {:?} {supplies:?} {} {:?} {:?} {} {:?} {} {} {texts:?}",
            person.id,
            person.name,
            person.status,
            person.meters,
            person.level,
            person.balance,
            person.arrears,
            person.read_at,
            person.is_waiting,
            person.is_undecided
        )
    };
    roster.by_name.iter().map(one).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_roster_that_is_kept_is_one_that_is_read_anew_whatever_happens(
        steps in prop::collection::vec((step(), prop::bool::weighted(0.8)), 1..48),
    ) {
        let mut device = Device::new();
        for (step, is_asked) in &steps {
            device.happen(step);
            // Several changes are followed at once as well.
            if *is_asked {
                device.check();
            }
        }
        device.check();
    }
}

fn fill(device: &Device, names: impl Iterator<Item = (u128, String)>) {
    let write = |db: &Connection| {
        for (of, name) in names {
            let row = Customer { name, ..Customer::new(CustomerId(Uuid::from_u128(of)), format!("C-{of}")) };
            put(db, Entity::Customer, &row.id.to_string(), 1, &serde_json::to_string(&row)?)?;
        }
        Ok(())
    };
    device.store.write_now(write).unwrap();
}

#[test]
fn few_that_changed_are_read_by_themselves_and_many_with_all() {
    let device = Device::new();
    let roster = || device.store.read_now(|db| device.rosters.now(db)).unwrap();
    fill(&device, (0..200).map(|of| (of, format!("Warga {of}"))));
    assert_eq!((roster().total(), roster().left), (200, 0));
    device.write("DELETE FROM customer WHERE id = ?1", [Uuid::from_u128(7).to_string()]);
    assert_eq!((roster().total(), roster().left), (199, 1), "what was read of the others is still there");
    let old = roster();
    fill(&device, [(8, "Aaa".to_owned())].into_iter());
    assert_eq!(roster().id(roster().by_name[0]), CustomerId(Uuid::from_u128(8)));
    assert_eq!(old.id(old.by_name[0]), CustomerId(Uuid::from_u128(0)), "whoever reads one reads it as it was");
    device.write("DELETE FROM customer WHERE id = ?1", [Uuid::from_u128(9).to_string()]);
    assert_eq!(roster().left, 1, "it was read anew meanwhile");
    fill(&device, (20..85).map(|of| (of, format!("Warga {of} B"))));
    assert_eq!((roster().total(), roster().left), (198, 0), "as many as these are read with all");
}

#[test]
fn a_roster_has_transactions_whole_while_others_are_written() {
    let device = Device::new();
    let both = |name: String| [(1_u128, name.clone()), (2, name)].into_iter();
    fill(&device, both("0".to_owned()));
    let names = |roster: &Roster| roster.by_name.iter().map(|at| roster.people[*at as usize].name.clone()).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (1..=300).for_each(|round| fill(&device, both(round.to_string()))));
        while !writer.is_finished() {
            let seen: Arc<Roster> = device.store.read_now(|db| device.rosters.now(db)).unwrap();
            let names = names(&seen);
            assert!(names.len() == 2 && names[0] == names[1], "{names:?}");
        }
    });
    let last = device.store.read_now(|db| device.rosters.now(db)).unwrap();
    assert!(names(&last).iter().all(|name| &**name == "300"));
    device.check();
}
