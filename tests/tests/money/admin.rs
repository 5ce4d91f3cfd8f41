//! What admins do with money on the real server: campaigns with many codes, pauses, tariffs that begin later, and money that goes back.

use domain::billing::tariff::{TariffClass, TariffVersion, defaults};
use domain::core::local_time::DAY_MS;
use domain::sales::voucher::{Benefit, Refusal, Voucher, VoucherState};
use domain::{ConnectionId, CustomerId, LocalDay, Rupiah, TimeZone, UtcMillis};
use protocol::core::audit::{AuditPage, Office, Subject};
use protocol::core::problem::Problem;
use protocol::sales::admin::{CampaignDetail, CampaignMove, Campaigns, NewCampaign, NewCodes, NewTariff, PurchasePage, Tariffs};
use protocol::sales::money::{AdjustmentRequest, CheckoutAsked, Offer, Purchase, QuoteAsked, Statement};
use reqwest::StatusCode;
use serde::Serialize;
use std::collections::BTreeSet;
use sync_server::config::Config;
use sync_server::core::now;
use sync_server::sales::payments::config::Service;
use sync_server::server::Server;
use tests::payments::{StandIn, audited, file};
use tests::shop::{proven, stranger, wanted};
use tests::world::{Running, World};
use uuid::Uuid;

const CAMPAIGNS: &str = "/admin/v1/money/campaigns";

async fn refused(running: &Running, token: &str, path: &str, asked: &impl Serialize) -> (StatusCode, String) {
    let request = reqwest::Client::new().post(format!("{}{path}", running.url())).json(asked).bearer_auth(token);
    let answer = request.send().await.expect("an answer");
    let status = answer.status();
    let problem: Problem = answer.json().await.expect("a problem");
    (status, problem.detail.split(':').next().unwrap_or_default().to_owned())
}

fn campaign(code: &str, codes: NewCodes) -> NewCampaign {
    let voucher = Voucher {
        code: code.parse().expect("a code"),
        benefit: Benefit::Percentage(100),
        minimum_purchase: Rupiah(25_000),
        maximum_discount: None,
        total_limit: Some(1),
        customer_limit: None,
        valid_from: UtcMillis(0),
        valid_until: now().plus(DAY_MS),
        classes: vec![],
        customers: vec![],
        state: VoucherState::Active,
    };
    NewCampaign { id: Uuid::now_v7(), name: format!("Promo {code}"), codes, voucher }
}

