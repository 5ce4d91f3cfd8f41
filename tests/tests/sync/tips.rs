//! Hemat air on devices: advice from the cache alone, what is said of it on both devices of a user, and what stays on one.

use client::Client;
use domain::patterns::{Coarse, DayDraws, Evidence, Fixture, Fixtures, HowSure};
use domain::tips::{Effect, TipMark, TipName};
use domain::{ConnectionId, Millilitres};
use protocol::core::problem::Code;
use protocol::sync::push::Operation;
use protocol::ui::{Answer, Request, TipsRequest, TipsView};
use tests::field::{sign_in, submit, until};
use tests::household::{drawn, leaking, with_flapper};
use tests::world::{Kept, World, client_with};

async fn tips(client: &Client) -> Option<TipsView> {
    match client.call(Request::Tips(TipsRequest::View { connection: None })).await.expect("an answer") {
        Answer::Tips(view) => view.map(|view| *view),
        other => panic!("{other:?}"),
    }
}

fn is_leak(view: &TipsView) -> bool {
    view.for_you.first().is_some_and(|offer| matches!(offer.evidence, Some(Evidence::SteadyFlow { .. })))
}

fn mark(view: &TipsView, tip: &TipName, mark: TipMark) -> Operation {
    let (user, connection, tip) = (view.user.expect("somebody"), view.place.connection, tip.clone());
    Operation::MarkTip { user, connection, tip, mark }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leak_brings_its_advice_and_a_word_on_it_shows_on_both_devices() {
    let running = World::new().start().await;
    leaking(&running, 25).await;
    let device = async |name: &str| {
        let client = client_with(&running.world.folder.path().join(name), &running.url(), &Kept::default()).await;
        sign_in(&client, "customer").await;
        client
    };
    let (phone, tablet) = (device("phone").await, device("tablet").await);
    let view = until(&phone, "the advice", async || tips(&phone).await.filter(is_leak)).await;
    let offer = view.for_you[0].clone();
    assert_eq!(offer.tip.as_str(), "leak-meter-test");
    let Some(Evidence::SteadyFlow { rate, days, .. }) = offer.evidence else { panic!("{offer:?}") };
    assert_eq!((rate, days), (Millilitres::litres(12), 7));
    assert_eq!(view.this_week.as_ref().map(|week| &week.tip), Some(&offer.tip));
    assert!(view.summary.usual.is_some(), "{:?}", view.summary);

    let on = view.today.plus(-16);
    submit(&phone, mark(&view, &offer.tip, TipMark::Applied { day: on })).await;
    let shown = tips(&phone).await.expect("a view");
    let marked = shown.marks_of("leak-meter-test").expect("shown at once");
    assert_eq!((marked.applied, marked.bookmarked), (Some(on), false));
    assert!(shown.for_you.iter().all(|other| other.tip != offer.tip), "it is not offered again");
    let is_there = |view: &TipsView| view.marks_of("leak-meter-test").is_some_and(|marked| !marked.waiting);
    let there = until(&tablet, "the mark", async || tips(&tablet).await.filter(is_there)).await;
    let result = there.marks_of("leak-meter-test").and_then(|marked| marked.result).expect("a result");
    // Of the days before only eight were measured.
    assert!(matches!(result.effect, Effect::TooFew { before, after: 14 } if before < 14), "{result:?}");

    submit(&tablet, mark(&there, &offer.tip, TipMark::NotApplied)).await;
    let is_gone = |view: &TipsView| view.marks_of("leak-meter-test").is_none() && is_leak(view);
    until(&phone, "no mark", async || tips(&phone).await.filter(is_gone)).await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_goal_stays_on_its_device_and_ends_with_the_session() {
    let running = World::new().start().await;
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    sign_in(&phone, "customer").await;
    let view = until(&phone, "the connection", async || tips(&phone).await).await;
    let connection: ConnectionId = view.place.connection;
    let set = async |goal: Option<i64>| {
        let goal = goal.map(Millilitres::cubic_metres);
        phone.call(Request::Tips(TipsRequest::SetGoal { connection, goal })).await
    };
    set(Some(12)).await.expect("kept");
    assert_eq!(tips(&phone).await.and_then(|view| view.month.goal), Some(Millilitres::cubic_metres(12)));
    for wrong in [0, -3, 1_001] {
        assert_eq!(set(Some(wrong)).await.expect_err("refused").code, Code::BadRequest);
    }
    phone.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    sign_in(&phone, "customer").await;
    let again = until(&phone, "the connection", async || tips(&phone).await).await;
    assert_eq!((again.month.goal, again.this_week.is_some()), (None, true));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn draws_are_on_the_device_and_bring_their_advice_without_a_network() {
    let running = World::new().start().await;
    leaking(&running, 25).await;
    drawn(&running, &with_flapper()).await;
    let client = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    sign_in(&client, "customer").await;
    let knows = |view: &TipsView| matches!(view.summary.fixtures, Some(Fixtures::Found { .. }));
    until(&client, "the draws", async || tips(&client).await.filter(knows)).await;
    running.server.stop().await;
    let view = tips(&client).await.expect("from the cache");
    let Some(Fixtures::Found { days, uses }) = &view.summary.fixtures else { panic!("{:?}", view.summary) };
    let flush = uses.iter().find(|used| used.fixture == Fixture::Toilet).expect("flushes");
    assert_eq!((flush.count, flush.each, flush.sure), (21 * u32::from(*days), Some(Millilitres::litres(9)), HowSure::Sure));
    let offer = view.for_you.first().expect("an advice");
    let expected = Evidence::NightFills { fills: 11, each: Millilitres::litres(9), days: 7, among: 7 };
    assert_eq!((offer.tip.as_str(), offer.evidence), ("leak-toilet-dye", Some(expected)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_is_too_coarse_is_called_that_and_its_advice_goes_by_hours() {
    let running = World::new().start().await;
    leaking(&running, 25).await;
    drawn(&running, &DayDraws::Coarse(Coarse::Interval)).await;
    let client = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    sign_in(&client, "customer").await;
    let is_coarse = |view: &TipsView| view.summary.fixtures == Some(Fixtures::Coarse(Coarse::Interval));
    let view = until(&client, "that it is coarse", async || tips(&client).await.filter(is_coarse)).await;
    assert!(is_leak(&view));
    running.server.stop().await;
}
