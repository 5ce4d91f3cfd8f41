//! Swaps of meters in a simulation: whoever is an admin, or was one, puts another meter in the place of one that their device shows, with a jump
//! between both registers that nobody has used.

use super::device::Device;
use super::server::{METERS, id};
use domain::field::field_record::Explanation;
use domain::field::meter_swap::Swap;
use domain::{ConnectionId, MeterSwapId, Millilitres, Serial, UtcMillis};
use protocol::sync::push::Operation;
use protocol::sync::rows::{Meter, MeterSwap};
use serde::de::DeserializeOwned;

/// What a meter counts between two swaps at most, in litres.
const MOST: i64 = 40;

/// Serial numbers that are put up: few, so that some are elsewhere already, and some come back.
const SERIALS: u32 = 12;

/// What a new meter shows first, in litres.
const FIRST: [i64; 3] = [0, 500_000, 3_000_000];

/// Another meter in the place of one at a connection that has had one from the beginning.
pub fn operation(device: &Device, pick: u32, now: UtcMillis) -> Option<Operation> {
    let is_of_those = |connection: ConnectionId| (0..METERS).any(|number| id(4, number) == connection.0);
    let mut meters: Vec<Meter> = shown(device, "SELECT body FROM meter ORDER BY id");
    // A meter that a swap makes is none before the server has entered it: who takes it down sooner is refused, which the model cannot know.
    let was_there = |meter: &Meter| meter.id.0.as_u128() & u128::from(u64::MAX) < 1_000;
    meters.retain(|meter| meter.connection.is_some_and(is_of_those) && was_there(meter));
    let old = meters.get(pick as usize % meters.len().max(1))?;
    // What it showed when it was put up, as far as the device knows.
    let swaps: Vec<MeterSwap> = shown(device, "SELECT body FROM meter_swap ORDER BY at DESC");
    let put_up = swaps.iter().find(|swap| swap.entered && swap.meter == old.id);
    let first = put_up.map_or(Millilitres::ZERO, |swap| swap.first_register);
    let used = Millilitres::litres(i64::from(pick / 64) % (MOST + 1));
    let serial: Serial = format!("WM-T{:02}", pick / 4_096 % SERIALS).parse().ok()?;
    let number = ((u128::from(device.number) + 1) << 40) | u128::from(pick);
    Some(Operation::SwapMeter(Box::new(Swap {
        swap: MeterSwapId(id(5, number)),
        meter: old.id,
        // By the device's clock, as a person's is.
        at: device.clock(now),
        final_register: (!pick.is_multiple_of(9)).then(|| first + used),
        final_photo: None,
        explained: Explanation::default(),
        serial,
        model: String::new(),
        q3: None,
        first_register: Millilitres::litres(FIRST[pick as usize / 32 % FIRST.len()]),
        first_photo: None,
        old_seal: String::new(),
        new_seal: format!("S-{pick}"),
        order: None,
    })))
}

/// Rows that the device shows.
fn shown<R: DeserializeOwned>(device: &Device, sql: &str) -> Vec<R> {
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare(sql)?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let rows = device.store.as_ref().and_then(|store| store.read_now(list).ok()).unwrap_or_default();
    rows.iter().filter_map(|body| serde_json::from_str(body).ok()).collect()
}