fn series(code: &str, count: i64) -> NewCampaign {
    campaign(code, NewCodes::Series { count, prefix: code.into() })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_series_has_as_many_codes_as_were_asked_for_once_and_its_file_names_each() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let mut new = series("GAJIAN", 5_000);
    new.name = "=HYPERLINK(\"x\")".into();
    let made: CampaignDetail = running.post(&admin, CAMPAIGNS, &new).await;
    let again: CampaignDetail = running.post(&admin, CAMPAIGNS, &new).await;
    assert_eq!((made.campaign.codes, made.campaign.state), (5_000, VoucherState::Active));
    assert_eq!(made, again, "the same identifier is the same campaign");
    let mut other = new.clone();
    other.voucher.benefit = Benefit::Percentage(200);
    let key = (StatusCode::BAD_REQUEST, "key".to_owned());
    assert_eq!(refused(&running, &admin, CAMPAIGNS, &other).await, key, "it was changed after an answer that got lost");
    let elsewhere = stranger(&running).await.access_token;
    assert_eq!(refused(&running, &elsewhere, CAMPAIGNS, &new).await, key, "another utility has the identifier");
    let request = reqwest::Client::new().get(format!("{}{CAMPAIGNS}/{}/csv", running.url(), new.id)).bearer_auth(&admin);
    let text = request.send().await.expect("an answer").error_for_status().expect("allowed").text().await.expect("text");
    let codes: BTreeSet<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(codes.len(), 5_000);
    assert!(codes.iter().all(|code| code.starts_with("GAJIAN-") && !code[7..].contains(['0', 'O', '1', 'I', 'L'])));
    assert!(text.lines().nth(1).is_some_and(|line| line.contains("\"'=HYPERLINK(\"\"x\"\")\"")), "no cell is computed");
    let found: Campaigns = running.get(&admin, &format!("{CAMPAIGNS}?search=GAJIAN-&state=active")).await;
    assert_eq!(found.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [new.id], "found by the beginning of a code");
    let none: Campaigns = running.get(&admin, &format!("{CAMPAIGNS}?search=%25")).await;
    assert!(none.rows.is_empty(), "what is typed is no pattern");
    let asked = format!("/money/v1/offers?connection={}&amount=50000", running.world.meters[0].connection.0);
    let offers: Vec<Offer> = running.get(&running.tokens("customer").await.access_token, &asked).await;
    assert!(offers.is_empty(), "each code goes to somebody, and none is offered to everybody");
    let log: AuditPage = running.get(&admin, "/admin/v1/audit").await;
    assert_eq!((log.entries.len(), log.entries[0].kind.as_str()), (1, "add_campaign"));
    assert_eq!(log.entries[0].entity, Subject::Office(Office::Campaign));
    assert_eq!(log.entries[0].title, new.name);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_that_cannot_be_and_codes_that_are_taken_leave_nothing_behind() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let _: CampaignDetail = running.post(&admin, CAMPAIGNS, &campaign("SATU", NewCodes::One)).await;
    let mut none = campaign("NOL", NewCodes::One);
    none.voucher.benefit = Benefit::Percentage(0);
    let mut strangers = campaign("ASING", NewCodes::One);
    strangers.voucher.customers = vec![CustomerId(Uuid::now_v7())];
    let cases = [
        (campaign("satu", NewCodes::One), "taken"),
        (none, "value"),
        (strangers, "customers"),
        (series("BANYAK", 5_001), "count"),
        (campaign("X-Y", NewCodes::Series { count: 3, prefix: "TERLALU PANJANG".into() }), "prefix"),
    ];
    for (new, word) in cases {
        assert_eq!(refused(&running, &admin, CAMPAIGNS, &new).await, (StatusCode::BAD_REQUEST, word.to_owned()));
    }
    let all: Campaigns = running.get(&admin, CAMPAIGNS).await;
    assert_eq!((all.rows.len(), all.left_out), (1, 0));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_new_reservations_and_takes_none_away() {
    let running = World::new().start().await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let mut new = campaign("JEDA", NewCodes::One);
    (new.voucher.total_limit, new.voucher.state) = (Some(5), VoucherState::Draft);
    let _: CampaignDetail = running.post(&admin, CAMPAIGNS, &new).await;
    let to = |to| CampaignMove { key: Uuid::now_v7(), of: new.id, to };
    let moved = format!("{CAMPAIGNS}/state");
    let not = refused(&running, &admin, &moved, &to(VoucherState::Paused)).await;
    assert_eq!(not, (StatusCode::BAD_REQUEST, "state".into()), "a draft has to be active first");
    let active: CampaignDetail = running.post(&admin, &moved, &to(VoucherState::Active)).await;
    assert_eq!(active.campaign.state, VoucherState::Active);
    let held: Purchase = running.post(&buyer, "/money/v1/quote", &wanted(&running, 0, 50_000, Some("JEDA"))).await;
    let late: Purchase = running.post(&buyer, "/money/v1/quote", &wanted(&running, 0, 50_000, Some("JEDA"))).await;
    let _: Purchase = running.post(&buyer, "/money/v1/checkout", &CheckoutAsked { id: held.id }).await;
    let paused: CampaignDetail = running.post(&admin, &moved, &to(VoucherState::Paused)).await;
    assert_eq!((paused.campaign.state, paused.campaign.reserved), (VoucherState::Paused, 1));
    let refusal = refused(&running, &buyer, "/money/v1/checkout", &CheckoutAsked { id: late.id }).await;
    assert_eq!(refusal, (StatusCode::BAD_REQUEST, "not_active".into()), "a quote binds the price, not a use");
    let again: Purchase = running.post(&buyer, "/money/v1/checkout", &CheckoutAsked { id: held.id }).await;
    assert_eq!(again.to_pay, Rupiah(45_000), "what is reserved outlasts the pause");
    let _: CampaignDetail = running.post(&admin, &moved, &to(VoucherState::Active)).await;
    let taken: Purchase = running.post(&buyer, "/money/v1/checkout", &CheckoutAsked { id: late.id }).await;
    assert_eq!((taken.state.as_str(), taken.to_pay), ("pending", Rupiah(45_000)));
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_is_quoted_with_its_voucher_and_the_campaign_counts_its_cost() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let new = campaign("TUNAI", NewCodes::One);
    let _: CampaignDetail = running.post(&admin, CAMPAIGNS, &new).await;
    let asked = wanted(&running, 0, 100_000, Some("TUNAI"));
    let offer: Purchase = running.post(&admin, "/admin/v1/money/quote", &asked).await;
    assert_eq!((offer.discount, offer.to_pay, offer.state.as_str()), (Rupiah(10_000), Rupiah(90_000), "quoted"));
    let without = QuoteAsked { code: None, ..asked.clone() };
    let other = refused(&running, &admin, "/admin/v1/money/cash", &without).await;
    assert_eq!(other.0, StatusCode::BAD_REQUEST, "the same identifier is of a purchase with a voucher");
    for _ in 0..3 {
        let paid: Purchase = running.post(&admin, "/admin/v1/money/cash", &asked).await;
        assert_eq!((paid.id, paid.paid, paid.state.as_str()), (offer.id, Rupiah(90_000), "settled"));
    }
    let detail: CampaignDetail = running.get(&admin, &format!("{CAMPAIGNS}/{}", new.id)).await;
    let campaign = &detail.campaign;
    assert_eq!((campaign.consumed, campaign.cost(), campaign.paid), (1, Rupiah(10_000), Rupiah(90_000)));
    assert_eq!(campaign.state, VoucherState::Depleted, "its one use is used");
    assert_eq!(detail.days.iter().map(|day| (day.uses, day.discount.0)).collect::<Vec<_>>(), [(1, 10_000)]);
    let back = AdjustmentRequest { key: Uuid::now_v7(), of: offer.id, amount: Rupiah(45_000), reason: "Salah isi".into() };
    let page: PurchasePage = running.get(&admin, &format!("/admin/v1/money/purchases?connection={}", asked.connection.0)).await;
    let row = &page.rows[0];
    assert_eq!(
        (row.purchase.channel.as_str(), row.purchase.code.as_ref().map(|code| code.as_str()), row.buyer.as_str()),
        ("cash", Some("TUNAI"), "admin")
    );
    for _ in 0..2 {
        let after: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
        assert_eq!(after.returned, Rupiah(45_000));
    }
    let more = AdjustmentRequest { key: Uuid::now_v7(), amount: Rupiah(45_001), ..back };
    assert_eq!(refused(&running, &admin, "/admin/v1/money/refund", &more).await, (StatusCode::BAD_REQUEST, "left".into()));
    let detail: CampaignDetail = running.get(&admin, &format!("{CAMPAIGNS}/{}", new.id)).await;
    assert_eq!((detail.campaign.cost(), detail.campaign.paid), (Rupiah(5_000), Rupiah(45_000)), "its share went back as well");
    assert_eq!(
        newest_line(&running, asked.connection).await,
        (Rupiah(-50_000), "Salah isi".to_owned()),
        "the customer reads why"
    );
    proven(running).await;
}

/// The newest line of the customer's statement: what it did, and why.
async fn newest_line(running: &Running, connection: ConnectionId) -> (Rupiah, String) {
    let buyer = running.tokens("customer").await.access_token;
    let statement: Statement = running.get(&buyer, &format!("/money/v1/statement?connection={}", connection.0)).await;
    (statement.lines[0].amount, statement.lines[0].reason.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_checked_for_who_asks_before_anything_is_bought() {
    let running = World::new().start().await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let mut new = campaign("CEK", NewCodes::One);
    (new.voucher.minimum_purchase, new.voucher.customers) = (Rupiah(50_000), running.world.customers.to_vec());
    let _: CampaignDetail = running.post(&admin, CAMPAIGNS, &new).await;
    let connection = running.world.meters[0].connection;
    let path = |rest: &str| format!("/money/v1/voucher?connection={}&{rest}", connection.0);
    let offer: Offer = running.get(&buyer, &path("code=cek&amount=100000")).await;
    assert_eq!((offer.discount, offer.refusal, offer.campaign.as_str()), (Rupiah(10_000), None, "Promo CEK"));
    assert_eq!(offer.voucher.customers, [running.world.customers[0]], "other customers are not named");
    let open: Offer = running.get(&buyer, &path("code=CEK")).await;
    assert_eq!((open.discount, open.refusal), (Rupiah(0), None), "without an amount nothing is promised");
    let small: Offer = running.get(&buyer, &path("code=CEK&amount=49999")).await;
    assert_eq!(small.refusal, Some(Refusal::BelowMinimum { minimum: Rupiah(50_000) }));
    let none = reqwest::Client::new().get(format!("{}{}", running.url(), path("code=LAIN"))).bearer_auth(&buyer).send().await;
    let none = none.expect("an answer");
    assert_eq!(none.status(), StatusCode::NOT_FOUND);
    assert!(none.json::<Problem>().await.expect("a problem").detail.starts_with("no_voucher:"));
    let _: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, Some("CEK"))).await;
    let used: Offer = running.get(&buyer, &path("code=CEK&amount=100000")).await;
    assert_eq!(used.refusal, Some(Refusal::Depleted));
    let mut nameless = series("TANPA", 2);
    nameless.name = " ".into();
    assert_eq!(refused(&running, &admin, CAMPAIGNS, &nameless).await, (StatusCode::BAD_REQUEST, "name".into()));
    proven(running).await;
}

fn later(class: TariffClass, days: i32) -> NewTariff {
    let today = TimeZone::Makassar.day_of(now());
    let version = defaults(LocalDay(0)).into_iter().find(|version| version.class == class).expect("a default");
    NewTariff {
        id: Uuid::now_v7(),
        version: TariffVersion { effective_from: today.plus(days), decree: "SK 12/2026".into(), ..version },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tariff_begins_tomorrow_or_later_and_a_coming_one_is_replaced() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let path = "/admin/v1/money/tariffs";
    let before: Tariffs = running.get(&admin, path).await;
    assert_eq!((before.versions.len(), before.today), (4, TimeZone::Makassar.day_of(now())), "the easternmost zone's day");
    for days in [-1, 0, 5_000] {
        let early = refused(&running, &admin, path, &later(TariffClass::Residential, days)).await;
        assert_eq!(early, (StatusCode::BAD_REQUEST, "starts".into()));
    }
    let mut open = later(TariffClass::Residential, 1);
    open.version.blocks.pop();
    assert_eq!(refused(&running, &admin, path, &open).await, (StatusCode::BAD_REQUEST, "blocks".into()));
    let mut dear = later(TariffClass::Residential, 1);
    dear.version.blocks[0].price_per_m3 = Rupiah(9_000);
    for _ in 0..2 {
        let after: Tariffs = running.post(&admin, path, &dear).await;
        assert_eq!(after.versions.len(), 5, "once");
    }
    let mut dearer = dear.clone();
    dearer.version.blocks[0].price_per_m3 = Rupiah(9_500);
    let key = (StatusCode::BAD_REQUEST, "key".to_owned());
    assert_eq!(refused(&running, &admin, path, &dearer).await, key, "it was changed after an answer that got lost");
    let after: Tariffs = running.post(&admin, path, &later(TariffClass::Residential, 1)).await;
    let of_class: Vec<_> = after.versions.into_iter().filter(|row| row.version.class == TariffClass::Residential).collect();
    let versions: Vec<_> = of_class.iter().map(|row| row.version.clone()).collect();
    let holds = domain::billing::tariff::version_on(&versions, before.today.plus(1)).expect("a version");
    assert_eq!(holds.blocks[0].price_per_m3, Rupiah(1_500), "of two that begin on one day the later one holds");
    assert_eq!(of_class.iter().map(|row| row.author.as_str()).collect::<Vec<_>>(), ["", "admin", "admin"]);
    proven(running).await;
}

async fn with_gateway(service: Service) -> Running {
    let world = World::new();
    let config = Config { payments: Some(service), ..world.config() };
    Running { server: Server::start(&config).await.expect("the server starts"), world }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_by_the_gateway_goes_back_by_it_once_with_who_and_why() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let (admin, buyer) = (running.tokens("admin").await.access_token, running.tokens("customer").await.access_token);
    let bought: Purchase = running.post(&buyer, "/money/v1/quote", &wanted(&running, 0, 100_000, None)).await;
    let _: Purchase = running.post(&buyer, "/money/v1/checkout", &CheckoutAsked { id: bought.id }).await;
    let pay = serde_json::json!({ "id": bought.id, "method": "gopay" });
    let paying: protocol::sales::money::Paying = running.post(&buyer, "/money/v1/pay", &pay).await;
    let page = paying.how.url.expect("the wallet's page");
    let paid = reqwest::Client::new().post(format!("{page}/pay")).header("content-length", "0").send().await.expect("a page");
    assert!(paid.status().is_success());
    let path = format!("/admin/v1/money/purchases?connection={}", running.world.meters[0].connection.0);
    let order: domain::sales::payment::OrderId = paying.order.parse().expect("an order");
    let gateway = running.server.app.payments.as_ref().expect("a gateway");
    gateway.ask(&running.server.app, &order).await.expect("the gateway reports it as paid");
    let rows: PurchasePage = running.get(&admin, &path).await;
    assert_eq!((rows.rows[0].purchase.method.as_deref(), rows.rows[0].purchase.state.as_str()), (Some("gopay"), "settled"));
    let back = AdjustmentRequest { key: Uuid::now_v7(), of: bought.id, amount: Rupiah(30_000), reason: "Salah meter".into() };
    for _ in 0..2 {
        let after: Purchase = running.post(&admin, "/admin/v1/money/refund", &back).await;
        assert_eq!((after.paid, after.returned), (Rupiah(100_000), Rupiah(30_000)));
    }
    let more = AdjustmentRequest { key: Uuid::now_v7(), amount: Rupiah(70_001), ..back.clone() };
    assert_eq!(refused(&running, &admin, "/admin/v1/money/refund", &more).await, (StatusCode::BAD_REQUEST, "left".into()));
    let other = AdjustmentRequest { amount: Rupiah(1_000), ..back.clone() };
    assert_eq!(refused(&running, &admin, "/admin/v1/money/refund", &other).await, (StatusCode::BAD_REQUEST, "key".into()));
    let silent = AdjustmentRequest { key: Uuid::now_v7(), reason: " ".into(), ..back };
    assert_eq!(refused(&running, &admin, "/admin/v1/money/refund", &silent).await, (StatusCode::BAD_REQUEST, "reason".into()));
    assert_eq!(audited(&file(running.world.folder.path()), order.as_str()), ["refund_asked"]);
    let log: AuditPage = running.get(&admin, "/admin/v1/audit").await;
    let kinds: Vec<&str> = log.entries.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["refund_gateway"]);
    assert!(log.entries[0].changes.iter().any(|change| change.field == "reason" && change.after == "Salah meter"));
    let connection = running.world.meters[0].connection;
    assert_eq!(newest_line(&running, connection).await, (Rupiah(-30_000), "Salah meter".to_owned()), "the customer reads why");
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_names_its_refunds_with_their_reasons_however_long_the_statement_is() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let connection = running.world.meters[0].connection;
    let bought: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 100_000, None)).await;
    for (amount, reason) in [(20_000, "Salah hitung"), (5_000, "Masih salah")] {
        let asked = AdjustmentRequest { key: Uuid::now_v7(), of: bought.id, amount: Rupiah(amount), reason: reason.into() };
        let _: Purchase = running.post(&admin, "/admin/v1/money/refund", &asked).await;
    }
    for _ in 0..101 {
        let asked = AdjustmentRequest { key: Uuid::now_v7(), of: connection.0, amount: Rupiah(10), reason: "Penyesuaian".into() };
        let _: serde_json::Value = running.post(&admin, "/admin/v1/money/adjust", &asked).await;
    }
    let first: Statement = running.get(&admin, &format!("/money/v1/statement?connection={}", connection.0)).await;
    assert!(first.lines.iter().all(|line| line.kind == "adjustment"), "no refund is on the first page");
    let page: PurchasePage = running.get(&admin, &format!("/admin/v1/money/purchases?connection={}", connection.0)).await;
    let named: Vec<_> = page.rows[0].returns.iter().map(|line| (line.amount, line.reason.as_str())).collect();
    assert_eq!(named, [(Rupiah(-20_000), "Salah hitung"), (Rupiah(-5_000), "Masih salah")]);
    proven(running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_has_moved_money_moves_no_other_money_and_says_so() {
    let running = World::new().start().await;
    let admin = running.tokens("admin").await.access_token;
    let (refund, adjust) = ("/admin/v1/money/refund", "/admin/v1/money/adjust");
    let bought: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 100_000, None)).await;
    let other: Purchase = running.post(&admin, "/admin/v1/money/cash", &wanted(&running, 0, 50_000, None)).await;
    let back = AdjustmentRequest { key: Uuid::now_v7(), of: bought.id, amount: Rupiah(20_000), reason: "Salah isi".into() };
    for _ in 0..2 {
        let after: Purchase = running.post(&admin, refund, &back).await;
        assert_eq!(after.returned, Rupiah(20_000));
    }
    let key = (StatusCode::BAD_REQUEST, "key".to_owned());
    for wrong in [AdjustmentRequest { of: other.id, ..back.clone() }, AdjustmentRequest { amount: Rupiah(9_000), ..back }] {
        assert_eq!(refused(&running, &admin, refund, &wrong).await, key, "{wrong:?}");
    }
    let [here, there] = [0, 1].map(|place| running.world.meters[place].connection.0);
    let given = AdjustmentRequest { key: Uuid::now_v7(), of: here, amount: Rupiah(5_000), reason: "Salah baca".into() };
    for _ in 0..2 {
        let _: serde_json::Value = running.post(&admin, adjust, &given).await;
    }
    for wrong in [AdjustmentRequest { of: there, ..given.clone() }, AdjustmentRequest { amount: Rupiah(-5_000), ..given }] {
        assert_eq!(refused(&running, &admin, adjust, &wrong).await, key, "{wrong:?}");
    }
    let quoted = wanted(&running, 0, 60_000, None);
    let _: Purchase = running.post(&admin, "/admin/v1/money/quote", &quoted).await;
    let mistyped = QuoteAsked { code: Some("TIADA".parse().expect("a code")), ..quoted };
    let (status, _) = refused(&running, &admin, "/admin/v1/money/cash", &mistyped).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "with a code that nobody made it is another purchase, and takes no cash");
    proven(running).await;
}
