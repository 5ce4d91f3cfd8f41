//! What a page costs while it is looked at: frames and tasks from Chromium's trace, memory from Chromium and from the kernel.

use super::super::trace::{self, BY_PAGE, Clock, DRAWN, Tools, frames, main_thread, rhythm};
use super::super::{Line, Outcome, figure};
use super::Form;
use serde_json::{Value, json};
use std::time::Duration;
use tests::driver::Driven;
use tokio::time::{MissedTickBehavior, interval};

/// Frames a second at least, and MB at most.
const FRAMES: f64 = 55.0;
const MEMORY_MB: f64 = 400.0;

/// How long a page is looked at while nobody touches it.
const STILL: Duration = Duration::from_secs(10);

/// Pixels a second of scrolling, and pixels of each way.
const SCROLL: (i64, i64) = (4_000, 16_000);

/// Steps of a map that is dragged to and fro, one each 16 ms, and pixels of a step.
const DRAG: (i64, i64) = (300, 12);

/// Turns of the wheel over a map, in and out again.
const TURNS: i64 = 15;

/// Moves a dot of one pixel in every frame, so that the page has something to draw in each, and counts the flows that change.
const DOT: &str = "const dot = document.createElement('div'); dot.id = 'bench-dot'; \
    dot.style = 'position:fixed;left:0;top:0;width:1px;height:1px;z-index:9999;background:red'; document.body.append(dot); \
    let left = 0; const step = () => { if (!dot.isConnected) return; left = 1 - left; dot.style.transform = `translateX(${left}px)`; \
    requestAnimationFrame(step); }; requestAnimationFrame(step); window.benchFlows = 0; \
    window.benchSeen = new MutationObserver((all) => { for (const { target } of all) \
    if ((target.nodeType === 3 ? target.parentElement : target)?.closest('[data-flow]')) window.benchFlows++; }); \
    window.benchSeen.observe(document.body, { subtree: true, characterData: true, childList: true }); return true";

const NO_DOT: &str = "document.getElementById('bench-dot').remove(); window.benchSeen.disconnect(); return window.benchFlows";

/// What somebody does with the page.
#[derive(Clone, Copy, PartialEq)]
pub enum Act {
    /// Nothing.
    Look,
    /// Scrolls a list, or drags a map and zooms it.
    Move,
}

/// Looks at a form of Perangkat; what is done with it is done in its middle.
pub async fn look(driven: &Driven, tools: u16, form: &Form, act: Act) -> Outcome<Vec<Line>> {
    // What was going on before is not part of it.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let middle = format!(
        "const b = document.querySelector('{}').getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]",
        form.moved
    );
    let middle = driven.page.execute(&middle, vec![]).await?;
    let middle = (middle[0].as_f64().unwrap_or(0.0) as i64, middle[1].as_f64().unwrap_or(0.0) as i64);
    let (mut browser, mut page) = (Tools::browser(tools).await?, Tools::page(tools).await?);
    driven.page.execute(DOT, vec![]).await?;
    trace::begin(&mut browser, &trace::FRAMES).await?;
    match act {
        Act::Look => tokio::time::sleep(STILL).await,
        Act::Move if form.is_map => drag(&mut page, middle).await?,
        Act::Move => scroll(&mut page, middle).await?,
    }
    let events = trace::end(&mut browser).await?;
    let changed = driven.page.execute(NO_DOT, vec![]).await?.as_u64().unwrap_or(0);
    if act == Act::Look && !form.is_map && changed == 0 {
        return Err(format!("{}: no flow has changed, so that there was nothing to draw", form.name).into());
    }
    let what = match act {
        Act::Look => format!("{}, values change", form.name),
        Act::Move => format!("{}, {}", form.name, if form.is_map { "dragged and zoomed" } else { "scrolled" }),
    };
    lines(&what, &events, changed)
}

async fn scroll(page: &mut Tools, (x, y): (i64, i64)) -> Outcome {
    for direction in [-1, 1] {
        let params = json!({ "x": x, "y": y, "yDistance": direction * SCROLL.1, "speed": SCROLL.0, "preventFling": true,
            "gestureSourceType": "mouse" });
        page.call("Input.synthesizeScrollGesture", params).await?;
    }
    Ok(())
}

