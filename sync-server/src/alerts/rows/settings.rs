//! What users want, where push messages reach them, thresholds of connections, and which providers are set up.

use crate::core::{Db, Tx};
use crate::error::Error;
use domain::alerts::kinds::Provider;
use domain::alerts::preferences::Preferences;
use domain::billing::balance::Thresholds;
use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

/// Push tokens of a user at most: the oldest go.
const TOKENS: i64 = 20;

/// What a user has set. A body that this version cannot read is as nothing set.
pub fn preferences(db: &Db, user: i64) -> Result<Preferences, Error> {
    let mut query = db.prepare_cached("SELECT body FROM alert_preferences WHERE user = ?1")?;
    let body: Option<String> = query.query_row([user], |row| row.get(0)).optional()?;
    Ok(body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or_default())
}

/// Keeps what a user has set.
pub fn keep_preferences(tx: &mut Tx<'_>, user: i64, preferences: &Preferences) -> Result<(), Error> {
    let body =
        serde_json::to_string(preferences).map_err(|error| Error::Setup(format!("preferences cannot be written: {error}")))?;
    tx.db
        .prepare_cached(
            "INSERT INTO alert_preferences (user, body) VALUES (?1, ?2) ON CONFLICT (user) DO UPDATE SET body = excluded.body",
        )?
        .execute(params![user, body])?;
    Ok(())
}

/// Keeps a push token of a session: one for each provider, and a token belongs to whoever brought it last.
pub fn keep_token(tx: &mut Tx<'_>, (user, session): (i64, Uuid), provider: Provider, token: &str) -> Result<(), Error> {
    let provider = provider.as_str();
    tx.db.prepare_cached("DELETE FROM push_token WHERE provider = ?1 AND (session = ?2 OR token = ?3)")?.execute(params![
        provider,
        session.as_bytes(),
        token
    ])?;
    tx.db
        .prepare_cached("INSERT INTO push_token (user, session, provider, token, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![user, session.as_bytes(), provider, token, tx.now.0])?;
    tx.db
        .prepare_cached(
            "DELETE FROM push_token WHERE user = ?1 AND num NOT IN (SELECT num FROM push_token WHERE user = ?1 ORDER BY num DESC LIMIT +?2)",
        )?
        .execute([user, TOKENS])?;
    Ok(())
}

/// Forgets a push token; of one user's alone, or whoever's it is.
pub fn remove_token(tx: &mut Tx<'_>, user: Option<i64>, provider: Provider, token: &str) -> Result<(), Error> {
    tx.db
        .prepare_cached("DELETE FROM push_token WHERE provider = ?1 AND token = ?2 AND (?3 IS NULL OR user = ?3)")?
        .execute(params![provider.as_str(), token, user])?;
    Ok(())
}

/// Whether a connection has thresholds of its own.
pub fn has_own_thresholds(db: &Db, connection: i64) -> Result<bool, Error> {
    let mut query = db.prepare_cached("SELECT low_rupiah IS NOT NULL FROM connection WHERE num = ?1")?;
    Ok(query.query_row([connection], |row| row.get(0))?)
}

/// Writes a connection's own thresholds, or that it has none.
pub fn write_thresholds(tx: &mut Tx<'_>, connection: i64, thresholds: Option<Thresholds>) -> Result<(), Error> {
    tx.db.prepare_cached("UPDATE connection SET low_rupiah = ?2, low_days = ?3 WHERE num = ?1")?.execute(params![
        connection,
        thresholds.map(|of| of.rupiah.0),
        thresholds.map(|of| of.days)
    ])?;
    Ok(())
}

/// Providers that are set up.
pub fn providers(db: &Db) -> Result<Vec<Provider>, Error> {
    let mut query = db.prepare_cached("SELECT name FROM alert_provider")?;
    let names = query.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
    Ok(Provider::ALL.iter().copied().filter(|provider| names.iter().any(|name| name == provider.as_str())).collect())
}

/// Keeps which providers are set up.
pub fn keep_providers(tx: &mut Tx<'_>, providers: &[Provider]) -> Result<(), Error> {
    tx.db.execute("DELETE FROM alert_provider", [])?;
    for provider in providers {
        tx.db.execute("INSERT INTO alert_provider (name) VALUES (?1)", [provider.as_str()])?;
    }
    Ok(())
}
