//! The shell: a window around the screens, one command that the client answers, one event that carries the client's events; notifications, and
//! on a desktop an icon in the tray, on a phone its camera as a reader of codes. Nothing else.

#[cfg(desktop)]
mod background;
#[cfg(desktop)]
mod badge;
mod commands;
mod notification;
#[cfg(desktop)]
mod payment;
mod starting;
#[cfg(mobile)]
mod timer;
#[cfg(desktop)]
mod tray;

use client::core::clock::Clock;
use client::core::vault;
use client::{Client, Config};
use protocol::ui::Event;
use starting::Starting;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tauri::{AppHandle, Emitter, Manager};
use tauri_plugin_log::log::LevelFilter;
use tauri_plugin_log::{RotationStrategy, Target, TargetKind};
use tokio::sync::broadcast::error::RecvError;

/// The event that carries the client's events to the screens.
const EVENT: &str = "client";

/// The server, unless `INDOWATER_SERVER` names another: what the build was given, or this machine.
const SERVER: &str = match option_env!("INDOWATER_DEFAULT_SERVER") {
    Some(server) => server,
    None => "http://127.0.0.1:8080",
};

/// Runs the app until its window is closed, or, where it goes on without one, until somebody ends it.
///
/// # Panics
/// The system's web view or the app's own configuration cannot be used; there is no app without them.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    let mut context: tauri::Context = tauri::generate_context!();
    // A folder of its own for tests and demos, beside the installed app.
    let own = std::env::var_os("INDOWATER_DATA_DIR").map(PathBuf::from);
    if let Some(folder) = &own {
        let root = tauri::utils::config::AppDirectoriesOverride::Root(folder.clone());
        context.config_mut().app.app_directories_override = Some(root);
    }
    let log = tauri_plugin_log::Builder::new()
        .targets([Target::new(TargetKind::Stdout), Target::new(TargetKind::LogDir { file_name: None })])
        .level(LevelFilter::Info)
        // The keyring's bus library logs every message it sends.
        .level_for("zbus", LevelFilter::Warn)
        .level_for("tracing::span", LevelFilter::Warn)
        .max_file_size(5_000_000)
        .rotation_strategy(RotationStrategy::KeepOne)
        .build();
    system(tauri::Builder::default(), own.as_deref())
        .plugin(log)
        .plugin(tauri_plugin_notification::init())
        .invoke_handler(tauri::generate_handler![commands::call, commands::save_file])
        .setup(|app| {
            let folder = app.path().app_data_dir()?;
            let starting = Starting::begin(start(app.handle().clone(), folder));
            app.manage(starting.clone());
            notification::answer(app.handle())?;
            tauri::async_runtime::spawn(forward(app.handle().clone(), starting.clone()));
            let window = app.config().app.windows[0].clone();
            let builder = tauri::WebviewWindowBuilder::from_config(app.handle(), &window)?;
            #[cfg(desktop)]
            let builder = {
                let shell = app.handle().clone();
                builder.on_new_window(move |url, features| payment::open(&shell, &url, features))
            };
            #[cfg(desktop)]
            let builder = without_window(app.handle(), starting, builder);
            builder.build()?;
            Ok(())
        })
        .build(context)
        .expect("the app's window can be opened")
        .run(|app, event| match event {
            // A press on the icon in the Dock.
            #[cfg(target_os = "macos")]
            tauri::RunEvent::Reopen { .. } => background::raise(app),
            tauri::RunEvent::Exit => app.state::<Starting>().stop(),
            _ => {}
        });
}

/// What there is beside the window, and whether that is hidden at first.
#[cfg(desktop)]
fn without_window<'a>(
    app: &AppHandle,
    starting: Starting,
    window: tauri::WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
) -> tauri::WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    tray::put(app);
    tauri::async_runtime::spawn(tray::follow(app.clone(), starting.clone()));
    if !background::is_started_hidden() {
        return window;
    }
    tauri::async_runtime::spawn(background::show_if_signed_out(app.clone(), starting));
    window.visible(false)
}

