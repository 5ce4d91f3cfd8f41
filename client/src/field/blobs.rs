//! Pictures on their way: brought in ranges before the operation that names them, on a way of their own that holds nothing else up; and
//! fetched when somebody looks at one.

use crate::error::Error;
use crate::host::{Inner, now};
use crate::store::files::pictures::Waiting;
use crate::sync::jitter;
use crate::sync::push::before_next_try;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::field::blob::{MAX_RANGE, Picture};
use domain::{BlobId, UserId};
use engine::frame::Frame;
use engine::pace::Backoff;
use protocol::core::problem::{Code, Problem};
use protocol::field::blob::{BlobState, ContentRange};
use protocol::ui::{Answer, PictureData};
use reqwest::Method;
use reqwest::header::CONTENT_RANGE;
use std::sync::Arc;
use std::time::Duration;

/// Ranges that may bring nothing on before an upload is left for later.
const STANDSTILLS: u32 = 3;

/// Brings pictures for as long as the client lives.
pub async fn run(client: Arc<Inner>) {
    let mut backoff = Backoff::default();
    let mut frame = Frame::new(MAX_RANGE as u32);
    let mut work = client.outbox_work();
    let mut nudges = client.nudges();
    loop {
        work.mark_unchanged();
        nudges.mark_unchanged();
        let brought = if client.is_signed_in() { bring_next(&client, &mut frame).await } else { Ok(Brought::Nothing) };
        match brought {
            Ok(Brought::Sent) => backoff.reset(),
            Ok(Brought::Known) => tokio::time::sleep(Duration::from_millis(backoff.next_ms(jitter()))).await,
            Ok(Brought::Nothing) => {
                tokio::select! {
                    changed = work.changed() => if changed.is_err() { return },
                    changed = nudges.changed() => if changed.is_err() { return },
                }
            }
            Err(error) => {
                tracing::info!(%error, "a picture waits");
                if matches!(&error, Error::Problem(problem) if problem.code == Code::Unauthenticated) {
                    client.forget_access_token().await;
                }
                before_next_try(&mut work, Duration::from_millis(backoff.next_ms(jitter()))).await;
            }
        }
    }
}

enum Brought {
    Sent,
    /// The server had it already.
    Known,
    Nothing,
}

async fn bring_next(client: &Inner, frame: &mut Frame) -> Result<Brought, Error> {
    let who = client.user_id();
    let Some(Waiting { id, bytes }) = client.store.waiting_picture().await? else { return Ok(Brought::Nothing) };
    let total = bytes.len() as u64;
    let mut state = send(client, who, id, (ContentRange { part: None, total }, Vec::new())).await?;
    let (known, mut standstills) = (state.whole, 0);
    while !state.whole {
        let first = state.offset;
        let end = total.min(first + u64::from(frame.bytes));
        let (Ok(from), Ok(to)) = (usize::try_from(first), usize::try_from(end)) else { break };
        let part = bytes.get(from..to).unwrap_or_default().to_vec();
        let sent = send(client, who, id, (ContentRange { part: Some((first, end)), total }, part)).await;
        // A range that did not arrive may have been too large for the line.
        state = sent.inspect_err(|_| frame.lost())?;
        frame.received(to - from);
        // Another program may bring the same picture at the same time; a server that never gets on is left for later.
        standstills = if state.offset > first { 0 } else { standstills + 1 };
        if standstills > STANDSTILLS {
            return Err(Error::Protocol("an upload does not get on".into()));
        }
    }
    client.store.picture_is_there(id).await?;
    client.wake_outbox();
    Ok(if known { Brought::Known } else { Brought::Sent })
}

async fn send(
    client: &Inner,
    who: Option<UserId>,
    id: BlobId,
    (range, part): (ContentRange, Vec<u8>),
) -> Result<BlobState, Error> {
    let token = client.access_token().await?;
    // Somebody else may have signed in meanwhile: nobody's picture is brought by another.
    if client.user_id() != who {
        return Err(Problem::new(Code::Unauthenticated, "somebody else has signed in").into());
    }
    let request = client.transport.request(Method::PUT, &format!("/blobs/v1/{id}"), Some(&token));
    client.transport.call(request.header(CONTENT_RANGE, range.to_string()).body(part)).await
}

impl Inner {
    /// Keeps a picture that was taken here.
    pub(crate) async fn attach(&self, base64: &str) -> Result<Answer, Error> {
        let bytes = STANDARD.decode(base64).map_err(|_| Problem::new(Code::BadRequest, "the picture is not base64"))?;
        Ok(Answer::Attached(self.store.keep_picture(bytes, now()).await?))
    }

    /// A picture from this device, or else from the server, and from then on from this device.
    pub(crate) async fn picture(&self, id: BlobId) -> Result<Answer, Error> {
        let bytes = match self.store.picture(id).await? {
            Some(bytes) => bytes,
            None => {
                let token = self.access_token().await?;
                let request = self.transport.request(Method::GET, &format!("/blobs/v1/{id}"), Some(&token));
                let bytes = self.transport.bytes(request).await?;
                self.store.keep_fetched(id, bytes.clone()).await?;
                bytes
            }
        };
        let kind = Picture::of(&bytes).ok_or_else(|| Error::Protocol("the blob is no picture".into()))?;
        Ok(Answer::Picture(PictureData { mime: kind.mime().to_owned(), base64: STANDARD.encode(bytes) }))
    }
}
