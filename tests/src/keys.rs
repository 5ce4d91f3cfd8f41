//! Keys and scripts, for tests of the screens.

use fantoccini::Client;
use fantoccini::key::Key;
use serde_json::Value;

/// Runs a script on the page.
pub async fn run(page: &Client, script: &str) -> Value {
    page.execute(script, vec![]).await.expect("runs")
}

/// Keys, to whatever has the focus.
pub async fn press(page: &Client, keys: &[Key]) {
    typed(page, &keys.iter().copied().map(char::from).collect::<String>()).await;
}

/// Letters, to whatever has the focus.
pub async fn typed(page: &Client, text: &str) {
    page.active_element().await.expect("a focus").send_keys(text).await.expect("typed");
}