/// What only a desktop has. `own` is the folder of an app beside the installed one.
#[cfg(desktop)]
fn system(builder: tauri::Builder<tauri::Wry>, own: Option<&Path>) -> tauri::Builder<tauri::Wry> {
    use tauri_plugin_window_state::{Builder, StateFlags};
    let state = Builder::new().with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED).build();
    let autostart = tauri_plugin_autostart::Builder::new().arg(background::HIDDEN).build();
    let builder = match single(own) {
        Some(single) => builder.plugin(single),
        None => builder,
    };
    builder.plugin(state).plugin(autostart).on_window_event(background::on_window_event)
}

/// A second start shows the window of the first one. Each folder has an app of its own, where the system can tell them apart.
#[cfg(desktop)]
fn single(own: Option<&Path>) -> Option<tauri::plugin::TauriPlugin<tauri::Wry>> {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let single = tauri_plugin_single_instance::Builder::new().callback(|app, _, _| background::raise(app));
    let Some(folder) = own else { return Some(single.build()) };
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    cfg!(target_os = "linux").then(|| single.dbus_id(format!("id.indowater.app.Beside{:x}", hasher.finish())).build())
}

/// What only a phone has: its camera as a reader of codes, which the screens ask by themselves (`assets/web/scan.js`).
#[cfg(mobile)]
fn system(builder: tauri::Builder<tauri::Wry>, _: Option<&Path>) -> tauri::Builder<tauri::Wry> {
    builder.plugin(tauri_plugin_barcode_scanner::init())
}

async fn start(app: AppHandle, folder: PathBuf) -> Result<Client, Box<dyn std::error::Error>> {
    let server = std::env::var("INDOWATER_SERVER").unwrap_or_else(|_| SERVER.into());
    let account = server.clone();
    let vault = tokio::task::spawn_blocking(move || vault::open(&account)).await?;
    let config = Config { data: folder, server, vault, device: format!("IndoWater, {}", std::env::consts::OS) };
    let client = Client::start_by(config, clock()).await?;
    client.set_paper(Arc::new(|printed| reports::print(printed).map_err(|error| error.to_string())));
    #[cfg(mobile)]
    client.set_timer(Arc::new(timer::PluginTimer(app)));
    #[cfg(desktop)]
    drop(app);
    // For the demo and the tests; an app that is shipped asks its user.
    #[cfg(debug_assertions)]
    if let Ok(pair) = std::env::var("INDOWATER_SIGN_IN") {
        client.sign_in_as(&pair).await?;
    }
    Ok(client)
}

/// In a demo and in tests so many milliseconds ahead, to see what the days to come bring; otherwise the device's.
fn clock() -> Clock {
    #[cfg(debug_assertions)]
    if let Some(ms) = std::env::var("INDOWATER_NOTICES_AHEAD_MS").ok().and_then(|ms| ms.parse().ok()) {
        return Clock::Ahead(ms);
    }
    Clock::System
}

async fn forward(app: AppHandle, starting: Starting) {
    // A screen's call reports why there is none.
    let Ok(client) = starting.client().await else { return };
    let mut events = client.events();
    loop {
        let event = match events.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => Event::Changed,
            Err(RecvError::Closed) => return,
        };
        match &event {
            Event::Notice(notice) => notification::show(&app, notice, client.words(notice)).await,
            Event::NoticeOver(connection) => {
                notification::take_back(&app, connection.0.as_bytes());
                #[cfg(mobile)]
                notification::take_timed_back(&app, &client::alerts::schedule::ids(*connection));
            }
            Event::Alert(row) => notification::show_alert(&app, row, client.words_of_alert(row)).await,
            Event::AlertOver(id) => notification::take_back(&app, id.0.as_bytes()),
            _ => {}
        }
        if let Err(error) = app.emit(EVENT, event) {
            tracing::warn!(%error, "an event did not reach the screens");
        }
    }
}
