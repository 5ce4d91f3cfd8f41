//! Rules of days beside python-dateutil and rrule.js, which expand the same rules in the same zones: the same instants, but for what is named here.
//!
//! Ends are instants, as RFC 5545 (3.3.10, UNTIL) wants beside a start with a zone; ends that are days or local times are ours alone, and
//! `expand_tests` has them. python-dateutil has no class of differences.

mod made_up;

use domain::core::local_time::{DAY_MS, MINUTE_MS};
use domain::maintenance::schedule::rule::{Rule, Until};
use domain::{LocalDay, TimeZone, UtcMillis};
use made_up::{MadeUp, rules};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use sync_server::maintenance::expand::RuleDays;
use tests::calendar_peers::{folder, scripts};

const RULES: usize = 5_000;
const SEED: u64 = 5_545;

/// Instants of a rule that are compared at most, as in the peers' programs.
const MOST: usize = 12;

/// Days of a rule that are compared: eight years, so that two leap days are among them.
const SPAN: i32 = 3_000;

/// A rule as a peer is asked for it.
#[derive(Serialize)]
struct Asked {
    rule: String,
    zone: &'static str,
    /// The local time of its start.
    start: String,
    /// The instants that ours gives.
    #[serde(skip)]
    ours: Vec<i64>,
    /// What is compared with rrule.js.
    #[serde(skip)]
    class: Class,
}

/// What rrule.js makes of a rule.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// The same.
    Same,
    /// `BYSETPOS` with two places, or with one before the last. Two places that come to the same day give it twice, and count it twice; one
    /// further from the end than there are days gives the first of them, where there is no such day. So says `slice(-2)[0]`.
    Places,
}

/// The instant until which rrule.js goes on: it reads the digits of an end in UTC as local time. In Indonesia that is hours too early.
fn end_of_rrule_js(end: UtcMillis, zone: TimeZone) -> i64 {
    end.0 - zone.offset_ms()
}

fn compact(day: LocalDay, minute: i64) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}{month:02}{day:02}T{:02}{:02}00", minute / 60, minute % 60)
}

fn utc(at: UtcMillis) -> String {
    let day = LocalDay(at.0.div_euclid(DAY_MS) as i32);
    format!("{}Z", compact(day, at.0.rem_euclid(DAY_MS) / MINUTE_MS))
}

/// A rule in a zone with what ours gives; none where that is nothing: peers search for its first day until the year 9999.
///
/// A rule that does not end, or not within the days that are compared, ends with them where peers are asked for it. By that nothing is left
/// unseen: a peer that finds more days than ours does has them within that time.
fn asked(made: &MadeUp, zone: TimeZone) -> Option<Asked> {
    let MadeUp { rule, start, minute } = made;
    let days = RuleDays { rule, start: *start, from_minute: *minute, zone };
    let last = start.plus(SPAN);
    let at = |day: LocalDay| zone.start_of(day).plus(i64::from(*minute) * MINUTE_MS);
    let found = days.next(*start, MOST).expect("a rule");
    let ours: Vec<i64> = found.into_iter().filter(|day| *day <= last).map(|day| at(day).0).collect();
    if ours.is_empty() {
        return None;
    }
    let read = Rule::parse(rule).expect("a rule");
    let is_whole = read.count.is_some_and(|count| ours.len() >= MOST.min(count as usize));
    let kept = rule.split(';').filter(|part| is_whole || !part.starts_with("COUNT="));
    let mut parts: Vec<String> = kept.map(str::to_owned).collect();
    if !is_whole && read.until.is_none() {
        parts.push(format!("UNTIL={}", utc(at(last))));
    }
    let before_last = read.by_place.iter().any(|place| *place < -1);
    let class = if read.by_place.len() > 1 || before_last { Class::Places } else { Class::Same };
    Some(Asked { rule: parts.join(";"), zone: zone.iana(), start: compact(*start, i64::from(*minute)), ours, class })
}

/// What a program answers to rules, in their order.
fn answers(mut program: Command, asked: &[Asked]) -> Vec<Vec<i64>> {
    let mut child = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
    let lines: String = asked.iter().map(|one| serde_json::to_string(one).expect("JSON") + "\n").collect();
    let mut input = child.stdin.take().expect("its input");
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()).expect("written"));
    let said = child.wait_with_output().expect("ends");
    writing.join().expect("written");
    assert!(said.status.success(), "{:?}", program.get_program());
    let found: Vec<Vec<i64>> = said.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(read).collect();
    assert_eq!(found.len(), asked.len(), "an answer to each");
    found
}

