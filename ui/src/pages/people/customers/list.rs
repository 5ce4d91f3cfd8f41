//! The list of customers as a window over any number of rows: pages ask for their rows before they are visible, and only rows near the
//! visible part are drawn. A row has its place by its number, so that scrolling moves nothing that is there.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::sort::{SortButton, direction};
use crate::components::states::explain;
use crate::components::status::chip;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::people::customers::picking::{Picking, tick};
use crate::pages::people::customers::standing;
use crate::pages::people::customers::view::{ListView, SORTS};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::people::CustomerStatus;
use protocol::ui::{Answer, CustomerQuery, CustomerRow, CustomerSort, Request};
use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

/// Height of a row in CSS pixels; `.customer-row` has the same.
const ROW: f64 = 60.0;

/// Rows of a page.
const PAGE: u32 = 100;

/// Rows before they are visible at which a page asks for its rows.
const AHEAD: u32 = 80;

/// Rows drawn beyond the visible ones, where somebody scrolls to and where they come from, and how many come at once.
const LEAD: u32 = 12;
const TRAIL: u32 = 3;
const STEP: u32 = 2;

/// Rows taken to be visible before the height of the window is known.
const FIRST: u32 = 24;

/// Milliseconds without scrolling after which the place is kept in the address.
const SETTLED_MS: u32 = 250;

/// The window's id.
const WINDOW: &str = "customers";

/// Which rows are drawn, and which one has the focus: it stays, wherever somebody scrolls.
#[derive(Clone, Copy, PartialEq)]
struct View {
    from: Signal<u32>,
    is_upwards: Signal<bool>,
    visible: Signal<u32>,
    focus: Signal<Option<u32>>,
    /// Counts scrolling, and whether somebody waits for its end.
    scrolls: Signal<u32>,
    is_waiting: Signal<bool>,
}

impl View {
    /// Keeps the place in the page's address once nobody scrolls any more.
    fn keep_place(self, mut kept: Signal<ListView>) {
        let Self { from, mut scrolls, mut is_waiting, .. } = self;
        scrolls += 1;
        if std::mem::replace(&mut *is_waiting.write(), true) {
            return;
        }
        spawn(async move {
            let mut before = None;
            while before != Some(*scrolls.peek()) {
                before = Some(*scrolls.peek());
                gloo_timers::future::TimeoutFuture::new(SETTLED_MS).await;
            }
            is_waiting.set(false);
            let place = *from.peek();
            if kept.peek().place != place {
                kept.with_mut(|kept| kept.place = place);
            }
        });
    }

    fn drawn(self) -> Range<u32> {
        let from = (self.from)();
        let (above, below) = if (self.is_upwards)() { (LEAD, TRAIL) } else { (TRAIL, LEAD) };
        from.saturating_sub(above)..from + (self.visible)() + STEP + below
    }

    fn scrolled(self, top: f64, height: f64) {
        let Self { mut from, mut is_upwards, mut visible, .. } = self;
        let (first, rows) = ((top.max(0.0) / ROW) as u32 / STEP * STEP, (height / ROW).ceil() as u32 + 1);
        let before = *from.peek();
        if before != first {
            if *is_upwards.peek() != (first < before) {
                is_upwards.set(first < before);
            }
            from.set(first);
        }
        if rows > 1 && *visible.peek() != rows {
            visible.set(rows);
        }
    }

    /// The row that a key leads to.
    fn led(self, key: &Key, of: u32) -> Option<u32> {
        let (from, page) = (*self.from.peek(), self.visible.peek().saturating_sub(2).max(1));
        let at = *self.focus.peek();
        let to = match key {
            Key::ArrowDown => at.map_or(from, |at| at + 1),
            Key::ArrowUp => at.map_or(from, |at| at.saturating_sub(1)),
            Key::PageDown => at.unwrap_or(from) + page,
            Key::PageUp => at.unwrap_or(from).saturating_sub(page),
            Key::Home => 0,
            Key::End => of,
            _ => return None,
        };
        Some(to.min(of.saturating_sub(1)))
    }
}

