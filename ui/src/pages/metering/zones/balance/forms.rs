//! A bulk meter that is registered or removed, and the limit of a zone.

use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog};
use crate::i18n::{tr, tra};
use crate::pages::admin::act::{Act, use_act};
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::{DayEntry, Entry, Refused};
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use domain::metering::meter::LONGEST_MODEL;
use domain::{LocalDay, Serial, TimeZone, UtcMillis, ZoneId};
use protocol::metering::zone_balance::{InflowChange, InflowDeed, InflowMeter, Q3, ZoneBalance};
use protocol::ui::{AdminRequest, AdminResponse, ZoneBalancesRequest};
use uuid::Uuid;

/// Sends what is done about a zone, and asks for its balance again once it is: other days may count now.
fn send(
    act: Act,
    (key, zone): (Uuid, ZoneId),
    inflow: InflowDeed,
    server: ServerView<ZoneBalance>,
    then: impl FnOnce() + 'static,
) {
    let shared = consume_context::<Shared>();
    let asked = ZoneBalancesRequest::ChangeInflow(Box::new(InflowChange { key, zone, inflow }));
    act.send(AdminRequest::ZoneBalances(asked), move |answer| {
        if let AdminResponse::ZoneInflows(_) = answer {
            shared.toast(tr("zone-set"));
            server.again();
            then();
        }
    });
}

/// The beginning of a day that was chosen; without one it is now.
fn beginning(day: Option<LocalDay>, zone: TimeZone) -> Option<UtcMillis> {
    day.map(|day| zone.start_of(day))
}

/// The end of a day that was chosen. Of today, and without one, it is now.
fn end(day: Option<LocalDay>, zone: TimeZone, now: UtcMillis) -> Option<UtcMillis> {
    day.map(|day| zone.start_of(day.plus(1))).filter(|end| *end <= now)
}

/// A permanent flow as it is typed.
fn read_q3(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|q3| Q3.contains(q3))
}

/// A limit as it is typed, in whole per cent: nothing is none. `None` for what is no limit.
fn read_limit(text: &str) -> Option<Option<u16>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(None);
    }
    let percent: u16 = text.parse().ok()?;
    (1..=100).contains(&percent).then(|| Some(percent * 10))
}

