//! Two records of one person that an admin merges: what goes over, who sees it afterwards, and what stands in the way.

use domain::people::Customer;
use domain::people::merge::{Merge, offered};
use domain::sales::voucher::Benefit;
use domain::sync::edit::{ConnectionField, CustomerField};
use domain::{ConnectionId, CustomerId, Rupiah};
use protocol::sync::push::{Operation, OperationResult, Outcome, Rejection};
use protocol::sync::rows::Entity;
use reqwest::StatusCode;
use tests::field::{applied, clean, database, send};
use tests::ops::{code, edit};
use tests::shop::{ask, checked_out, voucher, wanted};
use tests::world::{Running, World};
use uuid::Uuid;

/// One of the two customers of the world.
fn of_world(running: &Running, place: usize) -> Customer {
    Customer { name: "Pelanggan".into(), ..Customer::new(running.world.customers[place], format!("00{place}")) }
}

/// A second record of somebody, without a user, with a connection in the second zone.
async fn twin(running: &Running) -> (Customer, ConnectionId) {
    let id = CustomerId(Uuid::now_v7());
    let twin = Customer { name: "Pelanggan dua".into(), phone: "0812-3456-7890".into(), ..Customer::new(id, "9001".into()) };
    let connection = ConnectionId(Uuid::now_v7());
    let own = [(CustomerField::Name, twin.name.clone()), (CustomerField::Phone, twin.phone.clone())];
    let place = [(ConnectionField::Label, "Kos".to_owned()), (ConnectionField::Address, "Jl. Melati 2".to_owned())];
    let add = [
        Operation::AddCustomer { customer: id, number: twin.number.clone(), fields: own.into() },
        Operation::AddConnection { connection, customer: id, zone: running.world.zones[1], fields: place.into() },
    ];
    assert!(send(running, "admin", &add).await.iter().all(applied));
    (twin, connection)
}

fn merge(keep: &Customer, gone: &Customer, connections: &[ConnectionId]) -> Operation {
    Operation::MergeCustomers(Merge::new(keep, gone, &offered(keep, gone), connections.iter().copied()))
}

async fn refused(running: &Running, operation: Operation) -> (Option<Rejection>, Option<String>) {
    let results: Vec<OperationResult> = send(running, "admin", &[operation]).await;
    let field = match &results[0].outcome {
        Outcome::Rejected { field, .. } => field.clone(),
        _ => None,
    };
    (code(&results[0]), field)
}

