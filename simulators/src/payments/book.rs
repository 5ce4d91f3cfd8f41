//! The stand-in's transactions: in memory, bounded, gone when it ends.

use domain::sales::payment::{Method, OrderId, Status};
use domain::{Rupiah, UtcMillis};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Transactions that are remembered; the oldest that are over go first.
const REMEMBERED: usize = 10_000;

/// Answers that are remembered by their idempotency key.
const ANSWERS: usize = 1_000;

/// Refunds of one transaction at most.
const REFUNDS: usize = 20;

/// Something that was given back.
#[derive(Clone, Debug)]
pub struct Refund {
    /// The merchant's key: the same again is the same refund.
    pub key: String,
    /// How much.
    pub amount: Rupiah,
    /// When.
    pub at: UtcMillis,
    /// Why.
    pub reason: String,
}

/// A transaction.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// The merchant's name for it.
    pub order: OrderId,
    /// Ours.
    pub id: Uuid,
    /// What its page is found by.
    pub token: String,
    /// What is to be paid.
    pub gross: Rupiah,
    /// How; a page on which nothing was chosen yet is [`Method::Page`].
    pub method: Method,
    /// Its state.
    pub status: Status,
    /// When it was made.
    pub made: UtcMillis,
    /// Until when it can be paid.
    pub expires: UtcMillis,
    /// When it was paid.
    pub settled: Option<UtcMillis>,
    /// What was given back.
    pub refunds: Vec<Refund>,
    /// Where its notifications go.
    pub notify: Option<String>,
    /// Where the customer goes from the page when it is over.
    pub finish: Option<String>,
}

impl Transaction {
    /// All that was given back.
    pub fn refunded(&self) -> Rupiah {
        Rupiah(self.refunds.iter().map(|refund| refund.amount.0).sum())
    }

    /// The number of its virtual account: a company code that no bank has, and twelve digits of its own.
    pub fn account(&self) -> String {
        format!("0000{:012}", self.id.as_u128() % 1_000_000_000_000)
    }

    /// Whether the customer may still pay.
    pub fn is_open(&self) -> bool {
        self.status == Status::Pending
    }
}

/// Why something cannot be done with a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is none.
    Unknown,
    /// Its state does not allow it.
    State,
}

/// All transactions.
#[derive(Default)]
pub struct Book {
    by_order: BTreeMap<OrderId, Transaction>,
    /// Orders, the oldest first.
    orders: std::collections::VecDeque<OrderId>,
    answers: std::collections::VecDeque<(String, serde_json::Value)>,
}

impl Book {
    /// The transaction of an order, or of its own identifier.
    pub fn find(&self, name: &str) -> Option<&Transaction> {
        let by_order = name.parse::<OrderId>().ok().and_then(|order| self.by_order.get(&order));
        let id = name.parse::<Uuid>().ok();
        by_order.or_else(|| self.by_order.values().find(|found| Some(found.id) == id))
    }

    /// The transaction of a page.
    pub fn by_token(&self, token: &str) -> Option<&Transaction> {
        self.by_order.values().find(|found| found.token == token)
    }

    /// The transaction of a virtual account, or of an order.
    pub fn by_account(&self, text: &str) -> Option<&Transaction> {
        self.by_order.values().find(|found| found.account() == text).or_else(|| self.find(text))
    }

    /// Adds one.
    ///
    /// # Errors
    /// [`Refusal::State`]: the order is known already, or there are too many that wait.
    pub fn add(&mut self, transaction: Transaction) -> Result<(), Refusal> {
        if self.by_order.contains_key(&transaction.order) {
            return Err(Refusal::State);
        }
        if self.by_order.len() >= REMEMBERED {
            let over = self.orders.iter().position(|order| self.by_order.get(order).is_none_or(|found| !found.is_open()));
            let gone = over.and_then(|place| self.orders.remove(place)).ok_or(Refusal::State)?;
            self.by_order.remove(&gone);
        }
        self.orders.push_back(transaction.order.clone());
        self.by_order.insert(transaction.order.clone(), transaction);
        Ok(())
    }

    /// Changes one by `change`, which fails if its state does not allow it; returns it as it is now.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn change(
        &mut self,
        name: &str,
        change: impl FnOnce(&mut Transaction) -> Result<(), Refusal>,
    ) -> Result<Transaction, Refusal> {
        let order = self.find(name).map(|found| found.order.clone()).ok_or(Refusal::Unknown)?;
        let found = self.by_order.get_mut(&order).ok_or(Refusal::Unknown)?;
        change(found)?;
        Ok(found.clone())
    }

    /// Gives some of it back. The same key again is the same refund.
    ///
    /// # Errors
    /// [`Refusal`]: it was not paid, or by a bank transfer, or more than is left.
    pub fn refund(&mut self, name: &str, refund: Refund) -> Result<Transaction, Refusal> {
        self.change(name, |found| {
            if found.refunds.iter().any(|known| known.key == refund.key) {
                return Ok(());
            }
            let is_paid = matches!(found.status, Status::Settlement | Status::PartialRefund);
            let is_by_bank = matches!(found.method, Method::VirtualAccount(_));
            let left = found.gross.0 - found.refunded().0;
            if !is_paid || is_by_bank || refund.amount.0 <= 0 || refund.amount.0 > left || found.refunds.len() >= REFUNDS {
                return Err(Refusal::State);
            }
            found.status = if refund.amount.0 == left { Status::Refund } else { Status::PartialRefund };
            found.refunds.push(refund);
            Ok(())
        })
    }

    /// Ends what nobody paid in time; returns those.
    pub fn expire(&mut self, now: UtcMillis) -> Vec<Transaction> {
        let over = self.by_order.values_mut().filter(|found| found.is_open() && found.expires <= now);
        over.map(|found| {
            found.status = Status::Expire;
            found.clone()
        })
        .collect()
    }

    /// What was answered under an idempotency key.
    pub fn answered(&self, key: &str) -> Option<serde_json::Value> {
        self.answers.iter().find(|(known, _)| known == key).map(|(_, answer)| answer.clone())
    }

    /// Keeps what was answered under an idempotency key.
    pub fn keep_answer(&mut self, key: String, answer: serde_json::Value) {
        if self.answers.len() >= ANSWERS {
            self.answers.pop_front();
        }
        self.answers.push_back((key, answer));
    }
}
