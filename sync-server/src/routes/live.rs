//! The live stream: the latest of each watched meter, to whoever may see it.

use crate::auth::caller::Caller;
use crate::error::Error;
use crate::state::App;
use crate::store::{accounts, rows, scope};
use axum::extract::State;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use domain::MeterId;
use domain::permission::Permission;
use protocol::live::{Frame, MAX_WATCHED, Watch};
use std::time::Duration;

/// Everybody who may see some meter; which ones is `scope`'s to say.
const WATCH: &[Permission] = &[Permission::OwnUsage, Permission::ZoneFleet, Permission::WholeFleet];

/// How often a watcher's rights are looked at again.
const RECHECK: Duration = Duration::from_secs(30);

/// Live values over a WebSocket. The client sends `{"meters": [...]}`, the server the latest of each as it comes.
#[utoipa::path(get, path = "/live/v1", security(("user" = [])), responses((status = 101, description = "WebSocket")))]
pub async fn live(State(app): State<App>, caller: Caller, upgrade: WebSocketUpgrade) -> Result<Response, Error> {
    let caller = caller.must(WATCH)?.clone();
    // 2,000 identifiers are 80 kB.
    Ok(upgrade.max_message_size(128 * 1024).on_upgrade(move |socket| async move {
        if let Err(error) = stream(app, caller, socket).await {
            tracing::debug!(%error, "a watcher left");
        }
    }))
}

async fn stream(app: App, mut caller: scope::Caller, mut socket: WebSocket) -> Result<(), Error> {
    let mut reader = app.live.meters.join();
    let mut wanted: Vec<MeterId> = Vec::new();
    let mut recheck = tokio::time::interval(RECHECK);
    metrics::gauge!("indowater_live_watchers").increment(1);
    let _count = Leaving;
    loop {
        tokio::select! {
            _ = recheck.tick() => {
                let session = caller.session;
                let Some(now) = app.store.read(move |db| accounts::caller(db, session)).await? else { return Ok(()) };
                caller = now;
                reader.listen(allowed(&app, &caller, &wanted).await?.iter().map(|(_, id)| *id).collect());
            }
            frames = reader.mailbox.fetch() => {
                for frame in frames {
                    send(&mut socket, &frame).await?;
                }
            }
            message = socket.recv() => match message {
                None | Some(Err(_) | Ok(Message::Close(_))) => return Ok(()),
                Some(Ok(Message::Text(text))) => {
                    let Ok(watch) = serde_json::from_str::<Watch>(&text) else { return Ok(()) };
                    wanted = watch.meters;
                    wanted.truncate(MAX_WATCHED);
                    let meters = allowed(&app, &caller, &wanted).await?;
                    reader.listen(meters.iter().map(|(_, id)| *id).collect());
                    for frame in latest(&app, meters).await? {
                        send(&mut socket, &frame).await?;
                    }
                }
                Some(Ok(_)) => {}
            },
            () = app.stopped() => return Ok(()),
        }
    }
}

/// Counts a watcher out, however it leaves.
struct Leaving;

impl Drop for Leaving {
    fn drop(&mut self) {
        metrics::gauge!("indowater_live_watchers").decrement(1);
    }
}

async fn allowed(app: &App, caller: &scope::Caller, wanted: &[MeterId]) -> Result<Vec<(i64, MeterId)>, Error> {
    let (caller, wanted) = (caller.clone(), wanted.to_vec());
    app.store.read(move |db| scope::meters(db, &caller, &wanted)).await
}

/// What is on disk already, for a watcher that has just come.
async fn latest(app: &App, meters: Vec<(i64, MeterId)>) -> Result<Vec<Frame>, Error> {
    app.store
        .read(move |db| {
            let mut frames = Vec::with_capacity(meters.len());
            for (num, meter) in meters {
                frames.extend(rows::load_state(db, num)?.map(|state| Frame {
                    meter,
                    t: state.t,
                    received_at: state.received_at,
                    register: state.register,
                    flow: state.flow,
                    valve: state.valve,
                    connection: None,
                    today: None,
                    said_offline: state.said_offline,
                }));
            }
            Ok(frames)
        })
        .await
}

async fn send(socket: &mut WebSocket, frame: &Frame) -> Result<(), Error> {
    let text = serde_json::to_string(frame).map_err(|error| Error::Io(error.into()))?;
    socket.send(Message::Text(text.into())).await.map_err(|error| Error::Io(std::io::Error::other(error)))
}
