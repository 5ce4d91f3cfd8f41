//! Low balances where people see them: one notification of the real window under a real daemon, and the banner in a browser.

use domain::billing::balance::{Level, Standing, rupiah_alone};
use domain::core::local_time::HOUR_MS;
use domain::{Millilitres, Rupiah};
use protocol::sync::rows::Credit;
use sync_server::core::now;
use sync_server::server::Server;
use tests::axe::{self, SERIOUS, audit};
use tests::driver::{picture, press, until};
use tests::host::{Host, sign_in};
use tests::household::Household;
use tests::notified::{Notified, Shown};
use tests::steps::go;
use tests::world::{PASSWORD, Running, World, email};

/// What a notification says of a balance by the figures that the server has.
fn warning(credit: &Credit) -> Shown {
    let days = credit.lasts.tenths_of_days.expect("a forecast") / 10;
    let standing = Standing { balance: credit.balance(), tenths_of_days_left: credit.lasts.tenths_of_days };
    let limit = rupiah_alone(Level::Warning, standing, credit.thresholds);
    let of_limit = limit.map_or(",".to_owned(), |limit| format!(", di bawah batas Anda {limit};"));
    let text = format!("Rumah: sisa {}{of_limit} cukup untuk ± {days} hari.", credit.balance());
    Shown { title: "Saldo air menipis".into(), text }
}

/// A household runs down; the app is killed, the server goes away, and money comes. The daemon's history says what was seen of it.
#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_notify_once_at_each_level_and_not_after_a_top_up() {
    let running = World::new().start().await;
    let config = sync_server::config::Config { http: running.server.http, mqtt: running.server.mqtt, ..running.world.config() };
    let (url, folder) = (running.url(), tempfile::tempdir().expect("a folder"));
    let mut household = Household::with(&running, Rupiah(50_500)).await;
    let desktop = Notified::start(folder.path());
    let credentials = ("INDOWATER_SIGN_IN", format!("{}:{PASSWORD}", email("customer")));

    let mut app = desktop.app(&url, std::slice::from_ref(&credentials));
    app.says("balances were evaluated low=0 notices=0");
    household.uses(&running, Millilitres::litres(900)).await;
    app.says("balances were evaluated low=1 notices=1");
    desktop.press();
    app.says("a notification was answered action=\"tap\"");
    let (credit, received_at) = household.credit(&running).await;
    let first = warning(&credit);
    assert_eq!(desktop.shown(1), std::slice::from_ref(&first));

    app.kill();
    let mut app = desktop.app(&url, &[]);
    app.says("balances were evaluated low=1 notices=0");
    assert_eq!(desktop.history(), std::slice::from_ref(&first), "not again after it was killed");
    app.kill();

    let Running { world, server } = running;
    server.stop().await;
    let (critical, level) = credit.known(Some(received_at)).worsens(now()).expect("it runs down");
    assert_eq!(level, Level::Critical);
    let later = [("INDOWATER_NOTICES_AHEAD_MS", critical.plus(HOUR_MS).since(now()).to_string())];
    let mut app = desktop.app(&url, &later);
    app.says("balances were evaluated low=1 notices=1");
    let shown = desktop.shown(2);
    assert_eq!((&shown[0], shown[1].title.as_str()), (&first, "Saldo air hampir habis"));
    assert!(shown[1].text.ends_with("Ini perkiraan: data terbaru belum sampai."), "{:?}", shown[1]);
    app.kill();
    let mut app = desktop.app(&url, &later);
    app.says("balances were evaluated low=1 notices=0");

    let running = Running { server: Server::start(&config).await.expect("the same addresses"), world };
    household.pay(&running, Rupiah(500_000)).await;
    app.says("balances were evaluated low=0 notices=0");
    app.kill();
    let mut app = desktop.app(&url, &[]);
    app.says("balances were evaluated low=0 notices=0");
    assert_eq!(desktop.history(), shown, "nothing after the top-up");
    app.kill();
    running.server.stop().await;
}

