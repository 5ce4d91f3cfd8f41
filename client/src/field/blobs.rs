//! Photos: uploaded in ranges before the operation that names them is applied, by a task of their own that delays nothing else; set aside where the
//! server refuses one for good; and fetched when a screen shows one.

use crate::core::clock::now;
use crate::core::pace::{before_next_attempt, jitter};
use crate::core::shared::Shared;
use crate::error::Error;
use crate::store::outbox::pictures::PendingPhoto;
use crate::store::outbox::refused_photos;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::field::blob::{MAX_RANGE, Picture};
use domain::{BlobId, UserId};
use engine::frame::Frame;
use engine::pace::Backoff;
use protocol::core::problem::{Code, Problem};
use protocol::field::blob::{BlobState, ContentRange};
use protocol::sync::pull::SMALLEST_FRAME;
use protocol::ui::{Answer, Event, PhotosRequest, PictureData};
use reqwest::Method;
use reqwest::header::CONTENT_RANGE;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// Ranges in a row that may not advance an upload before it is left for later.
const STALLED_RANGES: u32 = 3;

/// Bytes of the first range. The server keeps a range once it has all of it, and its answer is waited for 15 seconds: 32 kbit/s carry so much in eight.
const FIRST_RANGE: u32 = 32 * 1024;

/// What took a range longer than this is a slow line: of one twice as large, the answer would hardly come in time.
const QUICK: Duration = Duration::from_secs(5);

/// Uploads photos for as long as the client runs.
pub async fn run(client: Arc<Shared>) {
    let mut backoff = Backoff::default();
    let mut frame = Frame::beginning_with(FIRST_RANGE, MAX_RANGE as u32);
    let mut work = client.outbox_work();
    let mut requests = client.sync_requests();
    loop {
        work.mark_unchanged();
        requests.mark_unchanged();
        let uploaded = if client.is_signed_in() { upload_next(&client, &mut frame).await } else { Ok(Uploaded::Nothing) };
        match uploaded {
            Ok(Uploaded::Sent | Uploaded::SetAside) => backoff.reset(),
            Ok(Uploaded::Known) => tokio::time::sleep(Duration::from_millis(backoff.next_ms(jitter()))).await,
            Ok(Uploaded::Nothing) => {
                tokio::select! {
                    changed = work.changed() => if changed.is_err() { return },
                    changed = requests.changed() => if changed.is_err() { return },
                }
            }
            Err(error) => {
                tracing::info!(%error, "a photo waits");
                if matches!(&error, Error::Problem(problem) if problem.code == Code::Unauthenticated) {
                    client.forget_access_token().await;
                }
                before_next_attempt(&mut work, Duration::from_millis(backoff.next_ms(jitter()))).await;
            }
        }
    }
}

enum Uploaded {
    Sent,
    /// The server had it already.
    Known,
    /// The server will never take it.
    SetAside,
    Nothing,
}

async fn upload_next(client: &Shared, frame: &mut Frame) -> Result<Uploaded, Error> {
    let who = client.user_id();
    let Some(photo) = client.store.pending_photo().await? else { return Ok(Uploaded::Nothing) };
    let known = match bring(client, who, &photo, frame).await? {
        Brought::Whole { known } => known,
        Brought::Refused(problem) => {
            tracing::warn!(%problem, photo = %photo.id, "the server refuses a photo, which is set aside");
            client.store.photo_refused(photo.id, problem.code).await?;
            client.emit(Event::Changed);
            return Ok(Uploaded::SetAside);
        }
    };
    client.store.photo_uploaded(photo.id).await?;
    client.request_push();
    Ok(if known { Uploaded::Known } else { Uploaded::Sent })
}

enum Brought {
    /// The server has all of it; `known`: it had all of it before.
    Whole { known: bool },
    /// It refuses the photo, whenever it is sent.
    Refused(Problem),
}

async fn bring(
    client: &Shared,
    who: Option<UserId>,
    PendingPhoto { id, bytes }: &PendingPhoto,
    frame: &mut Frame,
) -> Result<Brought, Error> {
    let total = bytes.len() as u64;
    let mut state = match send(client, who, *id, (ContentRange { part: None, total }, Vec::new())).await {
        Err(Error::Problem(problem)) if is_for_good(problem.code, None, 0) => return Ok(Brought::Refused(problem)),
        answered => answered?,
    };
    let (known, begun_at, mut stalled) = (state.whole, state.offset, 0);
    while !state.whole {
        let first = state.offset;
        let end = total.min(first + u64::from(frame.bytes));
        let (Ok(from), Ok(to)) = (usize::try_from(first), usize::try_from(end)) else { break };
        let part = bytes.get(from..to).unwrap_or_default().to_vec();
        let length = part.len();
        let began = Instant::now();
        state = match send(client, who, *id, (ContentRange { part: Some((first, end)), total }, part)).await {
            Err(Error::Problem(problem)) if is_for_good(problem.code, Some(begun_at), length) => {
                return Ok(Brought::Refused(problem));
            }
            // A range that did not arrive may have been too large for the line; one that has not left this device was not.
            sent => sent.inspect_err(|error| {
                if !matches!(error, Error::Unreached(_)) {
                    frame.lost();
                }
            })?,
        };
        if began.elapsed() < QUICK {
            frame.received(length);
        }
        // Another program may upload the same photo at the same time; an upload that does not advance is left for later.
        stalled = if state.offset > first { 0 } else { stalled + 1 };
        if stalled > STALLED_RANGES {
            return Err(Error::Protocol("an upload does not advance".into()));
        }
    }
    Ok(Brought::Whole { known })
}

