//! What technicians have done, counted from work orders and manual readings: by whoever holds them, a device or the server, so that both count alike.

use super::technicians::{TechnicianLine, Technicians};
use crate::core::local_time::{DAY_MS, MINUTE_MS};
use crate::maintenance::work_order::{Progress, WorkKind};
use crate::{MeterId, UtcMillis};
use std::collections::BTreeMap;

/// Days within which another repair of the same meter says that the one before did not do.
pub const FIXED_DAYS: i64 = 30;

/// A work order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkDone {
    /// At which meter.
    pub meter: MeterId,
    /// The zone where that is now; empty where it is nowhere.
    pub zone: String,
    /// Who has completed it, begun it, or is to do it: a name; empty of nobody.
    pub technician: String,
    /// What is done.
    pub work: WorkKind,
    /// When it was announced.
    pub at: UtcMillis,
    /// Until when it is to be done.
    pub until: UtcMillis,
    /// How far it is.
    pub progress: Progress,
}

impl WorkDone {
    /// Whether something was broken: of such work alone it is asked how soon somebody came, and whether it held.
    const fn is_repair(&self) -> bool {
        matches!(self.work, WorkKind::Repair | WorkKind::Emergency)
    }
}

/// A manual reading: the zone where its meter is now, and who has read it.
pub type ReadBy = (String, String);

/// Work whose window ended from one instant on up to another, without it, and manual readings of that time. `orders` may hold others as well: those that
/// were announced until [`FIXED_DAYS`] later say whether a repair held.
pub fn technicians_of(orders: &[WorkDone], readings: &[ReadBy], (from, until): (UtcMillis, UtcMillis)) -> Technicians {
    let mut lines: BTreeMap<(bool, &str, &str), TechnicianLine> = BTreeMap::new();
    let due = orders.iter().filter(|order| from <= order.until && order.until < until);
    for order in due {
        let line = line_of(&mut lines, &order.zone, &order.technician);
        count(line, order, orders);
    }
    for (zone, author) in readings {
        line_of(&mut lines, zone, author).readings += 1;
    }
    Technicians { lines: lines.into_values().collect() }
}

/// The line of a technician in a zone; those without a zone come last.
fn line_of<'l, 't>(
    lines: &'l mut BTreeMap<(bool, &'t str, &'t str), TechnicianLine>,
    zone: &'t str,
    name: &'t str,
) -> &'l mut TechnicianLine {
    lines.entry((zone.is_empty(), zone, name)).or_insert_with(|| TechnicianLine {
        zone: zone.to_owned(),
        name: name.to_owned(),
        ..TechnicianLine::default()
    })
}

fn count(line: &mut TechnicianLine, order: &WorkDone, orders: &[WorkDone]) {
    let Progress { begun_at, completed_at, cancelled_at } = order.progress;
    line.due += 1;
    if let Some(begun) = begun_at.filter(|_| order.is_repair()) {
        line.answered += 1;
        line.answer_minutes = line.answer_minutes.saturating_add(minutes(order.at, begun));
    }
    let Some(completed) = completed_at else {
        line.cancelled += u32::from(cancelled_at.is_some());
        return;
    };
    line.completed += 1;
    line.in_time += u32::from(completed <= order.until);
    line.minutes = line.minutes.saturating_add(begun_at.map_or(0, |begun| minutes(begun, completed)));
    if order.is_repair() {
        line.repaired += 1;
        line.held += u32::from(!is_again(order, completed, orders));
    }
}

/// Whether the meter was to be repaired once more soon after a repair.
fn is_again(order: &WorkDone, completed: UtcMillis, orders: &[WorkDone]) -> bool {
    let soon = completed.plus(FIXED_DAYS * DAY_MS);
    let mut later = orders.iter().filter(|other| other.meter == order.meter && other.is_repair());
    later.any(|other| completed < other.at && other.at <= soon)
}

