//! When the balance of a connection is low, in rupiah and in days, with what that would mean by today's use.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, MoneyEntry, say_amount, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Entry, Refused};
use crate::pages::alerts::settings::AWAY;
use crate::pages::alerts::{ask, response};
use crate::state::{Load, shared, use_answer};
use dioxus::prelude::*;
use domain::alerts::preview::{Preview, preview};
use domain::billing::balance::{Level, Thresholds};
use domain::core::typed_groups::bare;
use domain::core::typed_money::AmountRange;
use domain::people::Language;
use domain::{ConnectionId, Rupiah, TimeZone, UtcMillis};
use protocol::alerts::ThresholdsRequest;
use protocol::ui::{AlertsRequest, AlertsResponse, ConnectionThresholds, Request};

/// The amounts that a threshold may be.
const RANGE: AmountRange = AmountRange::new(Rupiah(0), Thresholds::MOST.rupiah);

/// The thresholds of the user's connections.
pub fn use_limits() -> Signal<Load<Vec<ConnectionThresholds>>> {
    use_answer(
        || Request::Alerts(AlertsRequest::Thresholds),
        |answer| match response(answer)? {
            AlertsResponse::Thresholds(limits) => Some(limits),
            _ => None,
        },
    )
}

/// A form for each connection.
#[component]
pub fn Limits() -> Element {
    let load = use_limits();
    rsx! {
        if let Load::Ready(limits) = &*load.read() {
            for of in limits.iter() {
                Limit { key: "{of.place.connection}", of: of.clone() }
            }
        }
    }
}

/// What is typed in a form.
#[derive(Clone, Debug, PartialEq)]
struct Typed {
    rupiah: String,
    days: String,
}

impl Typed {
    fn of(thresholds: Thresholds) -> Self {
        Self { rupiah: bare(thresholds.rupiah), days: thresholds.days.to_string() }
    }

    fn days(&self) -> Option<i64> {
        self.days.trim().parse().ok().filter(|days| (0..=Thresholds::MOST.days).contains(days))
    }

    /// What it says, if it can be set.
    fn thresholds(&self) -> Option<Thresholds> {
        Some(Thresholds { rupiah: RANGE.parse(&self.rupiah).ok()?, days: self.days()? })
    }
}

#[component]
fn Limit(of: ConnectionThresholds) -> Element {
    let shared = shared();
    let now = of.credit.thresholds;
    let mut typed = use_signal(|| Typed::of(now));
    let mut held = use_signal(|| now);
    // What was set elsewhere is shown, unless something was typed here.
    use_effect(use_reactive!(|now| {
        if *typed.peek() == Typed::of(*held.peek()) {
            typed.set(Typed::of(now));
        }
        held.set(now);
    }));
    let (sending, mut refused) = (use_sending(), use_signal(|| None::<String>));
    let mut tried = use_signal(|| false);
    let connection = of.place.connection;
    let set = use_callback(move |thresholds: Option<Thresholds>| {
        // Set once more they are the same, but other ones must not be taken for them.
        let key = bridge::new_id();
        refused.set(None);
        sending.once(async move {
            match ask(AlertsRequest::SetThresholds(ThresholdsRequest { key, connection, thresholds })).await {
                Ok(AlertsResponse::ThresholdsSet(set)) => {
                    typed.set(Typed::of(set.thresholds));
                    tried.set(false);
                    shared.toast(tr(if set.own { "alerts-limit-saved" } else { "alerts-limit-default" }));
                }
                Ok(_) => {}
                Err(problem) => refused.set(Some(explain(&problem))),
            }
        });
    });
    let wanted = typed.read().thresholds();
    let submit = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if wanted.is_some() && !is_away() {
            set.call(wanted);
        }
    };
    rsx! {
        Card {
            form { class: "stack wide", novalidate: true, onsubmit: submit, "data-limit": "{connection}",
                div {
                    h2 { {tra("alerts-limit", &[("place", of.place.label.clone())])} }
                    p { class: "muted small", {tr("alerts-limit-lead")} }
                }
                Fields { connection, typed, tried: tried() }
                if let Some(wanted) = wanted {
                    p { class: "small", "aria-live": "polite", "data-preview": "true", {said(&of, wanted, *shared.now.peek(), language())} }
                }
                Refused { text: refused() }
                div { class: "row wrap actions",
                    Button { label: tr("alerts-limit-save"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy(),
                        disabled: is_away() || wanted == Some(now), described: is_away().then_some(AWAY) }
                    Button { label: tr("alerts-limit-use-default"), kind: "quiet", icon: "undo-2", disabled: is_away() || sending.is_busy(),
                        described: is_away().then_some(AWAY), onclick: move |_| set.call(None) }
                }
            }
        }
    }
}

/// The two limits, and what is wrong with them.
#[component]
fn Fields(connection: ConnectionId, typed: Signal<Typed>, tried: bool) -> Element {
    let mut typed = typed;
    let no_rupiah = RANGE.parse(&typed.read().rupiah).err().map(say_amount);
    let most = Thresholds::MOST.days.to_string();
    let no_days = typed.read().days().is_none().then(|| tra("alerts-limit-days-wrong", &[("most", most)]));
    let (rupiah_id, days_id) = (format!("limit-rupiah-{connection}"), format!("limit-days-{connection}"));
    let faults = misses(tried, [(rupiah_id.as_str(), no_rupiah), (days_id.as_str(), no_days.clone())]);
    rsx! {
        Summary { wrong: faults }
        div { class: "form-grid",
            MoneyEntry { id: rupiah_id, label: tr("alerts-limit-rupiah"), value: typed.read().rupiah.clone(), range: RANGE, tried,
                oninput: move |text| typed.with_mut(|typed| typed.rupiah = text) }
            Entry { id: days_id, label: tr("alerts-limit-days"), value: typed.read().days.clone(), kind: "numeric", unit: tr("alerts-limit-unit"),
                hint: tr("alerts-limit-days-hint"), error: no_days.filter(|_| tried),
                oninput: move |text| typed.with_mut(|typed| typed.days = text) }
        }
    }
}

/// What thresholds would do, in a sentence.
fn said(of: &ConnectionThresholds, thresholds: Thresholds, now: UtcMillis, language: Language) -> String {
    match preview(&of.known(), thresholds, now) {
        Preview::AtOnce(_) => tr("alerts-preview-now"),
        Preview::At(at, level) => tra(preview_key(level), &[("time", moment(at, of.place.time_zone, language))]),
        Preview::NotSoon => tr("alerts-preview-not-soon"),
        Preview::Reached => tr("alerts-preview-reached"),
        Preview::Empty => tr("alerts-preview-empty"),
        Preview::Unknown => tr("alerts-preview-unknown"),
    }
}

const fn preview_key(level: Level) -> &'static str {
    match level {
        Level::Ok | Level::Warning => "alerts-preview-warning",
        Level::Critical => "alerts-preview-critical",
        Level::Empty => "alerts-preview-gone",
    }
}

/// `Kam, 3 Des, 09.00`.
fn moment(at: UtcMillis, zone: TimeZone, language: Language) -> String {
    format!("{}, {}", format::near_date(zone.day_of(at), language), format::clock(at, zone, language))
}
