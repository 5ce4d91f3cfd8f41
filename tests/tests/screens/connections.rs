//! A customer with two houses: one connection is chosen for every page and kept, and no page shows two; and a payment that waits is wherever
//! credit is looked at, after the app was killed as well, until it is paid, cancelled or over.

use domain::core::local_time::{DAY_MS, HOUR_MS};
use domain::{ConnectionId, Rupiah, UtcMillis};
use fantoccini::Client;
use protocol::metering::messages::GatewayReading;
use protocol::sales::money::{AdjustmentRequest, Purchase, QuoteAsked, Statement};
use std::path::Path;
use sync_server::core::now;
use sync_server::jobs;
use tests::axe::{self, SERIOUS, audit};
use tests::driver::{picture, press as press_at, text, until};
use tests::host::{Host, sign_in};
use tests::payments::StandIn;
use tests::shop::with_gateway;
use tests::steps::{self, follow, go, press};
use tests::world::{Running, email, reading};
use uuid::Uuid;

/// The one that is shown if none was chosen, and the other one, whose credit is low.
const HOUSES: [&str; 2] = ["Rumah", "Vila Bukit"];

/// Litres that each uses in a day: their charts differ.
const LITRES: [i64; 2] = [480, 24];

/// Where the app is: on a page of a phone's size, or in its window.
#[derive(Clone, Copy)]
enum Place {
    Phone,
    Window,
}

/// A customer of two houses, with ten days of use in each.
struct Landlord {
    running: Running,
    stand_in: StandIn,
    admin: String,
}

impl Landlord {
    async fn new() -> Self {
        let stand_in = StandIn::start().await;
        let running = with_gateway(stand_in.service()).await;
        let second = running.world.customers[1].0;
        let linked = running.server.app.store.writer.work(move |tx| {
            let who = [email("customer")];
            tx.db.execute("UPDATE connection SET label = 'Vila Bukit' WHERE address = 'Jl. Uji 1'", [])?;
            let user = tx.db.query_row("SELECT num FROM user WHERE email = ?1", who, |row| row.get(0))?;
            let customer = tx.db.query_row("SELECT num FROM customer WHERE id = ?1", [second.as_bytes()], |row| row.get(0))?;
            sync_server::metering::fleet::link_customer(tx, user, customer)
        });
        linked.await.expect("linked");
        // Up to this hour: the houses' own days begin at other times than this machine's.
        let begin = now().0 / HOUR_MS * HOUR_MS - 10 * DAY_MS;
        let readings: Vec<GatewayReading> = (0..=10 * 24)
            .flat_map(|hour| [(0, hour), (1, hour)])
            .map(|(house, hour)| {
                let serial = running.world.meters[house].serial.to_string();
                let t = UtcMillis(begin + hour * DAY_MS / 24);
                GatewayReading { serial, reading: reading(t, 1_000_000 + hour * LITRES[house] * 1_000 / 24, 0) }
            })
            .collect();
        let brought = reqwest::Client::new().post(format!("{}/ingest/v1/telemetry", running.url()));
        let brought =
            brought.basic_auth("gateway", Some(&running.world.gateway)).json(&readings).send().await.expect("an answer");
        brought.error_for_status().expect("taken");
        running.server.app.store.writer.publish(false).await.expect("published");
        let admin = running.tokens("admin").await.access_token;
        let this = Self { running, stand_in, admin };
        for (house, balance) in [(0, 500_000), (1, 40_000)] {
            let cash = QuoteAsked { id: Uuid::now_v7(), connection: this.of(house), amount: Rupiah(600_000), code: None };
            let _: Purchase = this.running.post(&this.admin, "/admin/v1/money/cash", &cash).await;
            jobs::money::once(&this.running.server.app).await.expect("posted");
            this.set(house, balance).await;
        }
        this
    }

    const fn of(&self, house: usize) -> ConnectionId {
        self.running.world.meters[house].connection
    }

    async fn balance(&self, house: usize) -> i64 {
        let path = format!("/money/v1/statement?connection={}", self.of(house));
        self.running.get::<Statement>(&self.admin, &path).await.balance.0
    }

    async fn set(&self, house: usize, balance: i64) {
        let amount = Rupiah(balance - self.balance(house).await);
        if amount == Rupiah(0) {
            return;
        }
        let asked = AdjustmentRequest { key: Uuid::now_v7(), of: self.of(house).0, amount, reason: "Uji coba".into() };
        let _: serde_json::Value = self.running.post(&self.admin, "/admin/v1/money/adjust", &asked).await;
    }

