//! The demo's month: 300 connections are charged for what their meters said, most have bought credit, and `check` proves every rupiah.
#![allow(clippy::print_stdout, reason = "a proof that counts prints its counts")]

use domain::Rupiah;
use sync_server::check;
use sync_server::jobs;
use tests::demo::demo;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_three_hundred_connections_reconciles_to_the_rupiah() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = demo(folder.path(), 62).await;
    jobs::money::once(&server.app).await.expect("posted");
    let (report, connections, used, sold) = server
        .app
        .store
        .read(|db| {
            let one = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
            let report = check::check(db)?;
            let connections = one("SELECT COUNT(DISTINCT connection) FROM month_charge WHERE due_water > 0")?;
            let used = one("SELECT SUM(posted_water + posted_tax) FROM month_charge")?;
            let sold = one("SELECT SUM(paid) FROM purchase WHERE state = 'settled'")?;
            // All accounts together are nothing; what was sold, with what vouchers gave, is what is left, and what was used.
            assert_eq!(one("SELECT SUM(balance) FROM account")?, 0);
            let kinds = "SELECT SUM(balance) FROM account WHERE kind IN ('credit', 'emergency', 'revenue', 'fees', 'tax', 'discounts', 'voucher_cost')";
            assert_eq!(one(kinds)?, sold);
            Ok((report, connections, used, sold))
        })
        .await
        .expect("checked");
    assert_eq!(report.findings, Vec::<String>::new());
    assert_eq!(connections, 300, "each is charged");
    assert!(Rupiah(used) > Rupiah(0) && Rupiah(sold) > Rupiah(0));
    println!(
        "{connections} connections, Rp{used} of water, Rp{sold} sold, {} months and {} accounts proven",
        report.months, report.accounts
    );
    server.stop().await;
}
