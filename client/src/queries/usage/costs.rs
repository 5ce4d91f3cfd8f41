//! What use costs, by the prices of its day: of hours, days and months.

use crate::error::Error;
use crate::queries::usage::Stretch;
use crate::queries::usage::parts::Part;
use crate::queries::{charged, days};
use domain::billing::charging::{day_costs, due, part_costs};
use domain::billing::tariff::{DayVolume, TariffVersion};
use domain::{ConnectionId, LocalDay, LocalMonth, Millilitres, Rupiah};
use rusqlite::{Connection, params};

/// What the bars of a stretch cost.
pub struct Costs {
    /// Of each bar; none where its volume is not known. A month's includes its fee.
    pub bars: Vec<Option<Rupiah>>,
    /// The fees in it that were posted.
    pub fee: Rupiah,
    is_fee_in_bars: bool,
}

impl Costs {
    /// Of a stretch; `None` where there are no prices.
    pub fn of(db: &Connection, connection: ConnectionId, stretch: Stretch, parts: &[Part]) -> Result<Option<Self>, Error> {
        let prices = charged::prices(db, connection)?;
        if prices.is_empty() {
            return Ok(None);
        }
        Ok(Some(match stretch {
            Stretch::Day(day) => Self::without_fee(of_hours(db, connection, (&prices, day), parts)?),
            Stretch::Week(_) => Self::without_fee(of_days(db, connection, &prices, parts)?),
            Stretch::Month(month) => {
                Self { fee: fee(db, connection, month)?, ..Self::without_fee(of_days(db, connection, &prices, parts)?) }
            }
            Stretch::Year(_) => Self::of_months(db, connection, &prices, parts)?,
        }))
    }

    const fn without_fee(bars: Vec<Option<Rupiah>>) -> Self {
        Self { bars, fee: Rupiah(0), is_fee_in_bars: false }
    }

    /// Everything.
    pub fn total(&self) -> Rupiah {
        let bars: i64 = self.bars.iter().flatten().map(|cost| cost.0).sum();
        Rupiah(bars + if self.is_fee_in_bars { 0 } else { self.fee.0 })
    }

    fn of_months(db: &Connection, connection: ConnectionId, prices: &[TariffVersion], parts: &[Part]) -> Result<Self, Error> {
        let (mut bars, mut fees) = (Vec::with_capacity(parts.len()), 0);
        for part in parts {
            let month = LocalMonth(part.at);
            let fee = fee(db, connection, month)?;
            fees += fee.0;
            let Some(volume) = part.volume else {
                bars.push((fee > Rupiah(0)).then_some(fee));
                continue;
            };
            let days = || volumes(db, connection, month.first_day(), month.first_day().plus(month.days() - 1));
            let water = due(prices, month, Millilitres(volume), days)?;
            bars.push(Some(Rupiah(water.total().0 + fee.0)));
        }
        Ok(Self { bars, fee: Rupiah(fees), is_fee_in_bars: true })
    }
}

fn volumes(db: &Connection, connection: ConnectionId, from: LocalDay, to: LocalDay) -> Result<Vec<DayVolume>, Error> {
    Ok(days(db, connection, from.0, to.0)?.iter().map(|row| DayVolume { day: row.day, volume: row.volume }).collect())
}

fn of_hours(
    db: &Connection,
    connection: ConnectionId,
    (prices, day): (&[TariffVersion], LocalDay),
    parts: &[Part],
) -> Result<Vec<Option<Rupiah>>, Error> {
    let before = volumes(db, connection, day.month().first_day(), day.plus(-1))?;
    let hours: Vec<Millilitres> = parts.iter().map(|part| Millilitres(part.volume.unwrap_or(0))).collect();
    let costs = part_costs(prices, &before, day, &hours);
    Ok(parts.iter().zip(costs).map(|(part, cost)| part.volume.map(|_| cost)).collect())
}

fn of_days(
    db: &Connection,
    connection: ConnectionId,
    prices: &[TariffVersion],
    parts: &[Part],
) -> Result<Vec<Option<Rupiah>>, Error> {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return Ok(Vec::new()) };
    // A month is charged from its first day on.
    let all = volumes(db, connection, LocalDay(first.at).month().first_day(), LocalDay(last.at))?;
    let costs: Vec<_> = all.chunk_by(|a, b| a.day.month() == b.day.month()).flat_map(|month| day_costs(prices, month)).collect();
    let of = |part: &Part| costs.iter().find(|(day, _)| day.0 == part.at).map(|(_, cost)| *cost);
    Ok(parts.iter().map(of).collect())
}

/// The fee of a month, as it is in the statement.
fn fee(db: &Connection, connection: ConnectionId, month: LocalMonth) -> Result<Rupiah, Error> {
    let mut query = db.prepare_cached(
        "SELECT COALESCE(-SUM(json_extract(body, '$.amount')), 0) FROM statement
         WHERE connection = ?1 AND json_extract(body, '$.kind') = 'monthly_fee' AND json_extract(body, '$.month') = ?2",
    )?;
    Ok(Rupiah(query.query_row(params![connection.to_string(), month.0], |row| row.get(0))?))
}
