//! Templates of reports in a simulation: whoever is an admin, or was one, keeps them, renames, turns and shares them, and removes them.

use super::device::Device;
use super::server::id;
use domain::ReportTemplateId;
use domain::reports::{Days, Design, ReportKind, TemplateContent};
use protocol::sync::push::Operation;
use protocol::sync::rows::ReportTemplate;

/// Something about a template that the device shows, or a new one.
pub fn operation(device: &Device, pick: u32) -> Option<Operation> {
    let name = format!("v{}-{}", device.number, pick % 9_973);
    if (pick / 16).is_multiple_of(4) {
        let template = ReportTemplateId(id(u128::from(230 + device.number), u128::from(pick)));
        let after = TemplateContent { name, shared: pick.is_multiple_of(2), design: Design::of(ReportKind::Revenue) };
        return Some(Operation::PutReportTemplate { template, before: None, after: Box::new(after) });
    }
    let list = |db: &rusqlite::Connection| {
        let mut query = db.prepare("SELECT body FROM report_template ORDER BY id")?;
        Ok(query.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?)
    };
    let shown: Vec<ReportTemplate> =
        device.store.as_ref()?.read_now(list).ok()?.iter().filter_map(|body| serde_json::from_str(body).ok()).collect();
    let ReportTemplate { id: template, content: before, .. } = shown.get((pick >> 8) as usize % shown.len().max(1))?.clone();
    let after = match pick / 64 % 4 {
        0 => TemplateContent { name, ..before.clone() },
        1 => TemplateContent { shared: !before.shared, ..before.clone() },
        2 => {
            let days = Days::MOVING[pick as usize / 256 % Days::MOVING.len()];
            TemplateContent { design: Design { days, ..before.design.clone() }, ..before.clone() }
        }
        _ => return Some(Operation::RemoveReportTemplate { template }),
    };
    Some(Operation::PutReportTemplate { template, before: Some(Box::new(before)), after: Box::new(after) })
}
