//! Tutup hari: what each cashier took and gave back on each day, counted against what is booked, and what came after a day was closed.

use crate::bridge;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, miss_amount, misses};
use crate::components::{Button, Card, Dialog, Empty, Icon, MoneyEntry, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{Gap, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Reason, Refused, Sums};
use crate::pages::sales::counter::is_silent;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::typed_money::AmountRange;
use domain::sales::cash_day::{MOST, difference};
use domain::{LocalMonth, Rupiah};
use protocol::sales::closing::{CashCount, CashDay, CashDays, CashDaysAsked, CashRound};
use protocol::ui::{AdminRequest, AdminResponse, ClosingRequest, ClosingResponse};
use uuid::Uuid;

/// The days of an answer.
fn days_of(response: AdminResponse) -> Option<CashDays> {
    match response {
        AdminResponse::Closing(closing) => match *closing {
            ClosingResponse::CashDays(days) => Some(days),
            _ => None,
        },
        _ => None,
    }
}

/// The part: a month's days, and the way to count them.
#[component]
pub fn CashDaysPart() -> Element {
    let mut month = use_signal(|| None::<LocalMonth>);
    let mut newest = use_signal(|| None::<LocalMonth>);
    let mut counting = use_signal(|| None::<(Uuid, CashDay)>);
    let server =
        use_server_view(move || AdminRequest::Closing(ClosingRequest::CashDays(CashDaysAsked { month: month() })), days_of);
    use_effect(move || {
        if let Some(days) = &*server.latest.read() {
            newest.set(Some(days.today.month()));
        }
    });
    // The days of the month before are not shown for the one that is asked for.
    let latest = server.latest.read().clone().filter(|days| month().is_none_or(|asked| asked == days.month));
    rsx! {
        section { class: "stack wide", "aria-labelledby": "cash-days-head",
            h2 { id: "cash-days-head", {tr("finance-part-tutup-hari")} }
            p { class: "muted small", {tr("cash-days-lead")} }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            if is_away() {
                p { class: "muted tiny row", Icon { name: "cloud-off", size: "s" } {tr("money-away")} }
            }
            // Whoever chose a month that cannot be had goes back to another one.
            if let Some(newest) = newest() {
                MonthSteps { shown: month().unwrap_or(newest), newest, onchoose: move |chosen| month.set(Some(chosen)) }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "finance", heights: vec![48, 220], onretry: move |()| server.again() } },
                Some(days) => rsx! { Days { days, oncount: move |day| counting.set(Some((bridge::new_id(), day))) } },
            }
        }
        if let Some((key, day)) = counting() {
            CountDialog { key: "{key}", id: key, day, ondone: move |days| server.take(days), onclose: move |()| counting.set(None) }
        }
    }
}

/// The month that is shown, and the ways to those beside it.
#[component]
fn MonthSteps(shown: LocalMonth, newest: LocalMonth, onchoose: EventHandler<LocalMonth>) -> Element {
    rsx! {
        div { class: "row", role: "group", "aria-label": tr("cash-days-month"),
            button { r#type: "button", class: "button quiet icon-only", "aria-label": tr("cash-days-before"), title: tr("cash-days-before"),
                onclick: move |_| onchoose.call(LocalMonth(shown.0 - 1)), Icon { name: "chevron-left" } }
            span { class: "number", "data-month": "{shown.0}", "aria-live": "polite", {format::month(shown, language())} }
            button { r#type: "button", class: "button quiet icon-only", "aria-label": tr("cash-days-after"), title: tr("cash-days-after"),
                disabled: shown >= newest, onclick: move |_| onchoose.call(LocalMonth(shown.0 + 1)), Icon { name: "chevron-right" } }
        }
    }
}

#[component]
fn Days(days: CashDays, oncount: EventHandler<CashDay>) -> Element {
    if days.days.is_empty() {
        return rsx! {
            Card { Empty { icon: "banknote", title: tr("cash-days-none"), next: tr("cash-days-none-next") } }
        };
    }
    rsx! {
        Card { class: "wide",
            ul { class: "money-lines", "aria-label": tr("finance-part-tutup-hari"),
                for day in days.days {
                    DayLine { key: "{day.day.0}-{day.cashier}", day, oncount }
                }
            }
        }
    }
}

