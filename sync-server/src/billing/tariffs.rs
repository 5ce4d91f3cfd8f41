//! Tariff versions: the defaults of a new utility, what admins add, and what becomes of months that a new version charges.

use crate::billing::charging;
use crate::billing::rows::{connections, tariffs};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use domain::billing::tariff::{TariffClass, TariffVersion, defaults, preview};
use domain::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::admin::{NewTariff, TariffRow, Tariffs};
use rusqlite::Connection;
use uuid::Uuid;

/// Days ahead at which a version may begin, at most.
const FURTHEST: i32 = 3_653;

/// Gives every utility that has no tariff yet the defaults, from the first day on.
///
/// # Errors
/// The database.
pub fn begin(db: &mut Connection, now: UtcMillis) -> Result<(), Error> {
    let begin_all = |tx: &mut Tx<'_>| {
        let without = tariffs::utilities_without(tx)?;
        without.into_iter().try_for_each(|utility| begin_utility(tx, utility))
    };
    crate::core::transact(db, now, begin_all).map(|_| ())
}

/// Gives a utility the defaults, from the first day on.
///
/// # Errors
/// The database.
pub fn begin_utility(tx: &mut Tx<'_>, utility: i64) -> Result<(), Error> {
    defaults(LocalDay(0)).iter().try_for_each(|version| add(tx, utility, Uuid::now_v7(), version, None))
}

/// Adds a version. The same identifier again is the same version.
///
/// # Errors
/// It has no price for every volume, or the database.
pub fn add(tx: &mut Tx<'_>, utility: i64, id: Uuid, version: &TariffVersion, author: Option<i64>) -> Result<(), Error> {
    let open_end = version.blocks.last().is_some_and(|block| block.up_to.is_none());
    let rising = version.blocks.windows(2).all(|pair| match (pair[0].up_to, pair[1].up_to) {
        (Some(end), next) => end > Millilitres::ZERO && next.is_none_or(|next| next > end),
        (None, _) => false,
    });
    if !open_end || !rising || version.blocks.iter().any(|block| block.price_per_m3 < Rupiah(0)) {
        return Err(Error::problem(Code::BadRequest, "blocks rise, the last one is open, and no price is below zero"));
    }
    tariffs::insert_version(tx, utility, (id, version), author)?;
    // One that begins in the past has months to compute anew.
    let charged = tariffs::connections_charged_by(tx, utility, version)?;
    charged.into_iter().try_for_each(|connection| charging::recompute_from(tx, connection, version.effective_from))
}

/// Charges a connection from an earlier local day on than the day on which it was made.
///
/// # Errors
/// The database.
pub fn charge_from(tx: &mut Tx<'_>, connection: i64, day: LocalDay) -> Result<(), Error> {
    tariffs::begin_class(tx, connection, day)?;
    charging::recompute_from(tx, connection, day)
}

/// The local day in that zone of a utility whose day begins first.
fn today(db: &Db, utility: i64, now: UtcMillis) -> Result<LocalDay, Error> {
    let days = connections::time_zones(db, utility)?.into_iter().map(|zone| zone.day_of(now));
    Ok(days.max().unwrap_or_else(|| TimeZone::Jakarta.day_of(now)))
}

/// All versions of a utility's tariffs.
///
/// # Errors
/// The database, or blocks that cannot be read.
pub fn all(db: &Db, utility: i64, now: UtcMillis) -> Result<Tariffs, Error> {
    let mut versions = Vec::new();
    for class in TariffClass::ALL {
        let made = tariffs::authorships(db, utility, class)?.into_iter().zip(tariffs::versions(db, utility, class)?);
        versions.extend(made.map(|(by, version)| TariffRow { id: by.id, version, author: by.author, at: by.at }));
    }
    Ok(Tariffs { today: today(db, utility, now)?, versions })
}

/// Adds an admin's version, which begins tomorrow or later. The same identifier again is the same version.
///
/// # Errors
/// It is none (the detail begins with the field's word), it begins today or earlier (`starts`), or the database.
pub fn add_by_admin(tx: &mut Tx<'_>, admin: &Caller, new: &NewTariff) -> Result<(), Error> {
    if tariffs::exists(tx, new.id)? {
        return Ok(());
    }
    let version = &new.version;
    preview::check(version).map_err(|wrong| Error::problem(Code::BadRequest, wrong.to_string()))?;
    let today = today(tx, admin.utility, tx.now)?;
    if !(today.0 + 1..=today.0 + FURTHEST).contains(&version.effective_from.0) {
        return Err(Error::problem(Code::BadRequest, "starts: a version begins tomorrow at the earliest, and within ten years"));
    }
    add(tx, admin.utility, new.id, version, Some(admin.num))?;
    let (year, month, day) = version.effective_from.ymd();
    let changes = [
        ("tariff_class", String::new(), version.class.as_str().into()),
        ("starts", String::new(), format!("{year:04}-{month:02}-{day:02}")),
    ];
    audit::record(tx, &audit::Entry::by(admin, ("add_tariff", new.id), (Office::Tariff as u8, new.id)), changes)
}
