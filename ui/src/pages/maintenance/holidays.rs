//! Pemeliharaan → Hari libur: the days off of a year as the joint decree has them, and what the utility has set beside it, for all of its zones or for
//! one. They are none of the days on which valves stay open (*Pengaturan → Pasokan*).

use crate::bridge;
use crate::bridge::new_id;
use crate::components::shell::{device_zone, language};
use crate::components::summary::{Summary, misses};
use crate::components::{Button, Card, Dialog, Icon, Segmented, Select, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::{Act, use_act};
use crate::pages::admin::ask::{Gap, ServerView, Stale, is_away, use_server_view};
use crate::pages::admin::parts::{Confirm, DayEntry, Entry, Refused};
use crate::pages::maintenance::announce::zones as zones_of;
use crate::pages::maintenance::parts::{Head, Part};
use crate::state::Shared;
use dioxus::prelude::*;
use domain::maintenance::schedule::holidays::{Certainty, HolidayKind};
use domain::maintenance::schedule::plan::NAME;
use domain::{LocalDay, ZoneId};
use protocol::maintenance::holidays::{HolidayChange, HolidayRow, HolidaysAsked, WorkHolidays as Found};
use protocol::metering::zones::Zones;
use protocol::ui::{AdminRequest, AdminResponse, MaintenanceRequest, MaintenanceResponse};
use uuid::Uuid;

/// The day of the week that stays off, so that a holiday on it cannot become a working day.
const SUNDAY: usize = 6;

/// What is done, with the key by which it happens once.
#[derive(Clone, Debug, PartialEq)]
enum Doing {
    Add(Uuid),
    TakeBack(Uuid, HolidayRow),
    Work(Uuid, HolidayRow),
}

/// The holidays of a year, as the server has them.
pub fn holidays(answer: AdminResponse) -> Option<Found> {
    match answer {
        AdminResponse::Maintenance(response) => match *response {
            MaintenanceResponse::Holidays(found) => Some(found),
            _ => None,
        },
        _ => None,
    }
}

fn send(act: Act, change: HolidayChange, server: ServerView<Found>, then: impl FnOnce() + 'static) {
    let shared = consume_context::<Shared>();
    act.send(AdminRequest::Maintenance(MaintenanceRequest::SetHoliday(change)), move |answer| {
        if let Some(found) = holidays(answer) {
            shared.toast(tr("holiday-set"));
            server.take(found);
            then();
        }
    });
}

/// What a kind of day looks like.
const fn look(kind: HolidayKind) -> (&'static str, &'static str) {
    match kind {
        HolidayKind::National => ("danger", "calendar-check"),
        HolidayKind::JointLeave => ("warn", "calendar-check"),
        HolidayKind::Local => ("info", "map-pin"),
        HolidayKind::Working => ("ok", "check"),
    }
}

/// The page.
#[component]
pub fn WorkHolidays() -> Element {
    let today = use_hook(|| device_zone().day_of(bridge::now()));
    let this_year = today.ymd().0;
    let mut year = use_signal(|| this_year);
    let mut doing = use_signal(|| None::<Doing>);
    let server = use_server_view(
        move || AdminRequest::Maintenance(MaintenanceRequest::Holidays(HolidaysAsked { year: year() })),
        holidays,
    );
    let zones = use_server_view(|| AdminRequest::Zones, zones_of);
    // The year that was asked for before is not shown for the one that is looked at.
    let latest = server.latest.read().clone().filter(|found| found.year == year());
    let years = vec![(this_year, this_year.to_string()), (this_year + 1, (this_year + 1).to_string())];
    let names = zones.latest.read().clone().unwrap_or_default();
    let close = move |()| {
        doing.set(None);
        server.again();
    };
    rsx! {
        div { class: "page narrow office maintenance",
            Head { here: Part::Holidays, title: tr("maintenance-holidays"),
                Button { label: tr("holiday-add"), kind: "primary", icon: "plus", disabled: is_away(), onclick: move |_| doing.set(Some(Doing::Add(new_id()))) }
            }
            Segmented { label: tr("holiday-year"), choices: years, chosen: year(), onchoose: move |to| year.set(to) }
            if let Some(old) = server.old() {
                Stale { old, onretry: move |()| server.again() }
            }
            match latest {
                None => rsx! { Gap { asking: server.asking.read().clone(), what: "work-holidays", heights: vec![320], onretry: move |()| server.again() } },
                Some(found) => rsx! {
                    Sure { certainty: found.certainty, year: found.year }
                    Days { found, names: names.clone(), ondo: move |what| doing.set(Some(what)) }
                },
            }
        }
        match doing() {
            Some(Doing::Add(key)) => rsx! { Add { of: key, names, server, onclose: close } },
            Some(Doing::TakeBack(key, row)) => rsx! { Question { of: key, row, kind: None, server, onclose: close } },
            Some(Doing::Work(key, row)) => rsx! { Question { of: key, row, kind: Some(HolidayKind::Working), server, onclose: close } },
            None => rsx! {},
        }
    }
}

/// How sure the days of a year are.
#[component]
fn Sure(certainty: Certainty, year: i16) -> Element {
    let key = match certainty {
        Certainty::Decreed => {
            return rsx! { p { class: "muted small", {tra("holidays-decreed", &[("year", year.to_string())])} } };
        }
        Certainty::Provisional => "holidays-provisional",
        Certainty::Unknown => "holidays-unknown",
    };
    rsx! {
        div { class: "banner warn", role: "status", "data-certainty": key, Icon { name: "triangle-alert" } p { class: "small", {tra(key, &[("year", year.to_string())])} } }
    }
}

/// The days.
#[component]
fn Days(found: Found, names: Zones, ondo: EventHandler<Doing>) -> Element {
    let language = language();
    // A day may stand there for several zones.
    let named = |row: &HolidayRow| format!("{} {}", row.day.0, row.zone.map(|zone| zone.to_string()).unwrap_or_default());
    let rows: Vec<(String, HolidayRow)> = found.days.iter().map(|row| (named(row), row.clone())).collect();
    let zone = |id: ZoneId| names.zones.iter().find(|zone| zone.id == id).map(|zone| zone.name.clone()).unwrap_or_default();
    rsx! {
        Card { class: "wide",
            if rows.is_empty() {
                p { class: "muted", {tr("holidays-none")} }
            }
            ul { class: "list", "aria-label": tr("maintenance-holidays"),
                for (name , row) in rows {
                    li { key: "{name}", "data-holiday": "{row.day.0}", "data-kind": row.kind.as_str(),
                        div { class: "grow",
                            p { if row.name.is_empty() { {tr("holiday-kind-working")} } else { "{row.name}" } }
                            p { class: "muted small", {format::near_date(row.day, language)} " {row.day.ymd().0}"
                                if let Some(id) = row.zone {
                                    " · {zone(id)}"
                                }
                            }
                        }
                        StatusChip { tone: look(row.kind).0, icon: look(row.kind).1, label: tr(&format!("holiday-kind-{}", row.kind.as_str())), small: true }
                        if row.is_set {
                            Button { label: tr("holiday-take-back"), kind: "quiet", icon: "undo-2", disabled: is_away(),
                                onclick: { let row = row.clone(); move |_| ondo.call(Doing::TakeBack(new_id(), row.clone())) } }
                        } else if row.day.weekday() != SUNDAY {
                            Button { label: tr("holiday-work"), kind: "quiet", icon: "x", disabled: is_away(),
                                onclick: { let row = row.clone(); move |_| ondo.call(Doing::Work(new_id(), row.clone())) } }
                        }
                    }
                }
            }
        }
    }
}

/// Another day off.
#[component]
fn Add(of: Uuid, names: Zones, server: ServerView<Found>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let mut day = use_signal(|| None::<LocalDay>);
    let mut name = use_signal(String::new);
    let mut kind = use_signal(|| HolidayKind::National);
    let mut zone = use_signal(|| None::<ZoneId>);
    let mut tried = use_signal(|| false);
    let no_day = day().is_none().then(|| tr("work-no-day"));
    let no_name = (!NAME.contains(&name.read().trim().chars().count())).then(|| tr("refused-holiday_name"));
    let is_right = no_day.is_none() && no_name.is_none();
    let kinds = [HolidayKind::National, HolidayKind::JointLeave, HolidayKind::Local];
    let kinds: Vec<_> = kinds.iter().map(|of| (of.as_str().to_owned(), tr(&format!("holiday-kind-{}", of.as_str())))).collect();
    let everywhere = (String::new(), tr("holiday-everywhere"));
    let places = names.zones.iter().map(|zone| (zone.id.to_string(), zone.name.clone()));
    let places: Vec<_> = std::iter::once(everywhere).chain(places).collect();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if let Some(day) = day().filter(|_| is_right) {
            let change = HolidayChange { key: of, day, zone: zone(), kind: Some(kind()), name: name.read().trim().to_owned() };
            send(act, change, server, move || onclose.call(()));
        }
    };
    rsx! {
        Dialog { title: tr("holiday-add"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { id: "holiday-form", class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("holiday-add-lead")} }
                Summary { wrong: misses(tried(), [("holiday-day", no_day.clone()), ("holiday-name", no_name.clone())]) }
                DayEntry { id: "holiday-day", label: tr("supply-holiday-day"), value: day(), error: no_day.filter(|_| tried()), onchoose: move |chosen| day.set(chosen) }
                Entry { id: "holiday-name", label: tr("supply-holiday-name"), value: name(), error: no_name.filter(|_| tried()), oninput: move |text| name.set(text) }
                div { class: "form-grid",
                    div { class: "field", "data-of": "kind",
                        span { class: "label", "aria-hidden": "true", {tr("holiday-kind")} }
                        Select { label: tr("holiday-kind"), choices: kinds, chosen: kind().as_str().to_owned(),
                            onchoose: move |word: String| if let Some(of) = HolidayKind::from_word(&word) { kind.set(of) } }
                    }
                    div { class: "field", "data-of": "zone",
                        span { class: "label", "aria-hidden": "true", {tr("holiday-where")} }
                        Select { label: tr("holiday-where"), choices: places, chosen: zone().map(|id| id.to_string()).unwrap_or_default(),
                            onchoose: move |word: String| zone.set(word.parse().ok()) }
                    }
                }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("holiday-add"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// The question before what was set is taken back, or a day of the decree is worked on.
#[component]
fn Question(
    of: Uuid,
    row: HolidayRow,
    kind: Option<HolidayKind>,
    server: ServerView<Found>,
    onclose: EventHandler<()>,
) -> Element {
    let act = use_act();
    let word = if kind.is_some() { "holiday-work" } else { "holiday-take-back" };
    let icon = if kind.is_some() { "x" } else { "undo-2" };
    let rows = vec![(tr("supply-holiday-name"), row.name.clone()), (tr("supply-holiday-day"), format::date(row.day, language()))];
    let (day, zone) = (row.day, row.zone);
    let go = move |()| {
        let change = HolidayChange { key: of, day, zone, kind, name: String::new() };
        send(act, change, server, move || onclose.call(()));
    };
    rsx! {
        Confirm { title: tr(word), rows, note: tr("holiday-note"), label: tr(word), icon, busy: act.is_busy(), refused: act.refused(),
            onyes: go, onback: move |()| onclose.call(()) }
    }
}
