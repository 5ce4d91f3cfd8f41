//! The one push of a device that was signed out remotely.

use crate::core::http::body::Body;
use crate::error::Error;
use crate::state::App;
use crate::sync::evidence;
use axum::Json;
use axum::extract::State;
use protocol::core::problem::{Code, Problem};
use protocol::sync::push::{Evidence, EvidenceTaken};

/// Bring what was not sent when the session was ended. It is kept for review and changes nothing; a session has this once.
#[utoipa::path(post, path = "/sync/v1/evidence", request_body = Evidence, responses(
    (status = 200, description = "It is kept; the device forgets it now", body = EvidenceTaken),
    (status = 401, description = "`unauthenticated`: the token is not ours, or its session has not ended", body = Problem),
    (status = 404, description = "`not_found`: this session's was taken before", body = Problem)))]
pub async fn evidence(State(app): State<App>, Body(asked): Body<Evidence>) -> Result<Json<EvidenceTaken>, Error> {
    let unknown = || Error::problem(Code::Unauthenticated, "the token is not ours");
    let (session, _) = app.key.read_refresh(&asked.refresh_token).ok_or_else(unknown)?;
    let taken = app.store.writer.work(move |tx| evidence::take(tx, session, &asked.ops)).await?;
    Ok(Json(EvidenceTaken { kept: taken as u32 }))
}
