//! Scrolling: the page's main thread while long lists move under a finger, from Chromium's own trace.

use super::sync::device::command;
use super::sync::utility::Utility;
use super::{Line, Outcome, figure};
use futures_util::{SinkExt, StreamExt};
use protocol::auth::{SignIn, Tokens};
use protocol::push::{COMMANDS, Command, Op, Push, Pushed};
use serde_json::{Value, json};
use std::time::Duration;
use sync_server::store::now;
use tests::driver::{Driven, free_port, until};
use tests::host::{Host, sign_in};
use tests::world::{PASSWORD, email};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use uuid::Uuid;

/// Customers of the list.
const CUSTOMERS: usize = 100_000;

/// Operations in Antrean, and conflicts to be decided.
const OPERATIONS: usize = 400;
const CONFLICTS: usize = 200;

/// A frame at 60 a second, in microseconds.
const FRAME_US: u64 = 16_667;

/// Pixels a second of a quick flick, and pixels of each flick.
const FLICK: (i64, i64) = (8_000, 32_000);

/// Tasks of every thread, and the names of the threads.
const CATEGORIES: [&str; 3] = ["toplevel", "disabled-by-default-lighthouse", "__metadata"];

/// Chromium answers within this.
const PATIENCE: Duration = Duration::from_secs(60);

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let customers = arguments.first().map(|text| text.parse()).transpose()?.unwrap_or(CUSTOMERS);
    let utility = Utility::start(customers, 0)?;
    let folder = tempfile::tempdir()?;
    let tools = free_port();
    let host = Host::browser_at(&utility.url, folder.path(), (1_440, 900), Some(tools)).await;
    sign_in(&host, "admin").await;
    let page = &host.driven.page;
    let mark = "document.querySelector('.sync-mark[data-phase=sync-live]')";
    for _ in 0..6 {
        // Twenty seconds each: the first sync of a large utility may take longer than one patience.
        if tokio::time::timeout(Duration::from_secs(15), until(page, "the first sync", mark)).await.is_ok() {
            break;
        }
    }
    let mut lines = Vec::new();
    goes(&host.driven, "pelanggan", ".customer-row").await?;
    lines.extend(measured(&host.driven, tools, &format!("{customers} customers, from the top"), ".window").await?);
    let deep = format!("document.querySelector('.window').scrollTop = {}; return true", customers * 60 * 9 / 10);
    page.execute(&deep, vec![]).await?;
    until(
        page,
        "the rows there",
        &format!("Number(document.querySelector('.window li')?.getAttribute('aria-posinset')) > {}", customers * 8 / 10),
    )
    .await;
    lines.extend(
        measured(&host.driven, tools, &format!("{customers} customers, from row {}", customers * 9 / 10), ".window").await?,
    );
    // A page that hangs costs the rest of the figures, not those that are there.
    match changes(&utility, &host.driven, tools).await {
        Ok(more) => lines.extend(more),
        Err(error) => lines.push(figure(&format!("conflicts and Antrean: {error}"), f64::NAN, 0.0, "not measured")),
    }
    host.end().await;
    Ok(lines)
}

/// The view of conflicts, and the outbox.
async fn changes(utility: &Utility, driven: &Driven, tools: u16) -> Outcome<Vec<Line>> {
    let (page, mut lines) = (&driven.page, Vec::new());
    quarrel(utility).await?;
    goes(driven, "antrean", ".conflict").await?;
    until(page, "the conflicts", &format!("document.querySelectorAll('.conflict').length >= {CONFLICTS}")).await;
    lines.extend(measured(driven, tools, &format!("{CONFLICTS} conflicts"), "#content").await?);
    // Elsewhere: a page that shows what is being edited would be drawn anew for each.
    goes(driven, "akun", "h1").await?;
    edit(driven, OPERATIONS).await?;
    goes(driven, "antrean", ".outbox > li").await?;
    until(page, "the operations", &format!("document.querySelectorAll('.outbox > li').length >= {OPERATIONS}")).await;
    page.execute("document.querySelectorAll('.conflict, h2').forEach(e => e.remove()); return true", vec![]).await?;
    lines.extend(measured(driven, tools, &format!("Antrean, {OPERATIONS} operations"), "#content").await?);
    Ok(lines)
}

