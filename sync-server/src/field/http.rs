//! Pictures: uploaded in ranges that continue where the server is, and read by whoever may see a row that names them.

use crate::core::http::request::Path;
use crate::error::Error;
use crate::field::blobs;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::BlobId;
use domain::field::blob::{MAX_BLOB, MAX_RANGE, Picture};
use domain::people::permission::Permission;
use protocol::core::problem::{Code, Problem};
use protocol::field::blob::{BlobState, ContentRange};

/// Whoever can write a field record can upload the picture of it.
const UPLOAD: &[Permission] = &[Permission::WriteFieldRecords];

/// Whoever may hold some bucket may be able to see some row; `scope` decides which ones.
const SEE: &[Permission] = &[Permission::OwnUsage, Permission::ZoneFleet, Permission::WholeFleet];

fn named(name: &str) -> Result<BlobId, Error> {
    name.parse().map_err(|error: domain::field::blob::BadBlobId| Error::problem(Code::BadRequest, error.to_string()))
}

/// Bring a range of a blob, or ask with `Content-Range: bytes */{total}` and no body how far it is. Ranges are 256 KiB at most and come
/// in order: one that begins elsewhere is left out, and the answer says where to go on. A blob is 8 MiB at most: JPEG, PNG or WebP.
#[utoipa::path(put, path = "/blobs/v1/{sha256}", security(("user" = [])),
    params(("sha256" = String, Path), ("Content-Range" = String, Header, description = "`bytes {first}-{last}/{total}` or `bytes */{total}`")),
    request_body(content_type = "application/octet-stream"),
    responses((status = 200, description = "How far it is", body = BlobState),
    (status = 400, description = "No such range, or the bytes are not what they should be", body = Problem),
    (status = 413, description = "Too large", body = Problem), (status = 429, description = "Too many uploads are open, or too much was uploaded that no row names", body = Problem)))]
pub async fn bring(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<BlobState>, Error> {
    let (caller, id) = (caller.must(UPLOAD)?.clone(), named(&name)?);
    let user = caller.num;
    let range = headers.get(header::CONTENT_RANGE).and_then(|value| value.to_str().ok()).and_then(ContentRange::read);
    let range = range.ok_or_else(|| Error::problem(Code::BadRequest, "send `Content-Range: bytes first-last/total`"))?;
    if range.total > MAX_BLOB as u64 || body.len() > MAX_RANGE {
        return Err(Error::problem(Code::TooLarge, "a blob is 8 MiB at most, a range of it 256 KiB"));
    }
    if app.store.read_of(caller.source(), move |db| blobs::is_owner(db, id, user)).await? {
        return Ok(Json(BlobState { offset: range.total, whole: true }));
    }
    let files = app.blobs.clone();
    let Some((first, end)) = range.part else {
        let offset = run(move || files.offset(user, id, range.total)).await?;
        return Ok(Json(BlobState { offset, whole: false }));
    };
    if end - first != body.len() as u64 {
        return Err(Error::problem(Code::BadRequest, "the range is not as long as it says"));
    }
    let unnamed = app.store.read_of(caller.source(), move |db| blobs::unnamed_bytes(db, user)).await?;
    let state = run(move || {
        files.check_quota(user, unnamed, body.len() as u64)?;
        files.append(user, id, first, range.total, &body)
    });
    let state = state.await?;
    if state.whole {
        app.store.writer.of(caller.source()).work(move |tx| blobs::add(tx, id, range.total, user)).await?;
    }
    Ok(Json(state))
}

/// The bytes of a blob, for whoever may see a row that names it.
#[utoipa::path(get, path = "/blobs/v1/{sha256}", security(("user" = [])), params(("sha256" = String, Path)), responses(
    (status = 200, description = "The picture", content_type = "image/jpeg"),
    (status = 404, description = "It is not there, or not in scope; which is not said", body = Problem)))]
pub async fn see(State(app): State<App>, caller: Caller, Path(name): Path<String>) -> Result<Response, Error> {
    let (caller, id) = (caller.must(SEE)?.clone(), named(&name)?);
    let not_there = || Error::problem(Code::NotFound, "no such blob");
    if !app.store.read_of(caller.source(), move |db| blobs::is_visible(db, &caller, id)).await? {
        return Err(not_there());
    }
    let files = app.blobs.clone();
    let bytes = run(move || files.read(id)).await?.ok_or_else(not_there)?;
    let mime = Picture::of(&bytes).ok_or_else(not_there)?.mime();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(mime)),
        // Should a browser ever show it by itself, nothing in it may do anything.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    Ok((headers, bytes).into_response())
}

/// Files are read and written off the async threads.
async fn run<R: Send + 'static>(job: impl FnOnce() -> Result<R, Error> + Send + 'static) -> Result<R, Error> {
    tokio::task::spawn_blocking(job).await.map_err(|_| Error::Stopped)?
}
