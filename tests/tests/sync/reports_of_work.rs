//! The report of technicians: a device and the server count the same work alike, with its turns, its priority and its targets.

use crate::reports::{ask, file, fill, with_papers};
use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::maintenance::priority::Priority;
use domain::maintenance::work_order::{DeferReason, WorkKind};
use domain::reports::{Days, Design, ReportKind};
use domain::{MeterId, Serial, TimeZone, WorkOrderId};
use protocol::sync::push::Operation;
use protocol::sync::work::{WorkDeferral, WorkMoment};
use protocol::ui::exports::ExportFormat;
use protocol::ui::reports::RunAsked;
use protocol::ui::{Phase, ReportsRequest, ReportsResponse};
use sync_server::core::now;
use tests::field::{clean, database, meter_swap, phase, sign_in, until};
use tests::runs::{nightly, people, put};
use tests::work::say;
use tests::world::{Running, World};
use uuid::Uuid;

/// The serial number of the meter that is put up.
const NEW: &str = "WM-BARU-9";

/// Announces a repair of today.
async fn planned(running: &Running, meter: MeterId, priority: Priority) -> WorkOrderId {
    let (order, today) = (WorkOrderId(Uuid::now_v7()), TimeZone::ALL[0].day_of(now()));
    let from = TimeZone::ALL[0].start_of(today);
    let planned = Operation::PlanWork {
        order,
        meter,
        work: WorkKind::Repair,
        from,
        until: from.plus(2 * HOUR_MS),
        technician: None,
        text: String::new(),
        priority,
        template: None,
        minutes: None,
    };
    say(running, "admin", planned).await;
    order
}

/// Two repairs: to one somebody came twice, and held it in between; by the other the meter was swapped, and the new one is to be repaired.
async fn repairs(running: &Running) {
    let meter = running.world.meters[0].id;
    let (order, other) = (planned(running, meter, Priority::Urgent).await, planned(running, meter, Priority::Urgent).await);
    let at = |minutes: i64| now().plus(-minutes * MINUTE_MS);
    let put_off = WorkDeferral { order, meter, at: at(40), reason: DeferReason::NobodyHome, text: String::new() };
    let serial: Serial = NEW.parse().expect("a serial");
    for said in [
        Operation::BeginWork { order, meter, at: at(50) },
        Operation::BeginWork { order: other, meter, at: at(45) },
        Operation::DeferWork(put_off),
        Operation::BeginWork { order, meter, at: at(30) },
        Operation::HoldWork(WorkMoment { order, meter, at: at(20) }),
        Operation::ResumeWork(WorkMoment { order, meter, at: at(10) }),
        Operation::CompleteWork { order: other, meter, at: at(6) },
        Operation::CompleteWork { order, meter, at: at(5) },
        Operation::SwapMeter(Box::new(meter_swap(meter, serial, at(8)))),
    ] {
        say(running, "technician", said).await;
    }
    let found = database(&running.world).query_row("SELECT id FROM meter WHERE serial = ?1", [NEW], |row| row.get(0));
    // It is open, and late neither now nor in a day.
    planned(running, MeterId(Uuid::from_bytes(found.expect("the new meter"))), Priority::Low).await;
}

/// What a CSV says in a column of the line whose work was completed that often.
fn of_completed(csv: &str, completed: &str, column: &str) -> String {
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(';').collect()).collect();
    let place = |name: &str| lines[0].iter().position(|of| of.contains(name)).expect("the column");
    let line = lines.iter().find(|line| line[place("Selesai")] == completed).expect("whoever completed it");
    line[place(column)].to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_and_the_server_count_the_work_of_technicians_alike() {
    let running = World::new().start().await;
    repairs(&running).await;
    let token = running.tokens("admin").await.access_token;
    put(&running, &token, nightly(ReportKind::Technicians, people(&running, &token).await)).await;
    let desk = with_papers(&running, "desk").await;
    sign_in(&desk, "admin").await;
    phase(&desk, Phase::Live).await;
    assert_eq!(sync_server::jobs::reports::once_at(&running.server.app, now().plus(DAY_MS)).await.expect("made"), 1);
    let run = until(&desk, "the run", async || match ask(&desk, ReportsRequest::Desk).await.expect("a desk") {
        ReportsResponse::Desk(desk) => desk.runs.into_iter().next(),
        other => panic!("{other:?}"),
    })
    .await;
    let (id, filled) = fill(&desk, Design { days: Days::Between(run.period), ..Design::of(ReportKind::Technicians) }).await;
    assert_eq!(filled.tables.len(), 3, "{filled:?}");
    let mut of_device = Vec::new();
    for table in 0..3 {
        of_device.push(String::from_utf8(file(&desk, id, ExportFormat::Csv, table).await.1).expect("UTF-8"));
    }
    assert!(of_device[1].contains("Mendesak"), "{of_device:?}");
    assert_eq!(of_completed(&of_device[0], "2", "Beres sekali datang"), "0", "neither held: {of_device:?}");
    let zone = of_completed(&of_device[0], "2", "Zona");
    assert!(zone.contains("Barat"), "work at a meter that was swapped is of the zone where it hung: {of_device:?}");
    let opened = RunAsked { id: Uuid::now_v7(), run: run.id };
    let id = opened.id;
    ask(&desk, ReportsRequest::Run(opened)).await.expect("the stored report");
    for (table, of_device) in (0..3).zip(of_device) {
        let of_server = file(&desk, id, ExportFormat::Csv, table).await.1;
        assert_eq!(String::from_utf8(of_server).expect("UTF-8"), of_device);
    }
    clean(running).await;
}
