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
}

impl Kept for ReportsView {
    fn read(params: &Params) -> Self {
        let kind = params.get::<String>("jenis").and_then(|word| ReportKind::from_word(&word));
        Self { kind: kind.filter(|kind| ReportKind::OFFICE.contains(kind)), template: params.get("templat") }
    }

    fn write(&self) -> Params {
        Params::default().with("jenis", self.kind.map(ReportKind::as_str)).with("templat", self.template)
    }
}
