//! Advice on saving water in a simulation: somebody says that it is applied or kept at hand, or not any more, whoever they are by then.

use super::device::Device;
use super::server::{CUSTOMERS, id, user};
use domain::tips::{TipMark, TipName};
use domain::{ConnectionId, LocalDay};
use protocol::sync::push::Operation;

/// Few, so that two devices of one user say something of the same.
const NAMES: [&str; 2] = ["shower-head", "of-a-newer-app"];

/// What somebody says of an advice at a connection that was there from the beginning.
pub fn operation(device: &Device, pick: u32) -> Option<Operation> {
    let connection = ConnectionId(id(4, u128::from(pick >> 8) % CUSTOMERS));
    let mark = match pick / 16 % 4 {
        0 => TipMark::Applied { day: LocalDay(20_000 + (pick / 64 % 30) as i32) },
        1 => TipMark::NotApplied,
        2 => TipMark::Bookmarked,
        _ => TipMark::NotBookmarked,
    };
    let tip = TipName::parse(NAMES[pick as usize / 4 % NAMES.len()]).ok()?;
    Some(Operation::MarkTip { user: user(device.number), connection, tip, mark })
}
