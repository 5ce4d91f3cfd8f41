//! The one command: a typed request in, a typed answer out.

use client::Client;
use protocol::Problem;
use protocol::ui::{Answer, Request};
use tauri::State;

#[tauri::command]
pub async fn call(client: State<'_, Client>, request: Request) -> Result<Answer, Problem> {
    client.call(request).await
}
