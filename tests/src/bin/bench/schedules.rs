//! How long it takes to announce the work of a schedule at 100,000 meters for a year ahead, beside python-dateutil, which expands the same rule for
//! as many of them and writes nothing.
//!
//! `bench schedules 20000` does it with so many.

use super::{Line, Outcome, figure};
use domain::billing::tariff::TariffClass;
use domain::core::local_time::DAY_MS;
use domain::maintenance::schedule::due::OnOffDay;
use domain::maintenance::schedule::plan::{Plan, Selection, Trigger};
use domain::maintenance::work_order::WorkKind;
use domain::metering::meter::Capability;
use domain::people::ConnectionKind;
use domain::{ConnectionId, CustomerId, LocalDay, MeterId, Serial, TimeZone, ZoneId};
use rusqlite::{Connection, OpenFlags};
use serde::Deserialize;
use serde_json::json;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::Instant;
use sync_server::cli::provision::transact;
use sync_server::core::{Tx, now, open_connection};
use sync_server::error::Error;
use sync_server::maintenance::generate::step;
use sync_server::maintenance::rows::schedules;
use sync_server::metering::fleet::{self, NewConnection, NewMeter};
use sync_server::metering::install;
use tests::calendar_peers::{folder, scripts};
use tests::world::World;
use uuid::Uuid;

/// Meters.
const METERS: usize = 100_000;

/// Meters written in one transaction, and zones over which they are spread.
const CHUNK: usize = 1_000;
const ZONES: usize = 20;

/// Days ahead.
const HORIZON: u16 = 365;

/// Seconds within which all of it is to be announced.
const GOAL_S: f64 = 20.0;

/// How often work is done, and the rule of it.
const RULES: [(&str, &str); 2] = [("yearly", "FREQ=YEARLY"), ("quarterly", "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1")];

const DURABILITY: &str =
    "once; ours WAL + FULL: orders, their indexes and what devices are sent; theirs expands and writes nothing";

pub fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let meters: usize = arguments.first().map_or(Ok(METERS), |text| text.parse())?;
    let world = World::new();
    let mut db = open_connection(&world.config().database(), OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let utility = fill(&mut db, meters)?;
    let author: i64 = db.query_row("SELECT MIN(num) FROM user WHERE role = 'admin'", [], |row| row.get(0))?;
    let mut lines = Vec::new();
    for (often, rule) in RULES {
        let start = TimeZone::Jakarta.day_of(now()).plus(1);
        let (ours, orders) = announced(&mut db, (utility, author), &plan(often, rule, start))?;
        if orders < meters {
            return Err(format!("{orders} orders of {meters} meters were announced").into());
        }
        let theirs = expanded(rule, start, meters)?;
        let work = format!("{often}: {orders} orders, {meters} meters");
        for (peer, theirs) in [("goal", GOAL_S), ("python-dateutil, days alone", theirs)] {
            let line = figure(&work, ours, 0.0, DURABILITY);
            lines.push(Line { peer: peer.into(), theirs: Some(theirs), unit: "s", ..line });
        }
    }
    Ok(lines)
}

fn plan(often: &str, rule: &str, start: LocalDay) -> Plan {
    Plan {
        name: format!("Inspeksi {often}"),
        work: WorkKind::Inspection,
        trigger: Trigger::Calendar { rule: rule.into(), start },
        selection: Selection::default(),
        on_off_day: OnOffDay::Next,
        from_minute: 480,
        window_minutes: 480,
        job_minutes: 30,
        horizon_days: HORIZON,
        technician: None,
        text: "Bawa segel".into(),
    }
}

/// Follows a new schedule until nothing is left of it, as the server's job does; returns the seconds, and how many orders it has announced.
fn announced(db: &mut Connection, by: (i64, i64), plan: &Plan) -> Outcome<(f64, usize)> {
    let before = orders(db)?;
    transact(db, |tx| schedules::insert(tx, by, Uuid::now_v7(), plan))?;
    let (at, began) = (now(), Instant::now());
    while let Some(num) = schedules::due(db, at)? {
        transact(db, |tx| step(tx, num))?;
    }
    let took = began.elapsed().as_secs_f64();
    Ok((took, (orders(db)? - before) as usize))
}

fn orders(db: &Connection) -> rusqlite::Result<i64> {
    db.query_row("SELECT COUNT(*) FROM work_order", [], |row| row.get(0))
}

/// What `rules.py` prints of a measurement.
#[derive(Deserialize)]
struct Done {
    seconds: f64,
}

/// Seconds in which the peer expands a rule so often, until the end of the horizon.
fn expanded(rule: &str, start: LocalDay, times: usize) -> Outcome<f64> {
    let compact = |day: LocalDay| {
        let (year, month, day) = day.ymd();
        format!("{year:04}{month:02}{day:02}T080000")
    };
    let end = start.plus(i32::from(HORIZON) - 1);
    let rule = format!("{rule};UNTIL={}Z", compact(end));
    let asked = json!({ "rule": rule, "zone": TimeZone::Jakarta.iana(), "start": compact(start) });
    let mut python = Command::new(folder().join("python/bin/python"));
    python.arg(scripts().join("rules.py")).args(["time", &times.to_string()]);
    let mut child = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{asked}")?;
    }
    let said = child.wait_with_output()?;
    if !said.status.success() {
        return Err(format!("python-dateutil ended with {}", said.status).into());
    }
    let done: Done = serde_json::from_slice(&said.stdout)?;
    Ok(done.seconds)
}

/// Adds zones and customers, each of whom has a connection with a meter; returns the key of the utility.
fn fill(db: &mut Connection, meters: usize) -> Outcome<i64> {
    let (utility, zones) = transact(db, |tx| {
        let utility = fleet::utility(tx.db)?;
        let mut zones = Vec::with_capacity(ZONES);
        for place in 0..ZONES {
            let time = TimeZone::ALL[place % TimeZone::ALL.len()];
            zones.push(fleet::add_zone(tx, utility, ZoneId(Uuid::now_v7()), &format!("Wilayah {place}"), time)?);
        }
        Ok((utility, zones))
    })?;
    for first in (0..meters).step_by(CHUNK) {
        let mut places = first..meters.min(first + CHUNK);
        transact(db, |tx| places.try_for_each(|place| add(tx, utility, zones[place % ZONES], place)))?;
    }
    Ok(utility)
}

fn add(tx: &mut Tx<'_>, utility: i64, zone: i64, place: usize) -> Result<(), Error> {
    let serial = Serial::try_from(format!("WM-{place:06}")).map_err(|error| Error::Setup(format!("{error}")))?;
    let number = format!("{:07}", 1_000_000 + place);
    let customer = fleet::add_customer(tx, utility, CustomerId(Uuid::now_v7()), &number, &format!("Warga {place:05}"))?;
    let connection = NewConnection {
        id: ConnectionId(Uuid::now_v7()),
        customer,
        zone,
        kind: ConnectionKind::Residential,
        label: "Rumah".into(),
        address: format!("Jl. Jadwal {}", 1 + place),
        tariff_class: TariffClass::Residential,
        position: None,
    };
    let connection = fleet::add_connection(tx, utility, &connection)?;
    let meter = NewMeter {
        id: MeterId(Uuid::now_v7()),
        serial,
        model: "Tirta S-20".into(),
        capability: Capability::HOUSEHOLD,
        interval_s: 60,
        secret_hash: None,
    };
    let meter = fleet::add_meter(tx, utility, &meter)?;
    install::install(tx, meter, connection, tx.now.plus(-DAY_MS))
}