    async fn open(&self, folder: &Path, place: Place) -> Host {
        match place {
            Place::Phone => Host::browser(&self.running, folder).await,
            Place::Window => Host::window(&self.running, folder).await,
        }
    }

    /// Waits until a page is about a house and has its data.
    async fn shows(&self, page: &Client, what: &str, house: usize, more: &str) {
        let script = format!("document.querySelector('.page[data-connection=\"{}\"]') && ({more})", self.of(house));
        until(page, &format!("{what} of {}", HOUSES[house]), &script).await;
    }

    async fn choose(&self, page: &Client, house: usize) {
        steps::choose(page, "main select", &self.of(house).to_string()).await;
    }
}

/// The words of a language that the walk presses.
struct Words {
    language: &'static str,
    price: &'static str,
    pay: &'static str,
    go_on: &'static str,
    done: &'static str,
}

const WORDS: [Words; 2] = [
    Words { language: "id", price: "Lihat harga", pay: "Bayar Rp100.000 untuk Vila Bukit", go_on: "Lanjutkan", done: "Selesai" },
    Words { language: "en", price: "See the price", pay: "Pay Rp100.000 for Vila Bukit", go_on: "Go on", done: "Done" },
];

async fn tab(page: &Client, address: &str) {
    press_at(page, &format!(".tabs a[href$=\"/{address}\"], .rail a[href$=\"/{address}\"]")).await;
}

async fn speak(page: &Client, language: &str) {
    let script = "fetch('/bridge', { method: 'POST', headers: { 'content-type': 'application/json' }, body: arguments[0] })";
    let preferences = serde_json::json!({ "ask": "set_preferences", "language": language, "theme": "light", "motion": "still" });
    page.execute(script, vec![preferences.to_string().into()]).await.expect("asked");
    until(page, "the language", &format!("document.documentElement.lang === '{language}'")).await;
}

/// From Beli to the number to pay to.
async fn order(page: &Client, words: &Words) -> String {
    until(page, "the form", "document.querySelector('[data-step=draft] .amount')").await;
    press(page, "Rp100.000").await;
    press_at(page, ".other-ways summary").await;
    press(page, "Virtual account BCA").await;
    until(page, "that it can be asked for", "document.querySelector('.method[aria-checked=true][data-method=va_bca]')").await;
    press(page, words.price).await;
    let property = "document.querySelector('[data-step=quoted] [data-property]')?.dataset.property";
    assert_eq!(until(page, "the price", property).await, "Vila Bukit");
    picture(page, &format!("connections-quote-{}", words.language)).await;
    press(page, words.pay).await;
    let account = "document.querySelector('[data-step=awaiting_payment] [data-account]')?.dataset.account";
    let account = until(page, "where to pay", account).await.as_str().expect("a number").to_owned();
    assert_eq!(until(page, "for what", "document.querySelector('[data-property]')?.dataset.property").await, "Vila Bukit");
    picture(page, &format!("connections-pay-{}", words.language)).await;
    account
}

/// The card, or the row, of what waits: the number in fours, and a countdown that goes down.
async fn waits(page: &Client, account: &str) {
    let fours: Vec<&str> = account.as_bytes().chunks(4).map(|four| std::str::from_utf8(four).expect("digits")).collect();
    let shown =
        format!("document.querySelector('[data-waiting] [data-account=\"{account}\"]')?.innerText === '{}'", fours.join(" "));
    until(page, "the number", &shown).await;
    let left = until(page, "what is left", "document.querySelector('[data-countdown]')?.dataset.countdown").await;
    let left: i64 = left.as_str().and_then(|left| left.parse().ok()).expect("seconds");
    assert!((3_400..=3_600).contains(&left), "an hour is left: {left}");
    let less = format!("Number(document.querySelector('[data-countdown]').dataset.countdown) < {left}");
    until(page, "a second less", &less).await;
}

