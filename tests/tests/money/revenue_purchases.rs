//! Purchases as the database has them once they were paid, for random histories: with the use of a voucher and their credited payments.

use domain::sales::voucher::Grant;
use rusqlite::params;
use sync_server::core::Tx;
use uuid::Uuid;

/// A purchase that was settled, and the order by which it was paid.
pub struct NewPurchase<'a> {
    pub utility: i64,
    pub connection: i64,
    pub customer: i64,
    pub buyer: i64,
    pub cash: bool,
    pub amount: i64,
    pub granted: Grant,
    pub voucher: Option<i64>,
    pub method: &'a str,
    pub order: &'a str,
}

impl NewPurchase<'_> {
    /// A settled purchase, with its use of the voucher and its credited payment; returns its key.
    pub fn insert(&self, tx: &mut Tx<'_>) -> Result<i64, sync_server::error::Error> {
        let (id, now) = (Uuid::now_v7(), tx.now.0);
        let channel = if self.cash { "cash" } else { "gateway" };
        tx.db.execute(
            "INSERT INTO purchase (id, utility, connection, customer, buyer, channel, amount, discount, bonus, voucher, state, quoted_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (SELECT num FROM voucher WHERE series = ?10), 'settled', ?11, ?11)",
            params![
                id.as_bytes(),
                self.utility,
                self.connection,
                self.customer,
                self.buyer,
                channel,
                self.amount,
                self.granted.discount.0,
                self.granted.bonus.0,
                self.voucher,
                now
            ],
        )?;
        let num = tx.db.last_insert_rowid();
        if let Some(campaign) = self.voucher {
            tx.db.execute(
                "INSERT INTO voucher_use (purchase, voucher, customer, state, at) SELECT ?1, num, ?2, 'consumed', ?3 FROM voucher WHERE series = ?4",
                params![num, self.customer, now, campaign],
            )?;
        }
        if !self.cash {
            self.pay(tx, id)?;
        }
        Ok(num)
    }

    /// Another order of the purchase, by which it was paid.
    pub fn pay(&self, tx: &mut Tx<'_>, purchase: Uuid) -> Result<(), sync_server::error::Error> {
        let now = tx.now.0;
        tx.db.execute(
            "INSERT INTO payment (id, order_id, utility, purchase, method, gross, state, started_at, expires_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'settled', ?7, ?7)",
            params![Uuid::now_v7().as_bytes(), self.order, self.utility, purchase.as_bytes(), self.method, self.amount, now],
        )?;
        let payment = tx.db.last_insert_rowid();
        tx.db.execute(
            "INSERT INTO payment_notification (at, order_id, source, verdict, body) VALUES (?1, ?2, 'webhook', 'taken', '{}')",
            params![now, self.order],
        )?;
        let notification = tx.db.last_insert_rowid();
        tx.db.execute(
            "INSERT INTO payment_effect (payment, no, kind, amount, notification, at) VALUES (?1, 1, 'credit', ?2, ?3, ?4)",
            params![payment, self.amount, notification, now],
        )?;
        Ok(())
    }
}

/// A campaign of one voucher: key and identifier.
pub fn campaign(tx: &mut Tx<'_>, utility: i64) -> Result<(i64, Uuid), sync_server::error::Error> {
    let id = Uuid::now_v7();
    tx.db.execute(
        "INSERT INTO campaign (id, utility, name, codes, at) VALUES (?1, ?2, 'Kampanye', 1, 0)",
        params![id.as_bytes(), utility],
    )?;
    let num = tx.db.last_insert_rowid();
    tx.db.execute(
        "INSERT INTO voucher (id, utility, code, campaign, terms, state, at, series) VALUES (?1, ?2, 'UJI', 'Kampanye', '{}', 'active', 0, ?3)",
        params![Uuid::now_v7().as_bytes(), utility, num],
    )?;
    Ok((num, id))
}
