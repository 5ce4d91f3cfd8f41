//! Asking the server; where it cannot be asked, what it told last.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::store::rows::response_cache;
use domain::UtcMillis;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Inner {
    /// What `fresh` brings, which is kept under `asked`; or what it brought last, and when, if the server cannot be reached now.
    ///
    /// # Errors
    /// What `fresh` says, where nothing is kept that can be read or another try would not help.
    pub(crate) async fn cached<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        asked: String,
        fresh: impl Future<Output = Result<T, Error>>,
    ) -> Result<(T, Option<UtcMillis>), Error> {
        match fresh.await {
            Ok(answer) => {
                let body = serde_json::to_string(&answer)?;
                // What was brought is shown, whether or not there is room to keep it.
                if let Err(error) = self.store.write(move |db| response_cache::keep(db, &asked, now(), &body)).await {
                    tracing::warn!(%error, "an answer could not be kept");
                }
                Ok((answer, None))
            }
            Err(error) if error.is_passing() => {
                // What another version of the app kept may not be to be read: then it is as if nothing were kept.
                let kept = self.store.read(move |db| response_cache::last(db, &asked)).await.unwrap_or_default();
                kept.map(|(at, answer)| (answer, Some(at))).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }
}
