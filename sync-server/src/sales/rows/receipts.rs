//! What a utility received, by the postings of its own accounts.

use crate::core::Db;
use crate::error::Error;
use domain::billing::ledger::Account;
use domain::{Rupiah, UtcMillis};
use protocol::summary::ReceiptLine;
use rusqlite::{OptionalExtension, params};

/// Where stretches of time begin.
#[derive(Clone, Copy, Debug)]
pub struct Stretches {
    /// Today.
    pub today: UtcMillis,
    /// Yesterday.
    pub yesterday: UtcMillis,
    /// The month.
    pub month: UtcMillis,
}

/// Accounts on which money comes in and goes back.
const ACCOUNTS: [Account; 4] = [Account::Cash, Account::GatewayClearing, Account::Refunds, Account::Chargebacks];

/// The query of [`first_since`]: the first entry of an index.
pub const FIRST_SINCE: &str = "SELECT num FROM transfer WHERE utility = ?1 AND at >= ?2 ORDER BY at LIMIT 1";

/// Key of the first transfer since an instant; none if there is none.
pub fn first_since(db: &Db, utility: i64, at: UtcMillis) -> Result<Option<i64>, Error> {
    Ok(db.prepare_cached(FIRST_SINCE)?.query_row([utility, at.0], |row| row.get(0)).optional()?)
}

/// The query of [`received`], of one account: its postings from a transfer on. The order of what came by the gateway is in the key of its
/// transfer, `settle:{order}:{number}`.
pub const RECEIVED: &str = "SELECT (SELECT y.method FROM payment y WHERE y.order_id = rtrim(rtrim(substr(t.key, 8), '0123456789'), ':')),
      SUM(CASE WHEN t.at >= ?4 THEN -o.amount ELSE 0 END), SUM(CASE WHEN t.at >= ?5 AND t.at < ?4 THEN -o.amount ELSE 0 END),
      SUM(CASE WHEN t.at >= ?6 THEN -o.amount ELSE 0 END)
    FROM account a CROSS JOIN posting o CROSS JOIN transfer t
    WHERE a.utility = ?1 AND a.kind = ?2 AND a.connection IS NULL AND o.account = a.num AND o.transfer >= ?3 AND t.num = o.transfer
      AND t.at >= MIN(?5, ?6) GROUP BY 1 ORDER BY 1";

/// What came in and went back on those accounts, from a transfer on. It costs as many searches as there are postings on them since then.
pub fn received(db: &Db, utility: i64, from: i64, since: Stretches) -> Result<Vec<ReceiptLine>, Error> {
    let mut lines = Vec::new();
    let mut query = db.prepare_cached(RECEIVED)?;
    for account in ACCOUNTS {
        let is_gateway = account == Account::GatewayClearing;
        let found = query.query_map(
            params![utility, account.as_str(), from, since.today.0, since.yesterday.0, since.month.0],
            |row| {
                let method: Option<String> = row.get(0)?;
                let (today, yesterday, month) = (Rupiah(row.get(1)?), Rupiah(row.get(2)?), Rupiah(row.get(3)?));
                Ok(ReceiptLine { account, method: method.filter(|_| is_gateway), today, yesterday, month })
            },
        )?;
        for line in found {
            lines.push(line?);
        }
    }
    Ok(lines)
}
