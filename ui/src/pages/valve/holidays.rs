//! Days on which valves stay open: those to come, another one, and one that is taken back.

use crate::components::shell::language;
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog};
use crate::format;
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::{Confirm, DayEntry, Entry, Refused};
use crate::pages::valve::supply::Following;
use dioxus::prelude::*;
use domain::LocalDay;
use domain::valve::policy::{Holiday, Wrong, check_new};
use protocol::valve::policy::{PolicySetting, ValvePolicy};

/// What is done with the list.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Add,
    Remove(Holiday),
}

/// A holiday's name on the screen.
fn name_of(holiday: &Holiday) -> String {
    if holiday.name.is_empty() { tr("supply-holiday-unnamed") } else { holiday.name.clone() }
}

/// The card.
#[component]
pub fn Holidays(policy: ValvePolicy, server: ServerView<ValvePolicy>) -> Element {
    let language = language();
    let mut doing = use_signal(|| None::<(Following, Doing)>);
    let today = policy.today;
    let begin = use_callback({
        let policy = policy.clone();
        move |what: Doing| doing.set(Some((Following::of(&policy), what)))
    });
    let close = move |()| {
        doing.set(None);
        server.again();
    };
    rsx! {
        Card { class: "wide",
            div { class: "row between wrap",
                h2 { {tr("supply-holidays")} }
                Button { label: tr("supply-holiday-add"), kind: "quiet", icon: "plus", disabled: is_away(), onclick: move |_| begin.call(Doing::Add) }
            }
            p { class: "muted small", {tr("supply-holidays-lead")} }
            if policy.holidays.is_empty() {
                p { class: "muted", {tr("supply-holidays-none")} }
            } else {
                ul { class: "list",
                    for holiday in policy.holidays.iter().cloned() {
                        li { key: "{holiday.day.0}", "data-holiday": "{holiday.day.0}",
                            div { class: "grow",
                                p { {name_of(&holiday)} }
                                p { class: "muted small", {format::date(holiday.day, language)} }
                            }
                            if holiday.day > today {
                                Button { label: tr("supply-holiday-remove"), kind: "quiet", icon: "trash-2", disabled: is_away(),
                                    onclick: { let holiday = holiday.clone(); move |_| begin.call(Doing::Remove(holiday.clone())) } }
                            }
                        }
                    }
                }
            }
        }
        match doing() {
            Some((following, Doing::Add)) => rsx! { Add { following, today, server, onclose: close } },
            Some((following, Doing::Remove(holiday))) => rsx! { Remove { following, holiday, server, onclose: close } },
            None => rsx! {},
        }
    }
}

#[component]
fn Add(following: Following, today: LocalDay, server: ServerView<ValvePolicy>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let mut day = use_signal(|| None::<LocalDay>);
    let mut name = use_signal(String::new);
    let mut tried = use_signal(|| false);
    let fault = |wrong: Wrong| {
        let holiday = Holiday { day: day().unwrap_or(LocalDay(i32::MIN)), name: name() };
        // One fault is found at a time: the day's is what is left once the name fits.
        let holiday =
            if wrong == Wrong::Day { Holiday { name: "nama".into(), ..holiday } } else { Holiday { day: today, ..holiday } };
        check_new(&holiday, today).is_err().then(|| tr(&format!("refused-{}", wrong.as_str())))
    };
    let (no_day, no_name) = (fault(Wrong::Day), fault(Wrong::Name));
    let is_right = no_day.is_none() && no_name.is_none();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(day) = day().filter(|_| is_right) {
            following.send(act, PolicySetting::AddHoliday { day, name: name.read().trim().to_owned() }, server, onclose);
        }
    };
    rsx! {
        Dialog { title: tr("supply-holiday-add"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("holiday-day", no_day.clone()), ("holiday-name", no_name.clone())]) }
                DayEntry { id: "holiday-day", label: tr("supply-holiday-day"), value: day(), first: Some(today), error: no_day.filter(|_| tried()), onchoose: move |chosen| day.set(chosen) }
                Entry { id: "holiday-name", label: tr("supply-holiday-name"), value: name(), hint: tr("supply-holiday-name-hint"), error: no_name.filter(|_| tried()), oninput: move |text| name.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("supply-holiday-add"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

#[component]
fn Remove(following: Following, holiday: Holiday, server: ServerView<ValvePolicy>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let rows =
        vec![(tr("supply-holiday-name"), name_of(&holiday)), (tr("supply-holiday-day"), format::date(holiday.day, language()))];
    let day = holiday.day;
    rsx! {
        Confirm { title: tr("supply-holiday-remove-title"), rows, note: tr("supply-holiday-remove-note"), label: tr("supply-holiday-remove"), kind: "danger",
            icon: "trash-2", busy: act.is_busy(), refused: act.refused(),
            onyes: move |()| following.send(act, PolicySetting::RemoveHoliday { day }, server, onclose), onback: move |()| onclose.call(()) }
    }
}
