//! Pelanggan: everybody the utility supplies, as a window over any number of rows.

pub mod ask;
mod batches;
mod bulk_bar;
mod change;
mod facets;
mod list;
mod merge;
mod message;
mod panel;
mod picking;
mod view;

pub use batches::Batches;
pub use panel::Panel;
pub use view::ListView;

use crate::bridge;
use crate::components::address::use_kept;
use crate::components::shell::{SyncMark, language};
use crate::components::status::chip;
use crate::components::{Button, Card, Dialog, Empty, Failed, Icon, Select, Side, Skeleton};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::saved_views::SavedViews;
use crate::pages::exports::ExportButton;
use crate::route::Route;
use crate::state::{Form, Load, shared, use_answer};
use bulk_bar::BulkBar;
use dioxus::prelude::*;
use domain::CustomerId;
use domain::people::CustomerStatus;
use domain::people::saved_view::ViewList;
use facets::Facets;
use list::{Heads, Rows};
use picking::{Picking, use_picking};
use protocol::ui::exports::ExportedList;
use protocol::ui::{Answer, CustomerCounts, CustomerFilter, CustomerQuery, Request};
use view::SORTS;

/// The field of the search.
const SEARCH: &str = "customers-search";

/// Milliseconds after which the focus has come back from what was open before.
const FOCUS_MS: u32 = 150;

/// The admin's customers.
#[component]
pub fn Customers() -> Element {
    let wide = (shared().wide)();
    let kept = use_kept::<ListView>();
    let query = use_memo(move || kept.read().query());
    let opened = use_memo(move || kept.read().opened);
    let full = use_memo(move || kept.read().full);
    let merge_with = use_memo(move || kept.read().merge_with);
    let picking = use_picking(query);
    // A link to a narrowed list shows by what.
    let is_narrowing = use_signal(|| !kept.peek().facets.is_empty());
    let load = use_answer(
        move || Request::Customers(query()),
        |answer| match answer {
            Answer::Customers(window) => Some(window),
            _ => None,
        },
    );
    let is_full = wide && full() && opened().is_some();
    use_wanted();
    rsx! {
        div { class: "page fleet-page",
            header { class: "page-head row wrap",
                h1 { {tr("customers-title")} }
                if !is_full {
                    Controls { kept, is_narrowing, picking }
                    Link { class: "button secondary", to: Route::Imports {}, Icon { name: "upload" } {tr("imports-title")} }
                    Link { class: "button quiet icon-only", to: Route::Batches {}, "aria-label": tr("batches-title"), Icon { name: "history" } }
                }
                span { class: "only-phone", SyncMark {} }
            }
            match &*load.read() {
                Load::Waiting => rsx! { Skeleton { heights: vec![48, 420] } },
                Load::Failed(problem) => rsx! { Card { Failed { problem: problem.clone() } } },
                Load::Ready(window) if window.total == 0 => rsx! {
                    Card {
                        Empty { icon: "users", title: tr("customers-empty"), next: tr("customers-empty-next"),
                            Link { class: "button primary", to: Route::Imports {}, Icon { name: "upload" } {tr("imports-customers")} }
                        }
                    }
                },
                Load::Ready(window) => rsx! {
                    if !is_full {
                        Tiles { counts: window.counts, kept }
                        if is_narrowing() {
                            Facets { query, kept }
                        }
                    }
                    div { class: layout(wide && opened().is_some(), is_full),
                        if !is_full {
                            List { total: window.total, matching: window.matching, query, kept, picking }
                        }
                        if wide && let Some(customer) = opened() {
                            Side { key: "{customer}", label: tr("customer"), onclose: move |()| close(kept), Opened { customer, kept } }
                        }
                    }
                },
            }
        }
        if !wide && let Some(customer) = opened() {
            Dialog { title: tr("customer"), sheet: true, onclose: move |()| close(kept),
                Panel { key: "{customer}", customer, merge_with: merge_with(), onmerged: move |()| merged(kept) }
            }
        }
    }
}

/// Where somebody wants to take cash, the customer is looked for first.
fn use_wanted() {
    let shared = shared();
    let mut wanted = shared.to_make;
    use_effect(move || {
        if wanted() != Some(Form::Cash) {
            return;
        }
        wanted.set(None);
        shared.toast(tr("palette-cash-next"));
        spawn(async move {
            gloo_timers::future::TimeoutFuture::new(FOCUS_MS).await;
            bridge::focus(SEARCH);
        });
    });
}

const fn layout(is_open: bool, is_full: bool) -> &'static str {
    match (is_open, is_full) {
        (_, true) => "fleet full",
        (true, false) => "fleet with-panel broad",
        (false, false) => "fleet",
    }
}

fn close(mut kept: Signal<ListView>) {
    kept.with_mut(|kept| (kept.opened, kept.full, kept.merge_with) = (None, false, None));
}

/// The dialog in which two records are merged is closed: who comes back to the address does not find it open again.
fn merged(mut kept: Signal<ListView>) {
    kept.with_mut(|kept| kept.merge_with = None);
}

