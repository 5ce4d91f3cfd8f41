//! That each statement of which the balance of a zone and its neighbours are made finds its rows by a key or an index, for each zone, connection and
//! meter; and others that are asked as often.

use crate::billing::rows::charging;
use crate::core::rows::plan::{empty, plan};
use crate::metering::rows::{added, draws, inflows, installations, neighbours, readings, usage, zone_balance, zones};

#[test]
fn every_statement_of_balances_and_neighbours_searches_and_scans_no_table() {
    let statements: [(&str, &[&str]); 10] = [
        (zone_balance::CONNECTIONS, &["connection_zone ", "connection_zone_past_zone ", "installation_now "]),
        (zone_balance::PAST_ZONES, &["connection_zone_stay_of (connection=?)"]),
        // The last reading that settles is read from the end of its own stretch, also where the meter measured elsewhere since.
        (zone_balance::SPANS, &["installation_of ", "PRIMARY KEY (meter=? AND t>? AND t<?)"]),
        (inflows::OF_ZONE, &["zone_inflow_zone ", "PRIMARY KEY (meter=? AND t>? AND t<?)"]),
        (inflows::UNKNOWN, &["reading_unusual (meter=? AND t>? AND t<?)", "PRIMARY KEY (meter=? AND t>? AND t<?)"]),
        (zone_balance::ZONES, &["zone_utility ", "zone_inflow_zone "]),
        (usage::MEASURED, &["PRIMARY KEY (connection=? AND day>? AND day<?)"]),
        (neighbours::KNOWN, &["connection_zone ", "PRIMARY KEY (connection=? AND month>? AND month<?)"]),
        (neighbours::MEMBERS, &["connection_zone ", "PRIMARY KEY (connection=? AND month=?)", "connection_customer "]),
        (charging::WATER_OF_MONTHS, &["connection_zone ", "PRIMARY KEY (connection=? AND month>? AND month<?)"]),
    ];
    let db = empty();
    for (sql, found_by) in statements {
        searches(sql, &plan(&db, sql), found_by);
    }
}

#[test]
fn storing_a_reading_makes_no_table_besides() {
    let db = empty();
    let mut query = db.prepare(&format!("EXPLAIN {}", readings::WRITE)).expect("a statement");
    let mut rows = query.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().expect("read") {
        steps.push(row.get::<_, String>("opcode").expect("its name"));
    }
    assert!(steps.iter().any(|step| step == "IdxInsert"), "{steps:?}");
    // One takes as long as all the rest: a list after IN in the condition of an index or a check makes one for each row.
    assert!(!steps.iter().any(|step| step == "OpenEphemeral"), "{steps:?}");
}

#[test]
fn bulk_meters_cost_no_scan_where_readings_come_in() {
    let statements: [(&str, &[&str]); 2] = [
        (installations::PLACES, &["SEARCH i USING PRIMARY KEY (meter=?)", "SEARCH f USING INDEX"]),
        (installations::METERS_OF, &["installation_of ", "SEARCH zone_inflow USING INTEGER PRIMARY KEY"]),
    ];
    let db = empty();
    for (sql, found_by) in statements {
        searches(sql, &plan(&db, sql), found_by);
    }
}

#[test]
fn days_that_are_due_and_their_readings_are_found_by_keys() {
    let statements: [(&str, &[&str]); 4] = [
        (draws::LOOK_AGAIN, &["PRIMARY KEY (connection=? AND day>?)", "(meter=?)"]),
        (draws::DUE, &["usage_day_undrawn ((day,connection)>(?,?) AND day<?)", "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)"]),
        (draws::PLACES, &["installation_of (connection=? AND since<?)"]),
        (draws::READINGS, &["PRIMARY KEY (meter=? AND t>? AND t<?)"]),
    ];
    let db = empty();
    for (sql, found_by) in statements {
        searches(sql, &plan(&db, sql), found_by);
    }
}

#[test]
fn whether_what_an_import_added_was_changed_is_found_without_a_walk_over_the_audit_log() {
    let steps = plan(&empty(), &added::changed());
    assert!(steps.iter().any(|step| step.contains("audit_by_row (utility=? AND row_id=?)")), "{steps:?}");
}

#[test]
fn whether_a_key_was_used_for_a_meter_is_found_among_what_was_done_to_it() {
    let steps = plan(&empty(), zones::RECORDED_OF);
    assert!(steps.iter().any(|step| step.contains("audit_by_row (utility=? AND row_id=?)")), "{steps:?}");
}

fn searches(sql: &str, steps: &[String], found_by: &[&str]) {
    for part in found_by {
        assert!(steps.iter().any(|step| step.contains(*part)), "{part}: {sql}: {steps:?}");
    }
    // What a subquery has found is read as it is.
    let scans = |step: &String| step.starts_with("SCAN") && step != "SCAN n";
    assert!(!steps.iter().any(scans), "{sql}: {steps:?}");
    // Nothing is sorted.
    assert!(!steps.iter().any(|step| step.contains("ORDER BY")), "{sql}: {steps:?}");
}
