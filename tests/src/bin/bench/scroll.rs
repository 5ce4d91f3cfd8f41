//! Scrolling: the page's main thread while long lists move under a finger, from Chromium's own trace.

use super::sync::device::command;
use super::sync::utility::Utility;
use super::trace::{self, Tools, main_thread};
use super::{Line, Outcome, figure};
use fantoccini::Client as Page;
use protocol::people::auth::{SignIn, Tokens};
use protocol::sync::push::{OPERATION_VERSION, Operation, OperationEnvelope, Push, Pushed};
use serde_json::json;
use std::time::Duration;
use sync_server::core::now;
use tests::driver::{Driven, free_port, until};
use tests::host::{Host, sign_in};
use tests::world::{PASSWORD, email};
use uuid::Uuid;

/// Customers of the list.
const CUSTOMERS: usize = 100_000;

/// Operations in Antrean, how many are made at once, and conflicts to be decided.
const OPERATIONS: usize = 2_000;
const EDITS: usize = 10;
const CONFLICTS: usize = 200;

/// Pixels a second of a quick flick, and pixels of each flick.
const FLICK: (i64, i64) = (8_000, 32_000);

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let count = |place: usize, usual| arguments.get(place).map_or(Ok(usual), |text| text.parse());
    let (customers, operations) = (count(0, CUSTOMERS)?, count(1, OPERATIONS)?);
    let utility = Utility::start(customers, 0)?;
    let folder = tempfile::tempdir()?;
    let tools = free_port();
    let host = Host::browser_at(&utility.url, folder.path(), (1_440, 900), Some(tools)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    synced(page).await;
    let mut lines = Vec::new();
    goes(&host.driven, "pelanggan", ".customer-row").await?;
    lines.extend(measured(&host.driven, tools, &format!("{customers} customers, from the top"), ".window").await?);
    let deep = format!("document.querySelector('.window').scrollTop = {}; return true", customers * 60 * 9 / 10);
    page.execute(&deep, vec![]).await?;
    until(
        page,
        "the rows there",
        &format!(
            "Number(document.querySelector('.window li:last-child')?.getAttribute('aria-posinset')) > {}",
            customers * 8 / 10
        ),
    )
    .await;
    lines.extend(
        measured(&host.driven, tools, &format!("{customers} customers, from row {}", customers * 9 / 10), ".window").await?,
    );
    // A page that hangs costs the rest of the figures, not those that are there.
    if let Err(error) = changes(utility, &host.driven, (tools, operations), &mut lines).await {
        lines.push(figure(&format!("conflicts and Antrean: {error}"), f64::NAN, 0.0, "not measured"));
    }
    host.end().await;
    Ok(lines)
}

/// The view of conflicts, and the outbox of a device that cannot reach its server.
async fn changes(utility: Utility, driven: &Driven, (tools, operations): (u16, usize), lines: &mut Vec<Line>) -> Outcome {
    let page = &driven.page;
    quarrel(&utility).await?;
    goes(driven, "antrean", &format!(".conflicts [aria-setsize=\"{CONFLICTS}\"]")).await?;
    page.execute("document.querySelector('.conflicts + button').click(); return true", vec![]).await?;
    until(page, "more of the conflicts", "document.querySelectorAll('.conflict').length > 3").await;
    lines.extend(measured(driven, tools, &format!("{CONFLICTS} conflicts"), "#content").await?);
    // Elsewhere: a page that shows what is being edited would be drawn anew for each.
    goes(driven, "akun", "h1").await?;
    drop(utility);
    edit(driven, operations).await?;
    goes(driven, "antrean", &format!(".outbox [aria-setsize=\"{operations}\"]")).await?;
    page.execute("document.querySelector('.outbox').scrollIntoView(); return true", vec![]).await?;
    lines.extend(measured(driven, tools, &format!("Antrean, {operations} operations, from the top"), "#content").await?);
    let deep = "const list = document.querySelector('#content'); list.scrollTop = list.scrollHeight * 0.9; return true";
    page.execute(deep, vec![]).await?;
    until(
        page,
        "the operations there",
        &format!("document.querySelector('.outbox [aria-posinset=\"{}\"]')", operations * 9 / 10),
    )
    .await;
    lines.extend(measured(driven, tools, &format!("Antrean, from operation {}", operations * 9 / 10), "#content").await?);
    Ok(())
}

