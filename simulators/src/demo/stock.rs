//! The demo's stock of spare parts, asked for over HTTP as the app does, before the work that takes from it: some are in the store, some in vans. One
//! van has none of what its technician uses, and one part that is used is in no list.

use crate::demo::field_records::{answer, derived, sign_in};
use crate::demo::utility::{ACCOUNTS, TECHNICIANS};
use crate::plan::Plan;
use domain::PartId;
use domain::maintenance::stock::StockPlace;
use protocol::maintenance::parts::{PartChange, PartDeed, PartStock};
use std::io::Error;

/// Parts of the list: what, how many came into the store, and how many of them went into each van.
const PARTS: [(&str, u32, u32); 6] = [
    ("Paking 1/2 inci", 200, 25),
    ("Kran kunci 1/2 inci", 24, 0),
    ("Saringan meter", 40, 4),
    ("Kopling kuningan 1/2 inci", 30, 0),
    ("Meter Tirta S-20", 18, 0),
    ("Baterai litium 3,6 V", 36, 6),
];

/// Puts the list and the stock there; the same again changes nothing. Returns how much was asked for.
///
/// # Errors
/// The server cannot be reached, or refuses something.
pub async fn send(server: &str, plan: &Plan) -> std::io::Result<usize> {
    let Some(first) = plan.meters.first() else { return Ok(0) };
    let http = reqwest::Client::new();
    let admin = sign_in(&http, server, (plan, ACCOUNTS[0].1)).await?;
    let path = format!("{server}/admin/v1/parts");
    let found: PartStock = answer(http.get(&path).bearer_auth(&admin.access_token)).await?;
    let drivers = [ACCOUNTS[1].2, TECHNICIANS[0].1];
    let vans = drivers.map(|name| found.vans.iter().find(|van| van.name == name).map(|van| van.id));
    let mut asked = Vec::new();
    for (place, (name, received, taken)) in PARTS.into_iter().enumerate() {
        let part = PartId(derived(first, 13, place));
        let key = |step: usize| derived(first, 14, place * 8 + step);
        asked.push(PartChange { key: key(0), part, stock: PartDeed::Add { name: name.into() } });
        asked.push(PartChange { key: key(1), part, stock: PartDeed::Receive { pieces: received } });
        for (step, van) in vans.into_iter().enumerate().filter(|_| taken > 0) {
            let technician = van.ok_or_else(|| Error::other("a technician of the demo has no van"))?;
            let (from, to) = (StockPlace::Store, StockPlace::Van { technician });
            asked.push(PartChange { key: key(2 + step), part, stock: PartDeed::Move { from, to, pieces: taken } });
        }
    }
    for change in &asked {
        let _: PartStock = answer(http.post(&path).bearer_auth(&admin.access_token).json(change)).await?;
    }
    Ok(asked.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::maintenance::stock::{Movement, clean_name, name_key};
    use std::collections::BTreeSet;

    #[test]
    fn no_two_parts_have_one_name_and_no_more_go_into_vans_than_came() {
        let names: BTreeSet<String> = PARTS.iter().map(|(name, ..)| name_key(name)).collect();
        assert_eq!(names.len(), PARTS.len());
        for (name, received, taken) in PARTS {
            assert!(clean_name(name).is_ok_and(|clean| clean == name), "{name}");
            assert_eq!(Movement::Received { pieces: received }.fault(), None, "{name}");
            assert!(2 * taken <= received, "{name}");
        }
    }
}
