//! What technicians have done, counted from work orders and manual readings: by whoever holds them, a device or the server, so that both count alike.

use super::levels::levels_of;
use super::technicians::{TechnicianLine, Technicians};
use crate::core::local_time::MINUTE_MS;
use crate::maintenance::priority::{Priority, ServiceLevels};
use crate::maintenance::service_level::{ServiceLevel, is_first_time_fix, service_level};
use crate::maintenance::work_order::{Progress, Window, WorkKind};
use crate::{MeterId, UtcMillis};
use std::collections::{BTreeMap, HashMap};

/// A work order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkDone {
    /// At which meter.
    pub meter: MeterId,
    /// The meter in whose place that had been put when the order was announced, as a swap says; none where none does.
    pub before: Option<MeterId>,
    /// The zone of the connection where the meter was when the work began, or was announced where it has not; empty where that is not known.
    pub zone: String,
    /// Who has completed it, begun it, or is to do it: a name; empty of nobody.
    pub technician: String,
    /// What is done.
    pub work: WorkKind,
    /// How pressing it is.
    pub priority: Priority,
    /// When it was announced.
    pub at: UtcMillis,
    /// When it is to be done.
    pub window: Window,
    /// How far it is, with its turns.
    pub progress: Progress,
}

impl WorkDone {
    /// Whether something was broken: of such work alone it is asked whether it held.
    const fn is_repair(&self) -> bool {
        matches!(self.work, WorkKind::Repair | WorkKind::Emergency)
    }

    /// How it stands to its targets at an instant; none where it was cancelled.
    pub fn level(&self, levels: &ServiceLevels, as_of: UtcMillis) -> Option<ServiceLevel> {
        service_level(levels.of(self.priority), (self.at, self.window), &self.progress, as_of)
    }
}

/// A manual reading: the zone of the connection where its meter was then, and who has read it.
pub type ReadBy = (String, String);

/// What is counted: work orders and manual readings, as somebody holds them, and by what and as of when.
#[derive(Clone, Copy, Debug)]
pub struct Counting<'c> {
    /// Work. It may be of other days as well: what was announced within [`FIXED_DAYS`](crate::maintenance::service_level::FIXED_DAYS) behind a repair
    /// says whether it held.
    pub orders: &'c [WorkDone],
    /// Manual readings of the stretch.
    pub readings: &'c [ReadBy],
    /// The stretch: work counts whose window ended from the first instant on up to the second one, without it.
    pub stretch: (UtcMillis, UtcMillis),
    /// The targets.
    pub levels: &'c ServiceLevels,
    /// As of when they are held: what is open is late, or is not, at that instant.
    pub as_of: UtcMillis,
}

