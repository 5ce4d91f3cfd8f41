//! Faults that a simulated meter, or the property behind it, is given while it runs: leaks, tampering, a battery that gives out, silence, a
//! clock that jumps. What a fault does follows from the fault, a seed and the time alone.

pub mod asked;
pub mod condition;
pub mod fleet;
pub mod kind;
