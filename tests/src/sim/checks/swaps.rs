//! What must hold of swaps, once nothing happens any more: each is there once, and none makes usage of the jump between two registers.

use crate::sim::world::World;
use crate::sim::{Broken, ensure, seen};

/// Looks at every swap, and at what was used where meters were swapped.
pub fn swaps(world: &mut World) -> Result<(), Broken> {
    let (swaps, model) = (world.server.swaps(), world.server.model.swaps());
    seen(&mut world.counts.checks, "swaps are those of the model");
    ensure(swaps == *model, || format!("the model has the swaps {model:?}, the server {swaps:?}"))?;
    for (connection, (used, counted)) in world.server.used() {
        seen(&mut world.counts.checks, "a jump between two registers is no use");
        ensure((0..=counted).contains(&used), || {
            format!("{connection} has used {used} mL, and its meters have counted {counted} mL while they were there")
        })?;
    }
    Ok(())
}