/// Another bulk meter.
#[component]
pub fn Register(
    of: Uuid,
    zone: ZoneId,
    time_zone: TimeZone,
    server: ServerView<ZoneBalance>,
    onclose: EventHandler<()>,
) -> Element {
    let act = use_act();
    let mut serial = use_signal(String::new);
    let mut model = use_signal(String::new);
    let mut q3 = use_signal(String::new);
    let mut since = use_signal(|| None::<LocalDay>);
    let mut tried = use_signal(|| false);
    let if_wrong = |is: bool, key: &str| is.then(|| tr(key));
    let wrong_serial = if_wrong(serial.read().parse::<Serial>().is_err(), "meter-wrong-serial");
    let wrong_model = if_wrong(model.read().chars().count() > LONGEST_MODEL, "refused-meter_model");
    let wrong_q3 = if_wrong(read_q3(&q3.read()).is_none(), "refused-inflow_q3");
    let wrong = [("inflow-serial", wrong_serial.clone()), ("inflow-model", wrong_model.clone()), ("inflow-q3", wrong_q3.clone())];
    let is_right = wrong.iter().all(|(_, wrong)| wrong.is_none());
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let (Ok(serial), Some(q3), true) = (serial.read().parse::<Serial>(), read_q3(&q3.read()), is_right) else { return };
        let inflow =
            InflowDeed::Register { serial, model: model.read().trim().to_owned(), q3, since: beginning(since(), time_zone) };
        send(act, (of, zone), inflow, server, move || onclose.call(()));
    };
    rsx! {
        Dialog { title: tr("inflow-register"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                p { class: "muted small", {tr("inflow-register-lead")} }
                Summary { wrong: misses(tried(), wrong) }
                Entry { id: "inflow-serial", label: tr("meter-serial"), value: serial(), hint: tr("meter-serial-hint"), error: wrong_serial.filter(|_| tried()),
                    oninput: move |text| serial.set(text) }
                Entry { id: "inflow-model", label: tr("meter-model"), value: model(), error: wrong_model.filter(|_| tried()), oninput: move |text| model.set(text) }
                Entry { id: "inflow-q3", label: tr("inflow-q3"), value: q3(), kind: "numeric", unit: "m³/h", hint: tr("inflow-q3-hint"), error: wrong_q3.filter(|_| tried()),
                    oninput: move |text| q3.set(text) }
                DayEntry { id: "inflow-since", label: tr("inflow-from"), value: since(), onchoose: move |day| since.set(day) }
                p { class: "muted tiny", {tra("inflow-from-hint", &[("zone", time_zone.abbreviation().to_owned())])} }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("inflow-register"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// A bulk meter that measures what goes in no more.
#[component]
pub fn Remove(
    of: Uuid,
    zone: ZoneId,
    time_zone: TimeZone,
    meter: InflowMeter,
    server: ServerView<ZoneBalance>,
    onclose: EventHandler<()>,
) -> Element {
    let act = use_act();
    let mut until = use_signal(|| None::<LocalDay>);
    let id = meter.id;
    let go = move |_| {
        let now = *shared().now.peek();
        let inflow = InflowDeed::Remove { id, until: end(until(), time_zone, now) };
        send(act, (of, zone), inflow, server, move || onclose.call(()));
    };
    rsx! {
        Dialog { title: tr("inflow-remove"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            p { class: "number", "{meter.serial}" }
            p { class: "muted small", {tr("inflow-remove-lead")} }
            DayEntry { id: "inflow-until", label: tr("inflow-until"), value: until(), first: Some(time_zone.day_of(meter.since)), onchoose: move |day| until.set(day) }
            p { class: "muted tiny", {tra("inflow-from-hint", &[("zone", time_zone.abbreviation().to_owned())])} }
            Refused { text: act.refused() }
            div { class: "row wrap actions",
                Button { label: tr("inflow-remove"), kind: "danger", icon: "circle-slash", busy: act.is_busy(), disabled: is_away(), onclick: go }
                Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
            }
        }
    }
}

/// How much may be lost unexplained.
#[component]
pub fn Limit(of: Uuid, zone: ZoneId, limit: Option<u16>, server: ServerView<ZoneBalance>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let mut typed = use_signal(|| limit.map_or_else(String::new, |limit| (limit / 10).max(1).to_string()));
    let mut tried = use_signal(|| false);
    let wrong = read_limit(&typed.read()).is_none().then(|| tr("refused-inflow_limit"));
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(per_mille) = read_limit(&typed.read()) else { return };
        send(act, (of, zone), InflowDeed::Limit { per_mille }, server, move || onclose.call(()));
    };
    rsx! {
        Dialog { title: tr("balance-limit"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Entry { id: "balance-limit", label: tr("balance-limit-label"), value: typed(), kind: "numeric", unit: "%", hint: tr("balance-limit-hint"),
                    error: wrong.filter(|_| tried()), oninput: move |text| typed.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_a_flow_or_a_limit_or_neither() {
        assert_eq!([" 100 ", "6300", "0", "6301", "1,5", ""].map(read_q3), [Some(100), Some(6_300), None, None, None, None]);
        let limits = ["", " 15", "100", "0", "101", "x"].map(read_limit);
        assert_eq!(limits, [Some(None), Some(Some(150)), Some(Some(1_000)), None, None, None]);
    }

    #[test]
    fn a_day_begins_and_ends_by_the_zones_clock_and_today_ends_now() {
        let (zone, day) = (TimeZone::Jayapura, LocalDay(20_000));
        let now = zone.start_of(day.plus(1)).plus(1);
        assert_eq!(beginning(Some(day), zone), Some(zone.start_of(day)));
        assert_eq!(end(Some(day), zone, now), Some(now.plus(-1)));
        assert_eq!((end(Some(day.plus(1)), zone, now), end(None, zone, now)), (None, None));
    }
}
