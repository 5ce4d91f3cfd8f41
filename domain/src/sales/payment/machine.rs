//! The states of a payment, and what a notification means.
//!
//! Notifications come late, twice and in any order. So what is stored is the *set* of facts that were ever reported, which only grows, and
//! the largest refund; the state and the money are functions of that set. The same reports in another order, or repeated, give the same
//! result by construction, and no fact is ever taken back.

use crate::Rupiah;
use crate::sales::payment::{Fraud, Method, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A fact that was reported of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentFact {
    /// Nobody paid in time.
    Expired,
    /// Taken back before it settled.
    Cancelled,
    /// Ended by the server where the gateway had nothing to cancel: a page that is open there can still be paid on.
    CalledOff,
    /// Refused.
    Denied,
    /// Waits for a review at the gateway.
    Challenged,
    /// A card was charged.
    Captured,
    /// The money has come.
    Settled,
    /// Some of it was given back.
    GivenBack,
    /// The customer's bank took it back.
    ChargedBack,
    /// The bank took back a part, and how much is not reported reliably: a person has to review it.
    PartlyChargedBack,
}

/// What a notification, or the gateway's status call, says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GatewayReport {
    /// `transaction_status`.
    pub status: Status,
    /// `fraud_status`.
    pub fraud: Fraud,
    /// All that was given back so far.
    pub refunded: Option<Rupiah>,
}

/// How often a customer may try to pay one payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tries {
    /// Once: a try that is declined is the end of it.
    #[default]
    One,
    /// Again and again, by any way, while the gateway's page is open: a declined try says nothing of the next.
    Many,
}

impl Tries {
    /// The tries that a method allows.
    pub const fn of(method: Method) -> Self {
        match method {
            Method::Page => Self::Many,
            Method::VirtualAccount(_) | Method::Qris | Method::Gopay => Self::One,
        }
    }
}

/// All that was reported of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentHistory {
    /// What is to be paid, in all; more than zero.
    pub gross: Rupiah,
    /// Whether a declined try can be followed by another.
    #[serde(default)]
    pub tries: Tries,
    /// What was reported.
    pub facts: BTreeSet<PaymentFact>,
    /// The largest refund that was reported, at most all of it.
    pub refunded: Rupiah,
}

/// Where a payment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for the customer.
    Pending,
    /// Waits for somebody at the gateway; not paid.
    Challenged,
    /// Paid.
    Paid,
    /// Nobody paid in time.
    Expired,
    /// Called off.
    Cancelled,
    /// Refused.
    Denied,
    /// Paid, and a part was given back.
    PartlyRefunded,
    /// Paid, and all of it was given back.
    Refunded,
    /// Paid, and the bank took it back.
    ChargedBack,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Challenged,
        Self::Paid,
        Self::Expired,
        Self::Cancelled,
        Self::Denied,
        Self::PartlyRefunded,
        Self::Refunded,
        Self::ChargedBack,
    ];

    /// The word, as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Challenged => "challenged",
            Self::Paid => "paid",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Denied => "denied",
            Self::PartlyRefunded => "partly_refunded",
            Self::Refunded => "refunded",
            Self::ChargedBack => "charged_back",
        }
    }

    /// Whether the customer may still pay.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Pending | Self::Challenged)
    }
}

/// Why a payment failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Nobody paid in time.
    Expired,
    /// Called off.
    Cancelled,
    /// Refused.
    Denied,
}

/// What has to be done because of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Credit the customer with this.
    Credit(Rupiah),
    /// The payment failed: release what was reserved for it.
    Fail(Why),
    /// Take this back: it was given back to the customer.
    Refund(Rupiah),
    /// Take this back: the bank has taken it.
    Chargeback(Rupiah),
}

impl PaymentHistory {
    /// Of a payment that was started, with no report yet, and that is tried once.
    pub fn started(gross: Rupiah) -> Self {
        Self { gross, tries: Tries::One, facts: BTreeSet::new(), refunded: Rupiah(0) }
    }

    /// Of a payment that was started by a method, with no report yet.
    pub fn started_by(method: Method, gross: Rupiah) -> Self {
        Self { tries: Tries::of(method), ..Self::started(gross) }
    }

    fn has(&self, fact: PaymentFact) -> bool {
        self.facts.contains(&fact)
    }

    /// Whether the money has come, whatever became of it since. A refund or a chargeback says so as well. A charge of a card that was
    /// cancelled before it settled never came; one that settled has. That the server called the payment off takes nothing back.
    fn has_come(&self) -> bool {
        let came = [PaymentFact::Settled, PaymentFact::GivenBack, PaymentFact::ChargedBack, PaymentFact::PartlyChargedBack];
        came.into_iter().any(|fact| self.has(fact)) || (self.has(PaymentFact::Captured) && !self.has(PaymentFact::Cancelled))
    }

