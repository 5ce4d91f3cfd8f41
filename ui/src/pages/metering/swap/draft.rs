//! What was typed and photographed of a swap so far. It outlives the dialog: a tap beside it must not cost anybody the way back to the meter.

use crate::bridge;
use crate::components::{Sending, use_sending};
use crate::pages::metering::meter::Taken;
use dioxus::prelude::*;
use domain::field::field_record::{Explanation, Lacks, Plausibility, parse_register};
use domain::field::meter_swap::{Swap, clean_seal};
use domain::metering::meter::LONGEST_MODEL;
use domain::{BlobId, MeterId, MeterSwapId, Millilitres, Serial, UtcMillis, WorkOrderId};

/// The steps, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What the old meter shows last.
    Last,
    /// Which meter is put up.
    Serial,
    /// What that shows first.
    First,
    /// Seals.
    Seals,
    /// All of it, before it is kept.
    Check,
    /// It is kept.
    Done,
}

impl Step {
    /// Those that are counted.
    pub const ALL: [Self; 5] = [Self::Last, Self::Serial, Self::First, Self::Seals, Self::Check];

    /// Its word in the page and in the catalogues.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Serial => "serial",
            Self::First => "first",
            Self::Seals => "seals",
            Self::Check => "check",
            Self::Done => "done",
        }
    }

    /// The field in which it begins.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::Last => Some("swap-last"),
            Self::Serial => Some("swap-serial"),
            Self::First => Some("swap-first"),
            Self::Seals => Some("swap-old-seal"),
            Self::Check | Self::Done => None,
        }
    }

    /// Its place among those that are counted.
    pub fn place(self) -> Option<usize> {
        Self::ALL.iter().position(|step| *step == self)
    }

    /// The next one.
    pub fn after(self) -> Self {
        self.place().and_then(|place| Self::ALL.get(place + 1).copied()).unwrap_or(Self::Done)
    }

    /// The one before.
    pub fn before(self) -> Option<Self> {
        self.place()?.checked_sub(1).map(|place| Self::ALL[place])
    }
}

/// What is typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// The final register.
    pub last: String,
    /// The old meter's display shows nothing that could be read.
    pub is_unreadable: bool,
    /// The new serial number.
    pub serial: String,
    /// Its model.
    pub model: String,
    /// Its permanent flow in litres an hour; empty for a household's.
    pub q3: String,
    /// The first register.
    pub first: String,
    /// The number of the seal that was taken off.
    pub old_seal: String,
    /// The number of the seal that was put on.
    pub new_seal: String,
}

impl Default for Typed {
    fn default() -> Self {
        let none = String::new;
        Self {
            last: none(),
            is_unreadable: false,
            serial: none(),
            model: none(),
            q3: none(),
            // A new meter mostly begins there.
            first: "0".into(),
            old_seal: none(),
            new_seal: none(),
        }
    }
}

/// What a final register still needs beside itself.
pub struct Beside<'a> {
    /// How it compares with the last one known.
    pub found: Option<Plausibility>,
    /// What is said about it.
    pub explained: &'a Explanation,
    /// Whether there is a picture.
    pub has_photo: bool,
}

impl Typed {
    /// The final register, where there is one.
    pub fn last(&self) -> Option<Millilitres> {
        if self.is_unreadable { None } else { parse_register(&self.last) }
    }