/// Whole minutes from one instant to another; none where the second comes first.
fn minutes(from: UtcMillis, to: UtcMillis) -> u32 {
    u32::try_from(to.since(from) / MINUTE_MS).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::local_time::HOUR_MS;
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: UtcMillis = UtcMillis(1_790_000_000_000);

    fn order(meter: u128, announced: i64, begun: Option<i64>, completed: Option<i64>) -> WorkDone {
        let at = |hours: i64| START.plus(hours * HOUR_MS);
        let progress = Progress { begun_at: begun.map(at), completed_at: completed.map(at), cancelled_at: None };
        WorkDone {
            meter: MeterId(Uuid::from_u128(meter)),
            zone: "Utara".into(),
            technician: "Budi".into(),
            work: WorkKind::Repair,
            at: at(announced),
            until: at(announced + 8),
            progress,
        }
    }

    const ALWAYS: (UtcMillis, UtcMillis) = (UtcMillis(0), UtcMillis(i64::MAX));

    #[test]
    fn a_repair_is_answered_done_in_time_and_holds_unless_another_is_announced_within_a_month() {
        let first = order(1, 0, Some(2), Some(3));
        let late = order(2, 0, Some(9), Some(10));
        let again = order(1, 24, None, None);
        let routine = WorkDone { work: WorkKind::Routine, ..order(3, 0, Some(1), Some(2)) };
        let of = technicians_of(&[first.clone(), late.clone(), again.clone(), routine], &[], ALWAYS);
        let line = &of.lines[0];
        assert_eq!((of.lines.len(), line.due, line.completed, line.in_time), (1, 4, 3, 2));
        assert_eq!((line.answered, line.answer_minutes, line.minutes), (2, 11 * 60, 3 * 60));
        assert_eq!((line.repaired, line.held), (2, 1), "the first one did not hold");
        let much_later = WorkDone { at: first.at.plus(40 * DAY_MS), until: again.until, ..again };
        assert_eq!(technicians_of(&[first, late, much_later], &[], ALWAYS).lines[0].held, 2);
    }

    #[test]
    fn readings_make_a_line_of_their_own_and_work_that_was_not_due_makes_none() {
        let read = vec![
            ("Utara".to_owned(), "Sari".to_owned()),
            (String::new(), "Sari".to_owned()),
            ("Utara".to_owned(), "Sari".to_owned()),
        ];
        let of = technicians_of(&[order(1, 0, None, None)], &read, (START.plus(-DAY_MS), START));
        let lines: Vec<_> =
            of.lines.iter().map(|line| (line.zone.as_str(), line.name.as_str(), line.due, line.readings)).collect();
        assert_eq!(lines, [("Utara", "Sari", 0, 2), ("", "Sari", 0, 1)]);
    }

    proptest! {
        #[test]
        fn no_order_is_counted_twice_and_no_part_is_more_than_its_whole(
            made in prop::collection::vec((0_u128..4, 0_i64..500, prop::option::of(0_i64..40), prop::option::of(0_i64..40)), 0..30), cut in 0_i64..500,
        ) {
            let orders: Vec<WorkDone> = made.into_iter()
                .map(|(meter, at, begun, done)| order(meter, at, begun.map(|by| at + by), done.map(|by| at + by))).collect();
            let cut = START.plus(cut * HOUR_MS);
            let sum = |stretch, of: fn(&TechnicianLine) -> u32| technicians_of(&orders, &[], stretch).lines.iter().map(of).sum::<u32>();
            for of in [|line: &TechnicianLine| line.due, |line: &TechnicianLine| line.completed, |line: &TechnicianLine| line.held] {
                prop_assert_eq!(sum((UtcMillis(0), cut), of) + sum((cut, UtcMillis(i64::MAX)), of), sum(ALWAYS, of));
            }
            for line in technicians_of(&orders, &[], ALWAYS).lines {
                prop_assert!(line.in_time <= line.completed && line.completed + line.cancelled <= line.due);
                prop_assert!(line.held <= line.repaired && line.repaired <= line.completed && line.answered <= line.due);
            }
        }
    }
}
