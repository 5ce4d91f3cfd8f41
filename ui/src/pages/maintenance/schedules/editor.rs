//! The form of a schedule: what, when, where and by whom, with what it would do beneath.

use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog, Select};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::{Choice, Entry, Reason, Refused};
use crate::pages::maintenance::schedules::draft::{Draft, Shape};
use crate::pages::maintenance::schedules::fields::{ClockEntry, When, set};
use crate::pages::maintenance::schedules::meters::Meters;
use crate::pages::maintenance::schedules::preview::Preview;
use crate::pages::maintenance::schedules::send;
use crate::pages::maintenance::words::title;
use dioxus::prelude::*;
use domain::maintenance::schedule::due::OnOffDay;
use domain::maintenance::schedule::plan::{Plan, Wrong};
use domain::maintenance::work_order::{LONGEST_TEXT, WorkKind};
use protocol::maintenance::schedules::{ScheduleDeed, ScheduleRow, Schedules};
use uuid::Uuid;

/// What is wrong, by its field.
pub fn fault(wrong: &[Wrong], of: Wrong) -> Option<String> {
    wrong.contains(&of).then(|| tr(&format!("refused-{}", of.as_str())))
}

/// What is wrong with a rule; of one that is typed as text which of its parts.
fn rule_fault(draft: &Draft, plan: &Plan, wrong: &[Wrong]) -> Option<String> {
    let bad = plan.bad_rule().filter(|_| draft.shape == Shape::Text && !draft.rule.trim().is_empty());
    fault(wrong, Wrong::Rule).map(|whole| bad.map_or(whole, |bad| tr(&format!("schedule-rule-{}", bad.as_str()))))
}

/// The form. A new schedule's identifier is the key by which it is added once.
#[component]
pub fn Editor(
    of: Uuid,
    row: Option<ScheduleRow>,
    found: Schedules,
    server: ServerView<Schedules>,
    onclose: EventHandler<()>,
) -> Element {
    let act = use_act();
    let draft = use_signal(|| row.as_ref().map_or_else(|| Draft::new(found.today), |row| Draft::of(&row.plan, found.today)));
    let mut tried = use_signal(|| false);
    let plan = use_memo(move || draft.read().plan());
    let wrong = plan.read().faults();
    let said = |of: Wrong| fault(&wrong, of).filter(|_| tried());
    let of_rule = rule_fault(&draft.read(), &plan.read(), &wrong);
    let not_added = (!draft.read().serial.trim().is_empty()).then(|| tr("schedule-serial-open"));
    let is_right = wrong.is_empty() && not_added.is_none();
    let follows = row.as_ref().map(|row| (row.id, row.rev));
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if !is_right {
            return;
        }
        let plan = plan.peek().clone();
        let (id, deed) = match follows {
            Some((id, rev)) => (id, ScheduleDeed::Change { rev, plan }),
            None => (of, ScheduleDeed::Add { plan }),
        };
        send(act, (of, id), deed, server, move || onclose.call(()));
    };
    let kinds: Vec<_> = WorkKind::ALL.iter().map(|kind| (kind.as_str().to_owned(), title(*kind))).collect();
    let off_days = OnOffDay::ALL.iter().map(|of| (*of, tr(&format!("on-off-day-{}", of.as_str())))).collect::<Vec<_>>();
    let faults = [
        ("schedule-name", fault(&wrong, Wrong::Name)),
        ("schedule-rule", of_rule.clone()),
        ("schedule-limit", fault(&wrong, Wrong::Limit)),
        ("schedule-from", fault(&wrong, Wrong::Hours)),
        ("schedule-horizon", fault(&wrong, Wrong::Horizon)),
        ("schedule-serial", fault(&wrong, Wrong::Meters).or_else(|| not_added.clone())),
        ("schedule-text", fault(&wrong, Wrong::Text)),
    ];
    let now = draft.read().clone();
    rsx! {
        Dialog { title: tr(if row.is_some() { "schedule-edit" } else { "schedule-add" }), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { id: "schedule-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), faults) }
                Entry { id: "schedule-name", label: tr("field-name"), value: now.name.clone(), hint: tr("schedule-name-hint"), error: said(Wrong::Name),
                    oninput: move |text| set(draft, |draft| draft.name = text) }
                div { class: "field", "data-of": "work",
                    span { class: "label", "aria-hidden": "true", {tr("field-work")} }
                    Select { label: tr("field-work"), choices: kinds, chosen: now.work.as_str().to_owned(),
                        onchoose: move |word: String| if let Some(kind) = WorkKind::from_word(&word) { set(draft, |draft| draft.work = kind) } }
                }
                When { draft, rule_wrong: of_rule.filter(|_| tried()), limit_wrong: said(Wrong::Limit) }
                Choice { label: tr("field-on_off_day"), choices: off_days, chosen: now.on_off_day, onchoose: move |of| set(draft, |draft| draft.on_off_day = of) }
                Meters { draft, found, wrong: said(Wrong::Meters).or_else(|| not_added.filter(|_| tried())) }
                div { class: "form-grid",
                    ClockEntry { id: "schedule-from", label: tr("schedule-from"), value: now.from.clone(), error: said(Wrong::Hours), oninput: move |text| set(draft, |draft| draft.from = text) }
                    ClockEntry { id: "schedule-until", label: tr("schedule-until"), value: now.until.clone(), oninput: move |text| set(draft, |draft| draft.until = text) }
                    Entry { id: "schedule-job", label: tr("schedule-job"), kind: "numeric", unit: tr("unit-minutes"), value: now.job.clone(), oninput: move |text| set(draft, |draft| draft.job = text) }
                    Entry { id: "schedule-horizon", label: tr("schedule-horizon"), kind: "numeric", unit: tr("unit-days"), value: now.horizon.clone(), error: said(Wrong::Horizon),
                        oninput: move |text| set(draft, |draft| draft.horizon = text) }
                }
                Reason { id: "schedule-text", label: tr("work-text"), hint: tr("work-text-hint"), value: now.text.clone(), longest: LONGEST_TEXT, error: said(Wrong::Text),
                    oninput: move |text| set(draft, |draft| draft.text = text) }
                Preview { plan }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
