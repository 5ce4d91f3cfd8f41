//! The commands: a typed request in, a typed answer out; and a file that somebody wants to have.

#[cfg(desktop)]
use crate::background;
use crate::starting::Starting;
use base64::prelude::{BASE64_STANDARD, Engine};
use client::core::downloads;
use protocol::Problem;
use protocol::core::problem::Code;
use protocol::ui::{Answer, Request};
use std::io::{ErrorKind, Write};
use tauri::{AppHandle, Manager, State};

/// Names that are tried for a file.
const NAMES: u32 = 1_000;

#[tauri::command]
pub async fn call(app: AppHandle, starting: State<'_, Starting>, request: Request) -> Result<Answer, Problem> {
    #[cfg(desktop)]
    match request {
        Request::Desktop => return background::answer(&app).await,
        Request::SetAutostart { on } => return background::set_autostart(&app, on).await,
        _ => {}
    }
    #[cfg(mobile)]
    drop(app);
    starting.client().await?.call(request).await
}

/// Writes a file into the folder of downloads, under a name that is free there; returns its place. Only what the app makes is written: a page
/// that was taken over must not leave anything there that runs when it is opened.
#[tauri::command]
pub async fn save_file(app: AppHandle, name: String, base64: String) -> Result<String, Problem> {
    let failed = |detail: String| Problem::new(Code::Storage, detail);
    let (stem, end) = downloads::name(&name).ok_or_else(|| {
        Problem::new(Code::BadRequest, format!("only these files are written: {}", downloads::KINDS.join(", ")))
    })?;
    let bytes = BASE64_STANDARD.decode(base64).map_err(|error| Problem::new(Code::BadRequest, error.to_string()))?;
    let folder = app.path().download_dir().or_else(|_| app.path().home_dir()).map_err(|error| failed(error.to_string()))?;
    std::fs::create_dir_all(&folder).map_err(|error| failed(error.to_string()))?;
    for count in 0..NAMES {
        let name = if count == 0 { format!("{stem}.{end}") } else { format!("{stem}-{count}.{end}") };
        let place = folder.join(name);
        // What is there is somebody's.
        match std::fs::File::options().write(true).create_new(true).open(&place) {
            Ok(mut file) => {
                file.write_all(&bytes).map_err(|error| failed(error.to_string()))?;
                return Ok(place.display().to_string());
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error.to_string())),
        }
    }
    Err(failed("no name is free".into()))
}