async fn drag(page: &mut Tools, (x, y): (i64, i64)) -> Outcome {
    let mouse =
        |kind: &str, x: i64, y: i64| json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 });
    let mut tick = interval(Duration::from_millis(16));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    page.call("Input.dispatchMouseEvent", mouse("mousePressed", x, y)).await?;
    for step in 0..DRAG.0 {
        tick.tick().await;
        // To and fro, fifty steps each way.
        let away = 25 - (step % 100 - 50).abs();
        page.call("Input.dispatchMouseEvent", mouse("mouseMoved", x + away * DRAG.1, y + away * DRAG.1 / 2)).await?;
    }
    page.call("Input.dispatchMouseEvent", mouse("mouseReleased", x, y)).await?;
    for turn in 0..2 * TURNS {
        for _ in 0..6 {
            tick.tick().await;
        }
        let down = if turn < TURNS { -100 } else { 100 };
        let wheel = json!({ "type": "mouseWheel", "x": x, "y": y, "deltaX": 0, "deltaY": down });
        page.call("Input.dispatchMouseEvent", wheel).await?;
    }
    Ok(())
}

fn lines(what: &str, events: &[Value], changed: u64) -> Outcome<Vec<Line>> {
    let (process, tasks) = main_thread(events);
    let (drawn, by_page) = (rhythm(events, process, DRAWN)?, rhythm(events, process, BY_PAGE)?);
    let frame = frames(&tasks, Clock::Wall);
    let how = "Chromium headless, software raster, 1,440 × 900; a dot of one pixel moves in every frame";
    let a_second = |name: &str, frames: f64| Line {
        peer: "goal".into(),
        theirs: Some(FRAMES),
        unit: "frames/s",
        better: "higher",
        ..figure(&format!("{what}: {name}"), frames, 0.0, how)
    };
    let count = |name: &str, count: f64| Line { unit: "count", ..figure(&format!("{what}: {name}"), count, 0.0, how) };
    Ok(vec![
        a_second("frames drawn", drawn.a_second),
        a_second("frames by the page", by_page.a_second),
        figure(&format!("{what}: between frames, p50"), drawn.p50, 0.0, how),
        figure(&format!("{what}: between frames, p95"), drawn.p95, 0.0, how),
        figure(&format!("{what}: between the page's, p95"), by_page.p95, 0.0, how),
        figure(&format!("{what}: longest task"), frame.longest, 0.0, how),
        count("tasks over 50 ms", frame.over),
        count("flows that changed", changed as f64),
    ])
}

/// The memory of the page's process, and of its JavaScript.
pub async fn memory(tools: u16, name: &str) -> Outcome<Vec<Line>> {
    let (mut browser, mut page) = (Tools::browser(tools).await?, Tools::page(tools).await?);
    trace::begin(&mut browser, &trace::TASKS).await?;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let (process, _) = main_thread(&trace::end(&mut browser).await?);
    let process = process.ok_or("the trace names no process of the page")?;
    page.call("Performance.enable", json!({})).await?;
    let metrics = page.call("Performance.getMetrics", json!({})).await?;
    let heap = metrics["metrics"].as_array().into_iter().flatten().find(|metric| metric["name"] == "JSHeapUsedSize");
    let heap = heap.and_then(|metric| metric["value"].as_f64()).ok_or("Chromium does not say how large the heap is")?;
    let megabytes = |name: &str, value: f64, how: &str| Line {
        unit: "MB",
        memory_mb: Some(value),
        ..figure(&format!("{name}: memory, {how}"), value, 0.0, "of the renderer's process")
    };
    let goal = |line: Line| Line { peer: "goal".into(), theirs: Some(MEMORY_MB), ..line };
    Ok(vec![
        goal(megabytes(name, kilobytes(process, "smaps_rollup", "Pss:")? / 1_024.0, "shared parts divided (PSS)")),
        megabytes(name, kilobytes(process, "status", "VmRSS:")? / 1_024.0, "all that is mapped (RSS)"),
        megabytes(name, kilobytes(process, "status", "VmHWM:")? / 1_024.0, "the most so far (RSS)"),
        megabytes(name, heap / 1_048_576.0, "heap of JavaScript, without wasm"),
    ])
}

/// A figure of a process that the kernel keeps, in kB.
fn kilobytes(process: u64, file: &str, name: &str) -> Outcome<f64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/{file}"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or("the kernel does not say")?;
    Ok(line.split_whitespace().next().ok_or("the kernel does not say")?.parse()?)
}