fn count(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

/// Rows of a kind that a bucket holds.
fn held(running: &Running, bucket: &str, entity: Entity) -> i64 {
    let sql = "SELECT COUNT(*) FROM change JOIN bucket ON num = bucket WHERE name = ?1 AND entity = ?2 AND removed = 0";
    database(&running.world).query_row(sql, (bucket, entity as u8), |row| row.get(0)).expect("counted")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_merged_record_had_goes_over_to_the_one_that_stays() {
    let running = World::new().start().await;
    let (gone, connection) = twin(&running).await;
    let keep = of_world(&running, 0);
    let operation = merge(&keep, &gone, &[connection]);
    assert!(applied(&send(&running, "admin", std::slice::from_ref(&operation)).await[0]));
    assert_eq!(refused(&running, operation).await.0, Some(Rejection::NotFound), "it is there once");
    let own = format!("customer:{}", keep.id);
    assert_eq!((held(&running, &own, Entity::Connection), held(&running, &own, Entity::Customer)), (2, 1));
    let other = format!("customer:{}", gone.id);
    assert_eq!(Entity::ALL.map(|entity| held(&running, &other, entity)).iter().sum::<i64>(), 0);
    assert_eq!(held(&running, "admin", Entity::Customer), 2);
    let zone = format!("zone:{}", running.world.zones[1]);
    assert_eq!((held(&running, &zone, Entity::Customer), held(&running, &zone, Entity::Connection)), (2, 2));
    let stays = "SELECT COUNT(*) FROM customer WHERE number = '000' AND name = 'Pelanggan' AND phone <> ''";
    assert_eq!((count(&running, stays), count(&running, "SELECT COUNT(*) FROM customer")), (1, 2));
    assert_eq!(count(&running, "SELECT COUNT(*) FROM audit WHERE kind = 'merge_customers'"), 2);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn vouchers_for_the_record_that_goes_are_for_the_one_that_stays() {
    let running = World::new().start().await;
    let (gone, connection) = twin(&running).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let mut new = voucher("KHUSUS", Benefit::FixedAmount(Rupiah(5_000)), None);
    new.voucher.customers = vec![gone.id];
    let (status, answer) = ask(&running, &admin, "/admin/v1/money/vouchers", &new).await;
    assert!(status.is_success(), "{answer}");
    let keep = of_world(&running, 0);
    assert!(applied(&send(&running, "admin", &[merge(&keep, &gone, &[connection])]).await[0]));
    let bought = checked_out(&running, &buyer, &wanted(&running, 0, 50_000, Some("KHUSUS"))).await;
    assert_eq!((bought.discount, bought.to_pay), (Rupiah(5_000), Rupiah(45_000)));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_of_the_record_that_goes_holds_the_one_that_stays_and_no_other() {
    let running = World::new().start().await;
    let (keep, _) = twin(&running).await;
    let gone = of_world(&running, 1);
    let token = running.tokens("other").await.access_token;
    let status = async |customer: CustomerId| {
        let url = format!("{}/sync/v1/snapshot/customer:{customer}", running.url());
        reqwest::Client::new().get(url).bearer_auth(&token).send().await.expect("an answer").status()
    };
    assert_eq!((status(keep.id).await, status(gone.id).await), (StatusCode::NOT_FOUND, StatusCode::OK));
    let meter = running.world.meters[1].connection;
    assert!(applied(&send(&running, "admin", &[merge(&keep, &gone, &[meter])]).await[0]));
    assert_eq!((status(keep.id).await, status(gone.id).await), (StatusCode::OK, StatusCode::NOT_FOUND));
    let own = format!("customer:{}", keep.id);
    assert_eq!((held(&running, &own, Entity::Connection), held(&running, &own, Entity::Meter)), (2, 1));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_not_merged_when_somebody_has_changed_one_or_something_stands_in_the_way() {
    let running = World::new().start().await;
    let (twin, connection) = twin(&running).await;
    let (one, other) = (of_world(&running, 0), of_world(&running, 1));
    let [first, second] = [0, 1].map(|place: usize| running.world.meters[place].connection);
    let before = count(&running, "SELECT COUNT(*) FROM customer");
    let of = |code, field: &str| (Some(code), Some(field.to_owned()));
    assert_eq!(refused(&running, merge(&one, &other, &[second])).await, of(Rejection::InUse, "user"));
    assert_eq!(refused(&running, merge(&one, &twin, &[])).await, of(Rejection::Conflict, "customer"), "another connection");
    assert_eq!(refused(&running, merge(&one, &one, &[first])).await, of(Rejection::Invalid, "customer"));
    let buyer = running.tokens("customer").await.access_token;
    checked_out(&running, &buyer, &wanted(&running, 0, 50_000, None)).await;
    assert_eq!(refused(&running, merge(&twin, &one, &[first])).await, of(Rejection::InUse, "purchase"));
    assert!(applied(&send(&running, "admin", &[edit(twin.id, &[(CustomerField::City, "", "Bogor")])]).await[0]));
    assert_eq!(refused(&running, merge(&one, &twin, &[connection])).await, of(Rejection::Conflict, "customer"));
    // Two have changed a field of it, and nobody has decided yet.
    let twin = Customer { city: "Bogor".into(), ..twin };
    assert!(applied(&send(&running, "admin", &[edit(twin.id, &[(CustomerField::City, "Depok", "Bekasi")])]).await[0]));
    assert_eq!(refused(&running, merge(&one, &twin, &[connection])).await, of(Rejection::InUse, "conflict"));
    let denied = send(&running, "technician", &[merge(&one, &twin, &[connection])]).await;
    assert_eq!(code(&denied[0]), Some(Rejection::Denied));
    assert_eq!(count(&running, "SELECT COUNT(*) FROM customer"), before);
    clean(running).await;
}
