//! Voucher: campaigns with their use and cost, one in detail, and new ones.

mod chart;
mod create;
mod detail;
mod draft;
mod list;
mod view;
mod worst;

use crate::components::address::use_kept;
use crate::components::shell::{SyncMark, language};
use crate::components::{Button, Card, Dialog, Empty, Icon, Select, Side};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::{Gap, RequestState, ServerView, Stale, is_away, use_server_view};
use crate::state::{Form, shared};
use create::Create;
use detail::Detail;
use dioxus::prelude::*;
use domain::Rupiah;
use domain::sales::voucher::VoucherState;
use list::Rows;
use protocol::sales::admin::{CampaignQuery, Campaigns};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;
use view::VoucherView;

/// The admin's campaigns.
#[component]
pub fn Vouchers() -> Element {
    let wide = (shared().wide)();
    let mut kept = use_kept::<VoucherView>();
    let query = use_memo(move || kept.read().query.clone());
    let opened = use_memo(move || kept.read().opened);
    let mut creating = use_signal(|| false);
    use_wanted(creating);
    let server = use_server_view(
        move || AdminRequest::Campaigns(query()),
        |response| match response {
            AdminResponse::Campaigns(found) => Some(found),
            _ => None,
        },
    );
    rsx! {
        div { class: "page fleet-page office",
            header { class: "page-head row wrap",
                h1 { {tr("vouchers-title")} }
                Filters { kept }
                Button { label: tr("campaign-new"), kind: "primary", icon: "plus", disabled: is_away(), onclick: move |_| creating.set(true) }
                span { class: "only-phone", SyncMark {} }
            }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            Found { server, kept, opened, creating }
        }
        if !wide && let Some(id) = opened() {
            Dialog { title: tr("campaign"), sheet: true, onclose: move |()| kept.with_mut(|kept| kept.opened = None),
                Detail { key: "{id}", id, onchange: move |()| server.again() }
            }
        }
        if creating() {
            Create {
                onclose: move |()| creating.set(false),
                onmade: move |id: Uuid| {
                    creating.set(false);
                    server.again();
                    kept.with_mut(|kept| kept.opened = Some(id));
                },
            }
        }
    }
}

/// Opens the form where somebody has asked for it from elsewhere.
fn use_wanted(mut creating: Signal<bool>) {
    let shared = shared();
    let mut wanted = shared.to_make;
    use_effect(move || {
        if wanted() != Some(Form::Campaign) {
            return;
        }
        wanted.set(None);
        if is_away() {
            return shared.toast(tr("money-away"));
        }
        creating.set(true);
    });
}

/// What was found, with the one that is opened beside it; or why there is nothing.
#[component]
fn Found(
    server: ServerView<Campaigns>,
    kept: Signal<VoucherView>,
    opened: Memo<Option<Uuid>>,
    creating: Signal<bool>,
) -> Element {
    let wide = (shared().wide)();
    let is_filtered = kept.read().query != CampaignQuery::default();
    let clear = move |_| kept.with_mut(|kept| kept.query = CampaignQuery::default());
    let latest = server.latest.read().clone();
    let waits = *server.asking.read() == RequestState::Waits;
    rsx! {
        match latest {
            None => rsx! { Gap { asking: server.asking.read().clone(), what: "vouchers", heights: vec![48, 420], onretry: move |()| server.again() } },
            Some(found) if found.rows.is_empty() && is_filtered => rsx! {
                Card {
                    Empty { icon: "search", title: tr("no-results"), next: tr("no-results-next"),
                        Button { label: tr("clear-filter"), icon: "x", onclick: clear }
                    }
                }
            },
            Some(found) if found.rows.is_empty() => rsx! {
                Card {
                    Empty { icon: "ticket-percent", title: tr("vouchers-empty"), next: tr("vouchers-empty-next"),
                        Button { label: tr("campaign-new"), icon: "plus", disabled: is_away(), onclick: move |_| creating.set(true) }
                    }
                }
            },
            Some(found) => rsx! {
                div { class: if wide && opened().is_some() { "fleet with-panel broad" } else { "fleet" },
                    section { class: if waits { "card flush old" } else { "card flush" }, "aria-busy": if waits { "true" },
                        Totals { found: found.clone() }
                        Rows { rows: found.rows, kept, opened }
                    }
                    if wide && let Some(id) = opened() {
                        Side { key: "{id}", label: tr("campaign"), onclose: move |()| kept.with_mut(|kept| kept.opened = None),
                            Detail { id, onchange: move |()| server.again() }
                        }
                    }
                }
            },
        }
    }
}

#[component]
fn Filters(kept: Signal<VoucherView>) -> Element {
    let query = kept.read().query.clone();
    let all = (String::new(), tr("campaign-any-state"));
    let states = VoucherState::ALL.map(|state| (state.as_str().to_owned(), tr(&format!("campaign-{}", state.as_str()))));
    let chosen = query.state.map(|state| state.as_str().to_owned()).unwrap_or_default();
    rsx! {
        div { class: "controls", role: "search",
            div { class: "input compact search",
                Icon { name: "search", size: "s" }
                input { r#type: "search", "aria-label": tr("search-vouchers"), placeholder: tr("search-vouchers"), value: "{query.search}",
                    oninput: move |event| kept.with_mut(|kept| kept.query.search = event.value()) }
            }
            Select { label: tr("campaign-state"), choices: std::iter::once(all).chain(states).collect::<Vec<_>>(), chosen,
                onchoose: move |word: String| kept.with_mut(|kept| kept.query.state = VoucherState::from_word(&word)) }
        }
    }
}

/// How many, how many of them can be used, and what they cost altogether.
#[component]
fn Totals(found: Campaigns) -> Element {
    let language = language();
    let active = found.rows.iter().filter(|row| row.state == VoucherState::Active).count();
    let cost = Rupiah(found.rows.iter().map(|row| row.cost().0).sum());
    let uses: i64 = found.rows.iter().map(|row| row.consumed).sum();
    let values = [
        ("n", format::whole(found.rows.len() as i64, language)),
        ("active", format::whole(active as i64, language)),
        ("uses", format::whole(uses, language)),
        ("cost", cost.to_string()),
    ];
    rsx! {
        div { class: "bar",
            span { class: "muted", {tra("vouchers-count", &values)} }
            if found.left_out > 0 {
                span { class: "muted", {tra("vouchers-left-out", &[("n", format::whole(i64::from(found.left_out), language))])} }
            }
        }
    }
}
