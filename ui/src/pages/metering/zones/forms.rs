//! A zone that is added, and another name for one.

use crate::components::summary::{Summary, misses};
use crate::components::{Button, Dialog, Select};
use crate::i18n::tr;
use crate::pages::admin::act::use_act;
use crate::pages::admin::ask::{ServerView, is_away};
use crate::pages::admin::parts::{Entry, Refused};
use crate::pages::metering::zones::{clock, send};
use dioxus::prelude::*;
use domain::people::zone::is_name;
use domain::{TimeZone, ZoneId};
use protocol::metering::zones::{ZoneDeed, ZoneRow, Zones};
use uuid::Uuid;

/// What is wrong with a name.
fn fault(name: &str) -> Option<String> {
    (!is_name(name)).then(|| tr("refused-zone_name"))
}

/// Another zone. Its identifier is the key by which it is added once.
#[component]
pub fn Add(of: Uuid, server: ServerView<Zones>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let mut name = use_signal(String::new);
    let mut time_zone = use_signal(|| TimeZone::Jakarta);
    let mut tried = use_signal(|| false);
    let wrong = fault(&name.read());
    let is_right = wrong.is_none();
    let choices = TimeZone::ALL.map(|zone| (zone.iana().to_owned(), clock(zone))).to_vec();
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_right {
            let change = ZoneDeed::Add { name: name.read().trim().to_owned(), time_zone: time_zone() };
            send(act, (of, ZoneId(of)), change, server, move || onclose.call(()));
        }
    };
    rsx! {
        Dialog { title: tr("zone-add"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("zone-name", wrong.clone())]) }
                Entry { id: "zone-name", label: tr("zone-name"), value: name(), hint: tr("zone-name-hint"), error: wrong.filter(|_| tried()), oninput: move |text| name.set(text) }
                div { class: "field",
                    span { class: "label", "aria-hidden": "true", {tr("zone-time")} }
                    Select { label: tr("zone-time"), choices, chosen: time_zone().iana().to_owned(),
                        onchoose: move |word: String| if let Some(zone) = TimeZone::from_iana(&word) { time_zone.set(zone) } }
                    span { class: "muted tiny", {tr("zone-time-hint")} }
                }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("zone-add"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}

/// Another name for a zone.
#[component]
pub fn Rename(of: Uuid, zone: ZoneRow, server: ServerView<Zones>, onclose: EventHandler<()>) -> Element {
    let act = use_act();
    let mut name = use_signal(|| zone.name.clone());
    let mut tried = use_signal(|| false);
    let wrong = fault(&name.read());
    let is_right = wrong.is_none();
    let (id, rev) = (zone.id, zone.rev);
    let go = move |event: FormEvent| {
        event.prevent_default();
        tried.set(true);
        if is_right {
            let change = ZoneDeed::Rename { rev, name: name.read().trim().to_owned() };
            send(act, (of, id), change, server, move || onclose.call(()));
        }
    };
    rsx! {
        Dialog { title: tr("zone-rename"), onclose: move |()| if !act.is_busy() { onclose.call(()) },
            form { class: "stack wide office-form", novalidate: true, onsubmit: go,
                Summary { wrong: misses(tried(), [("zone-name", wrong.clone())]) }
                Entry { id: "zone-name", label: tr("zone-name"), value: name(), hint: tr("zone-rename-hint"), error: wrong.filter(|_| tried()), oninput: move |text| name.set(text) }
                Refused { text: act.refused() }
                div { class: "row wrap actions",
                    Button { label: tr("save"), kind: "primary", icon: "check", r#type: "submit", busy: act.is_busy(), disabled: is_away() }
                    Button { label: tr("cancel"), kind: "quiet", disabled: act.is_busy(), onclick: move |_| onclose.call(()) }
                }
            }
        }
    }
}
