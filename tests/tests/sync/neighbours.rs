//! What neighbours used on a device: beside the connection's own month, and without the server.

use client::Client;
use protocol::ui::{Answer, Comparing, ComparisonQuery, Neighbours, Phase, Request, Span};
use sync_server::core::now;
use sync_server::jobs;
use tests::field::{phase, sign_in, until};
use tests::neighbours::{add, month};
use tests::world::World;

async fn compared(client: &Client) -> Option<Neighbours> {
    let query = ComparisonQuery { connection: None, comparing: Comparing::Months { month: None }, by_weekday: false };
    match client.call(Request::UsageComparison(query)).await.expect("an answer") {
        Answer::UsageComparison(view) => view.and_then(|view| view.neighbours),
        other => panic!("{other:?}"),
    }
}

async fn shown(client: &Client, span: Span) -> Vec<Neighbours> {
    match client.call(Request::Usage { connection: None, span }).await.expect("an answer") {
        Answer::Usage(view) => view.map(|view| view.neighbours).unwrap_or_default(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_median_of_ten_neighbours_is_shown_without_the_server() {
    let running = World::new().start().await;
    add(&running, 0, 10, (None, 10)).await;
    jobs::neighbours::once_at(&running.server.app, now()).await.expect("made");
    let phone = running.client("phone").await;
    sign_in(&phone, "customer").await;
    let found = until(&phone, "the neighbours", async || compared(&phone).await).await;
    assert_eq!((found.month, found.homes, found.household_size, found.own), (month(), 10, None, None));
    assert_eq!(found.middle.median.0, 14_500_000);
    phase(&phone, Phase::Live).await;
    running.server.stop().await;
    phase(&phone, Phase::Offline).await;
    let year = Span::Year { year: Some(month().ym().0) };
    assert_eq!(shown(&phone, Span::Month { month: None }).await, [found], "the newest month, while this one goes on");
    assert_eq!(shown(&phone, Span::Month { month: Some(month()) }).await, [found]);
    assert_eq!(shown(&phone, year).await, [found]);
    assert!(shown(&phone, Span::Week { end: None }).await.is_empty());
    let before = Span::Month { month: Some(domain::LocalMonth(month().0 - 1)) };
    assert!(shown(&phone, before).await.is_empty(), "nothing of later months");
}