async fn goes(driven: &Driven, page: &str, sees: &str) -> Outcome {
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
    let config = json!({ "traceConfig": { "includedCategories": CATEGORIES }, "transferMode": "ReportEvents" });
    browser.call("Tracing.start", config).await?;
    for direction in [-1, 1] {
        let params = json!({ "x": place[0].as_f64().unwrap_or(0.0) as i64, "y": place[1].as_f64().unwrap_or(0.0) as i64,
            "yDistance": direction * FLICK.1, "speed": FLICK.0, "preventFling": true, "gestureSourceType": "mouse" });
        page.call("Input.synthesizeScrollGesture", params).await?;
    }
    browser.call("Tracing.end", json!({})).await?;
    let events = browser.until("Tracing.tracingComplete", "Tracing.dataCollected").await?;
    let events: Vec<Value> =
        events.into_iter().flat_map(|params| params["value"].as_array().cloned().unwrap_or_default()).collect();
    let tasks = main_tasks(&events);
    if tasks.is_empty() {
        return Err("the trace has no task of the page's main thread".into());
    }
    let (p95, longest, over) = frames(&tasks);
    let how = "Chromium headless, software raster; tasks of the renderer's main thread";
    Ok(vec![
        figure(&format!("{what}: main thread in a frame, p95"), p95, 0.0, how),
        figure(&format!("{what}: longest task"), longest, 0.0, how),
        figure(&format!("{what}: tasks over 50 ms"), over, 0.0, "a count, not milliseconds"),
    ])
}

/// A line to Chromium's own tools.
struct Tools {
    socket: tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>,
    asked: u64,
}

impl Tools {
    async fn browser(port: u16) -> Outcome<Self> {
        let about: Value = reqwest::get(format!("http://127.0.0.1:{port}/json/version")).await?.json().await?;
        Self::open(about["webSocketDebuggerUrl"].as_str()).await
    }

    async fn page(port: u16) -> Outcome<Self> {
        let all: Value = reqwest::get(format!("http://127.0.0.1:{port}/json/list")).await?.json().await?;
        let page = all.as_array().and_then(|all| all.iter().find(|one| one["type"] == "page"));
        Self::open(page.and_then(|page| page["webSocketDebuggerUrl"].as_str())).await
    }

    async fn open(address: Option<&str>) -> Outcome<Self> {
        let config = WebSocketConfig::default().max_message_size(None).max_frame_size(None);
        let address = address.ok_or("Chromium has no tools to offer")?;
        let (socket, _) = tokio_tungstenite::connect_async_with_config(address, Some(config), false).await?;
        Ok(Self { socket, asked: 0 })
    }

    async fn next(&mut self) -> Outcome<Value> {
        let message = tokio::time::timeout(PATIENCE, self.socket.next()).await?.ok_or("Chromium hung up")??;
        Ok(serde_json::from_str(message.to_text()?)?)
    }

    async fn call(&mut self, method: &str, params: Value) -> Outcome {
        self.asked += 1;
        let text = json!({ "id": self.asked, "method": method, "params": params }).to_string();
        self.socket.send(Message::text(text)).await?;
        loop {
            let said = self.next().await?;
            if said["id"] == self.asked {
                return if said["error"].is_null() { Ok(()) } else { Err(format!("{method}: {}", said["error"]).into()) };
            }
        }
    }

    /// Everything of one kind that comes before another.
    async fn until(&mut self, last: &str, wanted: &str) -> Outcome<Vec<Value>> {
        let mut found = Vec::new();
        loop {
            let mut said = self.next().await?;
            if said["method"] == last {
                return Ok(found);
            }
            if said["method"] == wanted {
                found.push(said["params"].take());
            }
        }
    }
}

