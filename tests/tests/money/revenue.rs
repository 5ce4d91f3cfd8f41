//! Revenue against an oracle over the raw transfers, and what `check`, the routes and a device make of it.

use crate::revenue_history::{Counting, Expected, History};
use domain::billing::ledger::{Account, Event};
use domain::revenue::{DayRange, Dimension, Figures};
use domain::{LocalDay, Rupiah};
use protocol::revenue::{RevenueCustomers, RevenueTransfers, RevenueTransfersAsked};
use protocol::sales::money::{AdjustmentRequest, Purchase};
use protocol::ui::{Answer, Request, RevenueQuestion, RevenueRequest, RevenueResponse, RevenueView, Secret};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use sync_server::billing::ledger;
use sync_server::billing::ledger::TransferContext;
use sync_server::core::tx::in_savepoint;
use sync_server::core::{Tx, transact};
use sync_server::revenue;
use sync_server::revenue::{check, collect, transfers};
use tests::shop::{number, proven, until, wanted};
use tests::world::{PASSWORD, World, email};
use uuid::Uuid;

/// The balances of accounts by each posting that counts.
fn naive<'e>(facts: impl Iterator<Item = &'e Expected>) -> BTreeMap<Account, i64> {
    let mut balances = BTreeMap::new();
    for (account, amount) in facts.flat_map(|fact| &fact.postings) {
        *balances.entry(*account).or_default() += amount;
    }
    balances
}

/// Figures by the definitions of LEDGER.md, from balances.
fn figures(balances: &BTreeMap<Account, i64>) -> [i64; 9] {
    let on = |account| balances.get(&account).copied().unwrap_or(0);
    [
        -on(Account::Cash) - on(Account::GatewayClearing) - on(Account::Refunds) - on(Account::Chargebacks),
        on(Account::Revenue),
        on(Account::Fees),
        on(Account::Tax),
        -on(Account::Discounts),
        -on(Account::VoucherCost),
        -on(Account::Adjustments) - on(Account::OpeningBalances),
        -on(Account::GatewayFees),
        on(Account::Credit) + on(Account::Emergency),
    ]
}

fn shown(of: &Figures) -> [i64; 9] {
    [
        of.received.0,
        of.consumed.0,
        of.fees.0,
        of.tax.0,
        of.discounts.0,
        of.voucher_cost.0,
        of.adjustments.0 + of.openings.0,
        of.gateway_fees.0,
        of.unearned_change.0,
    ]
}

fn whole() -> DayRange {
    DayRange { from: LocalDay(0), to: LocalDay(40_000) }
}

/// Compares sums of a stretch in every dimension with the oracle.
fn compare(history: &History, range: DayRange) {
    let of_range = || history.facts.iter().filter(|fact| range.contains(fact.day));
    for dimension in Dimension::ALL {
        let sums = revenue::sums(&history.db, history.utility, range, dimension).expect("sums");
        assert_eq!(shown(&Figures::of(sums.whole())), figures(&naive(of_range())), "{range:?}");
        let parts = sums.values(dimension);
        let posts = |fact: &&Expected| !fact.postings.is_empty();
        let expected: BTreeSet<_> = of_range().filter(posts).map(|fact| fact.values[&dimension].clone()).collect();
        assert_eq!(parts.iter().map(|(value, _)| value.clone()).collect::<BTreeSet<_>>(), expected, "{dimension:?}");
        for (value, part) in parts {
            let of_value = naive(of_range().filter(|fact| fact.values[&dimension] == value));
            assert_eq!(shown(&Figures::of(&part)), figures(&of_value), "{dimension:?} {value:?} {range:?}");
        }
    }
}

fn findings(history: &History) -> Vec<String> {
    let mut findings = Vec::new();
    check::check(&history.db, &mut findings).expect("checked");
    findings
}

