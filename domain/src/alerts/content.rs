//! What a notification says, as data: its words are made when it is sent or shown, in the language that its user reads then.

use crate::alerts::announcement::Announcement;
use crate::alerts::case::{Cause, urgency};
use crate::alerts::kinds::{AlertKind, Severity};
use crate::alerts::low_balance;
use crate::billing::balance::Level;
use crate::maintenance::notifications::VisitState;
use crate::maintenance::visit::VisitChoice;
use crate::maintenance::work_order::WorkKind;
use crate::reports::{Period, RunState};
use crate::{LocalDay, Millilitres, ReportRunId, Rupiah, TimeZone, UtcMillis, WorkOrderId, ZoneId, leaks};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The parameters of a notification's title and text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Content {
    /// A balance has reached a level.
    LowBalance {
        /// Which; never `ok`.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        level: Level,
        /// What was left.
        balance: Rupiah,
        /// Tenths of a day that it lasts by the usual use; none where that is not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        tenths_of_days: Option<i64>,
        /// The customer's threshold by rupiah, where it alone makes the balance low.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        limit: Option<Rupiah>,
    },
    /// A case was found at a meter.
    Case {
        /// Its number at the connection.
        no: u32,
        /// Why.
        cause: Cause,
        /// How bad it is.
        severity: leaks::Severity,
        /// When it began.
        start: UtcMillis,
        /// About how much runs away, mL/h; zero where nothing does.
        #[serde(default)]
        rate: u32,
        /// What has run away so far.
        #[serde(default)]
        loss: Millilitres,
    },
    /// Somebody is invited to set a password. It goes by mail, and is in no list of the app.
    Invitation {
        /// The invitation: its code is derived from it when it is sent, and stands nowhere.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        invitation: Uuid,
        /// By whom: the utility's name.
        utility: String,
        /// Until when the code is good.
        until: UtcMillis,
    },
    /// More of what goes into a zone is unexplained than its limit, on several days in a row.
    ZoneLoss {
        /// Which zone.
        zone: ZoneId,
        /// Its name.
        name: String,
        /// The unexplained part on these days, per mille.
        per_mille: i32,
        /// The unexplained part of one of them, on average.
        per_day: Millilitres,
    },
    /// A bulk meter of a zone does not report any more: what goes in is not known.
    InflowSilent {
        /// Which zone.
        zone: ZoneId,
        /// Its name.
        name: String,
        /// The meter's serial number.
        serial: String,
        /// Since when.
        since: UtcMillis,
    },
    /// The utility's own words to many customers.
    Announcement(Announcement),
    /// A report that is made by itself was made, or could not be.
    Report {
        /// The run.
        run: ReportRunId,
        /// What its schedule is called.
        name: String,
        /// The days that it is of.
        #[cfg_attr(feature = "schema", schema(value_type = Object))]
        period: Period,
        /// What became of it.
        state: RunState,
    },
    /// A technician comes to a customer's connection, or does not any more.
    Visit {
        /// The order.
        order: WorkOrderId,
        /// What is done.
        work: WorkKind,
        /// From when on.
        from: UtcMillis,
        /// Until when.
        until: UtcMillis,
        /// The property's zone.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        time_zone: TimeZone,
        /// Whether it is new, at another time, tomorrow, or off.
        state: VisitState,
        /// What its customer may choose from in place of this time; none where the utility alone sets it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        choice: Option<VisitChoice>,
    },
    /// The jobs of a technician's day.
    Workday {
        /// The day.
        day: LocalDay,
        /// How many.
        jobs: u32,
        /// When the first window of the day opens; none where all are open from an earlier day on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        first_at: Option<UtcMillis>,
        /// The zone of the day.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        time_zone: TimeZone,
    },
    /// Somebody has given a technician an order that is to be done soon, or has moved it.
    Assigned {
        /// The order.
        order: WorkOrderId,
        /// What is done.
        work: WorkKind,
        /// At which meter: its serial number.
        serial: String,
        /// From when on.
        from: UtcMillis,
        /// Until when.
        until: UtcMillis,
        /// The property's zone.
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        time_zone: TimeZone,
    },
    /// Orders of a utility whose window is over and that nobody has begun.
    Overdue {
        /// On which day they were counted.
        day: LocalDay,
        /// How many.
        orders: u32,
    },
    /// What a newer server says: this version shows its kind alone.
    #[serde(other)]
    Unknown,
}

impl Content {
    /// The kind of a notification that says this.
    pub const fn kind(&self) -> AlertKind {
        match self {
            Self::LowBalance { .. } => AlertKind::LowBalance,
            Self::Case { cause, .. } => cause.kind(),
            Self::ZoneLoss { .. } => AlertKind::Leak,
            Self::InflowSilent { .. } => AlertKind::MeterHealth,
            Self::Announcement(_) => AlertKind::Announcement,
            Self::Visit { .. } | Self::Workday { .. } | Self::Assigned { .. } | Self::Overdue { .. } => AlertKind::Work,
            Self::Invitation { .. } | Self::Report { .. } | Self::Unknown => AlertKind::System,
        }
    }

    /// How urgent it is.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::LowBalance { level, .. } => low_balance::severity(*level),
            Self::ZoneLoss { .. } | Self::InflowSilent { .. } => Severity::Warning,
            Self::Case { severity, .. } => urgency(*severity),
            Self::Report { state: RunState::Made, .. } => Severity::Info,
            Self::Report { .. } | Self::Overdue { .. } => Severity::Warning,
            Self::Visit { .. } | Self::Workday { .. } | Self::Assigned { .. } => Severity::Info,
            Self::Invitation { .. } | Self::Announcement(_) | Self::Unknown => Severity::Info,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_newer_server_says_is_read_and_not_refused() {
        let text = r#"{"what":"volcano","ash":true}"#;
        assert_eq!(serde_json::from_str::<Content>(text).unwrap(), Content::Unknown);
        let low = Content::LowBalance { level: Level::Critical, balance: Rupiah(24_000), tenths_of_days: None, limit: None };
        let text = serde_json::to_string(&low).unwrap();
        assert_eq!(text, r#"{"what":"low_balance","level":"critical","balance":24000}"#);
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), low);
        assert_eq!((low.kind(), low.severity()), (AlertKind::LowBalance, Severity::Critical));
        let words = |title: &str| crate::alerts::announcement::Wording { title: title.into(), text: "Besok".into() };
        let said = Content::Announcement(Announcement { id: words("Air mati"), en: None });
        let text = serde_json::to_string(&said).unwrap();
        assert_eq!(text, r#"{"what":"announcement","id":{"title":"Air mati","text":"Besok"}}"#);
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), said);
        assert_eq!((said.kind(), said.severity()), (AlertKind::Announcement, Severity::Info));
    }

    #[test]
    fn what_is_said_of_work_is_read_as_it_was_written() {
        let day = Content::Workday { day: LocalDay(20_788), jobs: 3, first_at: None, time_zone: TimeZone::Makassar };
        let text = serde_json::to_string(&day).unwrap();
        assert_eq!(text, r#"{"what":"workday","day":20788,"jobs":3,"time_zone":"Asia/Makassar"}"#);
        assert_eq!(serde_json::from_str::<Content>(&text).unwrap(), day);
        assert_eq!((day.kind(), day.severity()), (AlertKind::Work, Severity::Info));
        let text = r#"{"what":"overdue","day":20788,"orders":2}"#;
        let late: Content = serde_json::from_str(text).unwrap();
        assert_eq!((late.kind(), late.severity()), (AlertKind::Work, Severity::Warning));
    }
}
