//! The form of a schedule: what it makes, when, and for whom.

use crate::bridge::new_id;
use crate::components::{Button, Dialog, Icon, Select};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::{Choice, Confirm, Entry, Refused, Several};
use crate::pages::reports::automatic::schedules::is_offered;
use crate::pages::reports::automatic::words::{about, month_day, weekday};
use crate::pages::reports::words::kind;
use crate::state::shared;
use dioxus::prelude::*;
use domain::alerts::preferences::MinuteOfDay;
use domain::people::Language;
use domain::reports::{
    Design, MonthDay, Narrowing, ReportKind, ReportSource, Rhythm, ScheduleContent, ScheduleField, ScheduleState, Timing, Weekday,
};
use domain::{ReportScheduleId, UserId};
use protocol::reports::{ReportSchedule, ReportSchedules, ScheduleChange};
use protocol::ui::reports::{AutomaticRequest, ReportDesk};
use protocol::ui::{AdminRequest, AdminResponse};
use uuid::Uuid;

/// A schedule that is being made or changed: the key by which that happens once, and what it follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Editing {
    key: Uuid,
    id: ReportScheduleId,
    /// Zero of a new one.
    rev: i64,
    content: ScheduleContent,
}

impl Editing {
    /// A new one: revenue of the month before, on the first at six, for whoever makes it.
    pub fn new(me: Option<UserId>, language: Language) -> Self {
        let first = MonthDay::all().next().unwrap_or(MonthDay::LAST);
        let timing = Timing { rhythm: Rhythm::Month(first), at: MinuteOfDay::at(6, 0) };
        let content = ScheduleContent {
            name: String::new(),
            source: ReportSource::Design(Box::new(Design::of(ReportKind::Revenue))),
            timing,
            recipients: me.into_iter().collect(),
            email: true,
            language,
            state: ScheduleState::On,
        };
        Self { key: new_id(), id: ReportScheduleId(new_id()), rev: 0, content }
    }

    /// One that there is.
    pub fn of(schedule: &ReportSchedule) -> Self {
        Self { key: new_id(), id: schedule.id, rev: schedule.rev, content: schedule.content.clone() }
    }
}

