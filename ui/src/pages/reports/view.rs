//! What the page's address says of it: which kind or template is put together.

use crate::components::address::{Kept, Params};
use domain::ReportTemplateId;
use domain::reports::ReportKind;

/// Which report is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportsView {
    /// A kind as it is.
    pub kind: Option<ReportKind>,
    /// A template.
    pub template: Option<ReportTemplateId>,
    /// Whether what is made by itself is shown, and not what can be made.
    pub automatic: bool,
}

/// The word of [`ReportsView::automatic`].
const AUTOMATIC: &str = "otomatis";

impl ReportsView {
    /// The page's address with what is made by itself.
    pub fn address_of_automatic() -> String {
        Self { automatic: true, ..Self::default() }.write().on("/laporan")
    }
}

impl Kept for ReportsView {
    fn read(params: &Params) -> Self {
        let kind = params.get::<String>("jenis").and_then(|word| ReportKind::from_word(&word));
        let automatic = params.get::<String>("bagian").is_some_and(|word| word == AUTOMATIC);
        Self { kind: kind.filter(|kind| ReportKind::OFFICE.contains(kind)), template: params.get("templat"), automatic }
    }

    fn write(&self) -> Params {
        Params::default()
            .with("jenis", self.kind.map(ReportKind::as_str))
            .with("templat", self.template)
            .with("bagian", self.automatic.then_some(AUTOMATIC))
    }
}
