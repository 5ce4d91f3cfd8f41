//! A phone's own timer of notifications: it shows them at their instant, whether the app runs or not.

use crate::notification::{CONNECTION, is_permitted};
use client::alerts::schedule::{TimedNotice, Timer};
use tauri::AppHandle;
use tauri_plugin_notification::{NotificationExt, Schedule};
use time::OffsetDateTime;

/// The notification plugin's.
pub struct PluginTimer(pub AppHandle);

impl Timer for PluginTimer {
    fn schedule(&self, notice: TimedNotice) -> Result<(), String> {
        if !is_permitted(&self.0) {
            return Err("notifications are not permitted".into());
        }
        let date =
            OffsetDateTime::from_unix_timestamp_nanos(i128::from(notice.at.0) * 1_000_000).map_err(|error| error.to_string())?;
        let new = self.0.notification().builder().id(notice.id).title(notice.words.title).body(notice.words.text.as_str());
        let new = new.large_body(notice.words.text).extra(CONNECTION, notice.connection).auto_cancel();
        // A phone that lies on a table is idle, and is what this is for.
        let at = Schedule::At { date, repeating: false, allow_while_idle: true };
        new.schedule(at).show().map_err(|error| error.to_string())
    }

    fn cancel(&self, ids: Vec<i32>) -> Result<(), String> {
        self.0.notification().cancel(ids).map_err(|error| error.to_string())
    }
}