fn id_of(place: u32) -> String {
    format!("{WINDOW}-{place}")
}

/// The window; `matching` rows are in the list.
#[component]
pub fn Rows(matching: u32, query: Memo<CustomerQuery>, kept: Signal<ListView>, picking: Picking) -> Element {
    let view = View {
        from: use_signal(|| 0),
        is_upwards: use_signal(|| false),
        visible: use_signal(|| FIRST),
        focus: use_signal(|| None),
        scrolls: use_signal(|| 0),
        is_waiting: use_signal(|| false),
    };
    use_effect(move || {
        query.read();
        // Another list begins at its beginning; one that somebody comes back to, where it was left.
        bridge::scroll_to(WINDOW, f64::from(kept.peek().place) * ROW);
    });
    let pages = use_memo(move || {
        let drawn = view.drawn();
        let near = drawn.start.saturating_sub(AHEAD) / PAGE..(drawn.end + AHEAD).div_ceil(PAGE);
        let held = (view.focus)().map(|place| place / PAGE);
        near.chain(held).collect::<BTreeSet<_>>()
    });
    let there = matching.div_ceil(PAGE);
    let led = move |event: KeyboardEvent| {
        let Some(to) = view.led(&event.key(), matching) else { return };
        event.prevent_default();
        bridge::reveal(WINDOW, f64::from(to) * ROW, ROW);
        bridge::focus_soon(WINDOW, &id_of(to));
    };
    rsx! {
        div { id: WINDOW, class: if picking.is_on() { "window picking" } else { "window" }, tabindex: "0", role: "region", "aria-label": tr("customers-list"),
            onscroll: move |event| {
                view.scrolled(event.scroll_top(), event.client_height().into());
                view.keep_place(kept);
            },
            onkeydown: led,
            ul { class: "whole", height: "{f64::from(matching) * ROW}px",
                for page in pages.read().iter().copied().filter(|page| *page < there) {
                    Page { key: "{page}", page, matching, query, view, kept, picking }
                }
            }
        }
    }
}

#[component]
fn Page(page: u32, matching: u32, query: Memo<CustomerQuery>, view: View, kept: Signal<ListView>, picking: Picking) -> Element {
    let offset = page * PAGE;
    let load = use_answer(
        move || Request::Customers(CustomerQuery { offset, limit: PAGE, ..query() }),
        |answer| match answer {
            Answer::Customers(window) => Some(window.rows.into_iter().map(Rc::new).collect::<Vec<_>>()),
            _ => None,
        },
    );
    // Of the rows drawn, those of this page: most pages have none, and are not drawn anew while others scroll.
    let drawn = use_memo(move || {
        let drawn = view.drawn();
        let own = |place: u32| place.clamp(offset, offset + PAGE) - offset;
        own(drawn.start)..own(drawn.end)
    });
    let focused = use_memo(move || (view.focus)().and_then(|place| place.checked_sub(offset)).filter(|place| *place < PAGE));
    let drawn = drawn.read().clone();
    let load = load.read();
    let rows: &[Rc<CustomerRow>] = if let Load::Ready(rows) = &*load { rows } else { &[] };
    let is_near = |place: u32| drawn.contains(&place) || focused() == Some(place);
    rsx! {
        if let Load::Failed(problem) = &*load {
            li { top: "{f64::from(offset + drawn.start) * ROW}px", p { class: "error-text", {explain(problem)} } }
        }
        for (place , row) in (0..).zip(rows.iter()).filter(|(place, _)| is_near(*place)) {
            Line { key: "{row.id}", row: Rc::clone(row), place: offset + place, of: matching, query, view, kept, picking }
        }
    }
}

