//! A customer moves a visit on a device: it shows at once, also without a network, and as the server has it once that has answered.

use client::Client;
use domain::core::local_time::HOUR_MS;
use domain::maintenance::visit::offered;
use domain::maintenance::work_order::{Window, WorkKind};
use domain::{TimeZone, UtcMillis};
use protocol::sync::push::{Operation, Rejection};
use protocol::sync::work::VisitMove;
use protocol::ui::{AnnouncedVisit, Answer, Phase, Request};
use sync_server::core::now;
use sync_server::server::Server;
use tests::field::{clean, outbox, phase, sign_in, submit, until};
use tests::visits::announce;
use tests::work::{say, shown};
use tests::world::{Device, Kept, Running, World, client_with};

/// 09.00 in Jakarta, in so many days.
fn nine(days: i32) -> UtcMillis {
    TimeZone::Jakarta.start_of(TimeZone::Jakarta.day_of(now()).plus(days)).plus(9 * HOUR_MS)
}

/// The visit that Beranda shows first.
async fn visit(client: &Client) -> Option<AnnouncedVisit> {
    match client.call(Request::Home { connection: None }).await.expect("an answer") {
        Answer::Home(view) => view.and_then(|view| view.visits.first().cloned()),
        other => panic!("{other:?}"),
    }
}

/// Until Beranda shows a visit in a window as the server has it.
async fn until_in(client: &Client, window: Window) -> AnnouncedVisit {
    let shown = async || visit(client).await.filter(|visit| visit.window == window && !visit.waiting);
    until(client, "the visit", shown).await
}

fn last_offer(visit: &AnnouncedVisit) -> Window {
    *offered(visit.choice.as_ref(), visit.window, (visit.time_zone, now())).expect("windows").last().expect("a window")
}

fn moved(visit: &AnnouncedVisit, to: Window) -> Operation {
    let AnnouncedVisit { notification, connection, order, window: was, .. } = *visit;
    Operation::MoveVisit(VisitMove { notification, connection, order, was, to })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_is_moved_without_a_network_shows_its_new_time_and_is_moved_later() {
    let running = World::new().start().await;
    let config = sync_server::config::Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let device = running.world.meters[0].clone();
    let order = announce(&running, WorkKind::Cleaning, &device, nine(5)).await;
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    sign_in(&phone, "customer").await;
    let known = until(&phone, "the visit", async || visit(&phone).await).await;
    let to = last_offer(&known);
    let Running { world, server } = running;
    server.stop().await;
    phase(&phone, Phase::Offline).await;

    submit(&phone, moved(&known, to)).await;
    let shown_at_once = visit(&phone).await.expect("it is announced still");
    assert_eq!((shown_at_once.window, shown_at_once.waiting), (to, true));

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    phase(&phone, Phase::Live).await;
    let confirmed = until_in(&phone, to).await;
    assert_eq!(confirmed.choice.map(|choice| choice.left), Some(1));
    assert_eq!(shown(&running, order).await.window(), to);
    drop(phone);
    clean(running).await;
}

/// Moves an order for two hours from an instant on, as an admin.
async fn move_as_admin(running: &Running, device: &Device, known: &AnnouncedVisit, from: UtcMillis) -> Window {
    let window = Window { from, until: from.plus(2 * HOUR_MS) };
    let (order, meter, was) = (known.order, device.id, known.window.from);
    say(running, "admin", Operation::MoveWork { order, meter, was, from, until: window.until }).await;
    window
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_that_the_utility_has_moved_meanwhile_stays_and_the_refusal_says_so() {
    let running = World::new().start().await;
    let device = running.world.meters[0].clone();
    announce(&running, WorkKind::Cleaning, &device, nine(5)).await;
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    sign_in(&phone, "customer").await;
    let known = until(&phone, "the visit", async || visit(&phone).await).await;
    let stands = move_as_admin(&running, &device, &known, nine(6)).await;
    // What the device saw before; by now it may know better, and the server judges it in any case.
    submit(&phone, moved(&known, last_offer(&known))).await;
    let refused = async || {
        outbox(&phone).await.into_iter().find(|item| item.reason == Some(Rejection::Conflict)).and_then(|item| item.field)
    };
    assert_eq!(until(&phone, "the refusal", refused).await, "visit");
    until_in(&phone, stands).await;
    drop(phone);
    clean(running).await;
}
