//! Requests that can be answered offline: from the server, or, while it cannot be reached, by its last answer.

use crate::core::clock::now;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::store::rows::response_cache;
use domain::UtcMillis;
use serde::Serialize;
use serde::de::DeserializeOwned;

impl Shared {
    /// Keeps an answer under a request. It is shown whether or not it can be kept.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub(crate) async fn keep_response<T: Serialize>(&self, request: String, answer: &T) -> Result<(), Error> {
        let body = serde_json::to_string(answer)?;
        if let Err(error) = self.store.write(move |db| response_cache::keep(db, &request, now(), &body)).await {
            tracing::warn!(%error, "an answer could not be kept");
        }
        Ok(())
    }

    /// The answer of `send`, which is kept under `request`; or the kept one, and when it came, if the server cannot be reached now.
    ///
    /// # Errors
    /// The error of `send`, where no answer is kept that can be read or where another attempt would not help.
    pub(crate) async fn cached<T: Serialize + DeserializeOwned + Send + 'static>(
        &self,
        request: String,
        send: impl Future<Output = Result<T, Error>>,
    ) -> Result<(T, Option<UtcMillis>), Error> {
        match send.await {
            Ok(answer) => {
                self.keep_response(request, &answer).await?;
                Ok((answer, None))
            }
            Err(error) if error.is_passing() => {
                // An answer that another version of the app kept may not be readable: then it counts as not kept.
                let kept = self.store.read(move |db| response_cache::last(db, &request)).await.unwrap_or_default();
                kept.map(|(at, answer)| (answer, Some(at))).ok_or(error)
            }
            Err(error) => Err(error),
        }
    }
}