/// From the banner of the second house to its credit, with the app killed in between.
async fn buys_for_the_second(landlord: &Landlord, mut host: Host, (folder, place): (&Path, Place), words: &Words) -> Host {
    let page = &host.driven.page;
    tab(page, "beranda").await;
    landlord.shows(page, "Beranda", 0, "document.querySelector('[data-balance=\"500000\"]')").await;
    until(page, "the banner", "document.querySelector('.page [data-notice=warning] a.button')").await;
    press_at(page, ".page [data-notice] a.button").await;
    landlord.shows(page, "Beli", 1, "document.querySelector('[data-step] [data-balance=\"40000\"]')").await;
    let account = order(page, words).await;
    for (address, ready) in
        [("pemakaian", "document.querySelector('#usage-chart, .empty')"), ("beranda", "document.querySelector('.hero')")]
    {
        tab(page, address).await;
        landlord.shows(page, address, 1, ready).await;
    }
    waits(page, &account).await;
    picture(page, &format!("connections-home-{}", words.language)).await;
    host.end().await;
    host = landlord.open(folder, place).await;
    let page = &host.driven.page;
    landlord.shows(page, "Beranda", 1, "document.querySelector('.hero')").await;
    waits(page, &account).await;
    landlord.choose(page, 0).await;
    landlord.shows(page, "Beranda", 0, "document.querySelector('[data-balance=\"500000\"]')").await;
    waits(page, &account).await;
    go(page, "riwayat").await;
    until(page, "its row", "document.querySelector('[data-purchase] [data-waiting]')").await;
    press_at(page, "[data-purchase] summary").await;
    waits(page, &account).await;
    picture(page, &format!("connections-history-{}", words.language)).await;
    tab(page, "beli").await;
    landlord.shows(page, "Beli", 0, "document.querySelector('[data-step=draft]')").await;
    picture(page, &format!("connections-beli-{}", words.language)).await;
    follow(page, words.go_on).await;
    let again = format!("document.querySelector('[data-step=awaiting_payment] [data-account=\"{account}\"]')");
    landlord.shows(page, "its payment", 1, &again).await;
    landlord.stand_in.pay(&account).await;
    until(page, "the end", "document.querySelector('[data-step=done]')").await;
    assert_eq!(until(page, "for what", "document.querySelector('.done [data-property]')?.dataset.property").await, "Vila Bukit");
    press(page, words.done).await;
    tab(page, "beranda").await;
    let paid = "document.querySelector('.hero[data-balance=\"140000\"]') && !document.querySelector('[data-waiting]')";
    landlord.shows(page, "the credit", 1, paid).await;
    go(page, "riwayat").await;
    until(page, "the receipt", "document.querySelector('[data-purchase] dd[data-property=\"Vila Bukit\"]')").await;
    tab(page, "beranda").await;
    landlord.shows(page, "Beranda", 1, "document.querySelector('.hero')").await;
    landlord.choose(page, 0).await;
    landlord.shows(page, "Beranda", 0, "document.querySelector('.hero')").await;
    host
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_credit_for_the_second_house_is_bought_from_its_banner_over_a_killed_app() {
    let landlord = Landlord::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut host = landlord.open(folder.path(), Place::Phone).await;
    sign_in(&host, "customer").await;
    until(&host.driven.page, "Beranda", "document.querySelector('.hero.balance')").await;
    for words in &WORDS {
        speak(&host.driven.page, words.language).await;
        landlord.set(1, 40_000).await;
        host = buys_for_the_second(&landlord, host, (folder.path(), Place::Phone), words).await;
    }
    host.end().await;
    landlord.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_credit_for_the_second_house_is_bought_in_the_window() {
    let landlord = Landlord::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = landlord.open(folder.path(), Place::Window).await;
    sign_in(&host, "customer").await;
    until(&host.driven.page, "Beranda", "document.querySelector('.hero.balance')").await;
    let host = buys_for_the_second(&landlord, host, (folder.path(), Place::Window), &WORDS[0]).await;
    host.end().await;
    landlord.running.server.stop().await;
}

/// Looks at every state of the page: whatever is shown is of the house that the page says it is about.
const WATCH: &str = "const houses = arguments[0]; window.mixed = []; const look = () => { \
    const page = document.querySelector('.page[data-connection]'); if (!page) return; \
    const of = page.dataset.connection; const [balance] = houses[of]; \
    const say = (what) => window.mixed.push(`${location.hash}: ${what}`); \
    for (const shown of page.querySelectorAll('[data-balance]')) if (shown.dataset.balance !== balance) say(`balance ${shown.dataset.balance}`); \
    for (const week of page.querySelectorAll('[data-week]')) if (week.dataset.week !== of) say('the week of another'); \
    const select = page.querySelector('select'); if (select && select.value !== of) say('another one is chosen'); }; \
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true }); look()";

#[tokio::test(flavor = "multi_thread")]
async fn screens_one_connection_is_chosen_for_all_pages_and_none_shows_two() {
    let landlord = Landlord::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = landlord.open(folder.path(), Place::Phone).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    landlord.shows(page, "Beranda", 0, "document.querySelector('.hero[data-balance=\"500000\"]')").await;
    let houses = serde_json::json!({ landlord.of(0).to_string(): ["500000"], landlord.of(1).to_string(): ["40000"] });
    page.execute(WATCH, vec![houses]).await.expect("watches");
    let week = |house: usize| {
        let sum = "document.querySelector('[data-week] .number')?.innerText.replace(/[^0-9]/g, '')";
        // Today is over in neither; the six days before it are.
        let (least, most) = (6 * LITRES[house], 7 * LITRES[house]);
        format!("Number({sum}) >= {least} && Number({sum}) <= {most} && document.querySelector('#usage-chart[data-drawn] svg')")
    };
    for house in [1, 0, 1] {
        tab(page, "beranda").await;
        until(page, "the choice", "document.querySelector('main select')").await;
        landlord.choose(page, house).await;
        landlord.shows(page, "the week", house, &week(house)).await;
        for address in ["pemakaian", "beli"] {
            tab(page, address).await;
            landlord.shows(page, address, house, "document.querySelector('[data-balance], #usage-chart')").await;
        }
        go(page, "riwayat").await;
        landlord.shows(page, "Riwayat", house, "document.querySelectorAll('[data-purchase]').length === 1").await;
        // The other house here as well, and back.
        for other in [1 - house, house] {
            landlord.choose(page, other).await;
            landlord.shows(page, "Riwayat", other, "document.querySelectorAll('[data-purchase]').length === 1").await;
        }
    }
    assert_eq!(page.execute("return window.mixed", vec![]).await.expect("seen"), serde_json::json!([]));
    page.refresh().await.expect("reloads");
    landlord.shows(page, "what was chosen, after a reload", 1, "true").await;
    host.end().await;
    landlord.running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn screens_a_payment_that_waits_is_cancelled_and_without_a_network_says_what_it_needs() {
    let landlord = Landlord::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let host = landlord.open(folder.path(), Place::Phone).await;
    let page = &host.driven.page;
    sign_in(&host, "customer").await;
    until(page, "Beranda", "document.querySelector('.hero.balance')").await;
    landlord.choose(page, 1).await;
    tab(page, "beli").await;
    // A quote that nobody takes.
    until(page, "the form", "document.querySelector('[data-step=draft] .amount')").await;
    press(page, "Rp250.000").await;
    press(page, WORDS[0].price).await;
    until(page, "the price", "document.querySelector('[data-step=quoted] [data-total]')").await;
    press(page, "Ubah pilihan").await;
    let cancelled = order(page, &WORDS[0]).await;
    tab(page, "beranda").await;
    waits(page, &cancelled).await;
    press(page, "Periksa sekarang").await;
    until(page, "what the gateway says", "document.querySelector('.toast')?.innerText === 'Pembayaran belum diterima.'").await;
    press(page, "Batalkan").await;
    until(page, "the question", "document.querySelector('.dialog [data-property=\"Vila Bukit\"]')").await;
    picture(page, "connections-cancel").await;
    steps::confirm(page, "Ya, batalkan").await;
    until(page, "that it is gone", "!document.querySelector('[data-waiting], .dialog') && document.querySelector('.hero')").await;
    landlord.stand_in.pay(&cancelled).await;
    let expire = landlord
        .running
        .server
        .app
        .store
        .writer
        .work(|tx| Ok(tx.db.execute("UPDATE purchase SET expires_at = 1 WHERE state = 'quoted'", [])?));
    expire.await.expect("an hour later");
    jobs::money::once(&landlord.running.server.app).await.expect("expired");
    tab(page, "beli").await;
    let kept = order(page, &WORDS[0]).await;
    go(page, "riwayat").await;
    until(page, "three", "document.querySelectorAll('[data-purchase]').length === 3").await;
    let said = text(page).await;
    assert!(said.contains("Dibatalkan") && !said.contains("Kedaluwarsa") && !said.contains("Rp250.000"), "{said}");
    landlord.running.server.stop().await;
    for address in ["beranda", "beli"] {
        tab(page, address).await;
        until(page, "that there is no network", "document.querySelector('.offline-bar')").await;
        waits(page, &kept).await;
        let buttons = "[...document.querySelectorAll('main button')].filter(b => ['Periksa sekarang', 'Batalkan'].includes(b.innerText.trim()))";
        until(page, "what cannot work", &format!("{buttons}.length >= 2 && {buttons}.every(b => b.disabled)")).await;
        assert!(text(page).await.contains("perlu jaringan"), "and why");
        picture(page, &format!("connections-offline-{address}")).await;
        assert_eq!(audit(page, &axe::script(), address, SERIOUS).await, Vec::<String>::new());
        if address == "beranda" {
            // Beli is at the payment itself; left, it has the card.
            tab(page, "beli").await;
            until(page, "the payment", "document.querySelector('[data-step=awaiting_payment]')").await;
            press(page, "Beli yang lain").await;
            until(page, "the form", "document.querySelector('[data-step=draft]')").await;
        }
    }
    host.end().await;
}
