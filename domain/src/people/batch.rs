//! A change of many customers at once: what it does to one of them, and to whom it is not done because a person has to look first.

use crate::Rupiah;
use crate::billing::tariff::TariffClass;
use crate::core::local_time::DAY_MS;
use crate::people::{Customer, CustomerStatus};
use crate::sync::edit::{Change, ConnectionField, ConnectionRecord, CustomerField, Editable, Patch};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a batch can be taken back, in milliseconds: as long as an import.
pub const UNDO_MS: i64 = 3 * DAY_MS;

/// What is set for each of the customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "set", content = "to")]
pub enum BatchChange {
    /// Whether the customer is supplied.
    Status(CustomerStatus),
    /// The tariff class of each of the connections.
    TariffClass(TariffClass),
}

/// What a batch has to know of a customer.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Whether the customer is supplied.
    pub status: CustomerStatus,
    /// The tariff class of each connection.
    pub classes: &'a [TariffClass],
    /// The balance of all connections; none where none is charged.
    pub balance: Option<Rupiah>,
    /// What is owed for all connections.
    pub arrears: Rupiah,
    /// Whether a field of the customer or of a connection that two people changed waits for a decision.
    pub is_undecided: bool,
}

/// What a batch does to a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something is set.
    Changes,
    /// All of it is so already.
    Same,
    /// A person has to look first.
    Refused(Refusal),
}

/// Why a batch leaves a customer out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A field that two people changed waits for a decision.
    Undecided,
    /// Something is owed, so that the customer cannot be made inactive.
    Owes,
    /// Credit is left, which has to be given back before the customer is made inactive.
    HasCredit,
    /// Who is no longer a customer has no supply that could be suspended.
    NotSupplied,
    /// There is no connection that could have a tariff class.
    NoConnection,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Undecided, Self::Owes, Self::HasCredit, Self::NotSupplied, Self::NoConnection];

    /// The reason as it is stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecided => "undecided",
            Self::Owes => "owes",
            Self::HasCredit => "has_credit",
            Self::NotSupplied => "not_supplied",
            Self::NoConnection => "no_connection",
        }
    }
}

impl BatchChange {
    /// What it does to a customer. What is so already is never refused.
    pub fn judge(self, subject: &Subject<'_>) -> Verdict {
        let is_same = match self {
            Self::Status(to) => subject.status == to,
            Self::TariffClass(_) if subject.classes.is_empty() => return Verdict::Refused(Refusal::NoConnection),
            Self::TariffClass(to) => subject.classes.iter().all(|class| *class == to),
        };
        match self {
            _ if is_same => Verdict::Same,
            _ if subject.is_undecided => Verdict::Refused(Refusal::Undecided),
            Self::Status(CustomerStatus::Inactive) if subject.arrears > Rupiah(0) => Verdict::Refused(Refusal::Owes),
            Self::Status(CustomerStatus::Inactive) if subject.balance.is_some_and(|balance| balance > Rupiah(0)) => {
                Verdict::Refused(Refusal::HasCredit)
            }
            Self::Status(CustomerStatus::Suspended) if subject.status == CustomerStatus::Inactive => {
                Verdict::Refused(Refusal::NotSupplied)
            }
            Self::Status(_) | Self::TariffClass(_) => Verdict::Changes,
        }
    }

    /// The edit of a customer's own fields; none where it sets none of them, or they are so already.
    pub fn of_customer(self, customer: &Customer) -> Option<Patch<CustomerField>> {
        match self {
            Self::Status(to) => patch(customer, CustomerField::Status, to.as_str()),
            Self::TariffClass(_) => None,
        }
    }

    /// The edit of a connection's fields; none where it sets none of them, or they are so already.
    pub fn of_connection(self, connection: &ConnectionRecord) -> Option<Patch<ConnectionField>> {
        match self {
            Self::TariffClass(to) => patch(connection, ConnectionField::TariffClass, to.as_str()),
            Self::Status(_) => None,
        }
    }
}

