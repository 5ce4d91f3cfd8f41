//! What a month is to use at the most: how far it is, what it comes to, and what each day that is left may take.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::status::chip;
use crate::components::{Button, Card, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Entry;
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::parse_input::parse_cubic_metres;
use domain::tips::{MOST_GOAL, MonthCourse};
use domain::{ConnectionId, Millilitres};
use protocol::ui::{Request, TipsRequest, TipsView};

/// The goal of the month.
#[component]
pub fn Goal(view: TipsView) -> Element {
    let mut setting = use_signal(|| false);
    let month = view.month;
    let connection = view.place.connection;
    rsx! {
        Card {
            div { class: "row between wrap",
                h2 { {tr("goal-title")} }
                span { class: "muted small", {format::month(view.today.month(), language())} }
            }
            Course { month }
            if setting() {
                GoalForm { connection, was: month.goal, ondone: move |()| setting.set(false) }
            } else {
                div { class: "row wrap actions",
                    if month.goal.is_some() {
                        Button { label: tr("goal-change"), icon: "pencil", onclick: move |_| setting.set(true) }
                    } else {
                        Button { label: tr("goal-set"), icon: "plus", onclick: move |_| setting.set(true) }
                    }
                }
            }
        }
    }
}

#[component]
fn Course(month: MonthCourse) -> Element {
    let language = language();
    let volume = |volume: Millilitres| format::cubic_metres(volume, language);
    // As it is written on Pemakaian.
    let expected = month.expected.map(|expected| format::volume(expected, language));
    let of_goal = month.goal.map(|goal| tra("goal-used-of", &[("used", volume(month.used)), ("goal", volume(goal))]));
    let used = of_goal.unwrap_or_else(|| tra("goal-used", &[("used", volume(month.used))]));
    let share = month.share().map(|share| (share.min(1_000) / 10, format::percent(share / 10 * 10, language)));
    let exceeds = if month.is_exceeded() { "goal-exceeded" } else { "goal-off-course" };
    let state = month
        .is_met()
        .map(|is_met| if is_met { ("ok", "check", tr("goal-on-course")) } else { ("warn", "triangle-alert", tr(exceeds)) });
    rsx! {
        p { class: "number", "data-goal": if month.goal.is_some() { "set" } else { "none" }, "{used}" }
        if let Some((width, percent)) = share {
            div { class: "goal-bar", role: "img", "aria-label": tra("goal-share", &[("percent", percent)]),
                i { class: if month.is_met() == Some(false) { "warn" }, width: "{width}%" }
            }
        }
        if let Some((tone, picture, word)) = state {
            p { {chip(tone, picture, &word, "small")} }
        }
        if let Some(expected) = expected {
            p { class: "small", {tra("goal-expected", &[("expected", expected)])} }
        } else {
            p { class: "muted small", {tr("goal-expected-unknown")} }
        }
        if let Some(a_day) = month.a_day() {
            p { class: "muted small",
                {tra("goal-a-day", &[("volume", format::volume(a_day, language)), ("days", month.days_left.to_string())])}
            }
        }
    }
}

/// The goal as it is typed.
#[component]
fn GoalForm(connection: ConnectionId, was: Option<Millilitres>, ondone: EventHandler<()>) -> Element {
    let language = language();
    let shared = shared();
    let sending = use_sending();
    let mut typed = use_signal(move || was.map(|goal| format::bare_volume(goal, language)).unwrap_or_default());
    let mut is_tried = use_signal(|| false);
    let goal = parse_cubic_metres(&typed(), language).filter(|goal| *goal > Millilitres::ZERO && *goal <= MOST_GOAL);
    let wrong = if goal.is_none() && is_tried() { Some(tr("goal-wrong")) } else { None };
    let send = use_callback(move |goal: Option<Millilitres>| {
        sending.once(async move {
            match bridge::call(Request::Tips(TipsRequest::SetGoal { connection, goal })).await {
                Ok(_) => {
                    shared.toast(tr(if goal.is_some() { "goal-kept" } else { "goal-removed" }));
                    ondone.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    });
    let save = move |event: FormEvent| {
        event.prevent_default();
        is_tried.set(true);
        if goal.is_some() {
            send.call(goal);
        }
    };
    rsx! {
        form { class: "stack wide", novalidate: true, onsubmit: save,
            Entry { id: "goal", label: tr("goal-label"), value: typed(), hint: tr("goal-hint"), error: wrong, kind: "decimal", unit: "m³",
                oninput: move |text| typed.set(text) }
            div { class: "row wrap actions",
                Button { label: tr("goal-save"), kind: "primary", icon: "check", r#type: "submit", busy: sending.is_busy() }
                if was.is_some() {
                    Button { label: tr("goal-remove"), kind: "quiet", icon: "trash-2", disabled: sending.is_busy(), onclick: move |_| send.call(None) }
                }
                Button { label: tr("cancel"), kind: "quiet", disabled: sending.is_busy(), onclick: move |_| ondone.call(()) }
            }
        }
    }
}