#[test]
fn any_history_is_summed_to_the_rupiah_by_every_dimension_and_any_days() {
    for seed in 0..4 {
        let mut history = History::new();
        history.live(seed, Counting::AtOnce);
        assert!(history.facts.len() > 100, "something happened");
        compare(&history, whole());
        let days: BTreeSet<i32> = history.facts.iter().map(|fact| fact.day.0).collect();
        let (first, last) = (*days.first().expect("a day"), *days.last().expect("a day"));
        let mut rng = fastrand::Rng::with_seed(seed);
        for _ in 0..8 {
            let from = rng.i32(first..=last);
            compare(&history, DayRange { from: LocalDay(from), to: LocalDay(rng.i32(from..=last)) });
        }
        assert_eq!(findings(&history), Vec::<String>::new());
    }
}

#[test]
fn an_older_ledger_is_counted_in_parts_and_a_part_that_is_rolled_back_is_counted_again() {
    let mut history = History::new();
    history.live(9, Counting::Later);
    let now = sync_server::core::now();
    let mut counted = 0;
    loop {
        let failed = transact(&mut history.db, now, |tx| {
            collect::collect(tx, 5)?;
            Err::<(), _>(sync_server::error::Error::Panicked)
        });
        assert!(failed.is_err());
        let (part, _) = transact(&mut history.db, now, |tx| collect::collect(tx, 7)).expect("counted");
        counted += part;
        if part == 0 {
            break;
        }
    }
    assert_eq!(counted, history.facts.len());
    compare(&history, whole());
    let behind = transact(&mut history.db, now, |tx| {
        while revenue::is_behind(tx)? {
            revenue::keep_up(tx)?;
        }
        Ok(())
    });
    behind.expect("published");
    assert_eq!(findings(&history), Vec::<String>::new());
}

/// What credit got by adjustments, as revenue has counted it and as the ledger has it.
fn adjusted(history: &History) -> (i64, i64) {
    let one = |sql: &str| history.db.query_row(sql, [], |row| row.get(0)).expect("a sum");
    (
        one("SELECT COALESCE(SUM(amount), 0) FROM revenue_sum WHERE dimension = 'all' AND kind = 'adjustment' AND account = 'credit'"),
        one("SELECT COALESCE(SUM(o.amount), 0) FROM posting o JOIN transfer t ON t.num = o.transfer JOIN account a ON a.num = o.account
             WHERE t.kind = 'adjustment' AND a.kind = 'credit'"),
    )
}

#[test]
fn what_a_savepoint_has_posted_and_rolled_back_is_not_counted_under_a_number_used_again() {
    let mut history = History::new();
    let now = sync_server::core::now();
    let connection: i64 = history.db.query_row("SELECT MIN(num) FROM connection", [], |row| row.get(0)).expect("a connection");
    transact(&mut history.db, now, revenue::keep_up).expect("counted what is there");
    let give = |tx: &mut Tx<'_>, amount: i64| {
        let context = TransferContext { connection, at: now, month: None, purchase: None, who: None, reason: "uji" };
        ledger::post_event(tx, &context, &Event::Adjustment(Rupiah(amount)), format!("given:{amount}"))
    };
    let posted = transact(&mut history.db, now, |tx| {
        in_savepoint(tx, |tx| give(tx, 1_000))?;
        let failed = in_savepoint(tx, |tx| {
            give(tx, 20_000)?;
            give(tx, 300_000)?;
            Err::<(), _>(sync_server::error::Error::Panicked)
        });
        assert!(failed.is_err());
        in_savepoint(tx, |tx| give(tx, 4_000_000))?;
        let ascending: Vec<i64> = tx.posted().iter().map(|transfer| transfer.num).collect();
        revenue::keep_up(tx)?;
        Ok(ascending)
    });
    let (numbers, _) = posted.expect("posted and counted");
    assert!(numbers.len() == 2 && numbers[0] + 1 == numbers[1], "{numbers:?}");
    assert_eq!(adjusted(&history), (4_001_000, 4_001_000));
    assert_eq!(findings(&history), Vec::<String>::new());
    // More than one statement keeps, behind some that no transaction has in memory any more.
    let posted = transact(&mut history.db, now, |tx| (1..=3).try_for_each(|amount| give(tx, amount).map(|_| ())));
    posted.expect("posted, and not counted");
    let posted = transact(&mut history.db, now, |tx| {
        (11..=33).try_for_each(|amount| give(tx, amount).map(|_| ()))?;
        revenue::keep_up(tx)
    });
    posted.expect("counted with those before");
    assert_eq!(adjusted(&history), (4_001_512, 4_001_512));
    assert_eq!(findings(&history), Vec::<String>::new());
}

