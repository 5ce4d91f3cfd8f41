//! The system's own notification of a low balance, and what pressing it does: the window comes forward, and shows where credit is bought.

use crate::EVENT;
use client::alerts::words::{Words, as_markup};
use protocol::ui::{Event, Notice};
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_notification::NotificationExt;

/// In a notification's payload: of which connection it is.
const CONNECTION: &str = "connection";

/// One number for a connection, by its identifier, so that its next notification takes the place of the one before.
fn id_of(connection: &[u8; 16]) -> i32 {
    i32::from_be_bytes([connection[12], connection[13], connection[14], connection[15]])
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
pub async fn show(app: &AppHandle, notice: &Notice, mut words: Words) {
    if understands_markup().await {
        words.text = as_markup(&words.text);
    }
    let connection = notice.connection.0.as_bytes();
    take_back(app, connection);
    tracing::info!("a notification is shown");
    let new = app.notification().builder().id(id_of(connection)).title(words.title).body(words.text);
    if let Err(error) = new.extra(CONNECTION, notice.connection).show() {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

/// Takes a connection's notification off the screen, where the platform can and this run of the app has shown it.
pub fn take_back(app: &AppHandle, connection: &[u8; 16]) {
    if let Err(error) = app.notification().remove_active(vec![id_of(connection)]) {
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
        if let Some(window) = handle.get_webview_window("main") {
            // A window that cannot be raised is still there to be found.
            let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        }
        let connection = action.notification().and_then(|shown| shown.extra().get(CONNECTION).cloned());
        let Some(Ok(connection)) = connection.map(serde_json::from_value) else { return };
        if let Err(error) = handle.emit(EVENT, Event::Buy(connection)) {
            tracing::warn!(%error, "an event did not reach the screens");
        }
    })
}
