//! That each statement of the summary that reads more than a few rows finds them by a key or an index.

use crate::core::rows::plan::{empty, plan};
use crate::metering::rows::usage;
use crate::sales::rows::{receipts, waiting};

#[test]
fn every_statement_of_the_summary_searches_and_scans_no_table() {
    let db = empty();
    for (sql, found_by) in [
        (usage::EACH_DAY, "PRIMARY KEY (connection=? AND day>? AND day<?)"),
        (usage::METERED, "installation_now"),
        (receipts::FIRST_SINCE, "transfer_time"),
        (receipts::RECEIVED, "PRIMARY KEY (account=? AND transfer>?)"),
        (waiting::COUNT, "purchase_expiry"),
    ] {
        let steps = plan(&db, sql);
        assert!(steps.iter().any(|step| step.contains(found_by)), "{sql}: {steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
    }
}
