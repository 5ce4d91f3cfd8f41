//! Chromium's own tools: a trace of what a page does, and what can be read from it of its tasks and its frames.

use super::{Line, Outcome, figure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

/// The goals of what somebody sees moving, in milliseconds: the main thread in a frame, and in a task.
const FRAME_MS: f64 = 8.0;
const TASK_MS: f64 = 50.0;

/// A frame at 60 a second, in microseconds.
const FRAME_US: u64 = 16_667;

/// Tasks of every thread, and the names of the threads.
pub const TASKS: [&str; 3] = ["toplevel", "disabled-by-default-lighthouse", "__metadata"];

/// The same with the frames.
pub const FRAMES: [&str; 4] =
    ["toplevel", "disabled-by-default-lighthouse", "disabled-by-default-devtools.timeline.frame", "__metadata"];

/// The same with the marks that a page sets by `performance.mark`.
pub const MARKS: [&str; 4] = ["toplevel", "disabled-by-default-lighthouse", "blink.user_timing", "__metadata"];

/// A frame that was drawn.
pub const DRAWN: &str = "DrawFrame";

/// A frame to which the page's main thread was asked to contribute, and did.
pub const BY_PAGE: &str = "BeginMainThreadFrame";

/// Chromium answers within this.
const PATIENCE: Duration = Duration::from_secs(60);

/// A line to Chromium's own tools.
pub struct Tools {
    socket: tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>,
    asked: u64,
}

impl Tools {
    /// To the browser as a whole.
    pub async fn browser(port: u16) -> Outcome<Self> {
        let about: Value = reqwest::get(format!("http://127.0.0.1:{port}/json/version")).await?.json().await?;
        Self::open(about["webSocketDebuggerUrl"].as_str()).await
    }

    /// To its page.
    pub async fn page(port: u16) -> Outcome<Self> {
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

    /// Asks for something, and returns what is answered.
    pub async fn call(&mut self, method: &str, params: Value) -> Outcome<Value> {
        self.asked += 1;
        let text = json!({ "id": self.asked, "method": method, "params": params }).to_string();
        self.socket.send(Message::text(text)).await?;
        loop {
            let mut said = self.next().await?;
            if said["id"] == self.asked {
                let refused = said["error"].take();
                return if refused.is_null() { Ok(said["result"].take()) } else { Err(format!("{method}: {refused}").into()) };
            }
        }
    }

    /// Asks for something that makes an event come, before the answer or behind it; returns what the event says.
    pub async fn call_for(&mut self, method: &str, params: Value, event: &str) -> Outcome<Value> {
        self.asked += 1;
        let text = json!({ "id": self.asked, "method": method, "params": params }).to_string();
        self.socket.send(Message::text(text)).await?;
        let (mut is_answered, mut found) = (false, None);
        loop {
            let mut said = self.next().await?;
            if said["id"] == self.asked {
                let refused = said["error"].take();
                if !refused.is_null() {
                    return Err(format!("{method}: {refused}").into());
                }
                is_answered = true;
            } else if said["method"] == event {
                found = Some(said["params"].take());
            }
            if let Some(found) = found.take_if(|_| is_answered) {
                return Ok(found);
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

/// Begins a trace.
pub async fn begin(browser: &mut Tools, categories: &[&str]) -> Outcome {
    let config = json!({ "traceConfig": { "includedCategories": categories }, "transferMode": "ReportEvents" });
    browser.call("Tracing.start", config).await.map(drop)
}

/// Ends it, and returns its events.
pub async fn end(browser: &mut Tools) -> Outcome<Vec<Value>> {
    browser.call("Tracing.end", json!({})).await?;
    let parts = browser.until("Tracing.tracingComplete", "Tracing.dataCollected").await?;
    Ok(parts.into_iter().flat_map(|params| params["value"].as_array().cloned().unwrap_or_default()).collect())
}

/// A task: when it began, how long it lasted, and how long the thread had a processor meanwhile; microseconds.
#[derive(Clone, Copy)]
pub struct Ran {
    begin: u64,
    lasted: u64,
    worked: u64,
}

/// What a task's length is measured by.
#[derive(Clone, Copy)]
pub enum Clock {
    Wall,
    Processor,
}

/// Milliseconds of the main thread in a frame that 95 of 100 stay under, the longest task, and how many took longer than 50 ms.
pub struct Frames {
    pub p95: f64,
    pub longest: f64,
    pub over: f64,
}

/// The process of the page, and the tasks of its main thread.
pub fn main_thread(events: &[Value]) -> (Option<u64>, Vec<Ran>) {
    let key = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
    let main = events.iter().filter(|event| event["name"] == "thread_name" && event["args"]["name"] == "CrRendererMain").map(key);
    let of = |thread: (Option<u64>, Option<u64>)| -> (Option<u64>, Vec<Ran>) {
        let tasks = events.iter().filter(|event| {
            event["ph"] == "X" && key(event) == thread && event["name"].as_str().is_some_and(|name| name.ends_with("RunTask"))
        });
        let ran = |event: &Value| {
            let lasted = event["dur"].as_u64()?;
            Some(Ran { begin: event["ts"].as_u64()?, lasted, worked: event["tdur"].as_u64().unwrap_or(lasted) })
        };
        (thread.0, tasks.filter_map(ran).collect())
    };
    // The browser has pages of its own; the one that is looked at is the one that works.
    let busy = |(_, tasks): &(Option<u64>, Vec<Ran>)| tasks.iter().map(|task| task.worked).sum::<u64>();
    let (process, mut tasks) = main.map(of).max_by_key(busy).unwrap_or_default();
    tasks.sort_unstable_by_key(|task| (task.begin, task.lasted));
    // A task within a task is part of it.
    let mut outer: Vec<Ran> = Vec::with_capacity(tasks.len());
    for task in tasks {
        if outer.last().is_none_or(|before| task.begin >= before.begin + before.lasted) {
            outer.push(task);
        }
    }
    (process, outer)
}

/// When a page set a mark, in microseconds.
pub fn mark(events: &[Value], name: &str) -> Outcome<u64> {
    let found =
        events.iter().find(|event| event["name"] == name && event["cat"].as_str().is_some_and(|cat| cat.contains("user_timing")));
    found.and_then(|event| event["ts"].as_u64()).ok_or_else(|| format!("the trace has no mark {name}").into())
}

/// The tasks that ran between two instants, in microseconds.
pub fn between(tasks: &[Ran], from: u64, until: u64) -> Vec<Ran> {
    tasks.iter().filter(|task| task.begin < until && task.begin + task.lasted > from).copied().collect()
}

/// What the main thread did in each frame.
pub fn frames(tasks: &[Ran], clock: Clock) -> Frames {
    frames_of(&[tasks.to_vec()], clock)
}

/// What the main thread did in each frame of several stretches of time, from the first task of each to its last.
fn frames_of(stretches: &[Vec<Ran>], clock: Clock) -> Frames {
    let length = |task: &Ran| match clock {
        Clock::Wall => task.lasted,
        Clock::Processor => task.worked,
    };
    let mut used: Vec<u64> = stretches.iter().flat_map(|tasks| used(tasks, length)).collect();
    used.sort_unstable();
    let p95 = used.get((used.len() * 95 / 100).min(used.len().saturating_sub(1))).copied().unwrap_or(0);
    let lengths: Vec<u64> = stretches.iter().flatten().map(length).collect();
    let longest = lengths.iter().copied().max().unwrap_or(0);
    let over = lengths.iter().filter(|length| **length > 50_000).count();
    Frames { p95: p95 as f64 / 1_000.0, longest: longest as f64 / 1_000.0, over: over as f64 }
}

/// Microseconds of the main thread in each frame of a stretch.
fn used(tasks: &[Ran], length: impl Fn(&Ran) -> u64) -> Vec<u64> {
    let (Some(first), Some(last)) = (tasks.first(), tasks.last()) else { return Vec::new() };
    let mut used = vec![0_u64; ((last.begin + last.lasted - first.begin) / FRAME_US + 1) as usize];
    for task in tasks {
        let mut at = task.begin - first.begin;
        let end = at + task.lasted;
        while at < end {
            let frame = at / FRAME_US;
            let until = ((frame + 1) * FRAME_US).min(end);
            // A task is shared out over its frames as evenly as it lasted.
            used[frame as usize] += (until - at) * length(task) / task.lasted;
            at = until;
        }
    }
    used
}

/// What the main thread did while somebody saw something move, in some stretches of time, beside the goals.
pub fn moving(what: &str, stretches: &[Vec<Ran>]) -> Outcome<Vec<Line>> {
    if stretches.iter().any(Vec::is_empty) {
        return Err(format!("{what}: the trace has no task of the page's main thread").into());
    }
    let [lasted, worked] = [Clock::Wall, Clock::Processor].map(|clock| frames_of(stretches, clock));
    let how = "Chromium headless, software raster; tasks of the renderer's main thread";
    let cpu = "the same, as far as the thread had a processor: on a busy machine tasks last longer than that";
    let goal = |goal: f64, line: Line| Line { peer: "goal".into(), theirs: Some(goal), ..line };
    Ok(vec![
        goal(FRAME_MS, figure(&format!("{what}: main thread in a frame, p95"), lasted.p95, 0.0, how)),
        goal(FRAME_MS, figure(&format!("{what}: the same, of a processor"), worked.p95, 0.0, cpu)),
        goal(TASK_MS, figure(&format!("{what}: longest task"), lasted.longest, 0.0, how)),
        goal(TASK_MS, figure(&format!("{what}: the same, of a processor"), worked.longest, 0.0, cpu)),
        figure(&format!("{what}: tasks over 50 ms"), lasted.over, 0.0, "a count, not milliseconds"),
    ])
}

/// How frames came: how many a second, and the milliseconds between two of them.
pub struct Rhythm {
    pub a_second: f64,
    pub p50: f64,
    pub p95: f64,
}

/// The rhythm of a page's frames of one kind, of [`DRAWN`] or [`BY_PAGE`].
pub fn rhythm(events: &[Value], process: Option<u64>, kind: &str) -> Outcome<Rhythm> {
    let of_page = events.iter().filter(|event| event["name"] == kind && event["pid"].as_u64() == process);
    let mut at: Vec<u64> = of_page.filter_map(|event| event["ts"].as_u64()).collect();
    at.sort_unstable();
    let mut apart: Vec<u64> = at.windows(2).map(|pair| pair[1] - pair[0]).collect();
    apart.sort_unstable();
    let (Some(first), Some(last)) = (at.first(), at.last().filter(|_| apart.len() > 1)) else {
        return Err(format!("the trace has no {kind} of the page").into());
    };
    let part = |hundredth: usize| apart[apart.len() * hundredth / 100] as f64 / 1_000.0;
    Ok(Rhythm { a_second: apart.len() as f64 * 1e6 / (last - first).max(1) as f64, p50: part(50), p95: part(95) })
}