/// Whether the server would refuse a photo whenever it is sent. Its bytes are no picture that it takes: that counts only of an upload which began at
/// the photo's first byte, since a part of an earlier one may have been damaged there. Or it is too large: what is in between may let smaller
/// ranges through, down to the smallest. `begun_at`: where the upload has begun; none for the question how far it is. `length`: bytes of the range.
fn is_for_good(code: Code, begun_at: Option<u64>, length: usize) -> bool {
    match code {
        Code::BadRequest => begun_at == Some(0),
        Code::TooLarge => length <= SMALLEST_FRAME as usize,
        // All else is about the way, the session or the server, and would hold for every photo.
        _ => false,
    }
}

async fn send(
    client: &Shared,
    who: Option<UserId>,
    id: BlobId,
    (range, part): (ContentRange, Vec<u8>),
) -> Result<BlobState, Error> {
    let token = client.access_token().await?;
    // Somebody else may have signed in meanwhile: nobody's photo is uploaded in another user's name.
    if client.user_id() != who {
        return Err(Problem::new(Code::Unauthenticated, "somebody else has signed in").into());
    }
    let request = client.transport.request(Method::PUT, &format!("/blobs/v1/{id}"), Some(&token));
    client.transport.call(request.header(CONTENT_RANGE, range.to_string()).body(part)).await
}

impl Shared {
    /// Answers which photos the server has refused, and does something about those of one operation.
    pub(crate) async fn photos(&self, asked: PhotosRequest) -> Result<Answer, Error> {
        match asked {
            PhotosRequest::Refused => return Ok(Answer::RefusedPhotos(self.store.read(refused_photos::list).await?)),
            PhotosRequest::Again { op } => self.store.write(move |db| refused_photos::send_again(db, op)).await?,
            PhotosRequest::Without { op } => {
                self.store.write(move |db| refused_photos::send_without(db, op, Uuid::now_v7())).await?;
            }
        }
        self.outbox_changed().await?;
        Ok(Answer::Done)
    }

    /// Keeps a photo that was taken here.
    pub(crate) async fn attach(&self, base64: &str) -> Result<Answer, Error> {
        let bytes = STANDARD.decode(base64).map_err(|_| Problem::new(Code::BadRequest, "the picture is not base64"))?;
        Ok(Answer::Attached(self.store.keep_photo(bytes, now()).await?))
    }

    /// A photo from this device, or else from the server, after which this device keeps it.
    pub(crate) async fn photo(&self, id: BlobId) -> Result<Answer, Error> {
        let bytes = match self.store.photo(id).await? {
            Some(bytes) => bytes,
            None => {
                let token = self.access_token().await?;
                let request = self.transport.request(Method::GET, &format!("/blobs/v1/{id}"), Some(&token));
                let bytes = self.transport.bytes(request).await?;
                self.store.keep_fetched_photo(id, bytes.clone()).await?;
                bytes
            }
        };
        let kind = Picture::of(&bytes).ok_or_else(|| Error::Protocol("the blob is no picture".into()))?;
        Ok(Answer::Picture(PictureData { mime: kind.mime().to_owned(), base64: STANDARD.encode(bytes) }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_photo_is_refused_for_good_by_what_it_is_and_never_by_the_way_to_the_server() {
        assert!(is_for_good(Code::BadRequest, Some(0), 200_000), "all of its bytes were sent, and they are no picture");
        assert!(
            !is_for_good(Code::BadRequest, Some(4_096), 200_000),
            "a part that lay on the server may be damaged: it is sent anew"
        );
        assert!(!is_for_good(Code::BadRequest, None, 0), "the question has none of its bytes");
        assert!(is_for_good(Code::TooLarge, None, 0), "the server says so of the whole photo");
        assert!(!is_for_good(Code::TooLarge, Some(0), 200_000), "smaller ranges may pass a proxy");
        assert!(is_for_good(Code::TooLarge, Some(0), 4_096));
        for code in Code::ALL.into_iter().filter(|code| !matches!(code, Code::BadRequest | Code::TooLarge)) {
            assert!(!is_for_good(code, Some(0), 1), "{code:?}");
        }
    }
}
