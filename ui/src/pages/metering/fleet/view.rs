//! What Perangkat shows: in which form, its search, its filter, its order, how many rows, how far it is scrolled, and which meter is open. It is kept in the
//! page's address.

use crate::components::address::{Kept, Params};
use domain::MeterId;
use protocol::ui::{FleetFilter, FleetQuery, FleetSort};

/// Rows shown at first, and added by each "show more".
pub const STEP: u32 = 100;

/// Each order with its word in the address, and whether its first press puts the highest first.
pub const SORTS: [(FleetSort, &str, bool); 9] = [
    (FleetSort::Serial, "meter", false),
    (FleetSort::Zone, "zona", false),
    (FleetSort::Status, "status", true),
    (FleetSort::Valve, "katup", true),
    (FleetSort::Flow, "aliran", true),
    (FleetSort::Battery, "baterai", false),
    (FleetSort::Signal, "sinyal", false),
    (FleetSort::Silence, "data", false),
    (FleetSort::Health, "kesehatan", false),
];

const FILTERS: [(FleetFilter, &str); 7] = [
    (FleetFilter::Online, "daring"),
    (FleetFilter::Stale, "lama"),
    (FleetFilter::Offline, "luring"),
    (FleetFilter::ValveClosed, "tertutup"),
    (FleetFilter::LowBattery, "baterai"),
    (FleetFilter::Attention, "perhatian"),
    (FleetFilter::Retired, "dicabut"),
];

/// In which form it is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    #[default]
    Table,
    Grid,
    Map,
}

const FORMS: [(Form, &str); 3] = [(Form::Table, "tabel"), (Form::Grid, "kisi"), (Form::Map, "peta")];

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct MeterView {
    pub form: Form,
    pub search: String,
    pub only: Option<FleetFilter>,
    pub sort: FleetSort,
    pub descending: bool,
    /// Rows at most.
    pub limit: u32,
    /// Which meter is open.
    pub opened: Option<MeterId>,
    /// Whether that takes the whole width.
    pub full: bool,
    /// How far the table or the grid is scrolled, in pixels.
    pub place: u32,
}

impl Default for MeterView {
    fn default() -> Self {
        let (search, sort) = (String::new(), FleetSort::default());
        let form = Form::default();
        Self { form, search, only: None, sort, descending: false, limit: STEP, opened: None, full: false, place: 0 }
    }
}

impl MeterView {
    /// The question to the client.
    pub fn query(&self) -> FleetQuery {
        let Self { search, only, sort, descending, limit, .. } = self.clone();
        FleetQuery { zone: None, search, only, sort, descending, limit, offset: 0 }
    }

    /// Sorts by a column; by the same one the other way round.
    pub fn sort_by(&mut self, sort: FleetSort) {
        let first = SORTS.iter().any(|(known, _, descending)| *known == sort && *descending);
        self.descending = if self.sort == sort { !self.descending } else { first };
        (self.sort, self.place) = (sort, 0);
    }

    /// As a query to keep under a name: what is shown, but for where in it somebody is.
    pub fn to_keep(&self) -> String {
        Self { limit: STEP, opened: None, full: false, place: 0, ..self.clone() }.write().on("")
    }

    /// Shows what was kept so.
    pub fn of_kept(query: &str) -> Self {
        Self::read(&Params::of(query))
    }

    /// The address of the list with a filter.
    pub fn address_with(only: FleetFilter) -> String {
        Self { only: Some(only), ..Self::default() }.write().on("/perangkat")
    }

    /// The address of a meter within the list.
    pub fn address_of(meter: MeterId) -> String {
        Self { opened: Some(meter), ..Self::default() }.write().on("/perangkat")
    }
}

impl Kept for MeterView {
    fn read(params: &Params) -> Self {
        let word = |name| params.get::<String>(name);
        let sort = word("urut").and_then(|word| SORTS.into_iter().find(|(_, known, _)| *known == word));
        let only = word("saring").and_then(|word| FILTERS.into_iter().find(|(_, known)| *known == word));
        let form = word("bentuk").and_then(|word| FORMS.into_iter().find(|(_, known)| *known == word));
        Self {
            form: form.map(|(form, _)| form).unwrap_or_default(),
            search: word("cari").unwrap_or_default(),
            only: only.map(|(only, _)| only),
            sort: sort.map(|(sort, ..)| sort).unwrap_or_default(),
            descending: word("arah").as_deref() == Some("turun"),
            limit: params.get("jumlah").unwrap_or(STEP).clamp(STEP, 100 * STEP),
            opened: params.get("buka"),
            full: word("lebar").as_deref() == Some("penuh"),
            place: params.get("gulir").unwrap_or_default(),
        }
    }

    fn write(&self) -> Params {
        let sort = SORTS.iter().find(|(known, ..)| *known == self.sort && self.sort != FleetSort::Serial);
        let only = FILTERS.iter().find(|(known, _)| Some(*known) == self.only);
        let form = FORMS.iter().find(|(known, _)| *known == self.form && self.form != Form::default());
        Params::default()
            .with("bentuk", form.map(|(_, word)| word))
            .with("cari", Some(&self.search))
            .with("saring", only.map(|(_, word)| word))
            .with("urut", sort.map(|(_, word, _)| word))
            .with("arah", self.descending.then_some("turun"))
            .with("jumlah", Some(self.limit).filter(|limit| *limit != STEP))
            .with("buka", self.opened)
            .with("lebar", self.full.then_some("penuh"))
            .with("gulir", Some(self.place).filter(|place| *place > 0))
    }
}
