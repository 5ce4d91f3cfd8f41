//! The client, which starts while the window opens: reading the keyring and opening the cache take about as long as the web view does.

use client::Client;
use protocol::Problem;
use protocol::core::problem::Code;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

type Started = Option<Result<Arc<Client>, Problem>>;

/// A client that has started, or will have.
#[derive(Clone)]
pub struct Starting(watch::Receiver<Started>);

impl Starting {
    /// Starts a client in the background.
    pub fn begin(start: impl Future<Output = Result<Client, Box<dyn std::error::Error>>> + 'static + Send) -> Self {
        let (started, starting) = watch::channel(None);
        tauri::async_runtime::spawn(async move {
            let client = start.await.map(Arc::new).map_err(|error| {
                tracing::error!(%error, "the client could not start");
                Problem::new(Code::Storage, error.to_string())
            });
            started.send_replace(Some(client));
            // Whoever asks from now on finds it.
            started.closed().await;
        });
        Self(starting)
    }

    /// The client, if it has started by now.
    #[cfg(desktop)]
    pub fn started(&self) -> Option<Arc<Client>> {
        self.0.borrow().as_ref().and_then(|started| started.as_ref().ok()).cloned()
    }

    /// Stops the client before the program ends, also one that is still starting, unless that takes long: it may wait for a keyring's password.
    pub fn stop(&self) {
        const LONGEST: Duration = Duration::from_secs(2);
        let client = tauri::async_runtime::block_on(async { tokio::time::timeout(LONGEST, self.client()).await });
        if let Ok(Ok(client)) = client {
            client.stop();
        }
    }

    /// The client, as soon as it has started.
    ///
    /// # Errors
    /// Its folder cannot be written, or the keyring cannot be used.
    pub async fn client(&self) -> Result<Arc<Client>, Problem> {
        let mut starting = self.0.clone();
        let started = starting.wait_for(Option::is_some).await.map(|started| started.clone());
        started.ok().flatten().unwrap_or_else(|| Err(Problem::new(Code::Internal, "the app is closing")))
    }
}
