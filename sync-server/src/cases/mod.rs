//! Cases: what somebody has to look into at a meter.
//!
//! From the bottom up: `rows` (all SQL), `shown` (a case as devices hold it, and who is notified), `checkpoints` (which earlier states of a
//! meter are kept), `evaluation` (the rules of leaks over the readings of one meter), `events` (what a meter reports of itself), `health`
//! (battery, silence, clock and valve of a meter), `answers` (what people say), `policy` (what a utility sets), `rules` (what it sets for
//! classes of meters), `check` (that what stands is what the rules find in the whole history), `zone_loss` (water lost in a whole zone,
//! which is no case).

pub mod answers;
pub mod check;
mod checkpoints;
pub mod evaluation;
pub mod events;
pub mod health;
pub mod http;
pub mod policy;
pub mod rows;
pub mod rules;
pub mod shown;
pub mod zone_loss;
