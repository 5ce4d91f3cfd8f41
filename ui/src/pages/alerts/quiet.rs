//! When notifications are sent: quiet hours, and what goes into the daily message.

use crate::components::{Card, Icon};
use crate::i18n::{tr, tra};
use crate::pages::admin::parts::Choice;
use crate::pages::alerts::limits::use_limits;
use crate::state::Load;
use dioxus::prelude::*;
use domain::TimeZone;
use domain::alerts::preferences::{Digest, DigestOf, MinuteOfDay, Preferences, QuietHours};
use domain::people::Role;
use std::collections::BTreeSet;

/// The times of the day that can be set, by their elements.
pub const FROM: &str = "alerts-quiet-from";
/// See [`FROM`].
pub const TO: &str = "alerts-quiet-to";
/// See [`FROM`].
pub const DIGEST_AT: &str = "alerts-digest-at";

/// Quiet hours and the daily message. `cleared` has the times that are shown and were cleared: nothing is saved until they are set.
#[component]
pub fn Quiet(wanted: Signal<Preferences>, cleared: Signal<BTreeSet<&'static str>>, role: Role) -> Element {
    let (mut wanted, mut cleared) = (wanted, cleared);
    let (quiet, digest) = (wanted.read().quiet, wanted.read().digest);
    let set_quiet = use_callback(move |quiet: QuietHours| wanted.with_mut(|wanted| wanted.quiet = Some(quiet)));
    let set_digest = use_callback(move |digest: Digest| {
        if digest.of == DigestOf::Nothing {
            cleared.with_mut(|ids| ids.remove(DIGEST_AT));
        }
        wanted.with_mut(|wanted| wanted.digest = digest);
    });
    let turn = move |event: FormEvent| {
        let usual = Preferences::default().quiet;
        cleared.with_mut(|ids| ids.retain(|id| *id == DIGEST_AT));
        wanted.with_mut(|wanted| wanted.quiet = if event.checked() { usual } else { None });
    };
    let choices = [DigestOf::Nothing, DigestOf::Info, DigestOf::NotCritical].map(|of| (of, tr(digest_key(of))));
    rsx! {
        Card {
            h2 { {tr("alerts-quiet")} }
            label { class: "tick row",
                input { id: "alerts-quiet-on", r#type: "checkbox", checked: quiet.is_some(), onchange: turn }
                {tr("alerts-quiet-on")}
            }
            if let Some(quiet) = quiet {
                div { class: "form-grid",
                    Time { id: FROM, label: tr("alerts-quiet-from"), value: quiet.from, cleared, onchoose: move |from| set_quiet.call(QuietHours { from, ..quiet }) }
                    Time { id: TO, label: tr("alerts-quiet-to"), value: quiet.to, cleared, onchoose: move |to| set_quiet.call(QuietHours { to, ..quiet }) }
                }
            }
            p { class: "muted small", Zones { role } " " {tr("alerts-quiet-critical")} }
            Choice { label: tr("alerts-digest"), choices: choices.to_vec(), chosen: digest.of, onchoose: move |of| set_digest.call(Digest { of, ..digest }) }
            if digest.of != DigestOf::Nothing {
                div { class: "form-grid",
                    Time { id: DIGEST_AT, label: tr("alerts-digest-at"), value: digest.at, cleared, onchoose: move |at| set_digest.call(Digest { at, ..digest }) }
                }
            }
        }
    }
}

const fn digest_key(of: DigestOf) -> &'static str {
    match of {
        DigestOf::Nothing => "alerts-digest-nothing",
        DigestOf::Info => "alerts-digest-info",
        DigestOf::NotCritical => "alerts-digest-not_critical",
    }
}

/// Whose hours they are: those of the zones of a customer's own properties.
#[component]
fn Zones(role: Role) -> Element {
    let load = use_limits();
    let mut zones: Vec<&str> = match &*load.read() {
        Load::Ready(limits) if role == Role::Customer => limits.iter().map(|of| of.place.time_zone.abbreviation()).collect(),
        _ => Vec::new(),
    };
    zones.sort_unstable();
    zones.dedup();
    if zones.is_empty() {
        zones.push(TimeZone::Jakarta.abbreviation());
    }
    rsx! { {tra("alerts-quiet-zone", &[("zones", zones.join(", "))])} }
}

/// A time of the day. A field that was cleared is no time.
#[component]
fn Time(
    id: &'static str,
    label: String,
    value: MinuteOfDay,
    cleared: Signal<BTreeSet<&'static str>>,
    onchoose: EventHandler<MinuteOfDay>,
) -> Element {
    let mut cleared = cleared;
    let is_cleared = cleared.read().contains(id);
    let minute = u16::from(value);
    let text = if is_cleared { String::new() } else { format!("{:02}:{:02}", minute / 60, minute % 60) };
    let choose = move |event: FormEvent| match read(&event.value()) {
        Some(minute) => {
            cleared.with_mut(|ids| ids.remove(id));
            onchoose.call(minute);
        }
        None => {
            cleared.with_mut(|ids| ids.insert(id));
        }
    };
    rsx! {
        div { class: "field",
            label { r#for: id, "{label}" }
            div { class: if is_cleared { "input bad" } else { "input" },
                input { id, r#type: "time", value: "{text}",
                    "aria-invalid": if is_cleared { "true" },
                    "aria-describedby": if is_cleared { "{id}-said" },
                    onchange: choose }
            }
            if is_cleared {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } {tr("alerts-no-time")} }
            }
        }
    }
}

fn read(text: &str) -> Option<MinuteOfDay> {
    let mut parts = text.split(':');
    let (hour, minute): (u16, u16) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    (hour < 24 && minute < 60).then(|| MinuteOfDay::at(hour, minute))
}
