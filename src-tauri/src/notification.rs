//! The system's own notifications, and what pressing one does: the window comes forward, and shows where credit is bought, or the case.

use crate::EVENT;
#[cfg(desktop)]
use crate::background::raise;
use client::alerts::words::{Words, as_markup};
use protocol::ui::{AlertRow, Event, Notice};
use serde_json::{Value, json};
use tauri::{AppHandle, Emitter};
use tauri_plugin_notification::NotificationExt;

/// In a notification's payload: of which connection it is.
pub const CONNECTION: &str = "connection";

/// In a notification's payload: of which case it is.
const CASE: &str = "case";

/// One number for an identifier, so that the next notification of it takes the place of the one before.
fn id_of(id: &[u8; 16]) -> i32 {
    i32::from_be_bytes([id[12], id[13], id[14], id[15]])
}

/// Whether the notification server takes bodies for markup. It is asked each time, since another one may have taken its place.
#[cfg(target_os = "linux")]
async fn understands_markup() -> bool {
    let asked = tokio::task::spawn_blocking(notify_rust::get_capabilities).await;
    // One that does not answer shows nothing either.
    matches!(asked, Ok(Ok(capabilities)) if capabilities.iter().any(|capability| capability == "body-markup"))
}

#[cfg(not(target_os = "linux"))]
async fn understands_markup() -> bool {
    false
}

/// Shows a notice. Whether the user sees it is unknown: a system without a notification service reports no error. The banner is there in any
/// case.
pub async fn show(app: &AppHandle, notice: &Notice, words: Words) {
    #[cfg(mobile)]
    take_timed_back(app, &client::alerts::schedule::ids(notice.connection));
    show_as(app, notice.connection.0.as_bytes(), words, Some((CONNECTION, json!(notice.connection)))).await;
}

/// Shows what else somebody is notified of; pressing it leads to its case, if it is about one.
pub async fn show_alert(app: &AppHandle, row: &AlertRow, words: Words) {
    let case = row.case().map(|case| (CASE, json!(case)));
    show_as(app, row.notification.id.0.as_bytes(), words, case).await;
}

async fn show_as(app: &AppHandle, id: &[u8; 16], mut words: Words, leads: Option<(&'static str, Value)>) {
    if understands_markup().await {
        words.text = as_markup(&words.text);
    }
    take_back(app, id);
    tracing::info!("a notification is shown");
    let new = app.notification().builder().id(id_of(id)).title(words.title).body(words.text);
    let new = match leads {
        Some((key, to)) => new.extra(key, to),
        None => new,
    };
    if let Err(error) = new.show() {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

/// Takes the notification of a connection, or of this identifier, off the screen, where the platform can and this run of the app has shown it.
pub fn take_back(app: &AppHandle, id: &[u8; 16]) {
    if let Err(error) = app.notification().remove_active(vec![id_of(id)]) {
        tracing::debug!(%error, "a notification stays on the screen");
    }
}

/// Takes off the screen what a phone's timer has shown.
#[cfg(mobile)]
pub fn take_timed_back(app: &AppHandle, ids: &[i32]) {
    if let Err(error) = app.notification().remove_active(ids.to_vec()) {
        tracing::debug!(%error, "a notification stays on the screen");
    }
}

/// Handles presses of notifications, for as long as the app runs.
///
/// # Errors
/// The platform reports no presses.
pub fn answer(app: &AppHandle) -> Result<(), tauri_plugin_notification::Error> {
    let handle = app.clone();
    app.notification().on_action(move |action| {
        tracing::info!(action = action.action_id(), "a notification was answered");
        raise(&handle);
        let Some(extra) = action.notification().map(|shown| shown.extra().clone()) else { return };
        let event = match (extra.get(CONNECTION).cloned(), extra.get(CASE).cloned()) {
            (Some(connection), _) => serde_json::from_value(connection).map(Event::Buy),
            (None, Some(case)) => serde_json::from_value(case).map(Event::OpenCase),
            (None, None) => return,
        };
        match event.map(|event| handle.emit(EVENT, event)) {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "an event did not reach the screens"),
            Err(error) => tracing::warn!(%error, "a notification leads nowhere"),
        }
    })
}

/// A phone brings the app forward by itself when its notification is pressed.
#[cfg(mobile)]
fn raise(_: &AppHandle) {}

/// Whether the system lets the app notify; it asks its user, if it has not yet.
#[cfg(mobile)]
pub fn is_permitted(app: &AppHandle) -> bool {
    use tauri::plugin::PermissionState;
    let state = match app.notification().permission_state() {
        Ok(PermissionState::Prompt | PermissionState::PromptWithRationale) => app.notification().request_permission(),
        state => state,
    };
    matches!(state, Ok(PermissionState::Granted))
}
