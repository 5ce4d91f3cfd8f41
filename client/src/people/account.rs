//! Signing in and out, and the tokens in between: what this device keeps of a user, and when it deletes that.

use crate::core::clock::now;
use crate::core::jobs::remove_files;
use crate::core::shared::{Shared, lock};
use crate::core::vault::Secrets;
use crate::error::Error;
use crate::store::Store;
use crate::store::outbox::Counts;
use crate::store::rows::meta::set;
use crate::store::rows::{people, shown_alerts};
use domain::UserId;
use protocol::core::problem::{Code, Problem};
use protocol::metering::live::Watch;
use protocol::people::auth::{PasswordByCode, PasswordChange, Profile, SignIn, Tokens};
use protocol::ui::{Answer, Event, Keeping, Phase, Secret};
use std::path::PathBuf;
use std::sync::Arc;

/// An access token with less than this left is not used any more, in milliseconds.
const TOKEN_MARGIN_MS: i64 = 30_000;

impl Shared {
    /// The file of an account's outbox.
    pub(crate) fn outbox_file(&self, user: UserId) -> PathBuf {
        self.data.join(match self.vault.keeping() {
            Keeping::Keyring => format!("outbox-{user}.db"),
            Keeping::ThisRun => format!("outbox-this-run-{user}.db"),
        })
    }

    /// Opens the outbox of the signed-in user; returns whether it was damaged. Where that fails, reading goes on, and editing fails with an
    /// error.
    pub(crate) async fn open_outbox(&self) -> bool {
        let Some(user) = self.user_id() else { return false };
        let file = self.outbox_file(user);
        let opened = self.store.blocking(move |store| store.open_outbox(user, &file)).await;
        let was_damaged = matches!(opened, Ok(Some(_)));
        if let Err(error) = &opened {
            tracing::error!(%error, "the outbox cannot be opened");
        }
        lock(&self.sync).set_aside |= was_damaged;
        self.put_views_of_this_device(user).await;
        self.refresh_counts().await;
        was_damaged
    }

    pub(crate) async fn sign_in(&self, email: String, password: Secret) -> Result<Answer, Error> {
        let device_token = self.read_secrets().await?.and_then(|secrets| secrets.device_token);
        let asked = SignIn { email, password: password.0, device: self.device.clone(), device_token };
        let tokens = self.transport.sign_in(&asked).await?;
        let _lock = self.session_lock.lock().await;
        // Another user's rows must not be shown even briefly, nor mixed with this one's.
        self.forget_access_token().await;
        self.store.blocking(Store::close_outbox).await?;
        self.store.clear().await?;
        self.keep_tokens(tokens).await?;
        self.open_outbox().await;
        self.request_sync();
        self.request_push();
        self.emit_session();
        Ok(Answer::Session(self.session()))
    }

    /// Sets another password of whoever is signed in; this session goes on.
    pub(crate) async fn change_password(&self, current: Secret, new: Secret) -> Result<Answer, Error> {
        let token = self.access_token().await?;
        self.transport.change_password(&token, &PasswordChange { current: current.0, new: new.0 }).await?;
        Ok(Answer::Done)
    }

    /// Sets another password by a code, and signs in with it.
    pub(crate) async fn reset_password(&self, email: String, code: Secret, password: Secret) -> Result<Answer, Error> {
        let device_token = self.read_secrets().await?.and_then(|secrets| secrets.device_token);
        let asked = PasswordByCode { email: email.clone(), code: code.0, password: password.0.clone(), device_token };
        self.transport.set_password_by_code(&asked).await?;
        self.sign_in(email, password).await
    }

    pub(crate) async fn sign_out(&self, everywhere: bool) -> Result<Answer, Error> {
        // Without the server this device is signed out all the same; the session then ends there when its tokens expire.
        let ended = match self.access_token().await {
            Ok(token) => self.transport.sign_out(&token, everywhere).await,
            Err(error) => Err(error),
        };
        if let Err(error) = ended {
            // Whoever wants to be signed out on another device must not take it for done.
            if everywhere {
                return Err(error);
            }
            tracing::info!(%error, "signed out on this device only");
        }
        let _lock = self.session_lock.lock().await;
        self.end_session().await?;
        Ok(Answer::Session(self.session()))
    }

