//! Numbers of customers who are there with zeros in front of them: a sheet that lost these would add everybody a second time.

use crate::error::Error;
use crate::imports::compare::{Comparer, RowFindings};
use domain::imports::{Action, Doubt, Reason};

impl Comparer<'_> {
    /// Warns of a number of nobody which is, with zeros in front, somebody's.
    pub(super) fn look_for_zeros(&self, number: &str, found: &mut RowFindings<'_>) -> Result<(), Error> {
        let longest = self.known.longest_with_zero();
        if number.len() >= longest || !number.bytes().all(|digit| digit.is_ascii_digit()) {
            return Ok(());
        }
        for width in number.len() + 1..=longest {
            let whole = format!("{number:0>width$}");
            if self.known.customer(&whole)?.is_some() {
                let doubt = Doubt::new(Reason::LostLeadingZeros, Action::PadZeros).proposing(width.to_string());
                found.warn_of_number(doubt, &whole);
                return Ok(());
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::compare::{Standing, Wanted};
    use crate::imports::known::Known;
    use crate::queries::known::{KnownCustomer, KnownMeter};
    use domain::imports::{CustomerRecord, Field, Kind, Mapping, Record};
    use domain::people::Customer;
    use domain::{CustomerId, MeterId, Millilitres, Serial, UtcMillis};
    use protocol::ui::imports::{Fate, Policy};
    use uuid::Uuid;

    /// Somebody with the number 000124.
    struct Somebody;

    impl Known for Somebody {
        fn customer(&self, number: &str) -> Result<Option<KnownCustomer>, Error> {
            let customer = || Customer::new(CustomerId(Uuid::nil()), number.to_owned());
            Ok((number == "000124").then(|| KnownCustomer { customer: customer(), connections: Vec::new() }))
        }

        fn longest_with_zero(&self) -> usize {
            6
        }

        fn meter(&self, _: &Serial) -> Result<Option<KnownMeter>, Error> {
            Ok(None)
        }

        fn has_reading(&self, _: MeterId, _: (UtcMillis, Millilitres)) -> Result<bool, Error> {
            Ok(false)
        }

        fn number_by_phone(&self, _: &str) -> Result<Option<String>, Error> {
            Ok(None)
        }
    }

    #[test]
    fn a_number_that_lost_its_zeros_is_warned_of() {
        let mapping = Mapping {
            kind: Kind::Customers,
            header: Vec::new(),
            columns: vec![Some(Field::Number)],
            choices: Default::default(),
        };
        let comparer = Comparer { known: &Somebody, mapping, policy: Policy::default(), zone: None };
        let of = |number: &str| {
            let number = number.to_owned();
            let record = Record::Customer(CustomerRecord {
                number,
                fields: Vec::new(),
                connection: None,
                meter: None,
                further: Vec::new(),
                address_of_parts: None,
            });
            let compared = comparer.compare(2, &record, Standing { is_further: false, wanted: Wanted::Fate }).unwrap();
            let found = compared.findings.into_iter().map(|finding| (finding.reason, finding.value, finding.repair.proposed));
            (compared.fate, found.collect::<Vec<_>>())
        };
        let lost = (Reason::LostLeadingZeros, "000124".to_owned(), Some("6".to_owned()));
        assert_eq!(of("124"), (Fate::Create, vec![lost]));
        assert_eq!(
            (of("125"), of("A124"), of("0000124")),
            ((Fate::Create, vec![]), (Fate::Create, vec![]), (Fate::Create, vec![]))
        );
        assert_eq!(of("000124"), (Fate::Same, vec![]));
    }
}
