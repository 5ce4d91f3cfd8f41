//! Customers, connections and meters that an admin adds on a device: each is there once, for everybody who may see it, and can be taken back
//! while nothing else has happened to it.

use domain::field::field_record::Explanation;
use domain::maintenance::priority::Priority;
use domain::sync::edit::{ConnectionField, CustomerField};
use domain::{ConnectionId, CustomerId, ManualReadingId, MeterId, Millilitres, UtcMillis, WorkOrderId};
use protocol::core::audit::AuditPage;
use protocol::sync::push::{Operation, OperationEnvelope, OperationResult, Outcome, Rejection};
use protocol::sync::work::WorkPriorityChange;
use std::collections::BTreeMap;
use sync_server::core::now;
use tests::field::{applied, clean, database, send, sign_in, until};
use tests::ops::{code, edit, op, push};
use tests::world::{Kept, Running, World, client_with};
use uuid::Uuid;

/// A household as an import adds it: customer, connection, meter.
struct Household {
    customer: CustomerId,
    connection: ConnectionId,
    meter: MeterId,
    number: String,
}

impl Household {
    fn new(number: &str) -> Self {
        let [customer, connection, meter] = std::array::from_fn(|_| Uuid::now_v7());
        let (customer, connection, meter) = (CustomerId(customer), ConnectionId(connection), MeterId(meter));
        Self { customer, connection, meter, number: number.into() }
    }

    fn customer(&self) -> Operation {
        let fields = [(CustomerField::Name, "Nur’aini".into()), (CustomerField::Phone, "0812-3456-7890".into())];
        Operation::AddCustomer { customer: self.customer, number: self.number.clone(), fields: fields.into() }
    }

    fn connection(&self, running: &Running) -> Operation {
        let fields = [(ConnectionField::Label, "Rumah".into()), (ConnectionField::Address, "Jl. Melati 1".into())];
        let (connection, customer, zone) = (self.connection, self.customer, running.world.zones[0]);
        Operation::AddConnection { connection, customer, zone, fields: fields.into() }
    }

    fn meter(&self) -> Operation {
        let serial = format!("WM-ADD-{}", self.number).parse().expect("a serial");
        let since = UtcMillis(now().0 - 60_000);
        Operation::AddMeter { meter: self.meter, connection: self.connection, serial, model: "Itron".into(), since }
    }

    fn first_register(&self) -> Operation {
        Operation::RecordReading {
            reading: ManualReadingId(Uuid::now_v7()),
            meter: self.meter,
            at: UtcMillis(now().0 - 30_000),
            register: Millilitres::cubic_metres(12),
            photo: None,
            explained: Explanation::default(),
        }
    }

    fn all(&self, running: &Running) -> Vec<Operation> {
        vec![self.customer(), self.connection(running), self.meter(), self.first_register()]
    }
}

fn codes(results: &[OperationResult]) -> Vec<Option<Rejection>> {
    results.iter().map(code).collect()
}

fn field(result: &OperationResult) -> Option<&str> {
    match &result.outcome {
        Outcome::Rejected { field, .. } => field.as_deref(),
        _ => None,
    }
}

fn count(running: &Running, sql: &str) -> i64 {
    database(&running.world).query_row(sql, [], |row| row.get(0)).expect("a number")
}

