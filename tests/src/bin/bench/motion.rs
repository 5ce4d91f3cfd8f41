//! What moves on the screens beside scrolling: a chart that goes over to another stretch or form, and an order that is dragged in the calendar of
//! work; the page's main thread meanwhile, from Chromium's own trace.
//!
//! `bench motion 20000` drags among so many open orders.

mod drag;
mod orders;

use super::demo::Demo;
use super::scroll::{goes, synced};
use super::trace::{self, Tools, between, main_thread};
use super::{Line, Outcome, figure};
use domain::TimeZone;
use serde_json::Value;
use std::time::Duration;
use sync_server::core::now;
use tests::driver::{Driven, free_port};
use tests::host::{Host, sign_in_as};

/// Open orders of the month in which one is dragged.
const ORDERS: usize = 5_000;

/// Times each transition is made.
const ROUNDS: usize = 10;

/// How long a transition may last, in milliseconds, from the press to the last change of what is drawn.
const LASTS_MS: f64 = 500.0;

/// Presses one of some buttons, and returns how many milliseconds later the last thing has changed in a part of the page that is quiet from then on.
const PRESS: &str = "const [buttons, at, inside, done] = arguments; const box = document.querySelector(inside); \
    const button = document.querySelectorAll(buttons)[at]; if (!box || !button) return done('there is nothing to press'); \
    let last = 0; const changed = () => { last = performance.now(); }; const seen = new MutationObserver(changed); \
    const ends = ['transitionend', 'animationend']; for (const name of ends) box.addEventListener(name, changed); \
    const wait = () => { if (performance.now() - Math.max(begun, last) < 700) return setTimeout(wait, 100); seen.disconnect(); \
      for (const name of ends) box.removeEventListener(name, changed); done(last ? last - begun : 'nothing has changed'); }; \
    seen.observe(box, { subtree: true, childList: true, attributes: true, characterData: true }); \
    performance.clearMarks(); performance.mark('bench-begin'); const begun = performance.now(); button.click(); setTimeout(wait, 700);";

/// A part of a page that is shown in several ways.
struct Part {
    /// Its buttons.
    buttons: &'static str,
    /// What moves.
    inside: &'static str,
    /// The way in which it is shown first.
    first: usize,
    /// What is pressed then, and what that is called. The last leads back to the first.
    then: &'static [(usize, &'static str)],
}

/// Pemakaian, with the days of a week and of a month, and the months of a year.
const USAGE: Part = Part {
    buttons: ".page > .segmented.full button",
    inside: ".card:has(#usage-chart)",
    first: 2,
    then: &[
        (3, "Pemakaian, month → year"),
        (2, "Pemakaian, year → month"),
        (1, "Pemakaian, month → week"),
        (2, "Pemakaian, week → month"),
    ],
};

/// The parts of what was received, as a ring, bars and numbers.
const PARTS: Part = Part {
    buttons: ".revenue-breakdown .segmented button",
    inside: ".revenue-breakdown",
    first: 0,
    then: &[(1, "Pendapatan, ring → bars"), (2, "Pendapatan, bars → table"), (0, "Pendapatan, table → ring")],
};

pub async fn run(arguments: &[String]) -> Outcome<Vec<Line>> {
    let count = arguments.first().map_or(Ok(ORDERS), |text| text.parse())?;
    let demo = Demo::start()?;
    let mut lines =
        shown(&demo, "customer", ("pemakaian", ".page:has(> .segmented.full) #usage-chart[data-drawn]"), &USAGE).await?;
    // A year has receipts on all but its first days.
    let (year, ..) = TimeZone::Jakarta.day_of(now()).ymd();
    let revenue = format!("pendapatan?rentang=tahun&pada={year}");
    lines.extend(shown(&demo, "admin", (&revenue, ".revenue-breakdown .parts"), &PARTS).await?);
    drop(demo);
    lines.extend(drag::run(count).await?);
    Ok(lines)
}

/// Opens a page as a user of the demo, and makes the transitions of a part of it.
async fn shown(demo: &Demo, role: &str, (page, sees): (&str, &str), part: &Part) -> Outcome<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let tools = free_port();
    let host = Host::browser_at(&demo.url, folder.path(), (1_440, 900), Some(tools)).await;
    sign_in_as(&host, &format!("{role}@indowater.example"), &demo.password).await;
    synced(&host.driven.page).await;
    goes(&host.driven, page, sees).await?;
    // What was going on before is not part of it.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let lines = transitions(&host.driven, tools, part).await;
    host.end().await;
    lines
}

/// Each transition of a part some times.
async fn transitions(driven: &Driven, tools: u16, part: &Part) -> Outcome<Vec<Line>> {
    let mut made: Vec<Vec<Made>> = part.then.iter().map(|_| Vec::with_capacity(ROUNDS)).collect();
    // The first time it may be shown so already, and is not measured.
    driven.page.execute_async(PRESS, part.press(part.first)).await?;
    for _ in 0..ROUNDS {
        for ((at, what), made) in part.then.iter().zip(&mut made) {
            made.push(transition(driven, tools, part, (*at, what)).await?);
        }
    }
    let mut lines = Vec::new();
    for ((_, what), made) in part.then.iter().zip(made) {
        let mut lasted: Vec<f64> = made.iter().map(|made| made.lasted_ms).collect();
        lasted.sort_by(f64::total_cmp);
        let (middle, longest) = (lasted[lasted.len() / 2], lasted[lasted.len() - 1]);
        let how = "from the press to the last change of what is drawn";
        lines.push(figure(&format!("{what}: lasts, median of {ROUNDS}"), middle, (longest - lasted[0]) / middle, how));
        let work = format!("{what}: lasts, longest of {ROUNDS}");
        lines.push(Line { peer: "goal".into(), theirs: Some(LASTS_MS), ..figure(&work, longest, 0.0, how) });
        let stretches: Vec<_> = made.into_iter().map(|made| made.tasks).collect();
        lines.extend(trace::moving(what, &stretches)?);
    }
    Ok(lines)
}

/// A transition that was made: how long it lasted, and the tasks of the main thread meanwhile.
struct Made {
    lasted_ms: f64,
    tasks: Vec<trace::Ran>,
}

impl Part {
    fn press(&self, at: usize) -> Vec<Value> {
        vec![self.buttons.into(), at.into(), self.inside.into()]
    }
}

async fn transition(driven: &Driven, tools: u16, part: &Part, (at, what): (usize, &str)) -> Outcome<Made> {
    let mut browser = Tools::browser(tools).await?;
    trace::begin(&mut browser, &trace::MARKS).await?;
    let said = driven.page.execute_async(PRESS, part.press(at)).await?;
    let events = trace::end(&mut browser).await?;
    let lasted_ms = said.as_f64().ok_or_else(|| format!("{what}: {said}"))?;
    let (begun, (_, tasks)) = (trace::mark(&events, "bench-begin")?, main_thread(&events));
    Ok(Made { lasted_ms, tasks: between(&tasks, begun, begun + (lasted_ms * 1_000.0) as u64) })
}
