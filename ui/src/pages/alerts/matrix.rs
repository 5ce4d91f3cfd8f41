//! Which kinds of notifications are wanted by which ways: those that the server can use.

use crate::components::{Card, Icon};
use crate::i18n::{tr, tra};
use crate::pages::alerts::words::{of_channel, of_kind};
use dioxus::prelude::*;
use domain::alerts::kinds::{AlertKind, Channel};
use domain::alerts::preferences::Preferences;
use domain::people::Role;

/// The kinds of which somebody of a role can be notified.
fn kinds(role: Role) -> impl Iterator<Item = AlertKind> {
    // Whoever pays is the customer, and to whom the utility writes.
    let is_the_customers =
        |kind: &AlertKind| matches!(kind, AlertKind::LowBalance | AlertKind::Payment | AlertKind::Announcement);
    AlertKind::ALL.iter().copied().filter(move |kind| role == Role::Customer || !is_the_customers(kind))
}

/// A switch for each kind on each channel.
#[component]
pub fn Matrix(wanted: Signal<Preferences>, channels: Vec<Channel>, role: Role) -> Element {
    let absent: Vec<_> =
        Channel::ALL.iter().filter(|channel| !channels.contains(channel)).map(|channel| of_channel(*channel)).collect();
    rsx! {
        Card {
            h2 { id: "alerts-matrix", {tr("alerts-matrix")} }
            p { class: "muted small", {tr("alerts-matrix-lead")} }
            div { class: "table-wrap", tabindex: "0", role: "region", "aria-labelledby": "alerts-matrix",
                table { class: "table alert-matrix",
                    thead {
                        tr {
                            th { scope: "col", {tr("alerts-kind")} }
                            for channel in channels.iter() {
                                th { key: "{channel.as_str()}", scope: "col", class: "center", {of_channel(*channel)} }
                            }
                        }
                    }
                    tbody {
                        for kind in kinds(role) {
                            tr { key: "{kind.as_str()}", "data-kind": kind.as_str(),
                                th { scope: "row", {of_kind(kind)} }
                                for channel in channels.iter().copied() {
                                    td { key: "{channel.as_str()}", class: "center", Switch { wanted, kind, channel } }
                                }
                            }
                        }
                    }
                }
            }
            if !absent.is_empty() {
                p { class: "muted small row top", Icon { name: "info", size: "s" }
                    span { {tra("alerts-absent", &[("channels", absent.join(", "))])} }
                }
            }
        }
    }
}

#[component]
fn Switch(wanted: Signal<Preferences>, kind: AlertKind, channel: Channel) -> Element {
    let mut wanted = wanted;
    let name = tra("alerts-switch", &[("kind", of_kind(kind)), ("channel", of_channel(channel))]);
    rsx! {
        label { class: "tick",
            input { r#type: "checkbox", "aria-label": name, "data-channel": channel.as_str(), checked: wanted.read().want(kind, channel),
                onchange: move |event| wanted.with_mut(|wanted| wanted.set(kind, channel, event.checked())) }
        }
    }
}