    async fn end_session(&self) -> Result<(), Error> {
        self.write_session(None, None).await?;
        *self.access.lock().await = None;
        *lock(&self.user) = None;
        self.watched.send_replace(Watch::default());
        // What the system shows of the user goes as well. A cache that cannot be read says so when it is to be cleared.
        let shown = self.store.read(shown_alerts::on_screen).await.unwrap_or_default();
        self.store.blocking(Store::close_outbox).await?;
        self.store.clear().await?;
        for id in shown {
            self.emit(Event::AlertOver(id));
        }
        self.rosters.forget();
        self.revenue_days.forget();
        self.report.forget();
        self.imports.stop_all();
        self.outgoing.forget();
        remove_files(&self.data)?;
        self.set_counts(Counts::default());
        self.request_sync();
        self.emit_session();
        Ok(())
    }

    /// Keeps new tokens: the refresh token is written before the old one is dropped.
    async fn keep_tokens(&self, tokens: Tokens) -> Result<(), Error> {
        self.write_session(Some((tokens.refresh_token, tokens.user.clone())), tokens.device_token).await?;
        let text = serde_json::to_string(&tokens.user)?;
        self.store.write(move |db| set(db, "user:profile", &text)).await?;
        *lock(&self.user) = Some(tokens.user);
        *self.access.lock().await = Some((tokens.access_token, tokens.access_expires_at));
        Ok(())
    }

    /// Updates the session by the profile row. A language that was chosen on another device is used on this one as well.
    pub(crate) async fn apply_profile_row(&self) -> Result<(), Error> {
        let Some(before) = lock(&self.user).clone() else { return Ok(()) };
        let user = before.id;
        let Some(row) = self.store.read(move |db| people::profile(db, user)).await? else { return Ok(()) };
        let after = Profile { name: row.name, language: row.language, ..before.clone() };
        if after == before {
            return Ok(());
        }
        let text = serde_json::to_string(&after)?;
        // Somebody may have signed out or in meanwhile.
        let _lock = self.session_lock.lock().await;
        if self.user_id() != Some(user) {
            return Ok(());
        }
        self.store.write(move |db| set(db, "user:profile", &text)).await?;
        let language = after.language;
        *lock(&self.user) = Some(after);
        if language != before.language {
            self.set_language(language).await?;
        }
        self.emit_session();
        Ok(())
    }

    /// What the vault has.
    async fn read_secrets(&self) -> Result<Option<Secrets>, Error> {
        let vault = Arc::clone(&self.vault);
        tokio::task::spawn_blocking(move || vault.read()).await.map_err(|error| Error::Keyring(error.to_string()))?
    }

    /// Writes the session to the vault, with the key of the open files: a keyring that has lost the key gets it back. Without a device token
    /// the one before stays.
    async fn write_session(&self, session: Option<(String, Profile)>, device_token: Option<String>) -> Result<(), Error> {
        let (vault, cache_key) = (Arc::clone(&self.vault), self.cache_key.clone());
        let (refresh_token, user) = session.unzip();
        let job = move || {
            let device_token = device_token.or_else(|| vault.read().ok().flatten()?.device_token);
            vault.write(&Secrets { refresh_token, cache_key, user, device_token })
        };
        tokio::task::spawn_blocking(job).await.map_err(|error| Error::Keyring(error.to_string()))?
    }

    /// An access token that is valid for some time yet, refreshed if need be. A session that has ended on the server is ended here.
    pub(crate) async fn access_token(&self) -> Result<String, Error> {
        if let Some(token) = self.valid_token().await {
            return Ok(token);
        }
        let _lock = self.session_lock.lock().await;
        if let Some(token) = self.valid_token().await {
            return Ok(token);
        }
        let secrets = self.read_secrets().await?;
        let signed_out = || Problem::new(Code::Unauthenticated, "nobody is signed in");
        let refresh_token = secrets.and_then(|secrets| secrets.refresh_token).ok_or_else(signed_out)?;
        match self.transport.refresh(refresh_token.clone()).await {
            Ok(tokens) => {
                let token = tokens.access_token.clone();
                self.keep_tokens(tokens).await?;
                Ok(token)
            }
            Err(Error::Problem(problem)) if matches!(problem.code, Code::Unauthenticated | Code::SessionRevoked) => {
                tracing::info!("the session has ended on the server");
                // A token that was used twice may have been stolen: then the outbox is kept for the same user's next sign-in.
                if problem.code == Code::Unauthenticated {
                    self.hand_in_evidence(refresh_token).await?;
                }
                self.end_session().await?;
                self.set_phase(Phase::SignedOut);
                Err(Error::Problem(problem))
            }
            Err(error) => Err(error),
        }
    }

    async fn valid_token(&self) -> Option<String> {
        let server_now = now().plus(lock(&self.sync).skew_ms);
        let held = self.access.lock().await;
        held.as_ref().filter(|(_, until)| until.since(server_now) > TOKEN_MARGIN_MS).map(|(token, _)| token.clone())
    }
}