#[component]
fn Line(
    row: Rc<CustomerRow>,
    place: u32,
    of: u32,
    query: Memo<CustomerQuery>,
    view: View,
    kept: Signal<ListView>,
    picking: Picking,
) -> Element {
    let (shared, id) = (shared(), row.id);
    let is_ticked = use_memo(move || picking.has(id));
    let is_open = use_memo(move || kept.read().opened == Some(id));
    let mut focus = view.focus;
    // By the minute: a row is not drawn anew each second.
    let read_at = row.read_at.map(|at| format::short_moment(at, *shared.now.peek(), device_zone(), language()));
    rsx! {
        li { top: "{f64::from(place) * ROW}px", "aria-setsize": "{of}", "aria-posinset": "{place + 1}",
            if picking.is_on() {
                label { class: "tick row-tick",
                    input { r#type: "checkbox", "data-tick": "true", checked: is_ticked(), "aria-label": tra("bulk-tick", &[("name", row.name.clone())]),
                        onclick: move |event| tick(picking, shared, (id, place), event.modifiers().shift(), query.peek().clone()) }
                }
            }
            button { id: id_of(place), class: "customer-row", r#type: "button", "data-row": "{id}", "aria-pressed": if is_open() { "true" } else { "false" },
                onfocusin: move |_| focus.set(Some(place)),
                onfocusout: move |_| if *focus.peek() == Some(place) { focus.set(None) },
                onclick: move |_| kept.with_mut(|kept| kept.opened = Some(id)),
                span { class: "who",
                    span { class: "number ellipsis", "{row.name}" }
                    span { class: "muted tiny ellipsis", "{row.number}" }
                }
                span { class: "where ellipsis muted small", "{row.address}" }
                span { class: "zone ellipsis small", "{row.zones}" }
                span { class: if row.balance.is_some_and(|balance| balance.0 < 0) { "balance end small danger-text" } else { "balance end small" },
                    {row.balance.map_or("–".to_owned(), |balance| balance.to_string())}
                }
                span { class: if row.arrears.0 > 0 { "arrears end small danger-text number" } else { "arrears end small muted" },
                    {if row.arrears.0 > 0 { row.arrears.to_string() } else { "–".to_owned() }}
                }
                span { class: "read end small muted", {read_at.unwrap_or_else(|| "–".to_owned())} }
                if row.waiting {
                    {chip("info", "clock", &tr("op-waiting"), "small")}
                } else if row.status != CustomerStatus::Active {
                    {standing(row.status)}
                } else {
                    span { class: "state small muted", {tr("status-active")} }
                }
            }
        }
    }
}

/// The heads of the columns, by which the list is sorted. The rows are a list of their own, of which only what is in sight is drawn.
#[component]
pub fn Heads(kept: Signal<ListView>) -> Element {
    let (sort, descending) = (kept.read().sort, kept.read().descending);
    let head = |of: CustomerSort, class: &'static str| {
        let word = SORTS.iter().find(|(known, ..)| *known == of).map_or("nama", |(_, word, _)| *word);
        let sorted = direction(sort == of, descending);
        // The times of this column are by the reader's clock, whatever the zones of the properties are.
        let label = match of {
            CustomerSort::Reading => tra("customers-read", &[("zone", device_zone().abbreviation().to_owned())]),
            _ => tr(&format!("customers-by-{word}")),
        };
        rsx! {
            span { role: "columnheader", class, "aria-sort": sorted, "data-sort": word,
                SortButton { label, sorted,
                    onpress: move |()| kept.with_mut(|kept| kept.sort_by(of)) }
            }
        }
    };
    rsx! {
        div { role: "table", "aria-label": tr("customers-order"), class: "customer-heads",
            div { role: "row", class: "customer-head",
                {head(CustomerSort::Name, "who")}
                span { role: "columnheader", class: "where muted small", {tr("field-address")} }
                {head(CustomerSort::Zone, "zone")}
                {head(CustomerSort::Balance, "balance end")}
                {head(CustomerSort::Arrears, "arrears end")}
                {head(CustomerSort::Reading, "read end")}
                span { role: "columnheader", class: "state muted small", {tr("field-status")} }
            }
        }
    }
}
