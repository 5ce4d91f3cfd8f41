//! Tariff versions: the defaults of a new utility, what admins add, and what becomes of months that a new version charges.

use crate::billing::charging;
use crate::billing::rows::{connections, credit, tariffs};
use crate::core::scope::Caller;
use crate::core::{Db, Tx, audit};
use crate::error::Error;
use domain::billing::tariff::difference::{Difference, differences};
use domain::billing::tariff::{BlockMode, TariffClass, TariffVersion, defaults, difference, preview, version_on};
use domain::{LocalDay, Millilitres, Rupiah, TimeZone, UtcMillis};
use protocol::core::audit::Office;
use protocol::core::problem::Code;
use protocol::sales::admin::{NewTariff, TariffWithdrawal, Tariffs};
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
///
/// # Errors
/// The database.
pub fn today(db: &Db, utility: i64, now: UtcMillis) -> Result<LocalDay, Error> {
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
        versions.extend(tariffs::listed(db, utility, class)?);
    }
    Ok(Tariffs { today: today(db, utility, now)?, versions })
}

/// Adds an admin's version, which begins tomorrow or later. The same identifier again is the same version.
///
/// # Errors
/// It is none (the detail begins with the field's word), it begins today or earlier (`starts`), another version has its identifier (`key`), or the
/// database.
pub fn add_by_admin(tx: &mut Tx<'_>, admin: &Caller, new: &NewTariff) -> Result<(), Error> {
    let decree = difference::clean_decree(&new.version.decree).map_err(wrong)?;
    let version = TariffVersion { decree, ..new.version.clone() };
    if tariffs::exists(tx, new.id)? {
        let known = tariffs::of_utility(tx, admin.utility, new.id)?;
        let is_same = known.is_some_and(|(_, known, _)| known == version);
        return if is_same {
            Ok(())
        } else {
            Err(Error::problem(Code::BadRequest, "key: this identifier is of another version"))
        };
    }
    preview::check(&version).map_err(wrong)?;
    let today = today(tx, admin.utility, tx.now)?;
    if !(today.0 + 1..=today.0 + FURTHEST).contains(&version.effective_from.0) {
        return Err(Error::problem(Code::BadRequest, "starts: a version begins tomorrow at the earliest, and within ten years"));
    }
    let others = tariffs::versions(tx, admin.utility, version.class)?;
    add(tx, admin.utility, new.id, &version, Some(admin.num))?;
    let mut changes = vec![
        ("tariff_class".to_owned(), String::new(), version.class.as_str().to_owned()),
        ("starts".to_owned(), String::new(), date(version.effective_from)),
        ("decree".to_owned(), String::new(), version.decree.clone()),
    ];
    changes.extend(changed(version_on(&others, version.effective_from), &version));
    let changes = changes.iter().map(|(field, before, after)| (field.as_str(), before.clone(), after.clone()));
    audit::record(tx, &audit::Entry::by(admin, ("add_tariff", new.id), (Office::Tariff as u8, new.id)), changes)
}

/// Withdraws a version that has not begun, with an audit entry. One that is withdrawn already stays as it is.
///
/// # Errors
/// No such version of the utility; it holds already, or something was charged by it (`in_force`); or the database.
pub fn withdraw(tx: &mut Tx<'_>, admin: &Caller, asked: &TariffWithdrawal) -> Result<(), Error> {
    let found = tariffs::of_utility(tx, admin.utility, asked.of)?;
    let (num, version, is_withdrawn) = found.ok_or_else(|| Error::problem(Code::NotFound, "there is no such version"))?;
    if is_withdrawn {
        return Ok(());
    }
    let has_begun = version.effective_from <= today(tx, admin.utility, tx.now)?;
    if has_begun || tariffs::has_use_since(tx, admin.utility, version.class, version.effective_from)? {
        let detail = "in_force: this version holds already; add another one that begins later";
        return Err(Error::problem(Code::BadRequest, detail));
    }
    tariffs::withdraw(tx, num, admin.num)?;
    // How long a balance lasts was computed with it.
    for connection in tariffs::connections_charged_by(tx, admin.utility, &version)? {
        credit::mark_credit_pending(tx, connection)?;
    }
    let changes = [
        ("tariff_class", version.class.as_str().to_owned(), String::new()),
        ("starts", date(version.effective_from), String::new()),
        ("decree", version.decree, String::new()),
    ];
    audit::record(tx, &audit::Entry::by(admin, ("withdraw_tariff", asked.key), (Office::Tariff as u8, asked.of)), changes)
}

fn wrong(wrong: preview::Wrong) -> Error {
    Error::problem(Code::BadRequest, wrong.to_string())
}

fn date(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

/// What a version changes of the one that would hold without it, as the audit log keeps it: a block as `from-end:price`, in millilitres.
fn changed(old: Option<&TariffVersion>, new: &TariffVersion) -> Vec<(String, String, String)> {
    let step = |step: Option<difference::Step>| {
        step.map_or_else(String::new, |step| {
            let end = step.up_to.map_or_else(String::new, |end| end.0.to_string());
            format!("{}-{end}:{}", step.from.0, step.price_per_m3.0)
        })
    };
    let amount = |amount: Option<Rupiah>| amount.map_or_else(String::new, |amount| amount.0.to_string());
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    let line = |difference| match difference {
        Difference::Mode(old, new) => {
            ("tariff_mode".to_owned(), old.map_or("", BlockMode::as_str).to_owned(), new.as_str().to_owned())
        }
        Difference::Block(place, old, new) => (format!("block_{:02}", place + 1), step(old), step(new)),
        Difference::MonthlyFee(old, new) => ("monthly_fee".to_owned(), amount(old), amount(Some(new))),
        Difference::MinimumTopUp(old, new) => ("minimum_top_up".to_owned(), amount(old), amount(Some(new))),
        Difference::Tax(old, new) => ("tax_per_mille".to_owned(), number(old), number(Some(new))),
        Difference::Lifeline(old, new) => ("lifeline_per_day".to_owned(), number(old.map(|old| old.0)), number(Some(new.0))),
    };
    differences(old, new).into_iter().map(line).collect()
}
