//! What water was drawn for: families that are made of a real flat's days, with what goes wrong put into them; and the days of a meter over the
//! real server, which says it to whom the water is supplied and to nobody else.

use domain::core::local_time::{DAY_MS, HOUR_MS, MINUTE_MS};
use domain::patterns::{Coarse, DayDraws};
use domain::tips::{Category, Effect, Measured, Sureness, effect, for_you, rank, shower_effect};
use domain::{LocalDay, Millilitres, TimeZone, UtcMillis};
use protocol::people::auth::Tokens;
use protocol::sync::pull::Page;
use protocol::sync::rows::{Entity, UsageDay};
use reqwest::{Client, StatusCode};
use sync_server::core::{Clock, now};
use sync_server::jobs::draws::once_at;
use tests::bulk::used;
use tests::families::{DAYS, FIRST, Family, Flat, Minutes, Wrong, patterns};
use tests::field::clean;
use tests::world::{Running, World};

/// The category of the advice that comes first, if something that was seen calls for it.
fn first(days: &[Minutes]) -> Option<Category> {
    let offers = for_you(&rank(&patterns(days, 1, true).evidence(None), |_| false), 3);
    let best = offers.first().filter(|offer| offer.evidence.is_some())?;
    best.tip().map(|tip| tip.category)
}

const fn fitting(wrong: Wrong) -> Category {
    match wrong {
        Wrong::Flapper => Category::Leak,
        Wrong::LongerShowers => Category::Shower,
        Wrong::GardenAtNight => Category::Garden,
    }
}

/// Twenty families as they are, and the same with something wrong from 16 to 40 days before the last on: of the 200 of `bench signatures` the
/// first.
#[test]
fn what_goes_wrong_in_real_days_brings_its_advice_first_and_nothing_does_not() {
    let flat = Flat::read();
    let (mut found, mut said) = (0, 0);
    for number in 0..20_u64 {
        let (family, wrong) = (Family::new(&flat, number), Wrong::ALL[number as usize % 3]);
        let mut days = family.days(&flat);
        said += usize::from(first(&days) == Some(fitting(wrong)));
        family.put(&flat, &mut days, wrong, DAYS - 16 - number as usize * 24 / 20..DAYS);
        found += usize::from(first(&days) == Some(fitting(wrong)));
    }
    assert!(found >= 17 && said <= 1, "{found} of 20 found, {said} of 20 said for nothing");
}

/// Twenty families whose showers were twice as long for six weeks: what is said to be saved since, beside what was put in.
#[test]
fn what_shorter_showers_save_is_near_by_each_shower_and_not_by_the_day() {
    const MENDED: usize = 42;
    let flat = Flat::read();
    let (applied, today) = (FIRST.plus(MENDED as i32), FIRST.plus(DAYS as i32));
    let (mut by_shower, mut by_day, mut saved) = (0, 0, 0);
    for number in 0..20 {
        let family = Family::new(&flat, number);
        let mut days = family.days(&flat);
        let put = family.put(&flat, &mut days, Wrong::LongerShowers, 0..MENDED);
        let is_near = |of: &Measured| {
            let window = usize::from(of.window);
            let truth = put[MENDED - window..MENDED].iter().sum::<i64>() / window as i64;
            (of.saved().0 - truth).abs() * 10 <= truth
        };
        let place = |day: LocalDay| usize::try_from(day.0 - FIRST.0).ok();
        let draws = tests::families::draws(&days, 1);
        let found = shower_effect(applied, today, |day| Some(draws.get(place(day)?)?.1.fine()?.shower));
        by_shower += usize::from(found.as_ref().is_some_and(is_near));
        saved += usize::from(found.is_some_and(|of| of.sureness() == Sureness::Saved));
        let whole = effect(applied, today, |day| Some(Millilitres(days.get(place(day)?)?.iter().sum())));
        by_day += usize::from(matches!(&whole, Effect::Measured(of) if is_near(of)));
    }
    assert!(
        by_shower >= 11 && by_day <= 4 && saved >= 17,
        "{by_shower} by each shower, {by_day} by the day, {saved} called saved"
    );
}

/// The source's machine was measured from 17 September 2019 on alone.
#[test]
fn a_machine_is_found_where_the_real_flat_has_one_and_nowhere_before() {
    let flat = Flat::read();
    let begins = LocalDay::from_ymd(2019, 9, 17).expect("a day");
    let days: Vec<Minutes> = flat.days().iter().map(|(_, day)| day.clone()).collect();
    let draws = tests::families::draws(&days, 1);
    let cycles = |is: &dyn Fn(LocalDay) -> bool| -> u16 {
        let of = flat.days().iter().zip(&draws).filter(|((day, _), _)| is(*day));
        of.filter_map(|(_, (_, draws))| draws.fine()).map(|found| found.machine.count).sum()
    };
    assert_eq!(cycles(&|day| day < begins), 0);
    assert!(cycles(&|day| day >= begins) >= 5);
    let flushes: Vec<i64> = draws.iter().filter_map(|(_, draws)| draws.fine()?.cistern).map(|cistern| cistern.volume.0).collect();
    let alike = flushes.iter().filter(|volume| (11_500..12_700).contains(*volume)).count();
    assert!(alike * 100 >= flushes.len() * 97, "its cistern takes 12 L: {alike} of {}", flushes.len());
}

