//! What the list of customers shows: its search, its filter, its order, how far it is scrolled, and who is open. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::CustomerId;
use protocol::ui::{CustomerFilter, CustomerQuery, CustomerSort};

/// Each order with its word in the address, and whether its first press puts the highest first.
pub const SORTS: [(CustomerSort, &str, bool); 5] = [
    (CustomerSort::Name, "nama", false),
    (CustomerSort::Zone, "zona", false),
    (CustomerSort::Balance, "saldo", false),
    (CustomerSort::Arrears, "tunggakan", true),
    (CustomerSort::Reading, "data", true),
];

const FILTERS: [(CustomerFilter, &str); 2] =
    [(CustomerFilter::Arrears, "menunggak"), (CustomerFilter::Suspended, "ditangguhkan")];

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListView {
    pub search: String,
    pub only: Option<CustomerFilter>,
    pub sort: CustomerSort,
    pub descending: bool,
    /// Who is open.
    pub opened: Option<CustomerId>,
    /// Whether that takes the whole width.
    pub full: bool,
    /// The number of the first row in sight.
    pub place: u32,
}

impl ListView {
    /// The question to the client, but for the window.
    pub fn query(&self) -> CustomerQuery {
        let Self { search, only, sort, descending, .. } = self.clone();
        CustomerQuery { search, only, sort, descending, offset: 0, limit: 0 }
    }

    /// Sorts by a column; by the same one the other way round.
    pub fn sort_by(&mut self, sort: CustomerSort) {
        let first = SORTS.iter().any(|(known, _, descending)| *known == sort && *descending);
        self.descending = if self.sort == sort { !self.descending } else { first };
        (self.sort, self.place) = (sort, 0);
    }

    /// The address of the list with a filter.
    pub fn address_with(only: CustomerFilter) -> String {
        Self { only: Some(only), ..Self::default() }.write().on("/pelanggan")
    }

    /// The address of a customer's page within the list.
    pub fn address_of(customer: CustomerId) -> String {
        Self { opened: Some(customer), ..Self::default() }.write().on("/pelanggan")
    }
}

impl Kept for ListView {
    fn read(params: &Params) -> Self {
        let word = |name| params.get::<String>(name);
        let sort = word("urut").and_then(|word| SORTS.into_iter().find(|(_, known, _)| *known == word));
        let only = word("saring").and_then(|word| FILTERS.into_iter().find(|(_, known)| *known == word));
        Self {
            search: word("cari").unwrap_or_default(),
            only: only.map(|(only, _)| only),
            sort: sort.map(|(sort, ..)| sort).unwrap_or_default(),
            descending: word("arah").as_deref() == Some("turun"),
            opened: params.get("buka"),
            full: word("lebar").as_deref() == Some("penuh"),
            place: params.get("baris").unwrap_or_default(),
        }
    }

    fn write(&self) -> Params {
        let sort = SORTS.iter().find(|(known, ..)| *known == self.sort && self.sort != CustomerSort::Name);
        let only = FILTERS.iter().find(|(known, _)| Some(*known) == self.only);
        Params::default()
            .with("cari", Some(&self.search))
            .with("saring", only.map(|(_, word)| word))
            .with("urut", sort.map(|(_, word, _)| word))
            .with("arah", self.descending.then_some("turun"))
            .with("buka", self.opened)
            .with("lebar", self.full.then_some("penuh"))
            .with("baris", Some(self.place).filter(|place| *place > 0))
    }
}
