//! Perangkat as a grid: a card for each meter with its flow, status, valve, battery and health. Only the cards near the visible part are drawn and
//! watched live; their rows are asked for as a window over the list.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::{Card, Connected, Failed, Skeleton, ValveChip};
use crate::i18n::{tr, tra};
use crate::pages::metering::fleet::picking::{Picking, tick};
use crate::pages::metering::fleet::table::{Battery, flow_text, keep_place, place_of, use_now};
use crate::pages::metering::fleet::view::MeterView;
use crate::pages::metering::health::health_chip;
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::MeterId;
use protocol::ui::{Answer, FleetQuery, FleetRow, Request};
use std::ops::Range;
use std::rc::Rc;

/// Height of a card with the gap behind it, and the least width with the gap beside it, in CSS pixels; `.cards` has the same.
const TALL: f64 = 164.0;
const WIDE: f64 = 252.0;

/// Cards of a window over the list, and the step by which it moves.
const WINDOW_CARDS: u32 = 300;
const STEP: u32 = 60;

/// Rows of cards that are drawn above and below the visible ones.
const AROUND: u32 = 2;

/// Rows of cards taken to be visible before the height of the box is known.
const FIRST: u32 = 6;

/// The box that scrolls.
const BOX: &str = "cards";

/// Which cards are drawn, in how many columns, and which one has the focus: it stays, wherever somebody scrolls.
#[derive(Clone, Copy, PartialEq)]
struct View {
    columns: Signal<u32>,
    /// The first visible row of cards, and how many there are.
    from: Signal<u32>,
    visible: Signal<u32>,
    focus: Signal<Option<u32>>,
    scrolls: Signal<u32>,
}

fn use_view() -> View {
    View {
        columns: use_signal(|| 1),
        from: use_signal(|| 0),
        visible: use_signal(|| FIRST),
        focus: use_signal(|| None),
        scrolls: use_signal(|| 0),
    }
}

/// How many columns fit.
fn columns(width: f64) -> u32 {
    ((width / WIDE).floor() as u32).max(1)
}

/// The card that a key leads to from the one at `at`; without one the first in sight.
fn led(key: &Key, at: Option<u32>, (columns, page, first): (u32, u32, u32), of: u32) -> Option<u32> {
    let Some(at) = at else {
        let is_way = matches!(key, Key::ArrowDown | Key::ArrowRight | Key::ArrowUp | Key::ArrowLeft);
        return (is_way && of > 0).then_some(first.min(of.saturating_sub(1)));
    };
    let to = match key {
        Key::ArrowRight => at + 1,
        Key::ArrowLeft => at.saturating_sub(1),
        // In the first and the last row there is nowhere to go.
        Key::ArrowDown => {
            if at + columns < of {
                at + columns
            } else {
                at
            }
        }
        Key::ArrowUp => at.checked_sub(columns).unwrap_or(at),
        Key::PageDown => at + page * columns,
        Key::PageUp => at.saturating_sub(page * columns),
        Key::Home => 0,
        Key::End => of,
        _ => return None,
    };
    Some(to.min(of.saturating_sub(1)))
}

impl View {
    /// The cards to draw.
    fn drawn(self) -> Range<u32> {
        let (columns, from) = ((self.columns)(), (self.from)());
        from.saturating_sub(AROUND) * columns..(from + (self.visible)() + AROUND) * columns
    }

    fn scrolled(self, top: f64) {
        let mut from = self.from;
        let first = (top.max(0.0) / TALL) as u32;
        if *from.peek() != first {
            from.set(first);
        }
    }

    fn resized(self, width: f64, height: f64) {
        let Self { columns: mut held, mut visible, .. } = self;
        let (now, rows) = (columns(width), (height / TALL).ceil() as u32 + 1);
        if *held.peek() != now {
            held.set(now);
        }
        if rows > 1 && *visible.peek() != rows {
            visible.set(rows);
        }
    }
}

fn id_of(place: u32) -> String {
    format!("{BOX}-{place}")
}

/// The rows of a window over the list, with the place of the first.
#[derive(Clone, Debug, PartialEq)]
struct Window {
    offset: u32,
    rows: Vec<Rc<FleetRow>>,
}