    /// What is wrong in a step: each field with a key of the catalogues. `old`: the serial number of the meter that is taken down.
    pub fn wrong(&self, step: Step, old: &str, beside: &Beside<'_>) -> Vec<(&'static str, &'static str)> {
        let mut wrong = Vec::new();
        let mut say = |is: bool, field: &'static str, key: &'static str| {
            if is {
                wrong.push((field, key));
            }
        };
        match step {
            Step::Last => {
                let is_out = beside.found == Some(Plausibility::OutOfRange);
                say(!self.is_unreadable && self.last().is_none(), "swap-last", "meter-wrong-register");
                say(is_out, "swap-last", "plausible-range");
                // The picture of a final register, or why there is none, is asked for whatever it shows: the meter is gone afterwards.
                let lacks = beside.explained.lacks(Plausibility::Lower { by: Millilitres::ZERO }, beside.has_photo);
                let is_doubtful = beside.found.is_some_and(Plausibility::needs_explanation);
                say(is_doubtful && lacks.contains(&Lacks::Reason), "reading-reason", "reading-reason-missing");
                say(lacks.contains(&Lacks::Photo), "reading-no-photo", "reading-no-photo-missing");
            }
            Step::Serial => {
                let serial = self.serial.parse::<Serial>();
                let is_same = serial.as_ref().is_ok_and(|serial| serial.as_str().eq_ignore_ascii_case(old));
                say(serial.is_err(), "swap-serial", "meter-wrong-serial");
                say(is_same, "swap-serial", "swap-same-serial");
                say(self.model.chars().count() > LONGEST_MODEL, "swap-model", "refused-meter_model");
            }
            Step::First => say(parse_register(&self.first).is_none(), "swap-first", "meter-wrong-register"),
            Step::Seals => {
                say(clean_seal(&self.old_seal).is_err(), "swap-old-seal", "swap-wrong-seal");
                say(clean_seal(&self.new_seal).is_err(), "swap-new-seal", "swap-wrong-seal");
            }
            Step::Check | Step::Done => {}
        }
        wrong
    }

    /// As it is said, once every step is right.
    pub fn swap(&self, of: &Of, photos: [Option<BlobId>; 2], explained: Explanation) -> Option<Swap> {
        let [final_photo, first_photo] = photos;
        Some(Swap {
            swap: of.swap,
            meter: of.meter,
            at: of.at,
            final_register: self.last(),
            final_photo,
            explained,
            serial: self.serial.parse().ok()?,
            model: self.model.trim().to_owned(),
            q3: self.q3.parse().ok(),
            first_register: parse_register(&self.first)?,
            first_photo,
            old_seal: self.old_seal.trim().to_owned(),
            new_seal: self.new_seal.trim().to_owned(),
            order: of.order,
        })
    }
}

/// Of which meter a swap is, when, and by which order.
pub struct Of {
    /// Its identifier.
    pub swap: MeterSwapId,
    /// The meter that is taken down.
    pub meter: MeterId,
    /// When.
    pub at: UtcMillis,
    /// The work order.
    pub order: Option<WorkOrderId>,
}

/// A swap that is being written down.
#[derive(Clone, Copy, PartialEq)]
pub struct Draft {
    /// Where its author is.
    pub step: Signal<Step>,
    /// What is typed.
    pub typed: Signal<Typed>,
    /// What is said about the final register.
    pub explained: Signal<Explanation>,
    /// The picture of the final register.
    pub last_photo: Signal<Taken>,
    /// The picture of the first register.
    pub first_photo: Signal<Taken>,
    /// When the final register was typed: the swap is of that moment, however long the rest takes.
    pub at: Signal<UtcMillis>,
    /// When the dialog was opened first.
    pub begun: Signal<Option<UtcMillis>>,
    /// Whether somebody has tried to leave this step with something wrong in it.
    pub tried: Signal<bool>,
    /// Its name: the same draft is the same swap.
    pub swap: Signal<MeterSwapId>,
    /// The latch of its sending.
    pub sending: Sending,
}

