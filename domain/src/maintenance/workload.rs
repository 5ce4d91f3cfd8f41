//! How much work somebody has on a day, and whether it can be done within its windows.

use crate::core::local_time::{HOUR_MS, MINUTE_MS};
use crate::maintenance::work_order::Window;

/// Minutes of a technician's day. More is too much for one.
pub const DAY_MINUTES: i64 = 8 * 60;

/// A job as far as somebody's day is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// When it is to be done.
    pub window: Window,
    /// How long it takes, minutes.
    pub minutes: i64,
}

impl Job {
    /// A job with how long it takes, where somebody expects that; without, it takes its whole window, and a day at most.
    pub fn new(window: Window, expected: Option<u16>) -> Self {
        let whole = window.until.since(window.from) / MINUTE_MS;
        Self { window, minutes: expected.map_or(whole.clamp(1, DAY_MINUTES), |minutes| i64::from(minutes).min(whole.max(1))) }
    }
}

/// What somebody has to do on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Jobs.
    pub jobs: u32,
    /// How long they take together, minutes.
    pub minutes: i64,
    /// Whether they cannot all be done within their windows, whatever their order: some overlap.
    pub overlaps: bool,
}

impl Load {
    /// Of the jobs of a day.
    pub fn of(jobs: &[Job]) -> Self {
        Self {
            jobs: u32::try_from(jobs.len()).unwrap_or(u32::MAX),
            minutes: jobs.iter().map(|job| job.minutes).sum(),
            overlaps: overlap(jobs),
        }
    }

    /// Whether it is more than a day's work.
    pub const fn is_too_much(self) -> bool {
        self.minutes > DAY_MINUTES
    }
}

/// Whether jobs cannot all be done within their windows. They can if and only if no stretch of time has windows within it whose jobs take longer
/// than the stretch (as long as a job may be interrupted; the way between meters is not counted).
fn overlap(jobs: &[Job]) -> bool {
    let mut by_end: Vec<&Job> = jobs.iter().collect();
    by_end.sort_by_key(|job| job.window.until);
    jobs.iter().any(|first| {
        let mut minutes = 0;
        by_end.iter().filter(|job| job.window.from >= first.window.from).any(|job| {
            minutes += job.minutes;
            minutes * MINUTE_MS > job.window.until.since(first.window.from)
        })
    })
}

/// Which of somebody's jobs cannot all be done within their windows: those whose windows lie in a stretch of time that has more work than it is long.
pub fn crowded(jobs: &[Job]) -> Vec<bool> {
    let mut by_end: Vec<usize> = (0..jobs.len()).collect();
    by_end.sort_by_key(|at| jobs[*at].window.until);
    let mut found = vec![false; jobs.len()];
    for first in jobs {
        let within = by_end.iter().copied().filter(|at| jobs[*at].window.from >= first.window.from);
        let (mut minutes, mut since) = (0, Vec::new());
        for at in within {
            minutes += jobs[at].minutes;
            since.push(at);
            if minutes * MINUTE_MS > jobs[at].window.until.since(first.window.from) {
                since.drain(..).for_each(|at| found[at] = true);
            }
        }
    }
    found
}

/// Whole hours and the minutes that are left.
pub const fn hours(minutes: i64) -> (i64, i64) {
    let an_hour = HOUR_MS / MINUTE_MS;
    (minutes / an_hour, minutes % an_hour)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UtcMillis;
    use proptest::prelude::*;

    fn job(from: i64, until: i64, minutes: i64) -> Job {
        let at = |minute: i64| UtcMillis(minute * MINUTE_MS);
        Job { window: Window { from: at(from), until: at(until) }, minutes }
    }

    #[test]
    fn jobs_of_one_window_overlap_once_they_take_longer_than_it() {
        assert!(!Load::of(&[job(0, 120, 60), job(0, 120, 60)]).overlaps);
        assert!(Load::of(&[job(0, 120, 60), job(0, 120, 61)]).overlaps);
        // A wide window leaves room for a narrow one in it, and not for two at once.
        assert!(!Load::of(&[job(0, 480, 120), job(60, 120, 60)]).overlaps);
        assert!(Load::of(&[job(60, 120, 60), job(60, 120, 60), job(0, 480, 30)]).overlaps);
        assert_eq!(Load::of(&[]), Load::default());
    }

    #[test]
    fn a_job_without_an_estimate_takes_its_window_and_a_day_at_most() {
        let window = |minutes: i64| job(0, minutes, 0).window;
        assert_eq!(Job::new(window(90), None).minutes, 90);
        assert_eq!(Job::new(window(3 * 1_440), None).minutes, DAY_MINUTES);
        assert_eq!(Job::new(window(480), Some(45)).minutes, 45);
        assert!(Load { minutes: DAY_MINUTES + 1, ..Load::default() }.is_too_much());
    }

    proptest! {
        /// Minute by minute: always the job whose window ends first, of those that are open. It finds a way if there is one.
        #[test]
        fn jobs_overlap_exactly_where_the_earliest_deadline_first_fails(
            of in prop::collection::vec((0..40_i64, 1..20_i64, 1..12_i64), 0..7)
        ) {
            let jobs: Vec<Job> = of.iter().map(|(from, long, minutes)| job(*from, from + long, *minutes)).collect();
            let mut left: Vec<i64> = jobs.iter().map(|job| job.minutes).collect();
            for minute in 0..80 {
                let at = UtcMillis(minute * MINUTE_MS);
                let open = (0..jobs.len()).filter(|of| left[*of] > 0 && jobs[*of].window.from <= at && at < jobs[*of].window.until);
                if let Some(next) = open.min_by_key(|of| jobs[*of].window.until) {
                    left[next] -= 1;
                }
            }
            prop_assert_eq!(Load::of(&jobs).overlaps, left.iter().any(|left| *left > 0));
        }

        #[test]
        fn jobs_are_crowded_exactly_where_they_overlap_and_the_others_can_be_done(
            of in prop::collection::vec((0..40_i64, 1..20_i64, 1..12_i64), 0..7)
        ) {
            let jobs: Vec<Job> = of.iter().map(|(from, long, minutes)| job(*from, from + long, *minutes)).collect();
            let found = crowded(&jobs);
            prop_assert_eq!(found.len(), jobs.len());
            prop_assert_eq!(found.iter().any(|is_so| *is_so), Load::of(&jobs).overlaps);
            let others: Vec<Job> = jobs.iter().zip(&found).filter(|(_, is_so)| !**is_so).map(|(job, _)| *job).collect();
            prop_assert!(!Load::of(&others).overlaps);
        }
    }
}
