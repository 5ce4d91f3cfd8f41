//! At which meters: all, those of zones, those of a model, or some that are named by their serials, which this device looks up itself.

use crate::bridge;
use crate::components::{Button, Icon};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::{Entry, Several};
use crate::pages::maintenance::schedules::draft::Draft;
use crate::pages::maintenance::schedules::fields::{Listed, set};
use dioxus::prelude::*;
use domain::UserId;
use protocol::maintenance::schedules::Schedules;
use protocol::ui::{Answer, FleetQuery, Request};

/// Meters that a search may find and still be looked through for a serial.
const LOOKED: u32 = 20;

/// Where, and by whom.
#[component]
pub fn Meters(draft: Signal<Draft>, found: Schedules, wrong: Option<String>) -> Element {
    let now = draft.read().clone();
    let zones: Vec<_> = found.zones.iter().map(|zone| (zone.id.to_string(), zone.name.clone())).collect();
    let chosen: Vec<String> = now.zones.iter().map(ToString::to_string).collect();
    let all = (String::new(), tr("schedule-any-model"));
    // A model of which nothing is installed any more stays what was set.
    let other = Some(now.model.clone()).filter(|model| !model.is_empty() && !found.models.contains(model));
    let models = found.models.iter().cloned().chain(other).map(|model| (model.clone(), model));
    let models: Vec<_> = std::iter::once(all).chain(models).collect();
    let nobody = (String::new(), tr("work-anybody"));
    // So does a technician who may not sign in any more: without a name of their own the list would show that it is for anybody.
    let left = now.technician.filter(|id| !found.technicians.iter().any(|of| of.id == *id));
    let left = left.map(|id| (id.to_string(), tr("schedule-technician-left")));
    let people = found.technicians.iter().map(|of| (of.id.to_string(), of.name.clone()));
    let people: Vec<_> = std::iter::once(nobody).chain(people).chain(left).collect();
    rsx! {
        Several { label: tr("schedule-zones"), choices: zones, chosen,
            onchange: move |words: Vec<String>| set(draft, |draft| draft.zones = words.iter().filter_map(|word| word.parse().ok()).collect()) }
        p { class: "muted tiny", {tr("schedule-zones-hint")} }
        div { class: "form-grid",
            Listed { of: "model", label: tr("field-model"), choices: models, chosen: now.model.clone(), onchoose: move |model| set(draft, |draft| draft.model = model) }
            Listed { of: "technician", label: tr("field-technician"), choices: people, chosen: now.technician.map(|id| id.to_string()).unwrap_or_default(),
                onchoose: move |word: String| set(draft, |draft| draft.technician = word.parse::<UserId>().ok()) }
        }
        Named { draft, wrong }
    }
}

/// Meters that are named one by one.
#[component]
fn Named(draft: Signal<Draft>, wrong: Option<String>) -> Element {
    let mut unknown = use_signal(|| false);
    let (count, serial) = (draft.read().meters.len(), draft.read().serial.clone());
    let add = move || {
        let wanted = draft.peek().serial.trim().to_owned();
        if wanted.is_empty() {
            return;
        }
        spawn(async move {
            let asked = FleetQuery { search: wanted.clone(), limit: LOOKED, ..FleetQuery::default() };
            let Ok(Answer::Fleet(fleet)) = bridge::call(Request::Fleet(asked)).await else { return unknown.set(true) };
            match fleet.rows.iter().find(|row| row.serial.eq_ignore_ascii_case(&wanted)) {
                Some(row) => {
                    let id = row.now.id;
                    set(draft, |draft| {
                        if !draft.meters.contains(&id) {
                            draft.meters.push(id);
                        }
                        draft.serial.clear();
                    });
                    unknown.set(false);
                }
                None => unknown.set(true),
            }
        });
    };
    let error = unknown().then(|| tr("schedule-serial-unknown")).or(wrong);
    // Enter adds the meter: it would save a schedule of all meters.
    let by_keys = move |event: KeyboardEvent| {
        if event.key() == Key::Enter {
            event.prevent_default();
            add();
        }
    };
    rsx! {
        div { onkeydown: by_keys,
            Entry { id: "schedule-serial", label: tr("schedule-serial"), hint: tr("schedule-serial-hint"), value: serial, error,
                oninput: move |text| {
                    set(draft, |draft| draft.serial = text);
                    unknown.set(false);
                } }
        }
        div { class: "row wrap",
            Button { label: tr("schedule-serial-add"), kind: "quiet", icon: "plus", onclick: move |_| add() }
            if count > 0 {
                span { class: "small row", role: "status", Icon { name: "list-checks", size: "s" } {tra("schedule-meters-listed", &[("n", count.to_string())])} }
                Button { label: tr("schedule-serial-clear"), kind: "quiet", icon: "x", onclick: move |_| set(draft, |draft| draft.meters.clear()) }
            }
        }
    }
}
