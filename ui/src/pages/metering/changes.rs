//! A meter that an admin puts up, replaces or takes down: the serial number, what was read off it at that moment, when and why.

use crate::bridge::new_id;
use crate::components::shell::language;
use crate::components::{Button, Card, Dialog, Icon, StatusChip};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::is_away;
use crate::pages::admin::parts::{Entry, Reason, Refused};
use crate::state::shared;
use dioxus::prelude::*;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::field::field_record::parse_register;
use domain::metering::meter::{LONGEST_MODEL, LifeCycle};
use domain::valve::by_hand::{REASON, is_reason};
use domain::{ConnectionId, LocalDay, MeterId, Millilitres, Serial, TimeZone, UtcMillis};
use protocol::metering::changes::{MeterRegistration, MeterReplacement, MeterRetirement};
use protocol::ui::{AdminRequest, MetersRequest};
use uuid::Uuid;

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// A meter is put up at a connection that has none.
    Register(ConnectionId),
    /// Another meter takes the place of one.
    Replace(MeterId),
    /// A meter is taken down; one that is installed nowhere has no final register.
    Retire(MeterId, Option<ConnectionId>),
}

impl Change {
    /// Its word in the catalogues.
    const fn word(self) -> &'static str {
        match self {
            Self::Register(_) => "register",
            Self::Replace(_) => "replace",
            Self::Retire(..) => "retire",
        }
    }

    const fn has_new(self) -> bool {
        matches!(self, Self::Register(_) | Self::Replace(_))
    }

    const fn has_final(self) -> bool {
        matches!(self, Self::Replace(_) | Self::Retire(_, Some(_)))
    }

    const fn has_reason(self) -> bool {
        !matches!(self, Self::Register(_))
    }
}

/// What is typed.
#[derive(Clone, Debug, Default, PartialEq)]
struct Typed {
    last: String,
    /// The display shows nothing that could be read.
    is_unreadable: bool,
    serial: String,
    model: String,
    first: String,
    at: String,
    reason: String,
}

/// A moment as a browser's field for one has it, `2026-11-22T14:05`, in a zone.
fn read_moment(text: &str, zone: TimeZone) -> Option<UtcMillis> {
    let (day, clock) = text.split_once('T')?;
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let mut parts = clock.split(':');
    let (hour, minute): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let is_clock = (0..24).contains(&hour) && (0..60).contains(&minute);
    let start = zone.start_of(LocalDay::from_ymd(year, month, day)?);
    is_clock.then(|| start.plus(hour * HOUR_MS + minute * MINUTE_MS))
}

/// What is wrong with each field, as a key of the catalogues.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Wrong {
    last: Option<&'static str>,
    serial: Option<&'static str>,
    model: Option<&'static str>,
    first: Option<&'static str>,
    at: Option<&'static str>,
    reason: Option<&'static str>,
}

impl Typed {
    fn wrong(&self, change: Change, zone: TimeZone) -> Wrong {
        let if_wrong = |is: bool, key: &'static str| is.then_some(key);
        let (new, last) = (change.has_new(), change.has_final() && !self.is_unreadable);
        Wrong {
            last: if_wrong(last && parse_register(&self.last).is_none(), "meter-wrong-register"),
            serial: if_wrong(new && self.serial.parse::<Serial>().is_err(), "meter-wrong-serial"),
            model: if_wrong(new && self.model.chars().count() > LONGEST_MODEL, "refused-meter_model"),
            first: if_wrong(new && parse_register(&self.first).is_none(), "meter-wrong-register"),
            at: if_wrong(!self.at.is_empty() && read_moment(&self.at, zone).is_none(), "meter-wrong-time"),
            reason: if_wrong(change.has_reason() && !is_reason(&self.reason), "refused-meter_reason"),
        }
    }

    /// The request, unless something is wrong.
    fn request(&self, change: Change, key: Uuid, zone: TimeZone) -> Option<MetersRequest> {
        if self.wrong(change, zone) != Wrong::default() {
            return None;
        }
        let at = read_moment(&self.at, zone);
        let final_register = if self.is_unreadable { None } else { parse_register(&self.last) };
        let (serial, first) = (self.serial.parse::<Serial>().ok(), parse_register(&self.first).unwrap_or_default());
        let (model, reason) = (self.model.trim().to_owned(), self.reason.trim().to_owned());
        Some(match change {
            Change::Register(connection) => {
                let body = MeterRegistration { key, connection, serial: serial?, model, first_register: first, at };
                MetersRequest::Register(Box::new(body))
            }
            Change::Replace(meter) => {
                let serial = serial?;
                let body = MeterReplacement { key, meter, final_register, serial, model, first_register: first, at, reason };
                MetersRequest::Replace(Box::new(body))
            }
            Change::Retire(meter, connection) => {
                let final_register = final_register.filter(|_| connection.is_some());
                MetersRequest::Retire(Box::new(MeterRetirement { key, meter, final_register, at, reason }))
            }
        })
    }
}

