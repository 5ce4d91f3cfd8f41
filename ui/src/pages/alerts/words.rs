//! A notification in words: the screen's own, of what the server sent as data.

use crate::components::shell::language;
use crate::i18n::{tr, tra};
use crate::state::Shared;
use dioxus::prelude::consume_context;
use domain::ConnectionId;
use domain::alerts::content::Content;
use domain::alerts::kinds::{AlertKind, Channel, Provider, Severity};
use domain::alerts::notice::Basis;
use domain::people::Role;
use domain::reports::RunState;
use protocol::alerts::{work, zone_loss};
use protocol::ui::{AlertRow, Notice, case};
use uuid::Uuid;

/// Title and sentence of a notification. What only a newer version can say shows what it is about.
pub fn of_row(row: &AlertRow) -> (String, String) {
    let notification = &row.notification;
    let place = row.place.clone().unwrap_or_else(|| tr("alerts-no-place"));
    match &notification.content {
        Content::LowBalance { level, balance, tenths_of_days, limit } => {
            let notice = Notice {
                connection: notification.connection.unwrap_or(ConnectionId(Uuid::nil())),
                label: place,
                level: *level,
                balance: *balance,
                tenths_of_days: *tenths_of_days,
                limit: *limit,
                basis: Basis::Known,
                at: notification.at,
            };
            (tr(notice.title_key()), tra(notice.text_key(), &notice.values()))
        }
        Content::Case { cause, rate, loss, .. } => {
            (tr(case::title_key(*cause)), tra(case::text_key(*cause), &case::values(&place, *rate, *loss)))
        }
        Content::ZoneLoss { name, per_mille, per_day, .. } => {
            let values = zone_loss::values(name, *per_mille, *per_day);
            (tra(zone_loss::TITLE, &values), tra(zone_loss::TEXT, &values))
        }
        Content::InflowSilent { name, serial, .. } => {
            let values = zone_loss::silent_values(name, serial);
            (tra(zone_loss::SILENT_TITLE, &values), tra(zone_loss::SILENT_TEXT, &values))
        }
        Content::Announcement(words) => {
            let words = words.in_language(language());
            (words.title.clone(), words.text.clone())
        }
        Content::Report { name, period, state, .. } => {
            let title = if *state == RunState::Made { "report-run-ready" } else { "report-run-failed" };
            let values = [("name", name.clone()), ("period", period.text(language()))];
            (tra(title, &[("name", name.clone())]), tra(&format!("report-run-{}", state.as_str()), &values))
        }
        // An invitation goes by mail, and is in no list.
        content => match work::sentences(content, &place, language(), tr) {
            Some(of) => (tra(of.title, &of.values), tra(of.text, &of.values)),
            None => (of_kind(notification.kind), tra("alert-unknown-text", &[("place", place)])),
        },
    }
}

/// What it is about. Of work a customer knows the visits.
pub fn of_kind(kind: AlertKind) -> String {
    if kind == AlertKind::Work && consume_context::<Shared>().role() == Some(Role::Customer) {
        return tr("alerts-kind-visit");
    }
    tr(&format!("alerts-kind-{}", kind.as_str()))
}

/// How urgent it is.
pub fn of_severity(severity: Severity) -> String {
    tr(&format!("alerts-severity-{}", severity.as_str()))
}

/// Colour and picture of how urgent it is.
pub const fn look(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Critical => ("danger", "circle-alert"),
        Severity::Warning => ("warn", "triangle-alert"),
        Severity::Info => ("info", "info"),
    }
}

/// By which way it arrives.
pub fn of_channel(channel: Channel) -> String {
    tr(&format!("alerts-channel-{}", channel.as_str()))
}

/// Who hands it on.
pub fn of_provider(provider: Provider) -> String {
    tr(&format!("alerts-provider-{}", provider.as_str()))
}