impl Draft {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            step: use_signal(|| Step::Last),
            typed: use_signal(Typed::default),
            explained: use_signal(Explanation::default),
            last_photo: use_signal(|| Taken::Nothing),
            first_photo: use_signal(|| Taken::Nothing),
            at: use_signal(bridge::now),
            begun: use_signal(|| None),
            tried: use_signal(|| false),
            swap: use_signal(|| MeterSwapId(bridge::new_id())),
            sending: use_sending(),
        }
    }

    /// Whether leaving the page would lose something.
    pub fn is_filled(self) -> bool {
        let has_photo = |taken: Signal<Taken>| matches!(*taken.read(), Taken::Preparing | Taken::Ready(_));
        let is_typed = *self.typed.read() != Typed::default() || !self.explained.read().is_empty();
        (is_typed || has_photo(self.last_photo) || has_photo(self.first_photo)) && *self.step.read() != Step::Done
    }

    /// Whether a picture is still being made smaller.
    pub fn is_preparing(self) -> bool {
        [self.last_photo, self.first_photo].iter().any(|taken| *taken.peek() == Taken::Preparing)
    }

    /// Goes to a step.
    pub fn go(mut self, step: Step) {
        self.tried.set(false);
        self.step.set(step);
        if let Some(field) = step.field() {
            bridge::focus_soon("swap-form", field);
        }
    }

    /// Another swap begins.
    pub fn clear(mut self) {
        self.step.set(Step::Last);
        self.typed.set(Typed::default());
        self.explained.set(Explanation::default());
        self.last_photo.set(Taken::Nothing);
        self.first_photo.set(Taken::Nothing);
        self.begun.set(None);
        self.tried.set(false);
        self.swap.set(MeterSwapId(bridge::new_id()));
        self.sending.begin_anew();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::field::meter_swap::LONGEST_SEAL;
    use uuid::Uuid;

    fn wrong(typed: &Typed, step: Step, has_photo: bool) -> Vec<&'static str> {
        let beside = Beside { found: None, explained: &Explanation::default(), has_photo };
        typed.wrong(step, "WM-1", &beside).into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn no_step_of_a_swap_is_left_while_something_is_missing_in_it() {
        let mut typed = Typed::default();
        assert_eq!(wrong(&typed, Step::Last, false), ["swap-last", "reading-no-photo"]);
        typed.is_unreadable = true;
        assert_eq!(wrong(&typed, Step::Last, true), [] as [&str; 0], "a display that shows nothing is photographed");
        for serial in ["", "wm-1", "WM 1/2"] {
            typed.serial = serial.into();
            assert_eq!(wrong(&typed, Step::Serial, true), ["swap-serial"], "{serial}");
        }
        typed.first = "x".into();
        assert_eq!(wrong(&typed, Step::First, true), ["swap-first"]);
        typed.new_seal = "x".repeat(LONGEST_SEAL + 1);
        assert_eq!(wrong(&typed, Step::Seals, true), ["swap-new-seal"]);
    }

    #[test]
    fn an_implausible_final_register_needs_its_reason_as_well() {
        let typed = Typed { last: "1".into(), ..Typed::default() };
        let found = Some(Plausibility::Lower { by: Millilitres::litres(3) });
        let beside = Beside { found, explained: &Explanation::default(), has_photo: true };
        assert_eq!(typed.wrong(Step::Last, "WM-1", &beside), [("reading-reason", "reading-reason-missing")]);
    }

    #[test]
    fn a_swap_says_what_was_typed_and_nothing_that_was_not() {
        let typed = Typed {
            last: "12,345".into(),
            serial: " WM-2 ".into(),
            new_seal: " S-2 ".into(),
            q3: "4000".into(),
            ..Typed::default()
        };
        let of = Of { swap: MeterSwapId(Uuid::nil()), meter: MeterId(Uuid::nil()), at: UtcMillis(5), order: None };
        let swap = typed.swap(&of, [None, None], Explanation::default()).expect("a swap");
        assert_eq!((swap.final_register, swap.first_register), (Some(Millilitres::litres(12_345)), Millilitres::ZERO));
        assert_eq!((swap.serial.as_str(), swap.new_seal.as_str(), swap.q3, swap.at), ("WM-2", "S-2", Some(4_000), UtcMillis(5)));
        let unread = Typed { is_unreadable: true, ..typed };
        assert_eq!(unread.swap(&of, [None, None], Explanation::default()).and_then(|swap| swap.final_register), None);
    }

    #[test]
    fn the_steps_follow_one_another_and_lead_back() {
        let mut step = Step::Last;
        for next in [Step::Serial, Step::First, Step::Seals, Step::Check] {
            assert_eq!((step.after(), next.before()), (next, Some(step)));
            step = next;
        }
        assert_eq!((Step::Last.before(), Step::Check.after(), Step::Done.before()), (None, Step::Done, None));
    }
}
