//! The visits that a customer waits for, on Beranda, and the choice of another time for one.

use crate::bridge;
use crate::components::shell::language;
use crate::components::states::explain;
use crate::components::status::chip;
use crate::components::{Button, Card, Dialog, Icon, use_sending};
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::maintenance::words;
use crate::pages::metering::meter::locked;
use crate::state::shared;
use dioxus::prelude::*;
use domain::TimeZone;
use domain::maintenance::visit::offered;
use domain::maintenance::work_order::Window;
use domain::people::Language;
use protocol::sync::push::Operation;
use protocol::sync::work::VisitMove;
use protocol::ui::{AnnouncedVisit, Request};

/// `Sel, 1 Des · 08.00–12.00 WIB`; with both days where there are two.
fn when(window: Window, zone: TimeZone, language: Language) -> String {
    let (first, last) = (zone.day_of(window.from), zone.day_of(window.until));
    let (opens, closes) = (format::clock(window.from, zone, language), format::clock(window.until, zone, language));
    let (day, abbreviation) = (format::near_date(first, language), zone.abbreviation());
    if first == last {
        return format!("{day} · {opens}–{closes} {abbreviation}");
    }
    format!("{day} {opens} – {} {closes} {abbreviation}", format::near_date(last, language))
}

/// The cards; nothing where nobody comes.
#[component]
pub fn Visits(visits: Vec<AnnouncedVisit>) -> Element {
    rsx! {
        for visit in visits {
            VisitCard { key: "{visit.order}", visit }
        }
    }
}

#[component]
fn VisitCard(visit: AnnouncedVisit) -> Element {
    let shared = shared();
    let mut choosing = use_signal(|| None::<Vec<Window>>);
    let (window, zone) = (visit.window, visit.time_zone);
    let found = offered(visit.choice.as_ref(), window, (zone, shared.server_now()));
    let state = match (&found, visit.waiting) {
        (_, true) => "waiting",
        (Ok(_), false) => "open",
        (Err(why), false) => why.as_str(),
    };
    let left = visit.choice.as_ref().map_or(0, |choice| choice.left);
    rsx! {
        div { "data-visit": "{visit.order}", "data-state": state,
            Card { class: "wide",
                div { class: "row between wrap",
                    h2 { class: "row", Icon { name: "calendar-clock" } {tr("visit-title")} }
                    if visit.waiting {
                        {chip("info", "arrow-up", &tr("op-waiting"), "small")}
                    }
                }
                p { strong { {when(window, zone, language())} } }
                p { class: "small", {tra("visit-work", &[("work", words::title(visit.work))])} }
                match found {
                    _ if visit.waiting => rsx! { p { class: "muted small", {tr("visit-waiting")} } },
                    Err(why) => rsx! { p { class: "muted small", {tr(&format!("visit-{}", why.as_str()))} } },
                    Ok(windows) => rsx! {
                        div { class: "row wrap actions",
                            Button { label: tr("visit-choose"), icon: "calendar-clock", disabled: locked(),
                                onclick: move |_| choosing.set(Some(windows.clone())) }
                            span { class: "muted small", {tra("visit-left", &[("n", left.to_string())])} }
                        }
                        if locked() {
                            p { class: "muted small", {tr("no-offline-edit")} }
                        }
                    },
                }
            }
        }
        // What is being sent goes on while the card shows the new time already.
        if let Some(windows) = choosing() {
            ChooseTime { visit: visit.clone(), windows, onclose: move |()| choosing.set(None) }
        }
    }
}

/// One of the times that are offered is chosen, and sent.
#[component]
fn ChooseTime(visit: AnnouncedVisit, windows: Vec<Window>, onclose: EventHandler<()>) -> Element {
    let shared = shared();
    let language = language();
    let sending = use_sending();
    let mut chosen = use_signal(|| None::<Window>);
    let AnnouncedVisit { notification, connection, order, window: was, time_zone: zone, .. } = visit;
    let busy = sending.is_busy();
    let send = move |_: MouseEvent| {
        let Some(to) = chosen() else { return };
        sending.once(async move {
            let command = Operation::MoveVisit(VisitMove { notification, connection, order, was, to });
            match bridge::call(Request::SubmitAs { op: sending.id(), command }).await {
                Ok(_) => {
                    sending.begin_anew();
                    shared.toast(tra("visit-chosen", &[("when", when(to, zone, language))]));
                    onclose.call(());
                }
                Err(problem) => shared.toast(explain(&problem)),
            }
        });
    };
    rsx! {
        Dialog { title: tr("visit-choose"), sheet: true, onclose: move |()| if !busy { onclose.call(()) },
            p { class: "muted small", {tra("visit-instead", &[("when", when(was, zone, language))])} }
            fieldset { class: "field",
                legend { class: "label", {tr("visit-times")} }
                for window in windows {
                    label { key: "{window.from.0}", class: "tick row",
                        input { r#type: "radio", name: "visit-time", value: "{window.from.0}", checked: chosen() == Some(window),
                            onchange: move |_| chosen.set(Some(window)) }
                        span { class: "grow", {when(window, zone, language)} }
                    }
                }
            }
            div { class: "row wrap actions held",
                Button { label: tr("visit-confirm"), kind: "primary", icon: "check", busy, disabled: chosen().is_none(), onclick: send }
                Button { label: tr("cancel"), kind: "quiet", disabled: busy, onclick: move |_| onclose.call(()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::LocalDay;
    use domain::core::local_time::HOUR_MS;

    #[test]
    fn a_visit_has_its_day_once_and_both_where_there_are_two() {
        let zone = TimeZone::Makassar;
        let at = |day: i32, hour: i64| zone.start_of(LocalDay(20_788 + day)).plus(hour * HOUR_MS);
        let said = |from, until| when(Window { from, until }, zone, Language::Id);
        assert_eq!(said(at(0, 8), at(0, 12)), "Sel, 1 Des · 08.00–12.00 WITA");
        let two = said(at(0, 8), at(1, 12));
        assert!(two.contains("1 Des 08.00 – ") && two.ends_with("2 Des 12.00 WITA"), "{two}");
    }
}