/// Waits for the end of the first sync, which takes longer for a large utility than one patience.
pub async fn synced(page: &Page) {
    let mark = "document.querySelector('.sync-mark[data-phase=sync-live]')";
    for _ in 0..6 {
        if tokio::time::timeout(Duration::from_secs(15), until(page, "the first sync", mark)).await.is_ok() {
            break;
        }
    }
}

/// Goes to a page and waits until something of it is there.
pub async fn goes(driven: &Driven, page: &str, sees: &str) -> Outcome {
    driven.page.execute(&format!("location.hash = '#/{page}'; return true"), vec![]).await?;
    until(&driven.page, page, &format!("document.querySelector('{sees}')")).await;
    Ok(())
}

/// Flicks down and up again over an element, and reads the trace.
async fn measured(driven: &Driven, tools: u16, what: &str, over: &str) -> Outcome<Vec<Line>> {
    // What was going on before is not part of it.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let place = format!(
        "const b = document.querySelector('{over}').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]"
    );
    let place = driven.page.execute(&place, vec![]).await?;
    let (mut browser, mut page) = (Tools::browser(tools).await?, Tools::page(tools).await?);
    trace::begin(&mut browser, &trace::TASKS).await?;
    for direction in [-1, 1] {
        let params = json!({ "x": place[0].as_f64().unwrap_or(0.0) as i64, "y": place[1].as_f64().unwrap_or(0.0) as i64,
            "yDistance": direction * FLICK.1, "speed": FLICK.0, "preventFling": true, "gestureSourceType": "mouse" });
        page.call("Input.synthesizeScrollGesture", params).await?;
    }
    let (_, tasks) = main_thread(&trace::end(&mut browser).await?);
    trace::moving(what, &[tasks])
}

/// Two people change the same fields of so many customers.
async fn quarrel(utility: &Utility) -> Outcome {
    let http = reqwest::Client::new();
    let signed = SignIn { email: email("admin"), password: PASSWORD.into(), device: "bench".into(), device_token: None };
    let tokens: Tokens = http.post(format!("{}/auth/v1/sign-in", utility.url)).json(&signed).send().await?.json().await?;
    for side in 0..2 {
        let mut ops = Vec::with_capacity(CONFLICTS);
        for (place, customer) in utility.customers.iter().take(CONFLICTS).enumerate() {
            // Each city is another one, and every hundredth place would be poison.
            let command: Operation = command(*customer, place * 100 + side);
            let command = serde_json::value::to_raw_value(&command)?;
            let seq = place as u64 + 1;
            ops.push(OperationEnvelope {
                id: Uuid::now_v7(),
                seq,
                lane: "master".into(),
                after: None,
                v: OPERATION_VERSION,
                operation: command,
                occurred_at: now(),
                clock: None,
            });
        }
        let asked = Push { outbox: Uuid::now_v7(), epoch: None, sent: None, ops };
        let request = http.post(format!("{}/sync/v1/push", utility.url)).bearer_auth(&tokens.access_token).json(&asked);
        request.send().await?.error_for_status()?.json::<Pushed>().await?;
    }
    Ok(())
}

/// Edits so many customers through the page's own bridge.
async fn edit(driven: &Driven, count: usize) -> Outcome {
    let script = "const [from, done] = arguments; const call = (body) => fetch('/bridge', { method: 'POST', \
        headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then((r) => r.json()); (async () => { \
        const rows = (await call({ ask: 'customers', search: '', offset: 1000 + from, limit: 10 })).Ok.customers.rows; \
        for (const row of rows) { const { postal_code } = (await call({ ask: 'customer', customer: row.id })).Ok.customer.customer; \
          await call({ ask: 'submit', kind: 'edit_customer', customer: row.id, patch: { postal_code: { from: postal_code, to: '40999' } } }); } \
        done(true); })().catch((error) => done(String(error)))";
    for from in (0..count).step_by(EDITS) {
        let done = driven.page.execute_async(script, vec![from.into()]).await?;
        if done != true {
            return Err(format!("the page could not edit: {done}").into());
        }
    }
    Ok(())
}