/// What people have named is text to the daemon, whether or not it takes bodies for markup.
#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_notify_of_a_name_as_it_was_typed() {
    let running = World::new().start().await;
    let rename = running
        .server
        .app
        .store
        .writer
        .work(|tx| Ok(tx.db.execute("UPDATE connection SET label = 'Kos & Warung <Blok B>'", [])?));
    rename.await.expect("named");
    let _household = Household::with(&running, Rupiah(40_000)).await;
    let credentials = ("INDOWATER_SIGN_IN", format!("{}:{PASSWORD}", email("customer")));
    for (markup, expected) in [(false, "Kos & Warung <Blok B>: sisa"), (true, "Kos &amp; Warung &lt;Blok B&gt;: sisa")] {
        let folder = tempfile::tempdir().expect("a folder");
        let desktop = if markup { Notified::with_markup(folder.path()) } else { Notified::start(folder.path()) };
        let mut app = desktop.app(&running.url(), std::slice::from_ref(&credentials));
        app.says("balances were evaluated low=1 notices=1");
        // The daemon's history has bodies as it was given them.
        let shown = desktop.shown(1);
        assert!(shown[0].text.starts_with(expected), "{shown:?}");
        app.kill();
    }
    running.server.stop().await;
}

/// Pressing the notification leads to where credit is bought.
#[tokio::test(flavor = "multi_thread")]
async fn screens_in_the_window_a_pressed_notification_leads_to_beli() {
    let running = World::new().start().await;
    let folder = tempfile::tempdir().expect("a folder");
    let _household = Household::with(&running, Rupiah(40_000)).await;
    let desktop = Notified::start(folder.path());
    let host = Host::of(desktop.driven(&running.url()).await);
    sign_in(&host, "customer").await;
    until(&host.driven.page, "the banner", "document.querySelector('.page [data-notice=warning]')").await;
    picture(&host.driven.page, "notice-window").await;
    desktop.press();
    until(&host.driven.page, "Beli", "location.hash === '#/beli'").await;
    host.end().await;
    running.server.stop().await;
}

/// The banner says it on Beranda and over the other pages, leads to Beli, and stays away once it was put away, until it is worse.
#[tokio::test(flavor = "multi_thread")]
async fn screens_show_a_low_balance_until_it_is_put_away_and_again_when_it_is_worse() {
    let running = World::new().start().await;
    let mut household = Household::with(&running, Rupiah(40_000)).await;
    for (size, width, height) in [("phone", 390, 844), ("desktop", 1_440, 900)] {
        household.uses(&running, Millilitres::litres(10)).await;
        running.server.app.store.writer.publish(false).await.expect("published");
        household.adjust(&running, Rupiah(400_000)).await;
        sync_server::jobs::money::once(&running.server.app).await.expect("posted");
        household.adjust(&running, Rupiah(40_000)).await;
        let folder = tempfile::tempdir().expect("a folder");
        let host = Host::browser_of(&running, folder.path(), (width, height)).await;
        let page = &host.driven.page;
        sign_in(&host, "customer").await;
        let said = until(page, "the banner", "document.querySelector('.page [data-notice=warning]')?.innerText").await;
        let said = said.as_str().unwrap_or_default().to_owned();
        assert!(said.contains("Saldo air menipis") && said.contains("Rumah: sisa Rp40.000"), "{said}");
        picture(page, &format!("notice-home-{size}")).await;
        go(page, "akun").await;
        until(page, "the slim one", "document.querySelector('.over [data-notice=warning] a.button')").await;
        picture(page, &format!("notice-slim-{size}")).await;
        press(page, ".over [data-notice] button").await;
        until(page, "no banner", "!document.querySelector('[data-notice]')").await;

        household.adjust(&running, Rupiah(20_000)).await;
        until(page, "a worse one", "document.querySelector('.over [data-notice=critical]')").await;
        let axe = axe::script();
        // A page that is still coming has no contrast yet.
        page.execute("document.documentElement.dataset.motion = 'still'", vec![]).await.expect("set");
        for theme in ["light", "dark"] {
            for address in ["akun", "beranda"] {
                go(page, address).await;
                page.execute("document.documentElement.dataset.theme = arguments[0]", vec![theme.into()]).await.expect("set");
                until(page, "the banner", "document.querySelector('[data-notice=critical]')").await;
                picture(page, &format!("notice-{address}-{size}-{theme}")).await;
                assert_eq!(audit(page, &axe, &format!("{address} {theme}"), SERIOUS).await, Vec::<String>::new());
            }
        }
        press(page, "[data-notice] a").await;
        until(page, "Beli", "location.hash === '#/beli' && !document.querySelector('[data-notice]')").await;
        host.end().await;
    }
    running.server.stop().await;
}
