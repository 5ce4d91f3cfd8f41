//! The kit: every piece a screen is made of, shown in every state on `/kit`.

pub mod address;
pub mod bars;
pub mod basic;
pub mod conflict;
pub mod dialog;
pub mod form;
pub mod icon;
pub mod keyboard;
pub mod left_out;
pub mod map;
pub mod money_entry;
pub mod near;
pub mod notice;
pub mod palette;
pub mod picking;
pub mod sending;
pub mod sent;
pub mod shell;
pub mod sort;
pub mod states;
pub mod status;
pub mod summary;
pub mod tabs;
pub mod water;

pub use bars::DayBars;
pub use basic::{Button, Card, Field, Segmented, Select};
pub use conflict::ConflictCard;
pub use dialog::{CloseButton, Dialog, FullButton, OverCamera, Side};
pub use icon::Icon;
pub use left_out::{LeftOut, LeftOutFor, first_of};
pub use money_entry::{MoneyEntry, WhyNot, say_amount};
pub use sending::{Sending, use_sending};
pub use sent::SentCounts;
pub use states::{Empty, Failed, Skeleton};
pub use status::{Against, Age, Connected, DeltaChip, Since, StatusChip, ValveChip};
pub use water::Water;
