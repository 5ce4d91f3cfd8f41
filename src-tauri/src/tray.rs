//! The icon among the desktop's others: what is left, how much is unread, and the way back to a window that was closed.

use crate::starting::Starting;
use crate::{background, badge};
use client::alerts::tray::{Tray, TrayWords};
use tauri::menu::{Menu, MenuEvent, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Manager, Wry};
use tokio::sync::broadcast::error::RecvError;

const ID: &str = "main";
const OPEN: &str = "open";
const BALANCE: &str = "balance";
const UNREAD: &str = "unread";
const QUIT: &str = "quit";

/// Puts the icon there. Without it the app is as usable; closing its window ends it then.
pub fn put(app: &AppHandle) {
    // On Linux the library that does it is loaded now, and where it is missing the crate that loads it panics.
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| make(app)));
    match made {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "there is no icon in the tray"),
        Err(_) => tracing::warn!("there is no icon in the tray: its library is missing"),
    }
}

/// Whether it is there.
pub fn is_there(app: &AppHandle) -> bool {
    app.tray_by_id(ID).is_some()
}

fn make(app: &AppHandle) -> tauri::Result<()> {
    let menu = Menu::new(app)?;
    fill(app, &menu, &Tray::default().words())?;
    let mut icon = TrayIconBuilder::with_id(ID)
        .menu(&menu)
        .show_menu_on_left_click(!cfg!(windows))
        .on_menu_event(pressed)
        .on_tray_icon_event(|icon, event| {
            if cfg!(windows)
                && matches!(event, TrayIconEvent::Click { button: MouseButton::Left, button_state: MouseButtonState::Up, .. })
            {
                background::raise(icon.app_handle());
            }
        });
    if let Some(image) = app.default_window_icon() {
        icon = icon.icon(image.clone());
    }
    if let Ok(folder) = app.path().app_cache_dir() {
        // Linux's panels read it from a file: each app of a test or demo has its own.
        icon = icon.temp_dir_path(folder.join("tray"));
    }
    icon.build(app)?;
    app.manage(menu);
    Ok(())
}

fn pressed(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        QUIT => {
            tracing::info!("the app is ended from the tray");
            app.exit(0);
        }
        OPEN | BALANCE | UNREAD => background::raise(app),
        _ => {}
    }
}

/// Fills the menu anew: Linux lets nobody put another in its place.
fn fill(app: &AppHandle, menu: &Menu<Wry>, words: &TrayWords) -> tauri::Result<()> {
    while menu.remove_at(0)?.is_some() {}
    let lines = [
        (OPEN, Some(&words.open)),
        (BALANCE, words.balance.as_ref()),
        (UNREAD, words.unread.as_ref()),
        (QUIT, Some(&words.quit)),
    ];
    for (id, words) in lines {
        if let Some(words) = words {
            // A single one would underline the letter after it.
            let text = words.replace('&', "&&");
            menu.append(&MenuItem::with_id(app, id, text, true, None::<&str>)?)?;
        }
    }
    Ok(())
}

fn show(app: &AppHandle, tray: &Tray, before: &Tray) -> tauri::Result<()> {
    let Some(icon) = app.tray_by_id(ID) else { return Ok(()) };
    let words = tray.words();
    fill(app, &app.state::<Menu<Wry>>(), &words)?;
    if tray.unread != before.unread
        && let Some(image) = app.default_window_icon()
    {
        icon.set_icon(Some(badge::with_count(image, tray.unread)))?;
    }
    let tip: Vec<&str> = ["IndoWater"].into_iter().chain(words.balance.as_deref()).chain(words.unread.as_deref()).collect();
    icon.set_tooltip(Some(tip.join("\n")))
}

/// Shows what changes, for as long as the client runs.
pub async fn follow(app: AppHandle, starting: Starting) {
    let Ok(client) = starting.client().await else { return };
    let (mut events, mut shown) = (client.events(), Tray::default());
    loop {
        match client.tray().await {
            Ok(tray) if shown != tray => {
                tracing::info!(unread = tray.unread, has_balance = tray.balance.is_some(), "the tray's icon changes");
                if let Err(error) = show(&app, &tray, &shown) {
                    tracing::warn!(%error, "the tray's icon is as it was");
                }
                shown = tray;
            }
            Ok(_) => {}
            Err(error) => tracing::warn!(%error, "the tray's icon cannot be worked out"),
        }
        if matches!(events.recv().await, Err(RecvError::Closed)) {
            return;
        }
        // What came meanwhile is in the next look.
        while events.try_recv().is_ok() {}
    }
}