fn read(line: &[u8]) -> Vec<i64> {
    serde_json::from_slice(line).expect("instants")
}

fn dateutil(folder: &Path) -> Command {
    let mut python = Command::new(folder.join("python/bin/python"));
    python.arg(scripts().join("rules.py"));
    python
}

fn rrule_js(folder: &Path) -> Command {
    let mut node = Command::new("node");
    node.arg(scripts().join("rules.js")).arg(folder).env("TZ", "UTC");
    node
}

/// The instants that rrule.js is expected to give for a rule of the same class.
fn as_rrule_js(one: &Asked) -> Vec<i64> {
    let zone = TimeZone::from_iana(one.zone).expect("a zone");
    let until = Rule::parse(&one.rule).expect("a rule").until;
    let Some(Until::At(end)) = until else { return one.ours.clone() };
    one.ours.iter().copied().filter(|at| *at <= end_of_rrule_js(end, zone)).collect()
}

#[test]
fn five_thousand_rules_have_the_days_that_two_other_programs_give() {
    let made = rules(RULES, SEED);
    let asked: Vec<Asked> =
        made.iter().flat_map(|made| TimeZone::ALL.into_iter().filter_map(move |zone| asked(made, zone))).collect();
    let folder: PathBuf = folder();
    for (one, theirs) in asked.iter().zip(answers(dateutil(&folder), &asked)) {
        assert_eq!(one.ours, theirs, "python-dateutil: {} from {} in {}", one.rule, one.start, one.zone);
    }
    let mut compared = 0;
    for (one, theirs) in asked.iter().zip(answers(rrule_js(&folder), &asked)) {
        if one.class == Class::Same {
            assert_eq!(as_rrule_js(one), theirs, "rrule.js: {} from {} in {}", one.rule, one.start, one.zone);
            compared += 1;
        }
    }
    // Rules without a day in eight years, and those of the class, are few.
    assert!(asked.len() > RULES * 3 * 85 / 100, "{} were asked for", asked.len());
    assert!(compared > asked.len() * 85 / 100, "{compared} of {} were compared with rrule.js", asked.len());
}

/// Each class by an example: a peer that does it otherwise some day is to be compared again.
#[test]
fn what_another_program_does_otherwise_it_still_does() {
    let made = |rule: &str| MadeUp { rule: rule.into(), start: LocalDay::from_ymd(2027, 1, 4).expect("a day"), minute: 480 };
    let rules = [
        // Two places that are one day.
        "FREQ=WEEKLY;BYDAY=TH;BYSETPOS=1,-1;COUNT=4",
        // The last but one of one.
        "FREQ=MONTHLY;BYMONTHDAY=31,30;BYSETPOS=-2;COUNT=3",
        // Its last day at the very minute of its end: 08.00 in Jakarta.
        "FREQ=DAILY;UNTIL=20270106T010000Z",
    ];
    let asked: Vec<Asked> = rules.iter().map(|rule| asked(&made(rule), TimeZone::Jakarta).expect("days")).collect();
    let found = answers(rrule_js(&folder()), &asked);
    let days = |instants: &[i64]| -> Vec<(i8, i8)> {
        let day = |at: &i64| TimeZone::Jakarta.day_of(UtcMillis(*at)).ymd();
        instants.iter().map(day).map(|(_, month, day)| (month, day)).collect()
    };
    assert_eq!(days(&asked[0].ours), [(1, 7), (1, 14), (1, 21), (1, 28)]);
    assert_eq!(days(&found[0]), [(1, 7), (1, 7), (1, 14), (1, 14)]);
    // April has no 31st, so that its only one is no last but one.
    assert_eq!(days(&asked[1].ours), [(1, 30), (3, 30), (5, 30)]);
    assert_eq!(days(&found[1]), [(1, 30), (3, 30), (4, 30)]);
    assert_eq!(days(&asked[2].ours), [(1, 4), (1, 5), (1, 6)]);
    assert_eq!(days(&found[2]), [(1, 4), (1, 5)]);
    assert_eq!(answers(dateutil(&folder()), &asked), asked.iter().map(|one| one.ours.clone()).collect::<Vec<_>>());
}
