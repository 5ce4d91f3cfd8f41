//! An order that is dragged over the calendar of work by a mouse, in each of its forms, and dropped.

use super::super::scroll::{goes, synced};
use super::super::trace::{self, Tools, main_thread};
use super::super::{Line, Outcome, figure};
use super::orders::Planned;
use domain::{LocalDay, LocalMonth, TimeZone};
use serde_json::{Value, json};
use std::time::Duration;
use sync_server::core::now;
use tests::driver::{Driven, free_port, until};
use tests::host::{Host, sign_in};
use tokio::time::{MissedTickBehavior, interval};

/// Steps of the mouse, one each 16 ms, and how many go from one end of the calendar to the other.
const STEPS: i64 = 300;
const ACROSS: i64 = 50;

/// The day of next month around which work is looked at: its week lies within the month.
const DAY: i32 = 10;

/// The forms of the calendar: what each is called, and its word in the address.
const FORMS: [(&str, &str); 3] = [("month", "bulan"), ("week", "minggu"), ("week by technician", "teknisi")];

/// An order that can be moved and the cell beside it, as far as they can be seen: their middles, and where the calendar begins and ends.
const PLACES: &str = "const all = [...document.querySelectorAll('table.month tbody td .month-work[data-movable=true]')]; \
    const chip = all.find((one) => one.closest('td').nextElementSibling?.matches('td:not(.outside)')); if (!chip) return null; \
    chip.scrollIntoView({ block: 'center' }); const middle = (one) => { const b = one.getBoundingClientRect(); \
      return [b.x + b.width / 2, b.y + Math.min(b.height / 2, 40)]; }; const table = chip.closest('.table-wrap').getBoundingClientRect(); \
    const next = chip.closest('td').nextElementSibling.getBoundingClientRect(); \
    return [...middle(chip), next.x + next.width / 2, Math.max(table.left, 0) + 8, Math.min(table.right, innerWidth) - 8]";

pub async fn run(count: usize) -> Outcome<Vec<Line>> {
    // Work can be moved to where it is not over.
    let month = LocalMonth(TimeZone::Jakarta.day_of(now()).month().0 + 1);
    let planned = Planned::start(count, month)?;
    let folder = tempfile::tempdir()?;
    let tools = free_port();
    let host = Host::browser_at(planned.url(), folder.path(), (1_440, 900), Some(tools)).await;
    sign_in(&host, "admin").await;
    synced(&host.driven.page).await;
    let mut lines = Vec::new();
    for (name, word) in FORMS {
        goes(&host.driven, "akun", "h1").await?;
        let address = format!("pemeliharaan?bentuk={word}&hari={}", iso(month.first_day().plus(DAY)));
        goes(&host.driven, &address, "table.month .month-work[data-movable=true]").await?;
        lines.extend(dragged(&host.driven, tools, &format!("{name}, {count} open orders")).await?);
    }
    host.end().await;
    Ok(lines)
}

fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

/// Drags an order to and fro over the days of its week, and drops it on the day after its own.
async fn dragged(driven: &Driven, tools: u16, what: &str) -> Outcome<Vec<Line>> {
    // What was going on before is not part of it.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    let places = driven.page.execute(PLACES, vec![]).await?;
    let place = |at: usize| places[at].as_f64().map(|place| place as i64).ok_or("there is no order that can be moved");
    let (x, y, beside, left, right) = (place(0)?, place(1)?, place(2)?, place(3)?, place(4)?);
    let (mut browser, mut page) = (Tools::browser(tools).await?, Tools::page(tools).await?);
    page.call("Input.setInterceptDrags", json!({ "enabled": true })).await?;
    trace::begin(&mut browser, &trace::TASKS).await?;
    page.call("Input.dispatchMouseEvent", mouse("mousePressed", x, y)).await?;
    let caught = page.call_for("Input.dispatchMouseEvent", mouse("mouseMoved", x + 12, y), "Input.dragIntercepted").await?;
    let over = |kind: &str, x: i64| json!({ "type": kind, "x": x, "y": y, "data": caught["data"] });
    page.call("Input.dispatchDragEvent", over("dragEnter", x + 12)).await?;
    let mut tick = interval(Duration::from_millis(16));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for step in 0..STEPS {
        tick.tick().await;
        let away = ACROSS - (step % (2 * ACROSS) - ACROSS).abs();
        page.call("Input.dispatchDragEvent", over("dragOver", left + (right - left) * away / ACROSS)).await?;
    }
    let (_, tasks) = main_thread(&trace::end(&mut browser).await?);
    let mut lines = trace::moving(&format!("{what}: dragged"), &[tasks])?;
    trace::begin(&mut browser, &trace::TASKS).await?;
    page.call("Input.dispatchDragEvent", over("dragOver", beside)).await?;
    page.call("Input.dispatchDragEvent", over("drop", beside)).await?;
    page.call("Input.dispatchMouseEvent", mouse("mouseReleased", beside, y)).await?;
    until(&driven.page, "what was moved", "!!document.querySelector('[data-moved]')").await;
    // The calendar is asked for anew, once a second at most.
    tokio::time::sleep(Duration::from_millis(2_000)).await;
    let (_, tasks) = main_thread(&trace::end(&mut browser).await?);
    page.call("Input.setInterceptDrags", json!({ "enabled": false })).await?;
    let longest = trace::frames(&tasks, trace::Clock::Wall).longest;
    let how = "the calendar is drawn with the order in its new place";
    lines.push(figure(&format!("{what}: dropped, longest task"), longest, 0.0, how));
    Ok(lines)
}

fn mouse(kind: &str, x: i64, y: i64) -> Value {
    json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": 1, "clickCount": 1 })
}
