//! Tutup bulan: the month that is to be closed next with its figures, those that were closed, and what came to them later.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Empty, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::CustomersView;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use domain::sales::month_close::MonthFigures;
use domain::{LocalMonth, Rupiah};
use protocol::sales::closing::{LateTransfers, MonthAsked, MonthClosing, MonthRequest, Months, NextMonth};
use protocol::ui::{AdminRequest, AdminResponse, ClosingRequest, ClosingResponse};
use uuid::Uuid;

/// What is about to be done about a month.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Deed {
    /// Close it; so many cashiers' days are open.
    Close(usize),
    Reopen,
}

/// The months of an answer.
fn months_of(response: AdminResponse) -> Option<Months> {
    match response {
        AdminResponse::Closing(closing) => match *closing {
            ClosingResponse::Months(months) => Some(months),
            _ => None,
        },
        _ => None,
    }
}

/// The part: the month that is next, and the closed ones.
#[component]
pub fn MonthsPart() -> Element {
    let mut asking = use_signal(|| None::<(Uuid, LocalMonth, Deed)>);
    let mut late = use_signal(|| None::<(Uuid, LocalMonth)>);
    let server = use_server_view(|| AdminRequest::Closing(ClosingRequest::Months), months_of);
    let latest = server.latest.read().clone();
    rsx! {
        section { class: "stack wide", "aria-labelledby": "months-head",
            h2 { id: "months-head", {tr("finance-part-tutup-bulan")} }
            p { class: "muted small", {tr("months-lead")} }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![420, 120], onretry: move |()| server.again() } },
                Some(Months { next, closings, .. }) => rsx! {
                    match next {
                        Some(next) => rsx! { Next { next, onclose_month: move |(month, open)| asking.set(Some((bridge::new_id(), month, Deed::Close(open)))) } },
                        None if closings.is_empty() => rsx! {
                            Card { Empty { icon: "calendar-check", title: tr("months-none"), next: tr("months-none-next") } }
                        },
                        None => rsx! {},
                    }
                    for closing in closings {
                        Closed { key: "{closing.id}", closing, onlate: move |of| late.set(Some(of)),
                            onreopen: move |month| asking.set(Some((bridge::new_id(), month, Deed::Reopen))) }
                    }
                },
            }
        }
        if let Some((key, month, deed)) = asking() {
            Decide { key: "{key}", id: key, month, deed, ondone: move |months| server.take(months), onclose: move |()| asking.set(None) }
        }
        if let Some((closing, month)) = late() {
            Late { key: "{closing}", closing, month, onclose: move |()| late.set(None) }
        }
    }
}

/// A month's figures in two columns.
fn rows_of(figures: &MonthFigures) -> Vec<(String, String)> {
    let row = |key: &str, amount: Rupiah| (tr(&format!("figure-{key}")), amount.to_string());
    vec![
        row("cash", figures.cash),
        row("gateway", figures.gateway),
        row("refunds", Rupiah(-figures.refunds.0)),
        row("chargebacks", Rupiah(-figures.chargebacks.0)),
        row("received", figures.received()),
        row("consumed", figures.consumed),
        row("fees", figures.fees),
        row("tax", figures.tax),
        row("discounts", figures.discounts),
        row("voucher_cost", figures.voucher_cost),
        row("gateway_fees", figures.gateway_fees),
        row("adjustments", figures.adjustments),
        row("opening", figures.opening),
        row("unearned", figures.unearned),
    ]
}

/// The month that is to be closed next.
#[component]
fn Next(next: NextMonth, onclose_month: EventHandler<(LocalMonth, usize)>) -> Element {
    let NextMonth { month, is_over, figures, open_days } = next;
    let (tone, icon, word) = if is_over { ("warn", "hourglass", "months-open") } else { ("info", "clock", "months-running") };
    let open = open_days.len();
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-next-month": "{month.0}",
                h3 { {format::month(month, language())} }
                StatusChip { tone, icon, label: tr(word), small: true }
            }
            p { class: "muted small", {tr(if is_over { "months-now" } else { "months-so-far" })} }
            Sums { rows: rows_of(&figures) }
            if open > 0 {
                div { class: "banner warn", role: "status",
                    Icon { name: "triangle-alert" }
                    div { class: "grow small",
                        p { class: "number", {tra("months-open-days", &[("n", open.to_string())])} }
                        ul {
                            for (place , day) in open_days.into_iter().enumerate() {
                                li { key: "{place}", "{day.cashier_name} · " {format::date(day.day, language())} " · {day.due}" }
                            }
                        }
                    }
                }
            }
            if is_over {
                div { class: "row wrap actions",
                    Button { label: tra("months-close", &[("month", format::month(month, language()))]), kind: "primary", icon: "check",
                        disabled: is_away(), onclick: move |_| onclose_month.call((month, open)) }
                }
            }
        }
    }
}

