//! What the list of customers shows: its search, its filter and facets, its order, how far it is scrolled, and who is open. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::billing::tariff::TariffClass;
use domain::people::CustomerStatus;
use domain::{CustomerId, Rupiah, ZoneId};
use protocol::ui::bulk::{BalanceLevel, ChangeState, MeterPresence};
use protocol::ui::{CustomerFacets, CustomerFilter, CustomerQuery, CustomerSort};

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
    pub facets: CustomerFacets,
    pub sort: CustomerSort,
    pub descending: bool,
    /// Who is open.
    pub opened: Option<CustomerId>,
    /// Whether that takes the whole width.
    pub full: bool,
    /// The number of the first row in sight.
    pub place: u32,
    /// With whom the record that is open is to be merged, until that dialog is closed.
    pub merge_with: Option<CustomerId>,
}

impl ListView {
    /// The question to the client, but for the window.
    pub fn query(&self) -> CustomerQuery {
        let Self { search, only, facets, sort, descending, .. } = self.clone();
        CustomerQuery { search, only, facets, sort, descending, offset: 0, limit: 0 }
    }

    /// Narrows by another value of a facet; from its beginning.
    pub fn narrow(&mut self, change: impl FnOnce(&mut CustomerFacets)) {
        change(&mut self.facets);
        self.place = 0;
    }

    /// Shows everybody.
    pub fn show_all(&mut self) {
        (self.search, self.only, self.facets, self.place) = (String::new(), None, CustomerFacets::default(), 0);
    }

    /// As a query to keep under a name: what is shown, but for where in it somebody is.
    pub fn to_keep(&self) -> String {
        Self { opened: None, full: false, place: 0, merge_with: None, ..self.clone() }.write().on("")
    }

    /// Shows what was kept so.
    pub fn of_kept(query: &str) -> Self {
        Self::read(&Params::of(query))
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

    /// The address of a customer's page where that record and another one are compared, to be merged.
    pub fn address_to_merge(one: CustomerId, other: CustomerId) -> String {
        Self { opened: Some(one), merge_with: Some(other), ..Self::default() }.write().on("/pelanggan")
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
            facets: read_facets(params),
            sort: sort.map(|(sort, ..)| sort).unwrap_or_default(),
            descending: word("arah").as_deref() == Some("turun"),
            opened: params.get("buka"),
            full: word("lebar").as_deref() == Some("penuh"),
            place: params.get("baris").unwrap_or_default(),
            merge_with: params.get("gabung"),
        }
    }

    fn write(&self) -> Params {
        let sort = SORTS.iter().find(|(known, ..)| *known == self.sort && self.sort != CustomerSort::Name);
        let only = FILTERS.iter().find(|(known, _)| Some(*known) == self.only);
        write_facets(&self.facets, Params::default())
            .with("cari", Some(&self.search))
            .with("saring", only.map(|(_, word)| word))
            .with("urut", sort.map(|(_, word, _)| word))
            .with("arah", self.descending.then_some("turun"))
            .with("buka", self.opened)
            .with("lebar", self.full.then_some("penuh"))
            .with("baris", Some(self.place).filter(|place| *place > 0))
            .with("gabung", self.merge_with)
    }
}

/// The values of a facet: words with commas between.
fn several<T>(params: &Params, name: &str, of_word: impl Fn(&str) -> Option<T>) -> Vec<T> {
    params.get::<String>(name).map(|words| words.split(',').filter_map(of_word).collect()).unwrap_or_default()
}

fn read_facets(params: &Params) -> CustomerFacets {
    let balance_from = params.get("dari").map(Rupiah);
    CustomerFacets {
        status: several(params, "status", CustomerStatus::from_word),
        zones: several(params, "wilayah", |word| word.parse::<ZoneId>().ok()),
        classes: several(params, "golongan", TariffClass::from_word),
        levels: several(params, "tingkat", |word| BalanceLevel::ALL.into_iter().find(|level| level.as_str() == word)),
        meters: several(params, "meter", |word| MeterPresence::ALL.into_iter().find(|meters| meters.as_str() == word)),
        changes: several(params, "perubahan", |word| ChangeState::ALL.into_iter().find(|change| change.as_str() == word)),
        balance_from,
        // The end of a range is not below its beginning; of such a one the list keeps the beginning alone.
        balance_to: params.get("sampai").map(Rupiah).filter(|to| balance_from.is_none_or(|from| *to >= from)),
    }
}

fn write_facets(facets: &CustomerFacets, params: Params) -> Params {
    let words = |words: Vec<String>| Some(words.join(","));
    params
        .with("status", words(facets.status.iter().map(|status| status.as_str().to_owned()).collect()))
        .with("wilayah", words(facets.zones.iter().map(ToString::to_string).collect()))
        .with("golongan", words(facets.classes.iter().map(|class| class.as_str().to_owned()).collect()))
        .with("tingkat", words(facets.levels.iter().map(|level| level.as_str().to_owned()).collect()))
        .with("meter", words(facets.meters.iter().map(|meters| meters.as_str().to_owned()).collect()))
        .with("perubahan", words(facets.changes.iter().map(|change| change.as_str().to_owned()).collect()))
        .with("dari", facets.balance_from.map(|from| from.0))
        .with("sampai", facets.balance_to.map(|to| to.0))
}