/// The section of a meter's page: where it is in its life, and what can be done about that.
#[component]
pub fn InstallationSection(
    meter: MeterId,
    serial: String,
    life_cycle: LifeCycle,
    connection: Option<ConnectionId>,
    register: Option<Millilitres>,
    zone: TimeZone,
) -> Element {
    let mut asking = use_signal(|| None::<Change>);
    let away = is_away();
    let described = away.then_some("meter-away");
    let is_retired = life_cycle == LifeCycle::Inactive;
    rsx! {
        Card { class: "wide",
            h2 { {tr("meter-installation")} }
            div { class: "row wrap", "data-life": life_cycle.as_str(),
                if is_retired {
                    StatusChip { tone: "", icon: "history", label: tr("life-inactive"), small: true }
                } else if connection.is_none() {
                    StatusChip { tone: "warn", icon: "triangle-alert", label: tr("meter-nowhere"), small: true }
                } else {
                    StatusChip { tone: "ok", icon: "check", label: tr("meter-installed"), small: true }
                }
            }
            if !is_retired {
                div { class: "row wrap actions",
                    if connection.is_some() {
                        Button { label: tr("meter-replace"), icon: "refresh-cw", disabled: away, described, onclick: move |_| asking.set(Some(Change::Replace(meter))) }
                    }
                    Button { label: tr("meter-retire"), kind: "quiet", icon: "circle-slash", disabled: away, described,
                        onclick: move |_| asking.set(Some(Change::Retire(meter, connection))) }
                }
                if away {
                    p { id: "meter-away", class: "muted small row", Icon { name: "info", size: "s" } {tr("meter-away")} }
                }
            }
        }
        if let Some(change) = asking() {
            ChangeDialog { change, about: serial.clone(), register, zone, onclose: move |()| asking.set(None) }
        }
    }
}

