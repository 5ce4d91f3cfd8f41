//! The app without its window: closing it hides it, where its user wants that and finds it again; the system starts the app by itself, if
//! its user has chosen that, with its window hidden. adr/0028 has what is done where there is no tray.

use crate::starting::Starting;
use crate::tray;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Answer, Desktop};
use tauri::plugin::PermissionState;
use tauri::{AppHandle, Manager, Window, WindowEvent};
use tauri_plugin_autostart::ManagerExt;
use tauri_plugin_notification::NotificationExt;

/// The window of the screens.
pub const MAIN: &str = "main";

/// With which the system starts the app by itself.
pub const HIDDEN: &str = "--hidden";

/// Whether the system has started the app.
pub fn is_started_hidden() -> bool {
    std::env::args().any(|argument| argument == HIDDEN)
}

/// Brings the window forward. One that cannot be raised is still there to be found.
pub fn raise(app: &AppHandle) {
    if let Some(window) = app.get_webview_window(MAIN) {
        let _ = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
        tracing::info!("the window is shown");
    }
}

/// Hides the window instead of closing it, or ends the app with it.
pub fn on_window_event(window: &Window, event: &WindowEvent) {
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    if window.label() != MAIN {
        return;
    }
    // Whether it can be found again takes a question to the desktop.
    api.prevent_close();
    let (window, app) = (window.clone(), window.app_handle().clone());
    tauri::async_runtime::spawn(async move {
        if stays(&app).await && window.hide().is_ok() {
            tracing::info!("the window is hidden");
        } else {
            tracing::info!("the app ends with its window");
            app.exit(0);
        }
    });
}

/// Whether the app goes on without its window.
async fn stays(app: &AppHandle) -> bool {
    // Until the client has started there is nobody to be notified.
    let is_wanted = app.state::<Starting>().started().is_some_and(|client| client.is_kept_in_background());
    let is_permitted = || matches!(app.notification().permission_state(), Ok(PermissionState::Granted));
    is_wanted && is_permitted() && has_tray(app).await
}

/// Shows the window of an app that the system has started, if nobody is signed in: hidden it would do nothing at all.
pub async fn show_if_signed_out(app: AppHandle, starting: Starting) {
    if starting.client().await.map_or(true, |client| !client.is_signed_in()) {
        raise(&app);
    }
}

/// Whether there is an icon by which a hidden window is found.
async fn has_tray(app: &AppHandle) -> bool {
    tray::is_there(app) && is_tray_shown().await
}

/// Whether the desktop shows icons now. It is asked each time: a panel may have come or gone.
#[cfg(target_os = "linux")]
async fn is_tray_shown() -> bool {
    /// A panel that takes longer to answer is as good as none.
    const LONGEST: std::time::Duration = std::time::Duration::from_secs(2);
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let asked = async {
        let bus = zbus::Connection::session().await?;
        let watcher = zbus::Proxy::new(&bus, WATCHER, "/StatusNotifierWatcher", WATCHER).await?;
        watcher.get_property::<bool>("IsStatusNotifierHostRegistered").await
    };
    matches!(tokio::time::timeout(LONGEST, asked).await, Ok(Ok(true)))
}

/// Windows and macOS always do.
#[cfg(not(target_os = "linux"))]
async fn is_tray_shown() -> bool {
    true
}

/// What the settings show.
pub async fn answer(app: &AppHandle) -> Result<Answer, Problem> {
    let is_autostarted = app.autolaunch().is_enabled().unwrap_or_else(|error| {
        tracing::warn!(%error, "whether the app starts by itself is unknown");
        false
    });
    Ok(Answer::Desktop(Some(Desktop { has_tray: has_tray(app).await, is_autostarted })))
}

/// Has the system start the app by itself, or not.
pub async fn set_autostart(app: &AppHandle, on: bool) -> Result<Answer, Problem> {
    let set = if on { app.autolaunch().enable() } else { app.autolaunch().disable() };
    set.map_err(|error| Problem::new(Code::Storage, error.to_string()))?;
    answer(app).await
}
