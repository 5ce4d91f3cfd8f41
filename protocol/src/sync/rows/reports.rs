//! Templates of reports, as their authors' devices hold them, and all admins' where they are shared.

use domain::reports::TemplateContent;
use domain::{ReportTemplateId, UserId, UtcMillis};
use serde::{Deserialize, Serialize};

/// A report that somebody has put together and named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTemplate {
    /// Identifier.
    pub id: ReportTemplateId,
    /// What its author says of it.
    #[serde(flatten)]
    pub content: TemplateContent,
    /// How often it was put: each time it is replaced the number is one more.
    pub version: u32,
    /// Who made it; none where this device does not know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<UserId>,
    /// The name of whoever put it last.
    pub by: String,
    /// When it was put last.
    pub at: UtcMillis,
}