#[test]
fn the_pages_behind_a_figure_add_up_to_it_whatever_their_size() {
    let mut history = History::new();
    history.live(21, Counting::AtOnce);
    let range = DayRange { from: LocalDay::from_ymd(2026, 10, 1).expect("a day"), to: LocalDay(40_000) };
    let asked = RevenueTransfersAsked {
        from: range.from,
        to: range.to,
        dimension: Dimension::All,
        value: None,
        account: None,
        kind: None,
        after: None,
        limit: Some(7),
    };
    let of_range: Vec<&Expected> = history.facts.iter().filter(|fact| range.contains(fact.day)).collect();
    for dimension in Dimension::ALL {
        let values: BTreeSet<_> = of_range.iter().map(|fact| fact.values[&dimension].clone()).collect();
        for (value, account) in values.into_iter().flat_map(|value| {
            [Account::Cash, Account::GatewayClearing, Account::Revenue, Account::Credit].map(|account| (value.clone(), account))
        }) {
            let asked = RevenueTransfersAsked { dimension, value: value.clone(), account: Some(account), ..asked.clone() };
            let rows = pages(&history, asked);
            let expected = of_range.iter().filter(|fact| dimension == Dimension::All || fact.values[&dimension] == value);
            let amounts: Vec<i64> = expected.filter_map(|fact| fact.postings.get(&account).copied()).collect();
            let mut found: Vec<i64> = rows.iter().map(|row| row.1).collect();
            assert_eq!(found.iter().sum::<i64>(), amounts.iter().sum::<i64>(), "{dimension:?} {value:?} {account:?}");
            let mut amounts = amounts;
            amounts.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, amounts);
            let distinct: BTreeSet<i64> = rows.iter().map(|row| row.0).collect();
            assert_eq!(distinct.len(), rows.len(), "none comes twice");
        }
    }
    let kinds = pages(&history, RevenueTransfersAsked { kind: Some("charge_correction".into()), ..asked });
    let expected = of_range.iter().filter(|fact| fact.kind == "charge_correction" && !fact.postings.is_empty()).count();
    assert_eq!(kinds.len(), expected);
}

/// All pages: number of each transfer, and its amount.
fn pages(history: &History, mut asked: RevenueTransfersAsked) -> Vec<(i64, i64)> {
    let mut rows = Vec::new();
    loop {
        let page: RevenueTransfers = transfers::page(&history.db, history.utility, &asked).expect("a page");
        assert!(page.rows.len() <= 7);
        rows.extend(page.rows.iter().map(|row| (row.no, row.amount.0)));
        asked.after = page.next;
        if asked.after.is_none() {
            return rows;
        }
    }
}

#[test]
fn check_finds_a_sum_a_transfer_and_a_published_day_that_were_changed() {
    let mut history = History::new();
    history.live(33, Counting::AtOnce);
    assert_eq!(findings(&history), Vec::<String>::new());
    for (change, is_found) in [
        (
            "UPDATE revenue_sum SET amount = amount + 1 WHERE dimension = 'zone' AND day = (SELECT MAX(day) FROM revenue_sum)",
            true,
        ),
        ("UPDATE revenue_connection SET received = received + 1", true),
        ("UPDATE revenue_cursor SET transfer = transfer - 1", true),
        // Another spelling of the same day is the same day.
        ("UPDATE revenue_day SET body = replace(body, '[', ' [') WHERE dirty = 0", false),
        ("UPDATE revenue_day SET body = replace(body, '[', '[1') WHERE dirty = 0", true),
    ] {
        history.db.execute_batch("SAVEPOINT changed").expect("a savepoint");
        history.db.execute(change, []).expect("changed");
        assert_eq!(!findings(&history).is_empty(), is_found, "{change}");
        history.db.execute_batch("ROLLBACK TO changed; RELEASE changed").expect("undone");
    }
}

