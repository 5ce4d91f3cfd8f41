//! That each statement of the queue finds its rows by an index, in the order in which it needs them.

use crate::alerts::rows::{announcements, deliveries, notifications, outbound, queue};
use crate::core::rows::plan::{empty, plan};
use crate::metering::rows::merging;

#[test]
fn every_statement_of_the_queue_reads_an_index_in_its_order() {
    let db = empty();
    for (sql, index, sorts) in [
        (deliveries::ANY_DUE, "delivery_due", false),
        (deliveries::LEASE, "delivery_due", false),
        (deliveries::WAITING_FOR, "delivery_joined", false),
        (queue::DEAD, "delivery_state", false),
        // It sorts its dozen groups.
        (queue::COUNTS, "delivery_state", true),
        (notifications::CLEAR, "notification_open", false),
        (notifications::OPEN, "notification_open", false),
        (notifications::OLDER, "notification_made", false),
    ] {
        let steps = plan(&db, sql);
        assert!(steps.iter().any(|step| step.contains(&format!("INDEX {index} "))), "{sql}: {steps:?}");
        // A question that reads nothing itself is such a row.
        let scans = |step: &String| step.starts_with("SCAN") && step != "SCAN CONSTANT ROW";
        assert!(!steps.iter().any(scans), "{sql}: {steps:?}");
        assert!(sorts || !steps.iter().any(|step| step.contains("TEMP B-TREE")), "{sql}: {steps:?}");
    }
}

#[test]
fn who_is_notified_is_found_without_a_walk_over_all_users() {
    let db = empty();
    for (sql, index) in [
        (outbound::USERS_OF_CONNECTION, "user_customer_of (customer=?)"),
        (announcements::USERS_OF_CUSTOMER, "user_customer_of (customer=?)"),
        (merging::USERS, "user_customer_of (customer=?)"),
        (outbound::ADMINS_OF_CONNECTION, "user_role (utility=? AND role=?)"),
        (outbound::ADMINS, "user_role (utility=? AND role=?)"),
    ] {
        let steps = plan(&db, sql);
        assert!(steps.iter().any(|step| step.contains(index)), "{sql}: {steps:?}");
        assert!(!steps.iter().any(|step| step.starts_with("SCAN")), "{sql}: {steps:?}");
    }
}