/// The work of a stretch, by technician.
pub fn technicians_of(of: &Counting<'_>) -> Technicians {
    let (from, until) = of.stretch;
    let due: Vec<&WorkDone> = of.orders.iter().filter(|order| from <= order.window.until && order.window.until < until).collect();
    let mut repairs: HashMap<MeterId, Vec<&WorkDone>> = HashMap::new();
    for order in of.orders.iter().filter(|order| order.is_repair()) {
        // A repair by another meter has not held either where that one is to be repaired.
        for meter in std::iter::once(order.meter).chain(order.before) {
            repairs.entry(meter).or_default().push(order);
        }
    }
    let mut lines: BTreeMap<(bool, &str, &str), TechnicianLine> = BTreeMap::new();
    for order in &due {
        let line = line_of(&mut lines, &order.zone, &order.technician);
        count(line, order, of);
        if order.is_repair() {
            // An order that was written down afterwards was itself announced behind its end.
            let others = repairs.get(&order.meter).into_iter().flatten().filter(|other| !std::ptr::eq(**other, *order));
            let fixed = is_first_time_fix(&order.progress, others.map(|other| other.at));
            line.repaired += u32::from(fixed.is_some());
            line.fixed += u32::from(fixed == Some(true));
        }
    }
    for (zone, author) in of.readings {
        line_of(&mut lines, zone, author).readings += 1;
    }
    Technicians {
        lines: lines.into_values().collect(),
        levels: levels_of(due.iter().map(|order| ("", *order)), of.levels, of.as_of),
        each: levels_of(due.iter().map(|order| (order.technician.as_str(), *order)), of.levels, of.as_of),
    }
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

fn count(line: &mut TechnicianLine, order: &WorkDone, of: &Counting<'_>) {
    line.due += 1;
    let minutes = u32::try_from(order.progress.worked_ms(of.as_of) / MINUTE_MS).unwrap_or(0);
    line.worked = line.worked.saturating_add(minutes);
    if let Some(level) = order.level(of.levels, of.as_of) {
        line.response.add(&level.response);
        line.repair.add(&level.repair);
    }
    let Some(completed) = order.progress.completed_at else {
        line.cancelled += u32::from(order.progress.cancelled_at.is_some());
        return;
    };
    line.completed += 1;
    line.in_time += u32::from(completed <= order.window.until);
    line.minutes = line.minutes.saturating_add(minutes);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::local_time::{DAY_MS, HOUR_MS};
    use crate::maintenance::work_order::{DeferReason, Turn};
    use crate::reports::kinds::{LevelLine, Waits};
    use proptest::prelude::*;
    use uuid::Uuid;

    const START: UtcMillis = UtcMillis(1_790_000_000_000);

    fn hour(hours: i64) -> UtcMillis {
        START.plus(hours * HOUR_MS)
    }

    fn order(meter: u128, announced: i64, begun: Option<i64>, completed: Option<i64>) -> WorkDone {
        let known = Progress { completed_at: completed.map(hour), ..Progress::default() };
        WorkDone {
            meter: MeterId(Uuid::from_u128(meter)),
            before: None,
            zone: "Utara".into(),
            technician: "Budi".into(),
            work: WorkKind::Repair,
            priority: Priority::Normal,
            at: hour(announced),
            window: Window { from: hour(announced), until: hour(announced + 8) },
            progress: begun.into_iter().fold(known, |known, begun| known.turned(Turn::Going, hour(begun))),
        }
    }

    const ALWAYS: (UtcMillis, UtcMillis) = (UtcMillis(0), UtcMillis(i64::MAX));

    /// As of some hours after the start, by the targets that hold as long as nobody sets others.
    fn counted(orders: &[WorkDone], readings: &[ReadBy], (stretch, as_of): ((UtcMillis, UtcMillis), i64)) -> Technicians {
        technicians_of(&Counting { orders, readings, stretch, levels: &ServiceLevels::default(), as_of: hour(as_of) })
    }

    fn always(orders: &[WorkDone]) -> Technicians {
        counted(orders, &[], (ALWAYS, 2_000))
    }

    #[test]
    fn a_repair_is_done_in_time_and_holds_unless_another_is_announced_within_a_month() {
        let first = order(1, 0, Some(2), Some(3));
        let late = order(2, 0, Some(9), Some(10));
        let again = order(1, 24, None, None);
        let routine = WorkDone { work: WorkKind::Routine, ..order(3, 0, Some(1), Some(2)) };
        let of = always(&[first.clone(), late.clone(), again.clone(), routine]);
        let line = &of.lines[0];
        assert_eq!((of.lines.len(), line.due, line.completed, line.in_time), (1, 4, 3, 2));
        assert_eq!((line.minutes, line.worked), (3 * 60, 3 * 60));
        assert_eq!((line.repaired, line.fixed), (2, 1), "the first one did not hold");
        let much_later = WorkDone { at: first.at.plus(40 * DAY_MS), ..again };
        let at_another = order(9, 24, None, None);
        let in_its_place = WorkDone { before: Some(first.meter), ..at_another.clone() };
        assert_eq!([at_another, in_its_place].map(|next| always(&[first.clone(), next]).lines[0].fixed), [1, 0]);
        assert_eq!(always(&[first, late, much_later]).lines[0].fixed, 2);
    }

    #[test]
    fn a_repair_to_which_somebody_came_twice_is_none_at_the_first_visit_and_one_written_down_afterwards_is() {
        let mut twice = order(1, 0, Some(1), Some(30));
        twice.progress = twice.progress.turned(Turn::Deferred(DeferReason::NoPart), hour(2)).turned(Turn::Going, hour(29));
        let of = always(&[twice, order(2, 6, Some(4), Some(5))]);
        assert_eq!((of.lines[0].repaired, of.lines[0].fixed), (2, 1));
        assert_eq!(of.lines[0].worked, 3 * 60, "what lies between both visits is no work");
    }

    #[test]
    fn each_priority_has_its_own_targets_and_what_is_open_is_late_when_its_time_is_over() {
        let urgent = |order: WorkDone| WorkDone { priority: Priority::Urgent, ..order };
        let others = WorkDone { technician: "Sari".into(), ..urgent(order(4, 0, Some(3), None)) };
        let orders =
            [urgent(order(1, 0, Some(1), Some(5))), urgent(order(2, 0, Some(5), Some(9))), order(3, 0, Some(5), Some(9)), others];
        let of = counted(&orders, &[], (ALWAYS, 9));
        let [urgent, normal] = &of.levels[..] else { panic!("{:?}", of.levels) };
        assert_eq!((urgent.priority, urgent.orders, normal.priority, normal.orders), (Priority::Urgent, 3, Priority::Normal, 1));
        assert_eq!((urgent.response, urgent.response_median), (Waits { met: 1, missed: 2, open: 0, running: 0 }, Some(3 * 60)));
        assert_eq!((urgent.repair, urgent.repair_median), (Waits { met: 1, missed: 2, open: 1, running: 0 }, Some(7 * 60)));
        assert_eq!((normal.response.met, normal.repair.met), (1, 1), "what is late for one is in time for the other");
        let names: Vec<_> = of.each.iter().map(|line| (line.name.as_str(), line.priority, line.orders)).collect();
        assert_eq!(names, [("Budi", Priority::Urgent, 2), ("Budi", Priority::Normal, 1), ("Sari", Priority::Urgent, 1)]);
        assert_eq!(counted(&orders, &[], (ALWAYS, 8)).levels[0].repair.running, 1, "an hour before");
    }

    #[test]
    fn readings_make_a_line_of_their_own_and_work_that_was_not_due_makes_none() {
        let read = vec![
            ("Utara".to_owned(), "Sari".to_owned()),
            (String::new(), "Sari".to_owned()),
            ("Utara".to_owned(), "Sari".to_owned()),
        ];
        let of = counted(&[order(1, 0, None, None)], &read, ((START.plus(-DAY_MS), START), 0));
        let lines: Vec<_> =
            of.lines.iter().map(|line| (line.zone.as_str(), line.name.as_str(), line.due, line.readings)).collect();
        assert_eq!(lines, [("Utara", "Sari", 0, 2), ("", "Sari", 0, 1)]);
        assert_eq!((of.levels.len(), of.each.len()), (0, 0));
    }

    /// Meter, when it was announced, when it was begun and completed behind that, who does it, and how pressing it is.
    type Made = (u128, i64, Option<i64>, Option<i64>, usize, usize);

    fn made() -> impl Strategy<Value = Vec<Made>> {
        let hours = || prop::option::of(0_i64..40);
        prop::collection::vec((0_u128..4, 0_i64..500, hours(), hours(), 0_usize..3, 0_usize..4), 0..30)
    }

    fn orders(made: &[Made]) -> Vec<WorkDone> {
        let order = |(meter, at, begun, done, who, pressing): &Made| WorkDone {
            technician: ["Budi", "Sari", ""][*who].into(),
            priority: Priority::ALL[*pressing],
            ..order(*meter, *at, begun.map(|by| at + by), done.map(|by| at + by))
        };
        made.iter().map(order).collect()
    }

    fn parts(waits: &Waits) -> u32 {
        waits.met + waits.missed + waits.running
    }

    proptest! {
        #[test]
        fn no_order_is_counted_twice_and_no_part_is_more_than_its_whole(made in made(), cut in 0_i64..500) {
            let orders = orders(&made);
            let sum = |stretch, of: fn(&TechnicianLine) -> u32| {
                counted(&orders, &[], (stretch, 900)).lines.iter().map(of).sum::<u32>()
            };
            for of in [|line: &TechnicianLine| line.due, |line: &TechnicianLine| line.completed, |line: &TechnicianLine| line.fixed] {
                prop_assert_eq!(sum((UtcMillis(0), hour(cut)), of) + sum((hour(cut), UtcMillis(i64::MAX)), of), sum(ALWAYS, of));
            }
            for line in always(&orders).lines {
                prop_assert!(line.in_time <= line.completed && line.completed + line.cancelled <= line.due);
                prop_assert!(line.fixed <= line.repaired && line.repaired <= line.completed && line.minutes <= line.worked);
                prop_assert!(parts(&line.response) == line.due - line.cancelled && parts(&line.repair) == line.due - line.cancelled);
            }
        }

        #[test]
        fn in_which_order_work_is_counted_makes_no_difference(
            (made, mixed) in made().prop_flat_map(|made| (Just(made.clone()), Just(made).prop_shuffle())), as_of in 0_i64..600,
        ) {
            prop_assert_eq!(counted(&orders(&made), &[], (ALWAYS, as_of)), counted(&orders(&mixed), &[], (ALWAYS, as_of)));
        }

        #[test]
        fn what_technicians_have_done_together_is_what_is_done_in_all(made in made(), as_of in 0_i64..600) {
            let of = counted(&orders(&made), &[], (ALWAYS, as_of));
            prop_assert_eq!(of.levels.iter().map(|line| line.orders).sum::<u32>() as usize, made.len(), "none is cancelled");
            for line in &of.levels {
                let each: Vec<&LevelLine> = of.each.iter().filter(|each| each.priority == line.priority).collect();
                let sum = |of: fn(&LevelLine) -> u32| each.iter().map(|line| of(line)).sum::<u32>();
                prop_assert_eq!(sum(|line| line.orders), line.orders);
                prop_assert_eq!(sum(|line| line.response.met), line.response.met);
                prop_assert_eq!(sum(|line| line.repair.missed), line.repair.missed);
                prop_assert_eq!((parts(&line.response), parts(&line.repair)), (line.orders, line.orders));
                for (waits, median) in [(line.response, line.response_median), (line.repair, line.repair_median)] {
                    prop_assert!(waits.open <= waits.missed);
                    let reached = line.orders - waits.open - waits.running;
                    prop_assert_eq!(median.is_some(), reached > 0);
                }
                let least = each.iter().filter_map(|line| line.repair_median).min();
                let most = each.iter().filter_map(|line| line.repair_median).max();
                prop_assert!(line.repair_median >= least && line.repair_median <= most, "the middle of all is between those of each");
            }
        }
    }
}