/// A month that was closed.
#[component]
fn Closed(closing: MonthClosing, onlate: EventHandler<(Uuid, LocalMonth)>, onreopen: EventHandler<LocalMonth>) -> Element {
    let (now, tongue) = ((shared().now)(), language());
    let moment = |at| format::zoned_moment(at, now, device_zone(), tongue);
    let (id, month) = (closing.id, closing.month);
    let (tone, icon, word) = match closing.reopened {
        None => ("ok", "check", "months-closed"),
        Some(_) => ("", "undo-2", "months-reopened"),
    };
    let late = closing.late;
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap", "data-closed-month": "{month.0}", "data-state": word,
                h3 { {format::month(month, tongue)} }
                StatusChip { tone, icon, label: tr(word), small: true }
            }
            p { class: "muted small", {tra("months-closed-by", &[("who", closing.by_name.clone()), ("time", moment(closing.at))])} }
            if !closing.reason.is_empty() {
                p { class: "small", {tra("months-closed-open", &[("n", closing.open_days.to_string()), ("reason", closing.reason.clone())])} }
            }
            if let Some(reopened) = closing.reopened.as_ref() {
                p { class: "small", {tra("months-reopened-by", &[("who", reopened.by_name.clone()), ("time", moment(reopened.at)), ("reason", reopened.reason.clone())])} }
            }
            details { class: "fold",
                summary { Icon { name: "table", size: "s" } {tra("months-figures", &[("received", closing.figures.received().to_string())])} }
                Sums { rows: rows_of(&closing.figures) }
            }
            if late.count > 0 {
                p { class: "small warn-text", "data-late": "{late.count}", {tra("months-late", &[("n", late.count.to_string()), ("amount", late.amount.to_string())])} }
            }
            div { class: "row wrap actions",
                if late.count > 0 {
                    Button { label: tr("months-late-show"), icon: "scroll-text", onclick: move |_| onlate.call((id, month)) }
                }
                if closing.can_reopen {
                    Button { label: tr("months-reopen"), kind: "quiet", icon: "undo-2", disabled: is_away(), onclick: move |_| onreopen.call(month) }
                }
            }
        }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed.
#[component]
fn Decide(id: Uuid, month: LocalMonth, deed: Deed, ondone: EventHandler<Months>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut reason = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let (word, needs_reason) = match deed {
        Deed::Close(open) => ("close", open > 0),
        Deed::Reopen => ("reopen", true),
    };
    let no_reason = (needs_reason && is_silent(&reason.read())).then(|| tr("refused-reason"));
    let is_missing = no_reason.is_some();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_missing {
            return;
        }
        let body = MonthRequest { key: id, month, reason: reason.read().trim().to_owned() };
        let asked = if deed == Deed::Reopen { ClosingRequest::ReopenMonth(body) } else { ClosingRequest::CloseMonth(body) };
        act.send(AdminRequest::Closing(asked), move |answer| {
            shared.toast(tr(if deed == Deed::Reopen { "months-reopen-done" } else { "months-close-done" }));
            if let Some(months) = months_of(answer) {
                ondone.call(months);
            }
            onclose.call(());
        });
    };
    let name = format::month(month, language());
    let kind = if deed == Deed::Reopen { "danger" } else { "primary" };
    rsx! {
        Dialog { title: tra(&format!("months-{word}-title"), &[("month", name)]), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", {tr(&format!("months-{word}-lead"))} }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("month-reason", no_reason.clone())]) }
                if needs_reason {
                    Reason { id: "month-reason", value: reason(), error: no_reason.filter(|_| tried()), hint: tr("closing-reason-hint"),
                        oninput: move |text| reason.set(text) }
                }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr(&format!("months-{word}-do")), kind, icon: "check", r#type: "submit",
                        busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// What came to a closed month while a closing of it stood, one by one.
#[component]
fn Late(closing: Uuid, month: LocalMonth, onclose: EventHandler<()>) -> Element {
    let server = use_server_view(
        move || AdminRequest::Closing(ClosingRequest::Late(MonthAsked { month, closing: Some(closing) })),
        |response| match response {
            AdminResponse::Closing(closing) => match *closing {
                ClosingResponse::Late(late) => Some(late),
                _ => None,
            },
            _ => None,
        },
    );
    let (now, tongue) = ((shared().now)(), language());
    let latest = server.latest.read().clone();
    rsx! {
        Dialog { title: tra("months-late-title", &[("month", format::month(month, tongue))]), onclose: move |()| onclose.call(()),
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![160], onretry: move |()| server.again() } },
                Some(LateTransfers { sum, transfers, .. }) => rsx! {
                    p { class: "muted small", {tra("months-late", &[("n", sum.count.to_string()), ("amount", sum.amount.to_string())])} }
                    ul { class: "money-lines", "aria-label": tr("months-late-show"),
                        for transfer in transfers {
                            li { key: "{transfer.no}", "data-late-transfer": "{transfer.no}",
                                div { class: "grow",
                                    Link { class: "link", to: CustomersView::address_of(transfer.customer), "{transfer.whose}" }
                                    p { class: "muted tiny", {tr(&format!("line-{}", transfer.kind))} " · " {format::zoned_moment(transfer.at, now, device_zone(), tongue)} }
                                }
                                span { class: "number nowrap", "{transfer.amount}" }
                            }
                        }
                    }
                },
            }
            Button { label: tr("close"), full: true, onclick: move |_| onclose.call(()) }
        }
    }
}
