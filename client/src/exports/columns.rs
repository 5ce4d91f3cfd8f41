//! The columns of each list that is exported, and a row's cells under them: what the list shows, and what there is no room for on a screen.

use crate::alerts::words::Sentences;
use domain::exports::{Cell, Column, Kind, Layout};
use domain::metering::compare::{DayKind, DayValue, Pair};
use domain::metering::meter::Connectivity;
use domain::people::Language;
use domain::{LocalDay, Millilitres, Rupiah};
use protocol::ui::case::title_key;
use protocol::ui::exports::{Export, ExportedList};
use protocol::ui::{CaseRow, CustomerRow, FleetRow, WorkRow};

/// The key of a column's name, what it holds, and how wide it is.
type Head = (&'static str, Kind, u8);

const NIK: &str = "field-nik";

const CUSTOMERS: [Head; 10] = [
    ("field-number", Kind::Code, 14),
    ("field-name", Kind::Text, 24),
    ("field-phone", Kind::Code, 17),
    (NIK, Kind::Code, 17),
    ("field-address", Kind::Text, 32),
    ("field-zone", Kind::Text, 16),
    ("field-status", Kind::Text, 11),
    ("export-balance", Kind::Rupiah, 13),
    ("export-arrears", Kind::Rupiah, 13),
    ("export-read", Kind::Instant, 12),
];

const METERS: [Head; 12] = [
    ("field-serial", Kind::Code, 15),
    ("field-model", Kind::Text, 12),
    ("field-customer", Kind::Text, 20),
    ("field-address", Kind::Text, 26),
    ("field-zone", Kind::Text, 14),
    ("col-status", Kind::Text, 10),
    ("col-valve", Kind::Text, 11),
    ("export-flow", Kind::Thousandths, 9),
    ("export-register", Kind::Thousandths, 12),
    ("export-battery", Kind::Whole, 8),
    ("export-signal", Kind::Whole, 8),
    ("export-last", Kind::Instant, 12),
];

const CASES: [Head; 13] = [
    ("case-title", Kind::Text, 22),
    ("alerts-severity", Kind::Text, 10),
    ("field-status", Kind::Text, 12),
    ("field-customer", Kind::Text, 18),
    ("field-connection", Kind::Text, 20),
    ("field-serial", Kind::Code, 13),
    ("export-began", Kind::Instant, 12),
    ("export-found", Kind::Instant, 12),
    ("export-over", Kind::Instant, 12),
    ("export-rate", Kind::Thousandths, 10),
    ("export-loss", Kind::Thousandths, 10),
    ("export-cost", Kind::Rupiah, 13),
    ("export-normal", Kind::Day, 11),
];

const LABELS: [Head; 2] = [("field-serial", Kind::Code, 15), ("field-model", Kind::Text, 12)];
const COMPARISON: [Head; 9] = [
    ("export-compare-day", Kind::Day, 11),
    ("export-compare-volume", Kind::Thousandths, 10),
    ("export-compare-cost", Kind::Rupiah, 12),
    ("export-compare-known", Kind::Text, 16),
    ("export-compare-other-day", Kind::Day, 11),
    ("export-compare-other-volume", Kind::Thousandths, 10),
    ("export-compare-other-cost", Kind::Rupiah, 12),
    ("export-compare-other-known", Kind::Text, 16),
    ("export-compare-counts", Kind::Text, 8),
];

const WORK: [Head; 8] = [
    ("export-work-day", Kind::Day, 11),
    ("export-work-window", Kind::Code, 18),
    ("field-work", Kind::Text, 14),
    ("field-technician", Kind::Text, 18),
    ("field-serial", Kind::Code, 13),
    ("field-address", Kind::Text, 26),
    ("col-status", Kind::Text, 12),
    ("export-work-minutes", Kind::Whole, 8),
];

/// The columns of a file.
pub fn layout(words: &Sentences, export: &Export, language: Language) -> Layout {
    let heads: Vec<Head> = match export.list {
        ExportedList::Customers(_) => CUSTOMERS.into_iter().filter(|(key, ..)| *key != NIK || export.has_nik()).collect(),
        ExportedList::Meters(_) => METERS.to_vec(),
        ExportedList::Cases(_) => CASES.to_vec(),
        ExportedList::Labels(_) => LABELS.to_vec(),
        ExportedList::Comparison(_) => COMPARISON.to_vec(),
        ExportedList::Work(_) => WORK.to_vec(),
    };
    let zone = export.time_zone;
    let column =
        |(key, kind, width): Head| Column { name: words.say(key, [("zone", zone.abbreviation().to_owned())]), kind, width };
    Layout { columns: heads.into_iter().map(column).collect(), language, zone }
}

/// A customer. With the NIK where that is given.
pub fn customer(words: &Sentences, row: CustomerRow, nik: Option<String>) -> Vec<Cell> {
    let CustomerRow { number, name, phone, address, zones, balance, arrears, read_at, status, .. } = row;
    let mut cells = vec![Cell::text(number), Cell::text(name), Cell::text(phone)];
    cells.extend(nik.map(Cell::text));
    cells.extend([
        Cell::text(address),
        Cell::text(zones),
        Cell::text(words.say(&format!("status-{}", status.as_str()), [])),
        Cell::rupiah(balance),
        // Who is not charged owes nothing that could be counted.
        Cell::rupiah(balance.map(|_| arrears)),
        Cell::at(read_at),
    ]);
    cells
}

/// A meter. Its flow is shown while it reports.
pub fn meter(words: &Sentences, row: &FleetRow, register: Option<Millilitres>) -> Vec<Cell> {
    let state = match row.connectivity {
        Connectivity::Online => "state-online",
        Connectivity::Stale => "state-stale",
        Connectivity::Offline => "state-offline",
    };
    let flow = row.now.flow.filter(|_| row.connectivity == Connectivity::Online);
    vec![
        Cell::text(row.serial.as_str()),
        Cell::text(row.model.as_str()),
        if row.is_inflow { Cell::text(words.say("bulk-meter", [])) } else { Cell::text(row.customer.as_str()) },
        Cell::text(row.address.as_str()),
        Cell::text(row.zone.as_str()),
        Cell::text(words.say(state, [])),
        Cell::text(words.say(&format!("valve-{}", row.now.valve.as_str()), [])),
        // Millilitres a minute are thousandths of litres a minute.
        Cell::number(flow.map(|flow| flow.0)),
        Cell::cubic_metres(register),
        Cell::number(row.battery.map(i64::from)),
        Cell::number(row.rssi.map(i64::from)),
        Cell::at(row.now.t),
    ]
}

/// A case. What runs away is left out where nothing does.
pub fn case(words: &Sentences, row: CaseRow) -> Vec<Cell> {
    let CaseRow { case, place, customer, serial, time_zone, .. } = row;
    let lost = Some(case.loss).filter(|loss| *loss > Millilitres::ZERO);
    vec![
        Cell::text(words.say(title_key(case.about()), [])),
        Cell::text(words.say(&format!("case-severity-{}", case.severity.as_str()), [])),
        Cell::text(words.say(&format!("case-status-{}", case.status.as_str()), [])),
        Cell::text(customer.unwrap_or_default()),
        Cell::text(place),
        Cell::text(serial.unwrap_or_default()),
        Cell::At(case.start),
        Cell::At(case.opened_at),
        Cell::at(case.cleared_at),
        // Millilitres an hour are thousandths of litres an hour.
        Cell::number(lost.map(|_| i64::from(case.rate))),
        Cell::cubic_metres(lost),
        Cell::rupiah(case.cost.filter(|cost| *cost > Rupiah(0))),
        case.normal_until.map_or(Cell::Nothing, |until| Cell::Day(time_zone.day_of(until))),
    ]
}

/// A day and the one that it is compared with.
pub fn compared(words: &Sentences, pair: &Pair) -> Vec<Cell> {
    let known = |value: DayValue| value.kind != DayKind::Missing;
    let side = |(day, value): (LocalDay, DayValue)| {
        [
            Cell::Day(day),
            Cell::cubic_metres(Some(value.volume).filter(|_| known(value))),
            Cell::rupiah(value.cost.filter(|_| known(value))),
            Cell::text(words.say(&format!("day-kind-{}", value.kind.as_str()), [])),
        ]
    };
    let counts = words.say(if pair.counts() { "compare-counts" } else { "compare-counts-not" }, []);
    side(pair.a).into_iter().chain(side(pair.b)).chain([Cell::text(counts)]).collect()
}

/// A work order, its day and its window by its meter's zone.
pub fn work(words: &Sentences, row: &WorkRow) -> Vec<Cell> {
    let (order, zone) = (&row.order, row.time_zone);
    let clock = |at| {
        let (hour, minute) = zone.clock_of(at);
        format!("{hour:02}:{minute:02}")
    };
    let window = format!("{}–{} {}", clock(order.from), clock(order.until), zone.abbreviation());
    let who = order.technician.as_ref().map_or_else(|| words.say("work-anybody", []), |person| person.name.clone());
    vec![
        Cell::Day(zone.day_of(order.from)),
        Cell::text(window),
        Cell::text(words.say(&format!("work-kind-{}", order.work.as_str()), [])),
        Cell::text(who),
        Cell::text(row.serial.as_str()),
        Cell::text(row.address.as_str()),
        Cell::text(words.say(&format!("work-state-{}", order.state.as_str()), [])),
        Cell::number(order.minutes.map(i64::from)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::TimeZone;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn a_case_of_health_has_the_name_that_its_page_gives_it() {
        let words = Sentences::of(Language::En);
        let silence = json!({ "of": "silence", "for_s": 7_200, "limit_s": 3_600 });
        let battery = json!({ "of": "battery", "level": 9 });
        for (on_the_wire, evidence, name) in
            [("stuck_at_zero", silence, "case-silent"), ("low_voltage", battery, "case-low-battery")]
        {
            let case_row = CaseRow {
                case: serde_json::from_value(json!({
                    "connection": Uuid::nil(), "no": 1, "meter": Uuid::nil(), "cause": on_the_wire, "severity": "severe", "status": "detected",
                    "start": 0, "opened_at": 0, "found": { "by": "health", "evidence": evidence },
                }))
                .unwrap(),
                place: "Rumah".into(),
                customer: None,
                serial: None,
                zone: None,
                time_zone: TimeZone::Jakarta,
                waiting: false,
            };
            assert_eq!(case(&words, case_row)[0], Cell::text(words.say(name, [])));
        }
    }
}
