//! Signing in and out, and the tokens between: what of a person is on this device, and when it goes.

use crate::error::Error;
use crate::host::{Inner, lock, now};
use crate::people::session::Secrets;
use crate::store::outbox::Counts;
use crate::store::rows::field;
use crate::store::{Store, set};
use domain::UserId;
use protocol::core::problem::{Code, Problem};
use protocol::metering::live::Watch;
use protocol::people::auth::{Profile, SignIn, Tokens};
use protocol::ui::{Answer, Keeping, Phase, Secret};
use std::path::PathBuf;
use std::sync::Arc;

/// An access token with less than this left is not used any more, in milliseconds.
const TOKEN_MARGIN_MS: i64 = 30_000;

impl Inner {
    /// The file of an account's outbox.
    pub(crate) fn outbox_file(&self, user: UserId) -> PathBuf {
        self.data.join(match self.vault.keeping() {
            Keeping::Keyring => format!("outbox-{user}.db"),
            Keeping::ThisRun => format!("outbox-this-run-{user}.db"),
        })
    }

    /// Opens the outbox of whoever is signed in; says whether it was damaged. Where that fails, reading goes on and editing says that it
    /// cannot be kept.
    pub(crate) async fn open_outbox(&self) -> bool {
        let Some(user) = self.user_id() else { return false };
        let file = self.outbox_file(user);
        let opened = self.store.off(move |store| store.open_outbox(user, &file)).await;
        let was_damaged = matches!(opened, Ok(Some(_)));
        if let Err(error) = &opened {
            tracing::error!(%error, "the outbox cannot be opened");
        }
        // Logged once in a run.
        lock(&self.sync).set_aside |= was_damaged;
        self.tell_outbox().await;
        was_damaged
    }

    pub(crate) async fn sign_in(&self, email: String, password: Secret) -> Result<Answer, Error> {
        let asked = SignIn { email, password: password.0, device: self.device.clone() };
        let tokens = self.transport.sign_in(&asked).await?;
        let _turn = self.turn.lock().await;
        // Another user's rows must not be seen for a moment, and are not mixed with this one's.
        self.forget_access_token().await;
        self.store.off(Store::close_outbox).await?;
        self.store.clear().await?;
        self.keep(tokens).await?;
        self.open_outbox().await;
        self.nudge();
        self.wake_outbox();
        self.tell_session();
        Ok(Answer::Session(self.session()))
    }

    pub(crate) async fn sign_out(&self, everywhere: bool) -> Result<Answer, Error> {
        // Without the server this device still forgets; the session then ends there when its tokens do.
        if let Ok(token) = self.access_token().await
            && let Err(error) = self.transport.sign_out(&token, everywhere).await
        {
            if everywhere {
                return Err(error);
            }
            tracing::info!(%error, "signed out here only");
        }
        let _turn = self.turn.lock().await;
        self.end_session().await?;
        Ok(Answer::Session(self.session()))
    }

    async fn end_session(&self) -> Result<(), Error> {
        self.write_session(None).await?;
        *self.access.lock().await = None;
        *lock(&self.user) = None;
        self.watched.send_replace(Watch::default());
        self.store.off(Store::close_outbox).await?;
        self.store.clear().await?;
        self.set_counts(Counts::default());
        self.nudge();
        self.tell_session();
        Ok(())
    }

    /// Takes new tokens: the refresh token is kept before the old one is given up.
    async fn keep(&self, tokens: Tokens) -> Result<(), Error> {
        self.write_session(Some((tokens.refresh_token, tokens.user.clone()))).await?;
        let text = serde_json::to_string(&tokens.user)?;
        self.store.write(move |db| set(db, "user:profile", &text)).await?;
        *lock(&self.user) = Some(tokens.user);
        *self.access.lock().await = Some((tokens.access_token, tokens.access_expires_at));
        Ok(())
    }

    /// Shows everybody on this device the profile as its row is now. A language that was chosen on another device is this one's as well.
    pub(crate) async fn follow_profile(&self) -> Result<(), Error> {
        let Some(before) = lock(&self.user).clone() else { return Ok(()) };
        let user = before.id;
        let Some(row) = self.store.read(move |db| field::profile(db, user)).await? else { return Ok(()) };
        let after = Profile { name: row.name, language: row.language, ..before.clone() };
        if after == before {
            return Ok(());
        }
        let text = serde_json::to_string(&after)?;
        // Whoever has signed out meanwhile, or in, is not followed.
        let _turn = self.turn.lock().await;
        if self.user_id() != Some(user) {
            return Ok(());
        }
        self.store.write(move |db| set(db, "user:profile", &text)).await?;
        let language = after.language;
        *lock(&self.user) = Some(after);
        if language != before.language {
            self.set_language(language).await?;
        }
        self.tell_session();
        Ok(())
    }

    /// Keeps who is signed in, beside the key of the files that are open: a keyring that has lost it gets it back.
    async fn write_session(&self, session: Option<(String, Profile)>) -> Result<(), Error> {
        let (vault, cache_key) = (Arc::clone(&self.vault), self.cache_key.clone());
        let (refresh_token, user) = session.unzip();
        let job = move || vault.write(&Secrets { refresh_token, cache_key, user });
        tokio::task::spawn_blocking(job).await.map_err(|error| Error::Keyring(error.to_string()))?
    }

    /// An access token with some time left, got anew if need be. A session that is over on the server is ended here.
    pub(crate) async fn access_token(&self) -> Result<String, Error> {
        if let Some(token) = self.held_token().await {
            return Ok(token);
        }
        let _turn = self.turn.lock().await;
        if let Some(token) = self.held_token().await {
            return Ok(token);
        }
        let vault = Arc::clone(&self.vault);
        let secrets =
            tokio::task::spawn_blocking(move || vault.read()).await.map_err(|error| Error::Keyring(error.to_string()))??;
        let signed_out = || Problem::new(Code::Unauthenticated, "nobody is signed in");
        let refresh_token = secrets.and_then(|secrets| secrets.refresh_token).ok_or_else(signed_out)?;
        match self.transport.refresh(refresh_token.clone()).await {
            Ok(tokens) => {
                let token = tokens.access_token.clone();
                self.keep(tokens).await?;
                Ok(token)
            }
            Err(Error::Problem(problem)) if matches!(problem.code, Code::Unauthenticated | Code::SessionRevoked) => {
                tracing::info!("the session has ended on the server");
                // A token that was used twice may be a thief's doing: then what waits stays, for whoever signs in here again.
                if problem.code == Code::Unauthenticated {
                    self.give_evidence(refresh_token).await?;
                }
                self.end_session().await?;
                self.set_phase(Phase::SignedOut);
                Err(Error::Problem(problem))
            }
            Err(error) => Err(error),
        }
    }

    async fn held_token(&self) -> Option<String> {
        let server_now = now().plus(lock(&self.sync).skew_ms);
        let held = self.access.lock().await;
        held.as_ref().filter(|(_, until)| until.since(server_now) > TOKEN_MARGIN_MS).map(|(token, _)| token.clone())
    }
}