/// A cashier's day: what is due, what was counted, and what can be done.
#[component]
fn DayLine(day: CashDay, oncount: EventHandler<CashDay>) -> Element {
    let is_closed = !day.rounds.is_empty();
    let is_open = day.open.transfers > 0;
    let (state, tone, icon) = match (is_closed, is_open) {
        (true, true) => ("late", "danger", "triangle-alert"),
        (true, false) => ("closed", "ok", "check"),
        (false, _) => ("open", "warn", "hourglass"),
    };
    let date = format::date(day.day, language());
    let label = tr(if is_closed { "cash-days-count-late" } else { "cash-days-count" });
    let asked = day.clone();
    rsx! {
        li { "data-cash-day": "{day.day.0}", "data-state": state,
            div { class: "grow stack",
                p { class: "row wrap",
                    span { class: "number", "{day.cashier_name}" }
                    span { class: "muted small", "{date}" }
                    StatusChip { tone, icon, label: tr(&format!("cash-days-{state}")), small: true }
                }
                for (place , round) in day.rounds.iter().enumerate() {
                    RoundLine { key: "{place}", round: round.clone() }
                }
                if is_open {
                    p { class: "small", {tra("cash-days-due", &[("amount", day.open.due().to_string()), ("n", day.open.transfers.to_string())])} }
                    div { class: "row wrap actions",
                        Button { label, kind: "primary", icon: "hand-coins", disabled: is_away(), onclick: move |_| oncount.call(asked.clone()) }
                    }
                }
            }
        }
    }
}

/// What was counted at once.
#[component]
fn RoundLine(round: CashRound) -> Element {
    let off = difference(round.counted, round.booked.due());
    let values = [
        ("counted", round.counted.to_string()),
        ("due", round.booked.due().to_string()),
        ("who", round.by_name.clone()),
        ("time", format::zoned_moment(round.at, (shared().now)(), device_zone(), language())),
    ];
    rsx! {
        p { class: "muted small row wrap", {tra("cash-days-counted", &values)}
            if round.is_own {
                span { "data-counted": "own", StatusChip { tone: "warn", icon: "users", label: tr("cash-days-own"), small: true } }
            }
        }
        if off.0 != 0 {
            p { class: "small warn-text", "data-difference": "{off.0}", {tra("cash-days-difference", &[("amount", off.to_string()), ("reason", round.reason.clone())])} }
        }
    }
}

/// The dialog. `id` makes it happen once, however often it is pressed. Where more was given back than taken, what left the float is counted.
#[component]
fn CountDialog(id: Uuid, day: CashDay, ondone: EventHandler<CashDays>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let act = use_act();
    let mut typed = use_signal(String::new);
    let mut reason = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let due = day.open.due();
    let is_out = due.0 < 0;
    let range = AmountRange::new(Rupiah(0), MOST);
    let counted = range.parse(&typed.read()).ok().map(|amount| if is_out { Rupiah(-amount.0) } else { amount });
    let off = counted.map(|counted| difference(counted, due)).filter(|off| off.0 != 0);
    let no_reason = (off.is_some() && is_silent(&reason.read())).then(|| tr("refused-cash_reason"));
    let is_silent_about_it = no_reason.is_some();
    let (cashier, of_day, round) = (day.cashier, day.day, day.rounds.len() as u32);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(counted) = counted.filter(|_| !is_silent_about_it) else { return };
        let reason = if off.is_some() { reason.read().trim().to_owned() } else { String::new() };
        let body = CashCount { key: id, cashier, day: of_day, round, seen: due, counted, reason };
        act.send(AdminRequest::Closing(ClosingRequest::CountCash(body)), move |answer| {
            shared.toast(tr("cash-days-done"));
            if let Some(days) = days_of(answer) {
                ondone.call(days);
            }
            onclose.call(());
        });
    };
    let sums = vec![
        (tr("cash-days-taken"), day.open.taken.to_string()),
        (tr("cash-days-given-back"), day.open.given_back.to_string()),
        (tr("cash-days-should"), due.to_string()),
    ];
    let title = tr(if day.rounds.is_empty() { "cash-days-close-title" } else { "cash-days-late-title" });
    let label = tr(if is_out { "cash-days-out" } else { "cash-days-amount" });
    rsx! {
        Dialog { title, onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "number", "data-whose": "{day.cashier_name}", "{day.cashier_name} · " {format::date(day.day, language())} }
            Sums { rows: sums }
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("cash-counted", miss_amount(range, &typed.read())), ("cash-reason", no_reason.clone())]) }
                MoneyEntry { id: "cash-counted", label, value: typed(), range, tried: tried(), oninput: move |text| typed.set(text) }
                if let Some(off) = off {
                    p { class: "small warn-text", role: "status", {tra(if off.0 > 0 { "cash-days-more" } else { "cash-days-less" }, &[("amount", Rupiah(off.0.abs()).to_string())])} }
                    Reason { id: "cash-reason", value: reason(), error: no_reason.filter(|_| tried()), hint: tr("closing-reason-hint"),
                        oninput: move |text| reason.set(text) }
                }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("cash-days-save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
