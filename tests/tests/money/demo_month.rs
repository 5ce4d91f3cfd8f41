//! The demo's month: 300 connections are charged for what their meters said, most have bought credit, and `check` proves every rupiah.
#![allow(clippy::print_stdout, reason = "a proof that counts prints its counts")]

use domain::Rupiah;
use simulators::demo::utility;
use std::process::Command;
use std::time::Duration;
use sync_server::check;
use sync_server::config::{Config, LogFormat};
use sync_server::jobs;
use sync_server::server::Server;
use tests::world::program;

#[tokio::test(flavor = "multi_thread")]
async fn a_month_of_three_hundred_connections_reconciles_to_the_rupiah() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_owned();
    utility::make(&data, 62).expect("the demo");
    let free = "127.0.0.1:0".parse().expect("an address");
    let config = Config { data: data.clone(), http: free, mqtt: free, log: LogFormat::Text, payments: None, ..Config::default() };
    let server = Server::start(&config).await.expect("the server starts");
    let mut history = Command::new(program("simulators"));
    history.arg("history").arg("--server").arg(format!("http://{}", server.http)).arg("--plan").arg(data.join("demo.json"));
    let sent = tokio::task::spawn_blocking(move || history.status());
    let sent = tokio::time::timeout(Duration::from_secs(240), sent).await.expect("in time").expect("runs").expect("starts");
    assert!(sent.success());
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