    /// What went away again of what came.
    fn taken_back(&self) -> Rupiah {
        match (self.has_come(), self.has(PaymentFact::ChargedBack)) {
            (false, _) => Rupiah(0),
            (true, true) => self.gross,
            (true, false) => self.refunded,
        }
    }

    /// What the customer is to have of it: the sum of all effects so far.
    pub fn net(&self) -> Rupiah {
        if self.has_come() { Rupiah(self.gross.0 - self.taken_back().0) } else { Rupiah(0) }
    }

    /// Where it stands.
    pub fn state(&self) -> State {
        if self.has_come() {
            return match self.refunded {
                _ if self.has(PaymentFact::ChargedBack) => State::ChargedBack,
                refunded if refunded >= self.gross => State::Refunded,
                refunded if refunded > Rupiah(0) => State::PartlyRefunded,
                _ => State::Paid,
            };
        }
        match self.failed() {
            Some(Why::Denied) => State::Denied,
            Some(Why::Cancelled) => State::Cancelled,
            Some(Why::Expired) => State::Expired,
            None if self.has(PaymentFact::Challenged) => State::Challenged,
            None => State::Pending,
        }
    }

    /// Whether a refusal was the end of the payment.
    fn is_denied(&self) -> bool {
        self.tries == Tries::One && self.has(PaymentFact::Denied)
    }

    /// Whether it was cancelled, by the gateway or by the server alone.
    fn is_cancelled(&self) -> bool {
        self.has(PaymentFact::Cancelled) || self.has(PaymentFact::CalledOff)
    }

    fn failed(&self) -> Option<Why> {
        let whys = [
            (self.is_denied(), Why::Denied),
            (self.is_cancelled(), Why::Cancelled),
            (self.has(PaymentFact::Expired), Why::Expired),
        ];
        let why = whys.into_iter().find(|(is_so, _)| *is_so).map(|(_, why)| why);
        why.filter(|_| !self.has_come())
    }

    /// Whether the reports contradict each other, so that a person has to review them: money that came although it was refused or called
    /// off, or a part of it taken back by a bank. Money that came after its time is nothing odd, nor is a try that followed a declined one.
    pub fn is_odd(&self) -> bool {
        let failed = self.is_denied() || self.is_cancelled();
        (self.has_come() && failed) || self.has(PaymentFact::PartlyChargedBack)
    }

    /// Applies a report; returns what has to be done because of it, in this order. Nothing, mostly.
    pub fn apply(&mut self, report: &GatewayReport) -> Vec<Effect> {
        let before = self.clone();
        self.facts.extend(payment_fact(report));
        let given_back = match report.status {
            Status::Refund => report.refunded.filter(|amount| *amount > Rupiah(0)).unwrap_or(self.gross),
            Status::PartialRefund => report.refunded.unwrap_or_default(),
            _ => Rupiah(0),
        };
        self.refunded = self.refunded.max(given_back.min(self.gross));
        before.until(self)
    }

    /// Ends the payment where the gateway has nothing to cancel; returns what has to be done because of it.
    pub fn call_off(&mut self) -> Vec<Effect> {
        let before = self.clone();
        self.facts.insert(PaymentFact::CalledOff);
        before.until(self)
    }

    fn until(&self, after: &Self) -> Vec<Effect> {
        let mut effects = Vec::new();
        let (before_came, after_came) = (self.has_come(), after.has_come());
        if after_came && !before_came {
            effects.push(Effect::Credit(after.gross));
        }
        if before_came && !after_came {
            effects.push(Effect::Refund(self.net()));
        }
        let more = after.taken_back().0 - self.taken_back().0;
        if after_came && more > 0 {
            let is_new = after.has(PaymentFact::ChargedBack) && !self.has(PaymentFact::ChargedBack);
            effects.push(if is_new { Effect::Chargeback(Rupiah(more)) } else { Effect::Refund(Rupiah(more)) });
        }
        if let (None, Some(why), false) = (self.failed(), after.failed(), before_came) {
            effects.push(Effect::Fail(why));
        }
        effects
    }
}

/// The fact that a report adds to a history.
fn payment_fact(report: &GatewayReport) -> Option<PaymentFact> {
    let charged = |fact| match report.fraud {
        Fraud::Accept => fact,
        Fraud::Challenge => PaymentFact::Challenged,
        Fraud::Deny => PaymentFact::Denied,
    };
    Some(match report.status {
        Status::Authorize | Status::Pending => return None,
        Status::Capture => charged(PaymentFact::Captured),
        Status::Settlement => charged(PaymentFact::Settled),
        Status::Deny | Status::Failure => PaymentFact::Denied,
        Status::Cancel => PaymentFact::Cancelled,
        Status::Expire => PaymentFact::Expired,
        Status::Refund | Status::PartialRefund => PaymentFact::GivenBack,
        Status::Chargeback => PaymentFact::ChargedBack,
        Status::PartialChargeback => PaymentFact::PartlyChargedBack,
    })
}
