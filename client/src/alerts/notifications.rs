//! Peringatan: the list is the cache's. What is read here shows so at once, is kept, and is sent at the beginning of each round of sync,
//! however often the app ends before. What a user wants is the server's: its last answer is kept for reading offline.

use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::store::rows::{read_marks, response_cache, shown_alerts};
use domain::alerts::preferences::Preferences;
use protocol::alerts::{AlertSettings, ReadRequest, ThresholdsNow};
use protocol::core::problem::Code;
use protocol::ui::{AlertsRequest, AlertsResponse, Answer, Event, Phase};
use rusqlite::Connection;

/// The name under which the settings are kept for reading offline.
const SETTINGS: &str = "alert-settings";

impl Shared {
    /// Answers a screen about notifications.
    pub(crate) async fn alerts(&self, asked: AlertsRequest) -> Result<Answer, Error> {
        let response = match asked {
            AlertsRequest::List(asked) => {
                AlertsResponse::List(self.store.read(move |db| queries::notifications(db, asked)).await?)
            }
            AlertsRequest::Unread => AlertsResponse::Unread(self.store.read(queries::unread).await?),
            AlertsRequest::Read { notifications } => self.mark_read(move |db| read_marks::mark(db, &notifications)).await?,
            AlertsRequest::ReadAll => self.mark_read(read_marks::mark_all).await?,
            AlertsRequest::Settings => {
                let send = self.get::<AlertSettings, ()>("/alerts/v1/preferences", &());
                let (settings, since) = self.cached(SETTINGS.into(), send).await?;
                AlertsResponse::Settings { settings: Box::new(settings), since }
            }
            AlertsRequest::SetSettings(wanted) => self.set_alert_settings(&wanted).await?,
            AlertsRequest::Thresholds if !self.is_customer() => AlertsResponse::Thresholds(Vec::new()),
            AlertsRequest::Thresholds => AlertsResponse::Thresholds(self.store.read(queries::thresholds).await?),
            AlertsRequest::SetThresholds(asked) => {
                let now: ThresholdsNow = self.post("/alerts/v1/thresholds", &asked).await?;
                // They come as a part of the credit's row.
                self.request_sync();
                AlertsResponse::ThresholdsSet(now)
            }
        };
        Ok(Answer::Alerts(Box::new(response)))
    }

    /// Has the system show what is new, and take away what was read or has passed. It is kept as shown before it is: see `notice`.
    pub(crate) async fn show_alerts(&self) -> Result<(), Error> {
        if !self.is_signed_in() || !matches!(self.phase(), Phase::Live | Phase::Offline) {
            return Ok(());
        }
        // What is new is so by the clock that dates it: one of this device that is a day ahead would show nothing.
        let now = self.evaluation_time();
        if !self.store.read(move |db| shown_alerts::is_due(db, now)).await? {
            return Ok(());
        }
        let (new, over) =
            self.store.write(move |db| Ok((shown_alerts::take_new(db, now)?, shown_alerts::take_over(db)?))).await?;
        for row in new {
            self.emit(Event::Alert(Box::new(row)));
        }
        for id in over {
            self.emit(Event::AlertOver(id));
        }
        Ok(())
    }

    async fn mark_read(
        &self,
        mark: impl FnOnce(&Connection) -> Result<(), Error> + Send + 'static,
    ) -> Result<AlertsResponse, Error> {
        self.store.write(mark).await?;
        self.emit(Event::Changed);
        self.request_sync();
        Ok(AlertsResponse::Read)
    }

    /// What the user wants as far as this device knows, so that its own notices hold the same hours: the server is asked once for a session of
    /// the app, and its last answer is kept. Where none has ever come it is as nobody has set it.
    pub(crate) async fn quiet_hours(&self, has_asked: &mut bool) -> Result<Preferences, Error> {
        if !*has_asked && self.phase() == Phase::Live {
            let send = self.get::<AlertSettings, ()>("/alerts/v1/preferences", &());
            match send.await {
                Ok(settings) => {
                    *has_asked = true;
                    self.keep_response(SETTINGS.into(), &settings).await?;
                    return Ok(settings.preferences);
                }
                Err(error) => {
                    *has_asked = !error.is_passing();
                    tracing::debug!(%error, "what is wanted of notifications is not known");
                }
            }
        }
        let kept = self.store.read(|db| response_cache::last::<AlertSettings>(db, SETTINGS)).await.unwrap_or_default();
        Ok(kept.map(|(_, settings)| settings.preferences).unwrap_or_default())
    }

    async fn set_alert_settings(&self, wanted: &Preferences) -> Result<AlertsResponse, Error> {
        let settings: AlertSettings = self.post("/alerts/v1/preferences", wanted).await?;
        self.keep_response(SETTINGS.into(), &settings).await?;
        // Notices that a phone is to show by itself hold them.
        self.emit(Event::Changed);
        Ok(AlertsResponse::Settings { settings: Box::new(settings), since: None })
    }

    /// Sends which notifications were read here. A server that refuses that is no reason not to sync.
    pub(crate) async fn send_read_marks(&self) -> Result<(), Error> {
        loop {
            let notifications = self.store.read(read_marks::unsent).await?;
            if notifications.is_empty() {
                return Ok(());
            }
            let asked = ReadRequest { notifications };
            match self.post::<()>("/alerts/v1/read", &asked).await {
                Ok(()) => self.store.write(move |db| read_marks::keep_sent(db, &asked.notifications)).await?,
                Err(Error::Problem(problem)) if matches!(problem.code, Code::BadRequest | Code::Denied | Code::NotFound) => {
                    tracing::warn!(code = %problem.code, "what was read here cannot be sent");
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
    }
}
