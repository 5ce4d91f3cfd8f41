//! What Voucher shows: its search, its filter, and which campaign is open. It is kept in the page's address.

use crate::components::address::{Kept, Params};
use domain::sales::voucher::VoucherState;
use protocol::sales::admin::CampaignQuery;
use uuid::Uuid;

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VoucherView {
    pub query: CampaignQuery,
    /// Which campaign is open.
    pub opened: Option<Uuid>,
}

impl Kept for VoucherView {
    fn read(params: &Params) -> Self {
        let state = params.get::<String>("saring").and_then(|word| VoucherState::from_word(&word));
        Self { query: CampaignQuery { search: params.get("cari").unwrap_or_default(), state }, opened: params.get("buka") }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("cari", Some(&self.query.search))
            .with("saring", self.query.state.map(VoucherState::as_str))
            .with("buka", self.opened)
    }
}
