//! What a device holds that was signed out remotely, brought in parts.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::people::auth::caller::authorization;
use crate::state::App;
use crate::sync::evidence;
use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::{Evidence, EvidenceTaken};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

/// Seconds after which a device may try again while others have their turn.
const RETRY_S: u32 = 5;

/// A session that was ended remotely and may bring its evidence, with its turn at it. It is found before the body is read.
pub struct Ended {
    session: Uuid,
    /// Given back when the request is over.
    _turn: OwnedSemaphorePermit,
    _alone: Alone,
}

/// The one request at a time in which a session brings something: whoever holds its token has one turn, and not all of them.
struct Alone {
    bringing: Arc<Mutex<HashSet<Uuid>>>,
    session: Uuid,
}

impl Alone {
    fn of(bringing: &Arc<Mutex<HashSet<Uuid>>>, session: Uuid) -> Option<Self> {
        let is_first = bringing.lock().unwrap_or_else(PoisonError::into_inner).insert(session);
        is_first.then(|| Self { bringing: Arc::clone(bringing), session })
    }
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.bringing.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.session);
    }
}

impl FromRequestParts<App> for Ended {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Error> {
        let unknown = || {
            let detail = "send a refresh token of the session that was ended as `Authorization: Bearer`";
            Error::problem(Code::Unauthenticated, detail)
        };
        let token = authorization(&parts.headers, "Bearer").ok_or_else(unknown)?;
        let (session, _) = app.key.read_refresh(token).ok_or_else(unknown)?;
        app.store.read_inline(move |db| evidence::may_bring(db, session)).await?;
        let busy = |detail| Error::Problem(Problem { retry_after_s: Some(RETRY_S), ..Problem::new(Code::Busy, detail) });
        let alone = Alone::of(&app.bringing, session).ok_or_else(|| busy("this session's are being brought already"))?;
        let turn = app.evidence.clone().try_acquire_owned().map_err(|_| busy("other devices are bringing theirs"))?;
        Ok(Self { session, _turn: turn, _alone: alone })
    }
}

/// Bring what was not sent when the session was ended, in parts. It is kept for review and changes nothing; after the last part nothing more
/// is taken from the session.
#[utoipa::path(post, path = "/sync/v1/evidence", request_body = Evidence, security(("user" = [])), responses(
    (status = 200, description = "It is kept; after the last part the device forgets everything", body = EvidenceTaken),
    (status = 401, description = "`unauthenticated`: the token is not ours, or its session was not ended remotely", body = Problem),
    (status = 404, description = "`not_found`: this session's was taken before", body = Problem),
    (status = 413, description = "`too_large`: too many operations, or one that is too long", body = Problem)))]
pub async fn evidence(State(app): State<App>, ended: Ended, Body(asked): Body<Evidence>) -> Result<Json<EvidenceTaken>, Error> {
    evidence::admit(&asked.ops)?;
    let session = ended.session;
    let source = app.store.read_inline(move |db| evidence::may_bring(db, session)).await?;
    let writer = app.store.writer.of(source);
    let taking = writer.enqueue_each(asked.ops, evidence::bytes, move |tx, op| evidence::take(tx, session, op)).await?;
    let kept = taking.all().await?.into_iter().sum::<Result<usize, Error>>()?;
    if !asked.more {
        writer.work(move |tx| evidence::end(tx, session)).await?;
    }
    Ok(Json(EvidenceTaken { kept: kept as u32 }))
}
