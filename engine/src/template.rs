//! Overlays of report templates: name, who may see it and design merge one by one, here as on the server.

use crate::overlay::{Author, with_fields};
use domain::reports::TemplateContent;
use protocol::sync::push::Operation;
use protocol::sync::rows::ReportTemplate;

/// A template as it is kept for the first time; one that replaces another makes no row.
pub(crate) fn kept(operation: &Operation, by: Author<'_>) -> Option<String> {
    let Operation::PutReportTemplate { template, before: None, after } = operation else { return None };
    let row = ReportTemplate {
        id: *template,
        content: (**after).clone().clean().ok()?,
        version: 1,
        author: by.id,
        by: by.name.to_owned(),
        at: by.at,
    };
    serde_json::to_string(&row).ok()
}

/// A template with what replaces it; where somebody else has changed the same meanwhile, theirs stands.
pub(crate) fn put(body: &str, before: &TemplateContent, after: &TemplateContent) -> Option<String> {
    let row: ReportTemplate = serde_json::from_str(body).ok()?;
    let merged = row.content.merged(before, &after.clone().clean().ok()?).ok()?;
    with_fields(body, &serde_json::to_value(&merged).ok()?, ["name", "shared", "design"].into_iter())
}
