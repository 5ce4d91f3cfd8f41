//! The connection that somebody has chosen: kept for that person on the device, over a restart and a sign-out, and given up when it is not theirs
//! any more; and what the device keeps of payments that wait.

use client::Client;
use domain::ConnectionId;
use protocol::sales::money::{CheckoutAsked, PayAsked, Purchase, QuoteAsked};
use protocol::ui::{Answer, MoneyRequest, MoneyResponse, Request, Secret, WaitingPayment};
use sync_server::error::Error;
use sync_server::metering::fleet;
use tests::payments::StandIn;
use tests::shop::{begun, checked_out, wanted, with_gateway};
use tests::world::{Kept, PASSWORD, Running, World, client_with, email};

async fn sign_in(client: &Client, name: &str) {
    let request = Request::SignIn { email: email(name), password: Secret(PASSWORD.into()) };
    client.call(request).await.expect("signed in");
}

async fn sign_out(client: &Client) {
    client.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
}

async fn choose(client: &Client, connection: ConnectionId) {
    client.call(Request::ChooseConnection { connection }).await.expect("kept");
}

/// The connection that is shown where none is named, and how many there are.
async fn shown(client: &Client) -> Option<(ConnectionId, usize)> {
    match client.call(Request::Home { connection: None }).await.expect("an answer") {
        Answer::Home(view) => view.map(|view| (view.place.connection, view.places.len())),
        other => panic!("{other:?}"),
    }
}

async fn waiting(client: &Client) -> Vec<WaitingPayment> {
    match client.call(Request::Money(MoneyRequest::Waiting)).await.expect("an answer") {
        Answer::Money(response) => match *response {
            MoneyResponse::Waiting(waiting) => waiting,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    }
}

async fn until<T>(client: &Client, condition: impl AsyncFnMut() -> Option<T>) -> T {
    tests::field::until(client, "what is waited for", condition).await
}

async fn shows(client: &Client, expected: (ConnectionId, usize)) {
    until(client, async || shown(client).await.filter(|found| *found == expected)).await;
}

/// Makes a user somebody who looks after the second customer as well, or not any more.
async fn link(running: &Running, name: &'static str, is_linked: bool) {
    let customer = running.world.customers[1].0;
    let changed = running.server.app.store.writer.work(move |tx| {
        let user = tx.db.query_row("SELECT num FROM user WHERE email = ?1", [email(name)], |row| row.get(0))?;
        let customer = tx.db.query_row("SELECT num FROM customer WHERE id = ?1", [customer.as_bytes()], |row| row.get(0))?;
        if is_linked { fleet::link_customer(tx, user, customer) } else { fleet::unlink_customer(tx, user, customer) }
    });
    changed.await.expect("changed");
    let relabelled = running
        .server
        .app
        .store
        .writer
        .work(|tx| Ok::<_, Error>(tx.db.execute("UPDATE connection SET label = 'Vila' WHERE address = 'Jl. Uji 1'", [])?));
    relabelled.await.expect("named");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chosen_connection_is_kept_for_its_user_and_given_up_when_it_is_not_theirs() {
    let running = World::new().start().await;
    link(&running, "customer", true).await;
    let [house, villa] = [0, 1].map(|place| running.world.meters[place].connection);
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Kept::default());
    let client = client_with(folder.path(), &running.url(), &keyring).await;
    sign_in(&client, "customer").await;
    shows(&client, (house, 2)).await;
    choose(&client, villa).await;
    assert_eq!(shown(&client).await, Some((villa, 2)));
    drop(client);
    let client = client_with(folder.path(), &running.url(), &keyring).await;
    assert_eq!(shown(&client).await, Some((villa, 2)), "after a restart");
    sign_out(&client).await;
    sign_in(&client, "other").await;
    shows(&client, (villa, 1)).await;
    sign_out(&client).await;
    sign_in(&client, "customer").await;
    shows(&client, (villa, 2)).await;
    link(&running, "customer", false).await;
    client.call(Request::SyncNow).await.expect("asked");
    shows(&client, (house, 1)).await;
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_that_waits_is_on_every_device_and_stays_without_a_server() {
    let stand_in = StandIn::start().await;
    let running = with_gateway(stand_in.service()).await;
    let connection = running.world.meters[0].connection;
    let (folder, keyring) = (tempfile::tempdir().expect("a folder"), Kept::default());
    let phone = client_with(folder.path(), &running.url(), &keyring).await;
    sign_in(&phone, "customer").await;
    shows(&phone, (connection, 1)).await;
    // Bought elsewhere.
    let token = running.tokens("customer").await.access_token;
    let elsewhere = checked_out(&running, &token, &wanted(&running, 0, 50_000, None)).await;
    begun(&running, &token, elsewhere.id, "va_bca").await;
    let has_number = |waiting: &WaitingPayment| waiting.paying.as_ref().is_some_and(|paying| paying.how.account.is_some());
    until(&phone, async || waiting(&phone).await.iter().any(has_number).then_some(())).await;
    // Bought here, and left for something else.
    let ask = async |request| phone.call(Request::Money(request)).await.expect("an answer");
    let quote = QuoteAsked { amount: domain::Rupiah(60_000), ..wanted(&running, 0, 60_000, None) };
    ask(MoneyRequest::Quote(quote.clone())).await;
    ask(MoneyRequest::Checkout(CheckoutAsked { id: quote.id })).await;
    let method = "qris".to_owned().try_into().expect("a method");
    ask(MoneyRequest::Pay(PayAsked { id: quote.id, method, back: None })).await;
    ask(MoneyRequest::Keep { connection, draft: None }).await;
    let both = waiting(&phone).await;
    assert_eq!(both.len(), 2, "{both:?}");
    assert!(both.iter().all(|waiting| waiting.paying.is_some() && waiting.place.connection == connection));
    running.server.stop().await;
    drop(phone);
    let phone = client_with(folder.path(), "http://127.0.0.1:9", &keyring).await;
    let after = waiting(&phone).await;
    let names = |all: &[WaitingPayment]| all.iter().map(|waiting| waiting.purchase.id).collect::<Vec<_>>();
    assert_eq!(names(&after), names(&both), "after a restart, without a server");
    let resumed = phone.call(Request::Money(MoneyRequest::Resume(protocol::sales::money::PurchaseNamed { id: quote.id }))).await;
    resumed.expect("it goes on");
    let answer = phone.call(Request::Money(MoneyRequest::Buying { connection: Some(connection) })).await.expect("an answer");
    let Answer::Money(answer) = answer else { panic!("{answer:?}") };
    let MoneyResponse::Buying(Some(view)) = *answer else { panic!("{answer:?}") };
    let purchase: Option<Purchase> = view.purchase;
    assert_eq!(purchase.map(|purchase| (purchase.id, purchase.state)), Some((quote.id, "pending".into())));
    assert!(view.paying.is_some_and(|paying| paying.how.qr.is_some()));
}
