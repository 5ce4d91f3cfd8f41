//! A change of many customers at once: what it does to one of them, and to whom it is not done because a person has to look first.

use crate::billing::tariff::TariffClass;
use crate::core::local_time::DAY_MS;
use crate::people::{Customer, CustomerStatus};
use crate::sync::edit::{Change, ConnectionField, ConnectionRecord, CustomerField, Editable, Patch};
use crate::{Rupiah, ZoneId};
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
    /// The zone of each of the connections.
    Zone(ZoneId),
}

/// What a batch has to know of a customer.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Whether the customer is supplied.
    pub status: CustomerStatus,
    /// The tariff class of each connection.
    pub classes: &'a [TariffClass],
    /// The zone of each connection, in the same order.
    pub zones: &'a [ZoneId],
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
    /// There is no connection that could have a tariff class or a zone.
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
            Self::TariffClass(_) | Self::Zone(_) if subject.classes.is_empty() => {
                return Verdict::Refused(Refusal::NoConnection);
            }
            Self::TariffClass(to) => subject.classes.iter().all(|class| *class == to),
            Self::Zone(to) => subject.zones.iter().all(|zone| *zone == to),
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
            Self::Status(_) | Self::TariffClass(_) | Self::Zone(_) => Verdict::Changes,
        }
    }

    /// The edit of a customer's own fields; none where it sets none of them, or they are so already.
    pub fn of_customer(self, customer: &Customer) -> Option<Patch<CustomerField>> {
        match self {
            Self::Status(to) => patch(customer, CustomerField::Status, to.as_str()),
            Self::TariffClass(_) | Self::Zone(_) => None,
        }
    }

    /// The edit of a connection's fields; none where it sets none of them, or they are so already.
    pub fn of_connection(self, connection: &ConnectionRecord) -> Option<Patch<ConnectionField>> {
        match self {
            Self::TariffClass(to) => patch(connection, ConnectionField::TariffClass, to.as_str()),
            Self::Status(_) | Self::Zone(_) => None,
        }
    }

    /// The zone into which it moves a connection that is in `zone`; none where it moves none, or the connection is there already.
    pub fn moves(self, zone: ZoneId) -> Option<ZoneId> {
        match self {
            Self::Zone(to) if to != zone => Some(to),
            Self::Status(_) | Self::TariffClass(_) | Self::Zone(_) => None,
        }
    }

    /// How many connections of a customer it changes; none where it is about the customer alone.
    pub fn connections_of(self, subject: &Subject<'_>) -> usize {
        match self {
            Self::Status(_) => 0,
            Self::TariffClass(to) => subject.classes.iter().filter(|class| **class != to).count(),
            Self::Zone(_) => subject.zones.iter().filter(|zone| self.moves(**zone).is_some()).count(),
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

    fn zones() -> impl Strategy<Value = ZoneId> {
        (0..3_u8).prop_map(|of| ZoneId(uuid::Uuid::from_u128(of.into())))
    }

    fn changes() -> impl Strategy<Value = BatchChange> {
        prop_oneof![
            statuses().prop_map(BatchChange::Status),
            classes().prop_map(BatchChange::TariffClass),
            zones().prop_map(BatchChange::Zone)
        ]
    }

    /// A customer with connections, as the edits see both, and the money.
    #[derive(Clone, Debug)]
    struct Household {
        customer: Customer,
        connections: Vec<(ConnectionRecord, ZoneId)>,
        balance: Option<i64>,
        is_undecided: bool,
    }

    impl Household {
        fn with<R>(&self, ask: impl FnOnce(&Subject<'_>) -> R) -> R {
            let classes: Vec<_> = self.connections.iter().map(|(connection, _)| connection.tariff_class).collect();
            let zones: Vec<_> = self.connections.iter().map(|(_, zone)| *zone).collect();
            ask(&Subject {
                status: self.customer.status,
                classes: &classes,
                zones: &zones,
                balance: self.balance.map(Rupiah),
                arrears: Rupiah(self.balance.map_or(0, |balance| (-balance).max(0))),
                is_undecided: self.is_undecided,
            })
        }

        fn verdict(&self, change: BatchChange) -> Verdict {
            self.with(|subject| change.judge(subject))
        }

        /// Merges the edits of a batch and moves what it moves; how many fields became another.
        fn change(&mut self, change: BatchChange) -> usize {
            let mut changed = 0;
            if let Some(patch) = change.of_customer(&self.customer) {
                changed += merge(&mut self.customer, &patch).expect("merges").changed.len();
            }
            changed + self.change_connections(change)
        }

        fn change_connections(&mut self, change: BatchChange) -> usize {
            let mut changed = 0;
            for (connection, zone) in &mut self.connections {
                if let Some(patch) = change.of_connection(connection) {
                    changed += merge(connection, &patch).expect("merges").changed.len();
                }
                if let Some(to) = change.moves(*zone) {
                    (*zone, changed) = (to, changed + 1);
                }
            }
            changed
        }
    }

    fn households() -> impl Strategy<Value = Household> {
        let connections = proptest::collection::vec((classes(), zones()), 0..4);
        (statuses(), connections, proptest::option::of(-2_i64..3), any::<bool>()).prop_map(
            |(status, connections, balance, is_undecided)| Household {
                customer: Customer { status, ..Customer::new(CustomerId(uuid::Uuid::nil()), "1".into()) },
                connections: connections
                    .into_iter()
                    .map(|(tariff_class, zone)| (ConnectionRecord { tariff_class, ..ConnectionRecord::default() }, zone))
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
        fn a_batch_counts_the_connections_that_it_changes(mut household in households(), change in changes()) {
            let counted = household.with(|subject| change.connections_of(subject));
            prop_assert_eq!(household.change_connections(change), counted);
            prop_assert_eq!(household.with(|subject| change.connections_of(subject)), 0);
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