/// Begin and duration in microseconds of the tasks of the page's main thread.
fn main_tasks(events: &[Value]) -> Vec<(u64, u64)> {
    let key = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
    let main: Vec<_> = events
        .iter()
        .filter(|event| event["name"] == "thread_name" && event["args"]["name"] == "CrRendererMain")
        .map(key)
        .collect();
    let mut tasks: Vec<(u64, u64)> = events
        .iter()
        .filter(|event| event["ph"] == "X" && event["name"].as_str().is_some_and(|name| name.ends_with("RunTask")))
        .filter(|event| main.is_empty() || main.contains(&key(event)))
        .filter_map(|event| Some((event["ts"].as_u64()?, event["dur"].as_u64()?)))
        .collect();
    tasks.sort_unstable();
    // A task within a task is part of it.
    let mut outer: Vec<(u64, u64)> = Vec::with_capacity(tasks.len());
    for (begin, took) in tasks {
        if outer.last().is_none_or(|(before, lasted)| begin >= before + lasted) {
            outer.push((begin, took));
        }
    }
    outer
}

/// Milliseconds of the main thread in a frame that 95 of 100 stay under, the longest task, and how many took longer than 50 ms.
fn frames(tasks: &[(u64, u64)]) -> (f64, f64, f64) {
    let (Some(first), Some(last)) = (tasks.first(), tasks.last()) else { return (0.0, 0.0, 0.0) };
    let mut used = vec![0_u64; ((last.0 + last.1 - first.0) / FRAME_US + 1) as usize];
    for (begin, took) in tasks {
        let mut at = begin - first.0;
        let end = at + took;
        while at < end {
            let frame = at / FRAME_US;
            let until = ((frame + 1) * FRAME_US).min(end);
            used[frame as usize] += until - at;
            at = until;
        }
    }
    used.sort_unstable();
    let p95 = used[(used.len() * 95 / 100).min(used.len() - 1)];
    let longest = tasks.iter().map(|(_, took)| *took).max().unwrap_or(0);
    let over = tasks.iter().filter(|(_, took)| *took > 50_000).count();
    (p95 as f64 / 1_000.0, longest as f64 / 1_000.0, over as f64)
}

/// Two people change the same fields of so many customers.
async fn quarrel(utility: &Utility) -> Outcome {
    let http = reqwest::Client::new();
    let signed = SignIn { email: email("admin"), password: PASSWORD.into(), device: "bench".into() };
    let tokens: Tokens = http.post(format!("{}/auth/v1/sign-in", utility.url)).json(&signed).send().await?.json().await?;
    for side in 0..2 {
        let mut ops = Vec::with_capacity(CONFLICTS);
        for (place, customer) in utility.customers.iter().take(CONFLICTS).enumerate() {
            // Each city is another one, and every hundredth place would be poison.
            let command: Command = command(*customer, place * 100 + side);
            let command = serde_json::value::to_raw_value(&command)?;
            let seq = place as u64 + 1;
            ops.push(Op {
                id: Uuid::now_v7(),
                seq,
                lane: "master".into(),
                after: None,
                v: COMMANDS,
                command,
                occurred_at: now(),
            });
        }
        let asked = Push { outbox: Uuid::now_v7(), life: None, ops };
        let request = http.post(format!("{}/sync/v1/push", utility.url)).bearer_auth(&tokens.access_token).json(&asked);
        request.send().await?.error_for_status()?.json::<Pushed>().await?;
    }
    Ok(())
}

/// Edits so many customers through the page's own bridge.
async fn edit(driven: &Driven, count: usize) -> Outcome {
    let script = "const [from, done] = arguments; const call = (body) => fetch('/bridge', { method: 'POST', \
        headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }).then((r) => r.json()); (async () => { \
        const rows = (await call({ ask: 'customers', search: '', offset: 1000 + from, limit: 50 })).Ok.with.rows; \
        for (const row of rows) { const { postal_code } = (await call({ ask: 'customer', customer: row.id })).Ok.with.customer; \
          await call({ ask: 'submit', kind: 'edit_customer', customer: row.id, patch: { postal_code: { from: postal_code, to: '40999' } } }); } \
        done(true); })().catch((error) => done(String(error)))";
    for from in (0..count).step_by(50) {
        let done = driven.page.execute_async(script, vec![from.into()]).await?;
        if done != true {
            return Err(format!("the page could not edit: {done}").into());
        }
    }
    Ok(())
}
