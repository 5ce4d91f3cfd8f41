//! Somebody says since when an advice is applied, and what came of it.

use crate::components::shell::language;
use crate::components::status::chip;
use crate::components::{Button, Card};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::DayEntry;
use crate::pages::tips::{use_marking, words};
use dioxus::prelude::*;
use domain::LocalDay;
use domain::tips::{Effect, MeasuredBy, TipMark};
use protocol::ui::{MarkedTip, TipsView};

/// The first day that can be named: 1 January 2020, as at the server.
const EARLIEST: LocalDay = LocalDay(18_262);

/// Since when it is applied, and what came of it.
#[component]
pub fn Apply(view: TipsView, name: &'static str) -> Element {
    let marks = view.marks_of(name).cloned();
    let applied = marks.as_ref().and_then(|marks| marks.applied);
    let mut changing = use_signal(|| false);
    rsx! {
        Card {
            h2 { {tr("tip-did")} }
            match (marks, applied) {
                (Some(marks), Some(_)) if !changing() => rsx! {
                    Outcome { view: view.clone(), name, marks, onchange: move |()| changing.set(true) }
                },
                _ => rsx! {
                    Form { view: view.clone(), name, was: applied, ondone: move |()| changing.set(false) }
                },
            }
        }
    }
}

/// The day, and the button.
#[component]
fn Form(view: TipsView, name: &'static str, was: Option<LocalDay>, ondone: EventHandler<()>) -> Element {
    let language = language();
    let today = view.today;
    let mut chosen = use_signal(move || Some(was.unwrap_or(today)));
    let mut is_tried = use_signal(|| false);
    let (mark, busy) = use_marking(&view, name, Some(ondone));
    let wrong = match chosen() {
        None => Some(tr("tip-day-missing")),
        Some(day) if day > today => Some(tr("tip-day-ahead")),
        Some(day) if day < EARLIEST => Some(tr("tip-day-early")),
        Some(_) => None,
    };
    let is_wrong = wrong.is_some();
    let save = move |_| {
        is_tried.set(true);
        if let Some(day) = chosen().filter(|_| !is_wrong) {
            let said = tra("tip-applied-since", &[("date", format::date(day, language))]);
            mark.call((TipMark::Applied { day }, said));
        }
    };
    rsx! {
        p { class: "muted small", {tr("tip-did-lead")} }
        DayEntry { id: "tip-day", label: tr("tip-day"), value: chosen(), first: Some(EARLIEST), error: wrong.filter(|_| is_tried()),
            onchoose: move |day| chosen.set(day) }
        div { class: "row wrap actions",
            Button { label: tr("tip-do"), kind: "primary", icon: "check", busy, disabled: view.user.is_none(), onclick: save }
            if was.is_some() {
                Button { label: tr("cancel"), kind: "quiet", disabled: busy, onclick: move |_| ondone.call(()) }
            }
        }
    }
}

/// What came of it.
#[component]
fn Outcome(view: TipsView, name: &'static str, marks: MarkedTip, onchange: EventHandler<()>) -> Element {
    let language = language();
    let (mark, busy) = use_marking(&view, name, None);
    let since = marks.applied.map(|day| format::date(day, language)).unwrap_or_default();
    let effect = marks.result.map(|result| result.effect);
    let said = effect.map(|effect| (words::outcome(&effect), words::explained(&effect, language)));
    let total = marks.result.and_then(|result| result.total);
    let by = match marks.result.map(|result| result.by) {
        None | Some(MeasuredBy::Day) => None,
        Some(MeasuredBy::Own) => Some(("water", tr("tip-result-own"))),
        Some(MeasuredBy::Showers) => Some(("showers", tr("tip-result-showers"))),
    };
    let total = total.and_then(|total| Some((words::total(total, language)?, total.days)));
    rsx! {
        p { class: "row wrap",
            {chip("ok", "check", &tra("tip-applied-since", &[("date", since)]), "")}
            if marks.waiting {
                {chip("info", "arrow-up", &tr("op-waiting"), "")}
            }
        }
        if let Some(((tone, picture, word), how)) = said {
            p { "data-outcome": if tone.is_empty() { "waits" } else { tone }, {chip(tone, picture, &word, "")} }
            p { "{how}" }
        }
        if let Some((sum, days)) = total {
            p { {tra("tip-total", &[("sum", sum), ("days", days.to_string())])} }
        }
        if matches!(effect, Some(Effect::Measured(_))) {
            if let Some((of, how)) = by {
                p { class: "muted small", "data-own": of, "{how}" }
            }
            p { class: "muted small", {tr("tip-caveat")} }
        }
        div { class: "row wrap actions",
            Button { label: tr("tip-other-day"), icon: "pencil", disabled: busy, onclick: move |_| onchange.call(()) }
            Button { label: tr("tip-undo"), kind: "quiet", icon: "undo-2", busy,
                onclick: move |_| mark.call((TipMark::NotApplied, tr("tip-undone"))) }
        }
    }
}
