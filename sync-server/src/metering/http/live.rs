//! The live stream: the newest frame of each watched meter, to every user who may see it.

use crate::core::http::request::Upgrade;
use crate::core::http::socket::{BEAT, READ_BUFFER, Socket};
use crate::core::scope;
use crate::error::Error;
use crate::metering::live::{Order, Reader};
use crate::metering::rows::state;
use crate::people::auth::caller::Caller;
use crate::state::App;
use axum::extract::State;
use axum::response::Response;
use domain::MeterId;
use domain::core::json::ObjectsOnly;
use domain::people::permission::Permission;
use protocol::core::problem::Problem;
use protocol::metering::live::{CLOSE_INTERVAL_S, Frame, MAX_CLOSE, MAX_WATCHED, Watch};
use protocol::metering::messages::{MeterOrder, OrderAction};

/// Every user who may see some meter; `scope` has which ones.
const WATCH: &[Permission] = &[Permission::OwnUsage, Permission::ZoneFleet, Permission::WholeFleet];

/// A meter that is watched closely keeps its short interval for so long; each beat renews it. When the server ends meanwhile, no meter goes on
/// reporting to nobody.
const CLOSE_FOR_MS: i64 = 3 * BEAT.as_millis() as i64;

/// Live values over a WebSocket. The client sends `{"meters": [...]}`, the server the latest of each as it comes.
#[utoipa::path(get, path = "/live/v1", request_body = Watch, security(("user" = [])),
    responses((status = 101, description = "WebSocket; each message a Frame", body = Frame),
    (status = 400, description = "`bad_request`: not asked for as a WebSocket", body = Problem)))]
pub async fn live(State(app): State<App>, caller: Caller, Upgrade(upgrade): Upgrade) -> Result<Response, Error> {
    let caller = caller.must(WATCH)?.clone();
    // 2,000 identifiers are 80 kB.
    Ok(upgrade.max_message_size(128 * 1024).read_buffer_size(READ_BUFFER).on_upgrade(move |socket| async move {
        if let Err(error) = stream(app, caller, Socket::new(socket)).await {
            tracing::debug!(%error, "a watcher left");
        }
    }))
}

async fn stream(app: App, mut caller: scope::Caller, mut socket: Socket) -> Result<(), Error> {
    let mut reader = app.live.meters.join();
    let mut wanted = Watch::default();
    let mut close: Vec<i64> = Vec::new();
    let mut scope_changed = app.live.scope();
    let mut recheck = tokio::time::interval(BEAT);
    metrics::gauge!("indowater_live_watchers").increment(1);
    let _count = Watching;
    loop {
        tokio::select! {
            _ = recheck.tick() => {
                socket.beat().await?;
                let Some(current) = listen(&app, caller.session, &wanted, &mut reader).await? else { return Ok(()) };
                caller = current;
                close = watch_closely(&app, &caller, &wanted, &[]).await?;
            }
            _ = scope_changed.changed() => {
                let Some(current) = listen(&app, caller.session, &wanted, &mut reader).await? else { return Ok(()) };
                caller = current;
            }
            frames = reader.mailbox.fetch() => {
                // A change of scope is applied before the values that came after it.
                if scope_changed.has_changed().unwrap_or(false) {
                    scope_changed.mark_unchanged();
                    let Some(current) = listen(&app, caller.session, &wanted, &mut reader).await? else { return Ok(()) };
                    caller = current;
                }
                for frame in frames.into_iter().filter(|frame| reader.listens_to(&frame.meter)) {
                    socket.send(&frame).await?;
                }
            }
            text = socket.next() => {
                let Some(Ok(ObjectsOnly(watch))) = text.map(|text| serde_json::from_str::<ObjectsOnly<Watch>>(&text)) else { return Ok(()) };
                wanted = watch;
                wanted.meters.truncate(MAX_WATCHED);
                wanted.closely.truncate(MAX_CLOSE);
                let meters = allowed(&app, &caller, &wanted.meters).await?;
                reader.listen(meters.iter().map(|(_, id)| *id).collect());
                close = watch_closely(&app, &caller, &wanted, &close).await?;
                for frame in latest(&app, meters).await? {
                    socket.send(&frame).await?;
                }
            }
            () = app.stopped() => return Ok(()),
        }
    }
}

/// Listens to those of the wanted meters that the session's user may watch now; `None` once the session has ended.
async fn listen(
    app: &App,
    session: uuid::Uuid,
    wanted: &Watch,
    reader: &mut Reader<MeterId, Frame>,
) -> Result<Option<scope::Caller>, Error> {
    let Some(caller) = app.store.read(move |db| scope::caller(db, session)).await? else { return Ok(None) };
    reader.listen(allowed(app, &caller, &wanted.meters).await?.iter().map(|(_, id)| *id).collect());
    Ok(Some(caller))
}

/// Takes a watcher off the count, however it ends.
struct Watching;

impl Drop for Watching {
    fn drop(&mut self) {
        metrics::gauge!("indowater_live_watchers").decrement(1);
    }
}

async fn allowed(app: &App, caller: &scope::Caller, wanted: &[MeterId]) -> Result<Vec<(i64, MeterId)>, Error> {
    let (caller, wanted) = (caller.clone(), wanted.to_vec());
    app.store.read(move |db| scope::meters(db, &caller, &wanted)).await
}

/// Orders the meters that are watched closely to report often, but for those in `ordered`; returns their keys.
async fn watch_closely(app: &App, caller: &scope::Caller, wanted: &Watch, ordered: &[i64]) -> Result<Vec<i64>, Error> {
    let close: Vec<i64> = allowed(app, caller, &wanted.closely).await?.into_iter().map(|(num, _)| num).collect();
    for &meter in close.iter().filter(|meter| !ordered.contains(meter)) {
        let order = MeterOrder {
            id: uuid::Uuid::new_v4(),
            action: OrderAction::SetInterval,
            interval_s: Some(CLOSE_INTERVAL_S),
            until: Some(app.store.clock.now().plus(CLOSE_FOR_MS)),
        };
        app.live.order(Order { meter, order });
    }
    Ok(close)
}

/// The stored state of each meter, for a watcher that has just come.
async fn latest(app: &App, meters: Vec<(i64, MeterId)>) -> Result<Vec<Frame>, Error> {
    app.store
        .read(move |db| {
            let mut frames = Vec::with_capacity(meters.len());
            for (num, meter) in meters {
                frames.extend(state::load(db, num)?.map(|state| Frame {
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
