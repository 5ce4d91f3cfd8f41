//! MQTT sessions that clients asked to keep: their subscriptions, on disk, for a bounded time after their connection and a bounded number for
//! each credential. A client that finds its session kept sends again what was not acknowledged; one that does not throws it away.

use crate::core::Tx;
use crate::error::Error;
use crate::metering::fleet::Credential;
use crate::metering::rows::mqtt_sessions as rows;
use crate::state::Store;
use domain::UtcMillis;

pub use crate::metering::rows::mqtt_sessions::{delete_over as forget_over, end_all};

/// A session is kept for so long after its connection at most, and where the client names no time, as in 3.1.1: a week.
pub const LONGEST_LIFE_S: u32 = 7 * 24 * 3_600;

/// Characters of a client's identifier at most; a session of a longer one is not kept.
const LONGEST_CLIENT_ID: usize = 256;

/// Kept sessions of one meter's credential.
const METER_SESSIONS: usize = 8;

/// Kept sessions of one meter gateway's credential.
const GATEWAY_SESSIONS: usize = 64;

/// A subscription: the topic, and the QoS that was granted.
pub type Filter = (String, u8);

/// What a client asks for when it connects.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its identifier.
    pub client_id: String,
    /// Whether what is kept of an older session is to be forgotten.
    pub clean: bool,
    /// Seconds that this session is to be kept once it has ended; 0 for not at all.
    pub life_s: u32,
}

impl Asked {
    /// For how long the session is kept.
    pub fn granted_s(&self) -> u32 {
        if self.client_id.is_empty() || self.client_id.len() > LONGEST_CLIENT_ID { 0 } else { self.life_s.min(LONGEST_LIFE_S) }
    }
}

/// A session that begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Begun {
    /// The subscriptions of the session that was kept; `None` if none was.
    pub found: Option<Vec<Filter>>,
    /// The row of this one, if it is to be kept.
    pub row: Option<i64>,
}

/// Begins a client's session: takes up what was kept, or forgets it, and keeps this one if that was asked for. Clients that ask for neither
/// do not wait for the writer.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn begin(store: &Store, credential: Credential, asked: &Asked) -> Result<Begun, Error> {
    let life_s = asked.granted_s();
    if life_s == 0 {
        let client_id = asked.client_id.clone();
        if store.read_inline(move |db| rows::find(db, credential, &client_id)).await?.is_none() {
            return Ok(Begun::default());
        }
    }
    let asked = asked.clone();
    store.writer.work(move |tx| begin_in(tx, credential, &asked, life_s)).await
}

fn begin_in(tx: &mut Tx<'_>, credential: Credential, asked: &Asked, life_s: u32) -> Result<Begun, Error> {
    let kept = rows::find(tx, credential, &asked.client_id)?;
    if let Some(kept) = &kept {
        rows::delete(tx, kept.num)?;
    }
    let is_alive = |kept: &rows::KeptRow| kept.ended_at.is_none_or(|ended| !is_over(ended, kept.life_s, tx.now));
    let found = kept.filter(|kept| !asked.clean && is_alive(kept)).map(|kept| kept.filters);
    let most = match credential {
        Credential::Meter(_) => METER_SESSIONS,
        Credential::Gateway(_) => GATEWAY_SESSIONS,
    };
    let row = match life_s {
        0 => None,
        _ => Some(rows::insert(tx, credential, &asked.client_id, (life_s.into(), found.as_deref().unwrap_or("[]")), most)?),
    };
    let found = found.map(|filters| serde_json::from_str(&filters).unwrap_or_default());
    Ok(Begun { found, row })
}

fn is_over(ended: UtcMillis, life_s: i64, now: UtcMillis) -> bool {
    ended.plus(life_s.saturating_mul(1_000)) <= now
}

/// Writes the subscriptions of a kept session; they are on disk on return.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn write_filters(store: &Store, row: i64, filters: &[Filter]) -> Result<(), Error> {
    let filters = serde_json::to_string(filters).map_err(|_| Error::Stopped)?;
    store.writer.work(move |tx| rows::write_filters(tx, row, &filters)).await
}

/// Ends a kept session's connection: it is kept for `life_s` from now on, or forgotten if that is 0.
///
/// # Errors
/// The database, or the server is stopping.
pub async fn end(store: &Store, row: i64, life_s: u32) -> Result<(), Error> {
    let work = move |tx: &mut Tx<'_>| if life_s == 0 { rows::delete(tx, row) } else { rows::end(tx, row, life_s.into()) };
    store.writer.work(work).await
}
