//! The kit: every piece a screen is made of, shown in every state on `/kit`.

pub mod bars;
pub mod basic;
pub mod conflict;
pub mod dialog;
pub mod form;
pub mod icon;
pub mod near;
pub mod notice;
pub mod shell;
pub mod states;
pub mod status;
pub mod water;

pub use bars::DayBars;
pub use basic::{Button, Card, Field, Segmented, Select};
pub use conflict::ConflictCard;
pub use dialog::Dialog;
pub use icon::Icon;
pub use states::{Empty, Failed, Skeleton};
pub use status::{Against, Age, Connected, DeltaChip, StatusChip, ValveChip};
pub use water::Water;