/// The cards; `found` meters are in the list. `watched` is set to those that are drawn.
#[component]
pub fn Grid(
    found: u32,
    query: Memo<FleetQuery>,
    kept: Signal<MeterView>,
    picking: Picking,
    watched: Signal<Vec<MeterId>>,
) -> Element {
    let view = use_view();
    use_effect(move || {
        query.read();
        // Another list begins at its beginning; one that somebody comes back to, where it was left.
        bridge::scroll_to(BOX, f64::from(kept.peek().place));
    });
    let offset = use_memo(move || view.drawn().start.saturating_sub(STEP) / STEP * STEP);
    let load = use_answer(
        move || Request::Fleet(FleetQuery { offset: offset(), limit: WINDOW_CARDS, ..query() }),
        |answer| match answer {
            Answer::Fleet(fleet) => Some((fleet.offset, fleet.rows.into_iter().map(Rc::new).collect::<Vec<_>>())),
            _ => None,
        },
    );
    let window = use_memo(move || match &*load.read() {
        Load::Ready((offset, rows)) => Some(Window { offset: *offset, rows: rows.clone() }),
        _ => None,
    });
    let drawn = use_memo(move || cards(window.read().as_ref(), view.drawn(), (view.focus)()));
    use_effect(move || {
        let ids: Vec<MeterId> = drawn.read().iter().map(|(_, row)| row.now.id).collect();
        if *watched.peek() != ids {
            watched.set(ids);
        }
    });
    let walk = move |event: KeyboardEvent| {
        let columns = *view.columns.peek();
        let (page, first) = (view.visible.peek().saturating_sub(2).max(1), *view.from.peek() * columns);
        let Some(to) = led(&event.key(), *view.focus.peek(), (columns, page, first), found) else { return };
        event.prevent_default();
        bridge::reveal(BOX, f64::from(to / columns) * TALL, TALL);
        bridge::focus_soon(BOX, &id_of(to));
    };
    let rows = found.div_ceil((view.columns)().max(1));
    rsx! {
        match &*load.read() {
            Load::Failed(problem) if window.read().is_none() => rsx! { Card { Failed { problem: problem.clone() } } },
            Load::Failed(problem) => rsx! { p { class: "error-text", {explain(problem)} } },
            Load::Waiting => rsx! { Skeleton { heights: vec![152, 152] } },
            Load::Ready(_) => rsx! {},
        }
        div { id: BOX, class: if picking.is_on() { "window cards picking" } else { "window cards" }, tabindex: "0", role: "region",
            "aria-label": tr("fleet-cards"), "data-columns": "{view.columns}",
            onresize: move |event| if let Ok(size) = event.get_content_box_size() { view.resized(size.width, size.height) },
            onscroll: move |event| {
                view.scrolled(event.scroll_top());
                keep_place(kept, view.scrolls, event.scroll_top());
            },
            onkeydown: walk,
            ul { class: "whole", height: "{f64::from(rows) * TALL}px",
                for (place , row) in drawn.read().iter().cloned() {
                    MeterCard { key: "{row.now.id}", row, place, of: found, query, view, kept, picking }
                }
            }
        }
    }
}

/// The cards to draw, with their places: those near the visible part, and the one that has the focus.
fn cards(window: Option<&Window>, drawn: Range<u32>, focus: Option<u32>) -> Vec<(u32, Rc<FleetRow>)> {
    let Some(window) = window else { return Vec::new() };
    let is_near = |place: &u32| drawn.contains(place) || focus == Some(*place);
    let placed = (window.offset..).zip(window.rows.iter());
    placed.filter(|(place, _)| is_near(place)).map(|(place, row)| (place, Rc::clone(row))).collect()
}

/// One meter. It is drawn anew when its own values change.
#[component]
fn MeterCard(
    row: Rc<FleetRow>,
    place: u32,
    of: u32,
    query: Memo<FleetQuery>,
    view: View,
    kept: Signal<MeterView>,
    picking: Picking,
) -> Element {
    let (shared, language, id) = (shared(), language(), row.now.id);
    let is_ticked = use_memo(move || picking.has(id));
    let is_open = use_memo(move || kept.read().opened == Some(id));
    let (now, state) = use_now(&row);
    let flow = flow_text(&now, state, language);
    let columns = (view.columns)().max(1);
    let (left, top) = (f64::from(place % columns) * 100.0 / f64::from(columns), f64::from(place / columns) * TALL);
    let mut focus = view.focus;
    rsx! {
        li { left: "{left}%", top: "{top}px", width: "{100.0 / f64::from(columns)}%", "aria-setsize": "{of}", "aria-posinset": "{place + 1}",
            if picking.is_on() {
                label { class: "tick card-tick",
                    input { r#type: "checkbox", "data-tick": "true", checked: is_ticked(), "aria-label": tra("bulk-tick", &[("name", row.serial.clone())]),
                        onclick: move |event| tick(picking, shared, (id, place), event.modifiers().shift(), query.peek().clone()) }
                }
            }
            button { id: id_of(place), class: "meter-card", r#type: "button", "data-row": "{row.serial}", "aria-pressed": if is_open() { "true" } else { "false" },
                onfocusin: move |_| focus.set(Some(place)),
                onfocusout: move |_| if *focus.peek() == Some(place) { focus.set(None) },
                onclick: move |_| kept.with_mut(|kept| kept.opened = Some(id)),
                span { class: "head",
                    span { class: "number ellipsis", "{row.serial}" }
                    Connected { state, small: true }
                }
                span { class: "muted tiny ellipsis", {place_of(&row)} " · {row.zone}" }
                span { class: "flow",
                    span {
                        span { class: "number", "data-flow": "{row.serial}", "{flow}" }
                        " " span { class: "muted small", {tr("flow-unit")} }
                    }
                    span { class: "small nowrap", Battery { percent: row.battery, limits: row.limits } }
                }
                span { class: "foot",
                    ValveChip { valve: now.valve }
                    {health_chip(row.health.as_ref())}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_walk_the_cards_of_a_grid_and_stay_in_it() {
        let of = 10;
        let from = |at: u32, key: Key| led(&key, Some(at), (4, 2, 0), of);
        assert_eq!(from(0, Key::ArrowRight), Some(1));
        assert_eq!(from(0, Key::ArrowLeft), Some(0));
        assert_eq!(from(1, Key::ArrowDown), Some(5));
        assert_eq!(from(7, Key::ArrowDown), Some(7), "the last row is not under it");
        assert_eq!(from(5, Key::ArrowDown), Some(9));
        assert_eq!(from(2, Key::ArrowUp), Some(2));
        assert_eq!(from(9, Key::ArrowRight), Some(9));
        assert_eq!((from(3, Key::End), from(3, Key::Home)), (Some(9), Some(0)));
        assert_eq!(from(3, Key::Tab), None);
        assert_eq!(led(&Key::ArrowDown, None, (4, 2, 8), of), Some(8), "the first in sight");
        assert_eq!(led(&Key::ArrowDown, None, (4, 2, 0), 0), None);
    }

    #[test]
    fn as_many_columns_as_fit_and_one_at_least() {
        assert_eq!([columns(120.0), columns(390.0), columns(504.0), columns(1_300.0)], [1, 1, 2, 5]);
    }
}