/// Who is open beside the list, or in its place.
#[component]
fn Opened(customer: CustomerId, kept: Signal<ListView>) -> Element {
    let is_full = use_memo(move || kept.read().full);
    let merge_with = use_memo(move || kept.read().merge_with);
    rsx! {
        Panel { customer, full: is_full(), onfull: move |()| kept.with_mut(|kept| kept.full = !kept.full),
            merge_with: merge_with(), onmerged: move |()| merged(kept) }
    }
}

#[component]
fn Controls(kept: Signal<ListView>, is_narrowing: Signal<bool>, picking: Picking) -> Element {
    let wide = (shared().wide)();
    let mut has_views = use_signal(|| false);
    let shown = kept.read();
    let word = SORTS.iter().find(|(sort, ..)| *sort == shown.sort).map_or("nama", |(_, word, _)| *word);
    let choices = SORTS.map(|(_, word, _)| (word.to_owned(), tr(&format!("customers-by-{word}")))).to_vec();
    rsx! {
        div { class: "controls",
            div { class: "input compact search",
                Icon { name: "search", size: "s" }
                input { id: SEARCH, r#type: "search", "aria-label": tr("search-customers"), placeholder: tr("search-customers-hint"),
                    value: "{shown.search}",
                    oninput: move |event| kept.with_mut(|kept| (kept.search, kept.place) = (event.value(), 0)) }
            }
            // Where there are no heads of columns.
            if !wide {
                Select { label: tr("sort"), choices, chosen: word.to_owned(), onchoose: move |word: String| {
                    if let Some((sort, ..)) = SORTS.iter().find(|(_, name, _)| *name == word) {
                        kept.with_mut(|kept| if kept.sort != *sort { kept.sort_by(*sort) });
                    }
                } }
            }
            button { class: "button secondary", r#type: "button", "aria-expanded": if is_narrowing() { "true" } else { "false" },
                onclick: move |_| is_narrowing.with_mut(|is| *is = !*is),
                Icon { name: "list-filter" } {tr("facets-button")}
            }
            button { class: "button secondary", r#type: "button", "aria-pressed": if picking.is_on() { "true" } else { "false" },
                onclick: move |_| picking.turn(),
                Icon { name: "list-checks" } {tr("bulk-button")}
            }
            Button { label: tr("views-button"), kind: "quiet", icon: "table", onclick: move |_| has_views.set(true) }
            if has_views() {
                SavedViews { list: ViewList::Customers, shown: shown.to_keep(), onclose: move |()| has_views.set(false),
                    onshow: move |query: String| {
                        kept.set(ListView::of_kept(&query));
                        has_views.set(false);
                    } }
            }
        }
    }
}

#[component]
fn Tiles(counts: CustomerCounts, kept: Signal<ListView>) -> Element {
    let language = language();
    let only = use_memo(move || kept.read().only);
    let tiles = [
        (CustomerFilter::Arrears, "danger", "wallet", "tile-arrears", counts.arrears),
        (CustomerFilter::Suspended, "warn", "triangle-alert", "status-suspended", counts.suspended),
    ];
    rsx! {
        div { class: "tiles few",
            for (filter , tone , icon , key , count) in tiles {
                button { key: "{key}", class: "stat", r#type: "button", "aria-pressed": if only() == Some(filter) { "true" } else { "false" },
                    onclick: move |_| kept.with_mut(|kept| {
                        kept.only = (kept.only != Some(filter)).then_some(filter);
                        kept.place = 0;
                    }),
                    span { class: "chip small {tone}", Icon { name: icon, size: "s" } {tr(key)} }
                    span { class: "value", {format::whole(i64::from(count), language)} }
                }
            }
        }
    }
}

/// How many there are, and who.
#[component]
fn List(total: u32, matching: u32, query: Memo<CustomerQuery>, kept: Signal<ListView>, picking: Picking) -> Element {
    let language = language();
    let counts = [("shown", matching), ("total", total)].map(|(name, count)| (name, format::whole(i64::from(count), language)));
    let is_filtered = use_memo(move || !query.read().matching().is_empty());
    rsx! {
        section { class: "card flush",
            div { class: "bar",
                span { class: "muted", {tra("customers-count", &counts)} }
                div { class: "bar-acts",
                    if is_filtered() {
                        Button { label: tr("clear-filter"), kind: "quiet", icon: "x", onclick: move |_| kept.with_mut(ListView::show_all) }
                    }
                    if matching > 0 {
                        ExportButton { list: ExportedList::Customers(query()), matching }
                    }
                }
            }
            if picking.is_on() {
                BulkBar { picking, matching, query }
            }
            if matching == 0 {
                Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next") }
            } else {
                Heads { kept }
                Rows { matching, query, kept, picking }
            }
        }
    }
}

/// Whether a customer is supplied.
pub fn standing(status: CustomerStatus) -> Element {
    let (tone, picture) = match status {
        CustomerStatus::Active => ("ok", "check"),
        CustomerStatus::Inactive => ("", "circle-slash"),
        CustomerStatus::Suspended => ("warn", "triangle-alert"),
    };
    chip(tone, picture, &tr(&format!("status-{}", status.as_str())), "small")
}