/// The days of a connection that a customer's device gets; `None` if it gets nothing.
async fn held(running: &Running, device: &Tokens, customer: usize) -> Option<Vec<UsageDay>> {
    let url = format!("{}/sync/v1/snapshot/customer:{}", running.url(), running.world.customers[customer]);
    let answer = Client::new().get(url).bearer_auth(&device.access_token).send().await.expect("an answer");
    if answer.status() == StatusCode::NOT_FOUND {
        return None;
    }
    let page: Page = answer.json().await.expect("a page");
    let bodies = page.rows.into_iter().filter(|row| row.entity.known() == Some(Entity::UsageDay)).filter_map(|row| row.body);
    Some(bodies.map(|body| serde_json::from_str(body.get()).expect("a day")).collect())
}

/// Five in the morning of yesterday in Jakarta: the days before are over, and what is late has come.
fn morning() -> UtcMillis {
    let zone = TimeZone::Jakarta;
    zone.start_of(zone.day_of(now()).plus(-1)).plus(5 * HOUR_MS)
}

/// Registers of the real flat's days up to an instant, one every so many minutes.
fn course(from: UtcMillis, to: UtcMillis, every: i64) -> Vec<(UtcMillis, i64)> {
    let flat = Flat::read();
    let minutes: Vec<i64> = flat.days().iter().skip(60).take(4).flat_map(|(_, day)| day.clone()).collect();
    let mut register = 1_000_000;
    let mut found = vec![(from, register)];
    for (number, ml) in (1..=to.since(from) / MINUTE_MS).zip(minutes.iter().cycle()) {
        register += ml;
        if number % every == 0 {
            found.push((from.plus(number * MINUTE_MS), register));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn draws_reach_the_customer_alone_and_a_late_reading_has_its_day_looked_at_again() {
    let at = morning();
    let running = World::new().start_with(Clock::new(move || at)).await;
    let zone = TimeZone::Jakarta;
    let (first_day, start) = (zone.day_of(at).plus(-2), zone.start_of(zone.day_of(at).plus(-2)));
    let fine = course(start, at, 1);
    // The evening of the first day comes last. No water flows in it, so that the sums of the day stay as they are.
    let late = 20 * 60;
    let kept: Vec<_> =
        fine.iter().enumerate().filter(|(place, _)| !(late..late + 240).contains(place)).map(|(_, at)| *at).collect();
    used(&running, "WM-TEST-A", &kept).await;
    used(&running, "WM-TEST-B", &course(TimeZone::Makassar.start_of(first_day), at, 15)).await;
    let publish = async || running.server.app.store.writer.publish(false).await.expect("published");
    publish().await;
    once_at(&running.server.app, at).await.expect("looked at");
    let (phone, other) = (running.tokens("customer").await, running.tokens("other").await);
    let of = async |day: LocalDay| {
        let days = held(&running, &phone, 0).await.expect("its own");
        days.into_iter().find(|of| of.day == day).expect("a day").draws
    };
    assert_eq!(of(first_day).await, Some(DayDraws::Coarse(Coarse::Gaps)), "four hours are missing");
    let found = of(first_day.plus(1)).await;
    let found = found.as_ref().and_then(DayDraws::fine).expect("a fine day");
    assert!(found.flush.count > 0 && found.tap.count > 0, "{found:?}");
    assert_eq!(of(first_day.plus(2)).await, None, "today is not over");
    let coarse = held(&running, &other, 1).await.expect("its own");
    assert_eq!(coarse[0].draws, Some(DayDraws::Coarse(Coarse::Interval)));
    assert!(coarse[1..].iter().all(|day| day.draws.is_none()), "it is not said again of each day");
    assert_eq!(held(&running, &other, 0).await, None, "nobody else gets it");

    let missing: Vec<_> = fine[late..late + 240].to_vec();
    used(&running, "WM-TEST-A", &missing).await;
    publish().await;
    once_at(&running.server.app, at).await.expect("looked at");
    let whole = of(first_day).await;
    assert!(whole.as_ref().is_some_and(|draws| draws.fine().is_some()), "the day is whole now: {whole:?}");
    let sum = "SELECT SUM(rev) FROM usage_day";
    let revisions =
        async || running.server.app.store.read(move |db| Ok(db.query_row(sum, [], |row| row.get::<_, i64>(0))?)).await;
    let before = revisions().await.expect("a sum");
    once_at(&running.server.app, at.plus(DAY_MS / 24)).await.expect("looked at");
    assert_eq!(revisions().await.expect("a sum"), before, "nothing is due twice");
    clean(running).await;
}