const ROWS: &str = "SELECT (SELECT COUNT(*) FROM customer) + (SELECT COUNT(*) FROM connection) + (SELECT COUNT(*) FROM meter)
    + (SELECT COUNT(*) FROM installation) + (SELECT COUNT(*) FROM reading) + (SELECT COUNT(*) FROM manual_reading)";

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_adds_is_there_once_and_on_every_device_that_may_have_it() {
    let running = World::new().start().await;
    let house = Household::new("00417");
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    let results = send(&running, "admin", &house.all(&running)).await;
    assert!(results.iter().all(applied), "{results:?}");
    let found = until(&desk, "the customer", async || {
        let shown = tests::field::customer(&desk, house.customer).await?;
        (shown.connections.len() == 1).then_some(shown)
    })
    .await;
    assert_eq!((found.customer.number.as_str(), found.customer.name.as_str()), ("00417", "Nur’aini"));
    assert_eq!(count(&running, "SELECT COUNT(*) FROM audit WHERE kind LIKE 'add_%'"), 3);

    // The same again under other identifiers: each names what is taken.
    let again = Household::new("00417");
    let results = send(&running, "admin", &[again.customer(), house.customer(), house.connection(&running), house.meter()]).await;
    let taken = [Rejection::Taken, Rejection::IdReused, Rejection::IdReused, Rejection::IdReused];
    assert_eq!(codes(&results), taken.map(Some));
    assert_eq!(field(&results[0]), Some("number"));
    let second = Operation::AddMeter {
        meter: MeterId(Uuid::now_v7()),
        connection: house.connection,
        serial: "WM-ADD-OTHER".parse().expect("a serial"),
        model: String::new(),
        since: now(),
    };
    let results = send(&running, "admin", &[second]).await;
    assert_eq!((code(&results[0]), field(&results[0])), (Some(Rejection::Taken), Some("connection")));
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_without_a_day_is_installed_when_it_arrives_if_the_clock_that_added_it_is_ahead() {
    let running = World::new().start().await;
    let (house, later) = (Household::new("00430"), Household::new("00431"));
    let ahead = now().plus(600_000);
    let of_clock = |house: &Household, made: UtcMillis| {
        let (meter, connection, model) = (house.meter, house.connection, String::new());
        let serial = format!("WM-ADD-{}", house.number).parse().expect("a serial");
        let add = Operation::AddMeter { meter, connection, serial, model, since: ahead };
        OperationEnvelope { occurred_at: made, ..op(Uuid::now_v7(), 1, None, &add) }
    };
    for house in [&house, &later] {
        let results = send(&running, "admin", &[house.customer(), house.connection(&running)]).await;
        assert!(results.iter().all(applied), "{results:?}");
    }
    let results = push(&running, "admin", vec![of_clock(&house, ahead), of_clock(&later, now())]).await;
    assert!(applied(&results[0]), "{results:?}");
    let since =
        count(&running, "SELECT i.since FROM installation i JOIN meter m ON m.num = i.meter WHERE m.serial = 'WM-ADD-00430'");
    assert!(since <= now().0, "{since}");
    assert_eq!((code(&results[1]), field(&results[1])), (Some(Rejection::Invalid), Some("since")), "a day that is to come");
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_added_that_a_form_would_refuse_or_by_anybody_but_an_admin() {
    let running = World::new().start().await;
    let before = count(&running, ROWS);
    let house = Household::new("00418");
    for who in ["technician", "customer"] {
        let mut all = house.all(&running);
        all.pop();
        let results = send(&running, who, &all).await;
        assert_eq!(codes(&results), [Some(Rejection::Denied); 3], "{who}");
    }
    let with = |number: &str, name: &str, email: &str| Operation::AddCustomer {
        customer: CustomerId(Uuid::now_v7()),
        number: number.into(),
        fields: BTreeMap::from([(CustomerField::Name, name.into()), (CustomerField::Email, email.into())]),
    };
    let results = send(
        &running,
        "admin",
        &[
            with("", "Budi", ""),
            with(&"9".repeat(65), "Budi", ""),
            with("00419", " ", ""),
            with("00420", "Budi", "no address"),
            house.connection(&running),
            house.meter(),
        ],
    )
    .await;
    let invalid = Some(Rejection::Invalid);
    let missing = Some(Rejection::NotFound);
    assert_eq!(codes(&results), [invalid, invalid, invalid, invalid, missing, missing]);
    assert_eq!(
        results.iter().map(field).collect::<Vec<_>>(),
        ["number", "number", "name", "email", "customer", "connection"].map(Some)
    );
    assert_eq!(count(&running, ROWS), before);
    clean(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_added_customer_is_taken_back_whole_while_nothing_has_happened_and_not_at_all_after() {
    let running = World::new().start().await;
    let before = count(&running, ROWS);
    let (house, edited, read) = (Household::new("00421"), Household::new("00422"), Household::new("00423"));
    for house in [&house, &edited, &read] {
        let results = send(&running, "admin", &house.all(&running)).await;
        assert!(results.iter().all(applied), "{results:?}");
    }
    let desk = client_with(&running.world.folder.path().join("desk"), &running.url(), &Kept::default()).await;
    sign_in(&desk, "admin").await;
    until(&desk, "the customer", async || tests::field::customer(&desk, house.customer).await).await;
    let later = Operation::RecordReading {
        reading: ManualReadingId(Uuid::now_v7()),
        meter: read.meter,
        at: now(),
        register: Millilitres::cubic_metres(13),
        photo: None,
        explained: Explanation::default(),
    };
    let results = send(&running, "technician", &[later]).await;
    assert!(applied(&results[0]), "{results:?}");
    let results = send(&running, "admin", &[edit(edited.customer, &[(CustomerField::City, "", "Bandung")])]).await;
    assert!(applied(&results[0]), "{results:?}");

    // The server evaluates balances meanwhile, which posts no fee of a customer that can be taken back.
    sync_server::jobs::money::once_at(&running.server.app, now().plus(1_000)).await.expect("evaluated");
    let take_back = |house: &Household| Operation::TakeBackCustomer { customer: house.customer };
    let denied = send(&running, "technician", &[take_back(&house)]).await;
    assert_eq!(code(&denied[0]), Some(Rejection::Denied));
    let all = [take_back(&house), take_back(&house), take_back(&edited), take_back(&read)];
    let results = send(&running, "admin", &all).await;
    let in_use = Some(Rejection::InUse);
    assert_eq!(codes(&results), [None, Some(Rejection::NotFound), in_use, in_use]);
    // The world's own customers were there before additions were recorded.
    let old = Operation::TakeBackCustomer { customer: running.world.customers[0] };
    assert_eq!(code(&send(&running, "admin", &[old]).await[0]), in_use);
    until(&desk, "no customer", async || tests::field::customer(&desk, house.customer).await.is_none().then_some(())).await;
    let left = "SELECT COUNT(*) FROM customer WHERE number IN ('00422', '00423')";
    assert_eq!(count(&running, left), 2);
    let of_house = "SELECT COUNT(*) FROM meter WHERE serial LIKE 'WM-ADD-00421'";
    assert_eq!(count(&running, of_house), 0);
    // The number is free again.
    let again = Household::new("00421");
    assert!(send(&running, "admin", &again.all(&running)).await.iter().all(applied));
    assert!(count(&running, ROWS) > before);
    clean(running).await;
}

/// What stands at a household without anybody's doing: marks of advice of a user who has nothing to do with it any more, the register from which a
/// schedule counts, and work that the schedule has announced.
const BY_THEMSELVES: &str = "
    INSERT INTO schedule (id, utility, body, author, author_name, at) SELECT zeroblob(16), utility, '{}', num, name, 0 FROM user LIMIT 1;
    INSERT INTO schedule_meter (schedule, meter, base) SELECT s.num, m.num, 0 FROM schedule s, meter m WHERE m.serial LIKE 'WM-ADD-%';
    INSERT INTO work_order (id, meter, work, window_from, window_until, author, author_name, at, schedule, rule_day)
      SELECT randomblob(16), m.num, 'inspection', 1, 2, s.author, s.author_name, 0, s.num, 1 FROM schedule s, meter m WHERE m.serial LIKE 'WM-ADD-%';
    INSERT INTO tip_state (id, user, connection, tip) SELECT randomblob(16), u.num, i.connection, 'shower-head' FROM user u, installation i
      JOIN meter m ON m.num = i.meter WHERE m.serial LIKE 'WM-ADD-%' AND u.role = 'customer';";

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_to_a_household_by_itself_goes_with_it_and_begun_work_keeps_it() {
    let running = World::new().start().await;
    let (house, begun) = (Household::new("00441"), Household::new("00442"));
    for house in [&house, &begun] {
        let results = send(&running, "admin", &house.all(&running)).await;
        assert!(results.iter().all(applied), "{results:?}");
    }
    tests::field::change(&running.world, BY_THEMSELVES);
    let begin = "UPDATE work_order SET begun_at = 1, begun_by = 'Orang' WHERE meter = (SELECT num FROM meter WHERE serial = 'WM-ADD-00442')";
    tests::field::change(&running.world, begin);
    let take_back = |house: &Household| Operation::TakeBackCustomer { customer: house.customer };
    let results = send(&running, "admin", &[take_back(&house), take_back(&begun)]).await;
    assert_eq!(codes(&results), [None, Some(Rejection::InUse)]);
    let left = "SELECT (SELECT COUNT(*) FROM schedule_meter) * 100 + (SELECT COUNT(*) FROM work_order) * 10
        + (SELECT COUNT(DISTINCT connection) FROM tip_state)";
    assert_eq!(count(&running, left), 111, "of the household that stays");
    assert_eq!(count(&running, "SELECT COUNT(*) FROM customer WHERE number IN ('00441', '00442')"), 1);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn work_of_a_schedule_whose_priority_somebody_changed_keeps_its_household() {
    let running = World::new().start().await;
    let house = Household::new("00451");
    assert!(send(&running, "admin", &house.all(&running)).await.iter().all(applied));
    tests::field::change(&running.world, BY_THEMSELVES);
    let id: [u8; 16] =
        database(&running.world).query_row("SELECT id FROM work_order", [], |row| row.get(0)).expect("the work of the schedule");
    let order = WorkOrderId(Uuid::from_bytes(id));
    let change = WorkPriorityChange { order, meter: house.meter, was: Priority::Normal, to: Priority::Urgent };
    let results = send(&running, "admin", &[Operation::SetWorkPriority(change)]).await;
    assert!(applied(&results[0]), "{results:?}");
    let results = send(&running, "admin", &[Operation::TakeBackCustomer { customer: house.customer }]).await;
    assert_eq!(codes(&results), [Some(Rejection::InUse)]);
    assert_eq!(count(&running, "SELECT COUNT(*) FROM work_order WHERE priority = 'urgent'"), 1);
    assert_eq!(count(&running, "SELECT COUNT(*) FROM customer WHERE number = '00451'"), 1);
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_names_what_was_added_also_after_it_was_taken_back() {
    let running = World::new().start().await;
    let house = Household::new("00431");
    let results = send(&running, "admin", &[house.customer(), house.connection(&running), house.meter()]).await;
    assert!(results.iter().all(applied), "{results:?}");
    let token = running.tokens("admin").await.access_token;
    let titles = async |kind: &str| {
        let page: AuditPage = running.get(&token, &format!("/admin/v1/audit?kind={kind}")).await;
        page.entries.into_iter().map(|entry| entry.title).collect::<Vec<_>>()
    };
    assert_eq!(titles("add_customer").await, ["Nur’aini"]);
    assert_eq!(titles("add_connection").await, ["Nur’aini · Rumah · Jl. Melati 1"]);
    assert_eq!(titles("add_meter").await, ["WM-ADD-00431"]);
    let back = send(&running, "admin", &[Operation::TakeBackCustomer { customer: house.customer }]).await;
    assert!(applied(&back[0]), "{back:?}");
    for kind in ["add_customer", "take_back_customer"] {
        assert_eq!(titles(kind).await, ["Nur’aini"], "{kind}");
    }
    assert_eq!(titles("add_connection").await, ["Rumah"]);
    assert_eq!(titles("add_meter").await, ["WM-ADD-00431"]);
    clean(running).await;
}