/// The dialog. `about` is the meter, or the address where one is put up; `register` what is known of it last.
#[component]
pub fn ChangeDialog(
    change: Change,
    about: String,
    register: Option<Millilitres>,
    zone: TimeZone,
    onclose: EventHandler<()>,
) -> Element {
    let (shared, act, id) = (shared(), use_act(), use_hook(new_id));
    let mut typed = use_signal(|| Typed { first: "0".into(), ..Typed::default() });
    let mut tried = use_signal(|| false);
    let word = change.word();
    let wrong = use_memo(move || if tried() { typed.read().wrong(change, zone) } else { Wrong::default() });
    let said = |key: Option<&'static str>| key.map(tr);
    let go = move |_| {
        tried.set(true);
        let Some(request) = typed.peek().request(change, id, zone) else { return };
        act.send(AdminRequest::Meters(request), move |_| {
            shared.toast(tr(&format!("meter-done-{word}")));
            onclose.call(());
        });
    };
    let form = typed.read().clone();
    let wrong = wrong();
    let kind = if change.has_new() { "primary" } else { "danger" };
    rsx! {
        Dialog { title: tr(&format!("meter-title-{word}")), of: "meter-change", onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "muted small", "{about}" }
            if change.has_final() {
                Entry { id: "meter-last", label: tr("meter-last"), value: form.last, kind: "decimal", unit: "m³", error: said(wrong.last),
                    hint: register.map_or_else(String::new, |register| tra("meter-last-known", &[("value", format::register(register, language()))])),
                    oninput: move |text| typed.with_mut(|typed| typed.last = text) }
                label { class: "tick row",
                    input { id: "meter-unreadable", r#type: "checkbox", checked: form.is_unreadable,
                        onchange: move |event| typed.with_mut(|typed| typed.is_unreadable = event.checked()) }
                    span { class: "small", {tr("meter-unreadable")} }
                }
            }
            if change.has_new() {
                Entry { id: "meter-serial", label: tr("meter-serial"), value: form.serial, error: said(wrong.serial), hint: tr("meter-serial-hint"),
                    oninput: move |text| typed.with_mut(|typed| typed.serial = text) }
                Entry { id: "meter-model", label: tr("meter-model"), value: form.model, error: said(wrong.model),
                    oninput: move |text| typed.with_mut(|typed| typed.model = text) }
                Entry { id: "meter-first", label: tr("meter-first"), value: form.first, kind: "decimal", unit: "m³", error: said(wrong.first), hint: tr("meter-first-hint"),
                    oninput: move |text| typed.with_mut(|typed| typed.first = text) }
            }
            MomentEntry { value: form.at, zone, error: said(wrong.at), oninput: move |text| typed.with_mut(|typed| typed.at = text) }
            if change.has_reason() {
                Reason { id: "meter-reason", value: form.reason, error: said(wrong.reason), hint: tr("valve-reason-hint"), longest: *REASON.end(),
                    oninput: move |text| typed.with_mut(|typed| typed.reason = text) }
            }
            p { class: "small muted", {tr(&format!("meter-note-{word}"))} }
            Refused { text: act.refused() }
            div { class: "row wrap actions",
                Button { label: tr(&format!("meter-{word}")), kind, icon: "check", busy: act.is_busy(), onclick: go }
                Button { label: tr("back"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// When it happens: now, unless something is chosen.
#[component]
fn MomentEntry(value: String, zone: TimeZone, error: Option<String>, oninput: EventHandler<String>) -> Element {
    let is_wrong = error.is_some();
    let said = error.unwrap_or_else(|| tra("meter-at-hint", &[("zone", zone.abbreviation().to_owned())]));
    rsx! {
        div { class: "field",
            label { r#for: "meter-at", {tr("meter-at")} }
            div { class: if is_wrong { "input bad" } else { "input" },
                input { id: "meter-at", r#type: "datetime-local", value: "{value}", "aria-invalid": if is_wrong { "true" }, "aria-describedby": "meter-at-said",
                    oninput: move |event| oninput.call(event.value()) }
            }
            span { id: "meter-at-said", class: if is_wrong { "error" } else { "muted tiny" }, "{said}" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: TimeZone = TimeZone::Makassar;

    fn meter() -> MeterId {
        MeterId(Uuid::nil())
    }

    #[test]
    fn a_moment_is_one_of_the_meters_zone() {
        let noon = ZONE.start_of(LocalDay::from_ymd(2026, 11, 22).expect("a day")).plus(14 * HOUR_MS + 5 * MINUTE_MS);
        assert_eq!(read_moment("2026-11-22T14:05", ZONE), Some(noon));
        for wrong in ["", "2026-11-22", "2026-13-01T10:00", "2026-11-22T24:00", "2026-11-22T10:60"] {
            assert_eq!(read_moment(wrong, ZONE), None, "{wrong}");
        }
    }

    #[test]
    fn nothing_is_sent_while_something_is_missing() {
        let change = Change::Replace(meter());
        let mut typed = Typed { first: "0".into(), ..Typed::default() };
        assert!(typed.request(change, Uuid::nil(), ZONE).is_none());
        let wrong = typed.wrong(change, ZONE);
        assert!(wrong.last.is_some() && wrong.serial.is_some() && wrong.reason.is_some());
        (typed.last, typed.serial, typed.reason) = ("12,345".into(), "WM-1".into(), "Layar mati".into());
        let Some(MetersRequest::Replace(body)) = typed.request(change, Uuid::nil(), ZONE) else { panic!("{typed:?}") };
        assert_eq!((body.final_register, body.first_register), (Some(Millilitres::litres(12_345)), Millilitres::ZERO));
        typed.is_unreadable = true;
        let Some(MetersRequest::Replace(body)) = typed.request(change, Uuid::nil(), ZONE) else { panic!("{typed:?}") };
        assert_eq!(body.final_register, None, "what cannot be read is not made up");
    }

    #[test]
    fn a_meter_that_is_installed_nowhere_has_no_final_register() {
        let typed = Typed { last: "1".into(), reason: "Rusak".into(), ..Typed::default() };
        let Some(MetersRequest::Retire(body)) = typed.request(Change::Retire(meter(), None), Uuid::nil(), ZONE) else {
            panic!("{typed:?}")
        };
        assert_eq!(body.final_register, None);
    }
}
