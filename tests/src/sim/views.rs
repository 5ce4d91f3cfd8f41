//! Saved views in a simulation: whoever is an admin, or was one, keeps or removes a view of a few names, on two devices of one account as well.

use super::device::Device;
use super::server::user;
use client::queries::version_of_view;
use domain::UtcMillis;
use domain::people::saved_view::{ViewList, version_over, view_of};
use protocol::sync::push::Operation;

const NAMES: [&str; 3] = ["Luring", "Menunggak", "Barat"];

/// Something about a view, made by the clock of its device.
pub fn operation(device: &Device, pick: u32, now: UtcMillis) -> Option<Operation> {
    let (user, list) = (user(device.number), ViewList::ALL[pick as usize / 16 % 2]);
    let name = NAMES[pick as usize / 64 % NAMES.len()].to_owned();
    let row = view_of(user, list, &name).to_string();
    let seen = device.store.as_ref()?.read_now(|db| version_of_view(db, &row)).ok()?;
    let version = version_over(seen, device.clock(now));
    Some(if pick.is_multiple_of(3) {
        Operation::RemoveView { user, list, name, version }
    } else {
        let query = format!("?cari=v{}-{}", device.number, pick % 9_973);
        Operation::PutView { user, list, name, query, version }
    })
}