/// The form.
#[component]
pub fn Edit(
    what: Editing,
    shown: ReportSchedules,
    desk: ReportDesk,
    server: ServerView<ReportSchedules>,
    onclose: EventHandler<()>,
) -> Element {
    let shared = shared();
    let act = use_act();
    let content = use_signal({
        let before = what.content.clone();
        move || before
    });
    let time = use_signal({
        let before = clock(what.content.timing.at);
        move || before
    });
    let mut tried = use_signal(|| false);
    let mut removing = use_signal(|| false);
    let (key, id, rev) = (what.key, what.id, what.rev);
    let send = move |put: Option<ScheduleContent>, done: &'static str| {
        let change = ScheduleChange { key, schedule: id, rev, put: put.map(Box::new) };
        act.send(AdminRequest::Automatic(AutomaticRequest::Change(Box::new(change))), move |answer| {
            if let AdminResponse::ReportSchedules(shown) = answer {
                shared.toast(tr(done));
                server.take(*shown);
                onclose.call(());
            }
        });
    };
    let save = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let (Ok(put), Some(at)) = (content.peek().clone().clean(), read_time(&time.peek())) {
            send(Some(ScheduleContent { timing: Timing { at, ..put.timing }, ..put }), "report-schedule-kept");
        }
    };
    let no_time = (tried() && read_time(&time.read()).is_none()).then(|| tr("report-no-time"));
    let wrong = if tried() { content.read().clone().clean().err() } else { None };
    let is_new = rev == 0;
    rsx! {
        Dialog { title: tr(if is_new { "report-schedule-new" } else { "report-schedule-change" }), of: "report-schedule",
            onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { id: "schedule-form", class: "stack wide office-form", novalidate: true, onsubmit: save,
                Fields { content, time, wrong, no_time, shown, desk }
                if !removing() {
                    Refused { text: act.refused() }
                }
                div { class: "row wrap actions",
                    Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    if !is_new {
                        Button { label: tr("report-schedule-remove"), kind: "danger", icon: "trash-2", disabled: is_away() || act.is_busy(),
                            onclick: move |_| removing.set(true) }
                    }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
        if removing() {
            Confirm { title: tr("report-schedule-remove-title"), rows: vec![(tr("report-schedule-name"), what.content.name.clone())],
                note: tr("report-schedule-remove-note"), label: tr("report-schedule-remove"), kind: "danger", icon: "trash-2",
                busy: act.is_busy(), refused: act.refused(),
                onyes: move |()| send(None, "report-schedule-removed"), onback: move |()| removing.set(false) }
        }
    }
}

#[component]
fn Fields(
    content: Signal<ScheduleContent>,
    time: Signal<String>,
    wrong: Option<ScheduleField>,
    no_time: Option<String>,
    shown: ReportSchedules,
    desk: ReportDesk,
) -> Element {
    let now = content.read().clone();
    let mut content = content;
    let people: Vec<(String, String)> = shown.people.iter().map(|of| (of.id.to_string(), of.name.clone())).collect();
    let languages = [Language::Id, Language::En].map(|of| (of, tr(&format!("language-{}", of.as_str()))));
    let mail = if shown.mails { "report-mail-note" } else { "report-mail-none" };
    rsx! {
        Entry { id: "schedule-name", label: tr("report-schedule-name"), value: now.name.clone(), hint: tr("report-schedule-name-hint"),
            error: (wrong == Some(ScheduleField::Name)).then(|| tr("refused-schedule_name")), oninput: move |typed| content.write().name = typed }
        Source { content, desk }
        When { content, time, no_time, zone: shown.time_zone.abbreviation() }
        Several { label: tr("report-recipients"), choices: people, chosen: now.recipients.iter().map(ToString::to_string).collect::<Vec<_>>(),
            onchange: move |chosen: Vec<String>| content.write().recipients = chosen.iter().filter_map(|id| id.parse().ok()).collect() }
        if wrong == Some(ScheduleField::Recipients) {
            p { class: "error small", role: "alert", {tr("refused-schedule_recipients")} }
        }
        label { class: "tick row",
            input { id: "schedule-email", r#type: "checkbox", checked: now.email, "aria-describedby": "schedule-email-note",
                onchange: move |event| content.write().email = event.checked() }
            {tr("report-send-mail")}
        }
        p { id: "schedule-email-note", class: "muted small", {tr(mail)} }
        Choice { label: tr("report-language"), choices: languages.to_vec(), chosen: now.language,
            onchoose: move |of| content.write().language = of }
    }
}

/// In front of a template's identifier among what can be made.
const TEMPLATE: &str = "template:";

/// What it makes: a kind that the server fills, of all or of one zone, or a template of such a kind.
#[component]
fn Source(content: Signal<ScheduleContent>, desk: ReportDesk) -> Element {
    let mut content = content;
    let now = content.read().source.clone();
    let kinds = ReportKind::SCHEDULED.into_iter().map(|of| (of.as_str().to_owned(), kind(of)));
    let templates = desk.templates.iter().filter(|row| is_offered(row.template.content.design.kind));
    let templates = templates.map(|row| {
        let name = tra("report-source-named", &[("name", row.template.content.name.clone())]);
        (format!("{TEMPLATE}{}", row.template.id), name)
    });
    let mut choices: Vec<(String, String)> = kinds.chain(templates).collect();
    let chosen = match &now {
        ReportSource::Design(design) => design.kind.as_str().to_owned(),
        ReportSource::Template(id) => format!("{TEMPLATE}{id}"),
    };
    // A template of somebody else's, or one that was removed.
    if !choices.iter().any(|(value, _)| *value == chosen) {
        choices.push((chosen.clone(), tr("report-source-template")));
    }
    let choose = move |word: String| {
        let template = word.strip_prefix(TEMPLATE).and_then(|id| id.parse().ok()).map(ReportSource::Template);
        let kind = ReportKind::from_word(&word).map(|of| ReportSource::Design(Box::new(Design::of(of))));
        if let Some(source) = template.or(kind) {
            content.write().source = source;
        }
    };
    let narrowed = match now {
        ReportSource::Design(design) if design.kind.narrowing() != Narrowing::Nothing => Some(design),
        _ => None,
    };
    let all = std::iter::once((String::new(), tr("report-all-zones")));
    let zones: Vec<_> = all.chain(desk.zones.iter().map(|(id, name)| (id.to_string(), name.clone()))).collect();
    rsx! {
        div { class: "field", "data-of": "source",
            span { class: "label", "aria-hidden": "true", {tr("report-source")} }
            Select { label: tr("report-source"), choices, chosen, onchoose: choose }
            span { class: "muted tiny", {tr("report-automatic-kinds")} }
        }
        if let Some(design) = narrowed {
            div { class: "field", "data-of": "zone",
                span { class: "label", "aria-hidden": "true", {tr("field-zone")} }
                Select { label: tr("field-zone"), choices: zones, chosen: design.zone.map(|zone| zone.to_string()).unwrap_or_default(),
                    onchoose: move |word: String| {
                        let design = Design { zone: word.parse().ok(), ..Design::clone(&design) };
                        content.write().source = ReportSource::Design(Box::new(design));
                    } }
            }
        }
    }
}

/// How often, in the words of the choices.
#[derive(Clone, Copy, PartialEq)]
enum Every {
    Day,
    Week,
    Month,
}

/// When it is due.
#[component]
fn When(content: Signal<ScheduleContent>, time: Signal<String>, no_time: Option<String>, zone: &'static str) -> Element {
    let mut content = content;
    let timing = content.read().timing;
    let every = match timing.rhythm {
        Rhythm::Day => Every::Day,
        Rhythm::Week(_) => Every::Week,
        Rhythm::Month(_) => Every::Month,
    };
    let choices = vec![
        (Every::Day, tr("report-rhythm-day")),
        (Every::Week, tr("report-rhythm-week")),
        (Every::Month, tr("report-rhythm-month")),
    ];
    let choose = move |every: Every| {
        let first = MonthDay::all().next().unwrap_or(MonthDay::LAST);
        content.write().timing.rhythm = match every {
            Every::Day => Rhythm::Day,
            Every::Week => Rhythm::Week(Weekday::ALL[0]),
            Every::Month => Rhythm::Month(first),
        };
    };
    let days: Vec<(u8, String)> = match timing.rhythm {
        Rhythm::Day => Vec::new(),
        Rhythm::Week(_) => Weekday::ALL.into_iter().map(|of| (of.into(), weekday(of))).collect(),
        Rhythm::Month(_) => MonthDay::all().map(|of| (of.into(), month_day(of))).collect(),
    };
    let chosen: u8 = match timing.rhythm {
        Rhythm::Day => 0,
        Rhythm::Week(on) => on.into(),
        Rhythm::Month(on) => on.into(),
    };
    let choose_day = move |word: String| {
        let Ok(number) = word.parse::<u8>() else { return };
        let rhythm = match every {
            Every::Day => None,
            Every::Week => Weekday::try_from(number).ok().map(Rhythm::Week),
            Every::Month => MonthDay::try_from(number).ok().map(Rhythm::Month),
        };
        if let Some(rhythm) = rhythm {
            content.write().timing.rhythm = rhythm;
        }
    };
    rsx! {
        Choice { label: tr("report-rhythm"), choices, chosen: every, onchoose: choose }
        div { class: "form-grid",
            if !days.is_empty() {
                div { class: "field", "data-of": "day",
                    span { class: "label", "aria-hidden": "true", {tr("report-on-day")} }
                    Select { label: tr("report-on-day"), choices: days.into_iter().map(|(value, name)| (value.to_string(), name)).collect::<Vec<_>>(),
                        chosen: chosen.to_string(), onchoose: choose_day }
                }
            }
            Time { time, error: no_time, zone }
        }
        p { class: "muted small", {about(timing.rhythm)} }
    }
}

/// At which local time, as it is typed: a field that was cleared is no time.
#[component]
fn Time(time: Signal<String>, error: Option<String>, zone: &'static str) -> Element {
    let mut time = time;
    let is_wrong = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: "schedule-time", {tra("report-at-time", &[("zone", zone.to_owned())])} }
            div { class: if is_wrong { "input bad" } else { "input" },
                input { id: "schedule-time", r#type: "time", value: "{time}",
                    "aria-invalid": if is_wrong { "true" },
                    "aria-describedby": if is_wrong { "schedule-time-said" },
                    onchange: move |event| time.set(event.value()) }
            }
            if let Some(error) = error {
                span { id: "schedule-time-said", class: "error", role: "alert", Icon { name: "circle-alert", size: "s" } "{error}" }
            }
        }
    }
}

fn clock(at: MinuteOfDay) -> String {
    let minute = u16::from(at);
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn read_time(text: &str) -> Option<MinuteOfDay> {
    let mut parts = text.split(':');
    let (hour, minute): (u16, u16) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (hour < 24 && minute < 60).then(|| MinuteOfDay::at(hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_as_it_is_shown_and_a_cleared_field_is_none() {
        for at in [MinuteOfDay::at(0, 0), MinuteOfDay::at(6, 0), MinuteOfDay::at(23, 59)] {
            assert_eq!(read_time(&clock(at)), Some(at));
        }
        for wrong in ["", ":", "06", "24:00", "06:60"] {
            assert_eq!(read_time(wrong), None, "{wrong}");
        }
    }
}