const TRANSFERS: &str = "/admin/v1/revenue/transfers";

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_in_the_figures_of_an_admins_device_and_leads_to_its_transfer() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let bought = wanted(&running, 0, 50_000, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &bought).await;
    let back = AdjustmentRequest { of: bought.id, key: Uuid::now_v7(), amount: Rupiah(20_000), reason: "Pindah rumah".into() };
    let _: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
    until(&running, "SELECT COUNT(*) FROM transfer WHERE num > (SELECT transfer FROM revenue_cursor)", 0).await;
    let today = number(
        &running,
        "SELECT MAX(day) FROM revenue_transfer f JOIN transfer t ON t.num = f.transfer WHERE t.kind = 'purchase'",
    )
    .await;

    let client = running.client("admin").await;
    client.call(Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    let view = view_with(&client, 30_000).await;
    assert_eq!((view.figures.cash, view.figures.refunds), (Rupiah(50_000), Rupiah(20_000)));
    assert!(view.figures.is_exact() && view.as_of.is_some());

    let page: RevenueTransfers =
        running.get(&admin, &format!("{TRANSFERS}?from={today}&to={today}&account=cash&dimension=method&value=cash")).await;
    assert_eq!(page.rows.iter().map(|row| (row.kind.as_str(), row.amount)).collect::<Vec<_>>(), [("purchase", Rupiah(-50_000))]);
    assert_eq!(page.rows[0].who.as_deref(), Some("admin"));
    let asked = RevenueTransfersAsked {
        from: LocalDay(today as i32),
        to: LocalDay(today as i32),
        dimension: Dimension::All,
        value: None,
        account: Some(Account::Refunds),
        kind: None,
        after: None,
        limit: None,
    };
    let answer = client.call(Request::Revenue(RevenueRequest::Transfers(asked))).await.expect("an answer");
    let Answer::Revenue(answer) = answer else { panic!("another answer") };
    let RevenueResponse::Transfers { page, since } = *answer else { panic!("another answer") };
    assert_eq!((page.rows.len(), page.rows[0].amount, since), (1, Rupiah(20_000), None));

    let month = LocalDay(today as i32).month().0;
    let customers: RevenueCustomers = running.get(&admin, &format!("/admin/v1/revenue/customers?from={month}&to={month}")).await;
    assert_eq!((customers.received, customers.connections), (Rupiah(30_000), 2));
    assert_eq!(customers.by_use.iter().map(|group| group.connections).sum::<i64>(), 2);
    assert_eq!(customers.by_habit.iter().map(|group| group.received.0).sum::<i64>(), 30_000);
    assert_eq!(
        customers.top.iter().map(|top| (top.customer, top.received)).collect::<Vec<_>>(),
        [(running.world.customers[0], Rupiah(30_000))]
    );
    drop(client);
    proven(running).await;
}

/// Pendapatan, once so much was received.
async fn view_with(client: &client::Client, received: i64) -> RevenueView {
    let mut events = client.events();
    let waiting = async {
        loop {
            let asked = Request::Revenue(RevenueRequest::View(RevenueQuestion::default()));
            let Ok(Answer::Revenue(answer)) = client.call(asked).await else { panic!("no answer") };
            let RevenueResponse::View(view) = *answer else { panic!("another answer") };
            if view.figures.received == Rupiah(received) {
                return *view;
            }
            let _ = events.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("the day comes")
}