fn patch<E: Editable>(record: &E, field: E::Field, to: &str) -> Option<Patch<E::Field>> {
    let from = record.value(field);
    if from == to {
        return None;
    }
    Some(Patch(BTreeMap::from([(field, Change { from, to: to.to_owned() })])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomerId;
    use crate::sync::edit::{merge, reversed};
    use proptest::prelude::*;

    fn statuses() -> impl Strategy<Value = CustomerStatus> {
        proptest::sample::select(CustomerStatus::ALL.to_vec())
    }

    fn classes() -> impl Strategy<Value = TariffClass> {
        proptest::sample::select(TariffClass::ALL.to_vec())
    }

    fn changes() -> impl Strategy<Value = BatchChange> {
        prop_oneof![statuses().prop_map(BatchChange::Status), classes().prop_map(BatchChange::TariffClass)]
    }

    /// A customer with connections, as the edits see both, and the money.
    #[derive(Clone, Debug)]
    struct Household {
        customer: Customer,
        connections: Vec<ConnectionRecord>,
        balance: Option<i64>,
        is_undecided: bool,
    }

    impl Household {
        fn verdict(&self, change: BatchChange) -> Verdict {
            let classes: Vec<_> = self.connections.iter().map(|connection| connection.tariff_class).collect();
            change.judge(&Subject {
                status: self.customer.status,
                classes: &classes,
                balance: self.balance.map(Rupiah),
                arrears: Rupiah(self.balance.map_or(0, |balance| (-balance).max(0))),
                is_undecided: self.is_undecided,
            })
        }

        /// Merges the edits of a batch; how many fields became another.
        fn change(&mut self, change: BatchChange) -> usize {
            let mut changed = 0;
            if let Some(patch) = change.of_customer(&self.customer) {
                changed += merge(&mut self.customer, &patch).expect("merges").changed.len();
            }
            for connection in &mut self.connections {
                if let Some(patch) = change.of_connection(connection) {
                    changed += merge(connection, &patch).expect("merges").changed.len();
                }
            }
            changed
        }
    }

    fn households() -> impl Strategy<Value = Household> {
        let connections = proptest::collection::vec(classes(), 0..4);
        (statuses(), connections, proptest::option::of(-2_i64..3), any::<bool>()).prop_map(
            |(status, classes, balance, is_undecided)| Household {
                customer: Customer { status, ..Customer::new(CustomerId(uuid::Uuid::nil()), "1".into()) },
                connections: classes
                    .into_iter()
                    .map(|tariff_class| ConnectionRecord { tariff_class, ..ConnectionRecord::default() })
                    .collect(),
                balance,
                is_undecided,
            },
        )
    }

    proptest! {
        #[test]
        fn what_a_batch_changes_is_so_afterwards_and_nothing_else_is_touched(mut household in households(), change in changes()) {
            let verdict = household.verdict(change);
            let wanted = household.clone().change(change);
            prop_assert_eq!(verdict == Verdict::Same, wanted == 0 && verdict != Verdict::Refused(Refusal::NoConnection));
            if verdict == Verdict::Changes {
                prop_assert!(household.change(change) > 0);
                prop_assert_eq!(household.verdict(change), Verdict::Same);
                prop_assert_eq!(household.change(change), 0);
            }
        }

        #[test]
        fn nobody_whose_money_is_not_settled_is_made_inactive(household in households()) {
            let verdict = household.verdict(BatchChange::Status(CustomerStatus::Inactive));
            let is_settled = household.balance.unwrap_or_default() == 0;
            prop_assert!(is_settled || verdict != Verdict::Changes);
        }

        #[test]
        fn a_batch_that_is_taken_back_leaves_what_was_there(household in households(), to in statuses()) {
            let mut customer = household.customer.clone();
            if let Some(patch) = BatchChange::Status(to).of_customer(&customer) {
                merge(&mut customer, &patch).expect("merges");
                let back = reversed(&customer, &patch).expect("nobody has changed it since");
                merge(&mut customer, &back).expect("merges");
            }
            prop_assert_eq!(customer, household.customer);
        }
    }
}
