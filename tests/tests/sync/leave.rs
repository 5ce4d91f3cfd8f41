//! Leave of technicians on admins' devices: what one enters another reads, and what was read is there without a network.

use client::Client;
use domain::maintenance::leave::{LeaveDays, LeaveKind};
use domain::{TimeZone, UserId};
use protocol::core::problem::{Code, Problem};
use protocol::maintenance::leave::{LeaveChange, LeaveDeed, WorkLeave};
use protocol::ui::{AdminRequest, AdminResponse, Answer, MaintenanceRequest, MaintenanceResponse, Request};
use sync_server::core::now;
use tests::field::sign_in;
use tests::world::{Kept, World, client_with};
use uuid::Uuid;

/// The leave, and whether it is as it was read before.
async fn ask(client: &Client, asked: MaintenanceRequest) -> Result<(WorkLeave, bool), Problem> {
    let Answer::Admin { response, since } = client.call(Request::Admin(AdminRequest::Maintenance(asked))).await? else {
        panic!("another answer")
    };
    match *response {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Leave(found) => Ok((found, since.is_some())),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

fn enter(technician: UserId, ahead: i32) -> MaintenanceRequest {
    let from = TimeZone::Jakarta.day_of(now()).plus(ahead);
    let days = LeaveDays { from, until: from.plus(1) };
    let absence = LeaveDeed::Enter { technician, days, kind: LeaveKind::Training, remark: String::new() };
    MaintenanceRequest::ChangeLeave(Box::new(LeaveChange { key: Uuid::now_v7(), leave: Uuid::now_v7(), absence }))
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_that_one_admin_enters_is_read_by_another_and_is_there_offline() {
    let running = World::new().start().await;
    let technician = running.tokens("technician").await.user.id;
    let (first, second) = (running.world.folder.path().join("first"), running.world.folder.path().join("second"));
    let (first, second) = (
        client_with(&first, &running.url(), &Kept::default()).await,
        client_with(&second, &running.url(), &Kept::default()).await,
    );
    sign_in(&first, "admin").await;
    sign_in(&second, "admin").await;
    let (entered, _) = ask(&first, enter(technician, 3)).await.expect("entered");
    assert_eq!(entered.leaves.len(), 1);
    let (read, is_old) = ask(&second, MaintenanceRequest::Leave).await.expect("read");
    assert_eq!((&read, is_old), (&entered, false));
    running.server.stop().await;
    assert_eq!(ask(&second, MaintenanceRequest::Leave).await.expect("kept"), (entered, true));
    let refused = ask(&second, enter(technician, 30)).await.expect_err("it needs the server");
    assert_eq!(refused.code, Code::Unreachable);
}
