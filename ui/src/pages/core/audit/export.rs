//! The log as a file for a spreadsheet: all that the filters leave, one line for each field that changed.

use crate::bridge;
use crate::components::shell::device_zone;
use crate::format;
use crate::i18n::{tr, tra};
use crate::pages::core::audit::values::{author, field, language, shown, title};
use crate::state::Shared;
use dioxus::prelude::*;
use domain::core::csv::{BOM, separated, separator};
use domain::people::Language;
use protocol::Problem;
use protocol::core::audit::{AuditEntry, AuditQuery};
use protocol::core::problem::Code;
use protocol::ui::{Answer, Request};

/// Entries of a file at most.
const MOST: usize = 20_000;

/// Reads the log to its end and saves it; returns what to tell.
///
/// # Errors
/// The server, or the file could not be written.
pub async fn export(query: AuditQuery, shared: Shared) -> Result<String, Problem> {
    let language = language();
    let heads =
        ["time", "who", "role", "kind", "record", "field", "before", "after"].map(|name| tr(&format!("audit-column-{name}")));
    let mut file = format!("{BOM}{}", separated(separator(language), heads.iter().map(String::as_str)));
    let (mut count, mut after) = (0, None);
    loop {
        let page = match bridge::call(Request::Audit(AuditQuery { after, ..query.clone() })).await? {
            Answer::Audit(page) => page,
            _ => return Err(Problem::new(Code::Internal, "another answer")),
        };
        count += page.entries.len();
        page.entries.iter().for_each(|entry| file.push_str(&lines(entry, language)));
        after = page.next;
        if after.is_none() || count >= MOST {
            break;
        }
    }
    let (year, month, day) = device_zone().day_of(*shared.now.peek()).ymd();
    let saved = bridge::save_file(&format!("audit-{year:04}{month:02}{day:02}.csv"), &file).await;
    let place = saved.ok_or_else(|| Problem::new(Code::Internal, "the file could not be written"))?;
    let key = if after.is_some() { "audit-saved-part" } else { "file-saved" };
    Ok(tra(key, &[("file", place), ("n", format::whole(count as i64, language))]))
}

fn lines(entry: &AuditEntry, language: Language) -> String {
    let (who, role) = author(entry);
    let zone = device_zone();
    let (day, clock) = (format::date(zone.day_of(entry.at), language), format::clock(entry.at, zone, language));
    let time = format!("{day} {clock} {}", zone.abbreviation());
    let kind = tr(&format!("op-{}", entry.kind));
    let title = title(entry);
    let line = |name: &str, before: &str, after: &str| {
        separated(separator(language), [&time, who.as_str(), &role, &kind, &title, name, before, after])
    };
    if entry.changes.is_empty() {
        return line("", "", "");
    }
    let value = |field: &str, value: &str| if value.is_empty() { String::new() } else { shown(field, value) };
    entry
        .changes
        .iter()
        .map(|change| line(&field(&change.field), &value(&change.field, &change.before), &value(&change.field, &change.after)))
        .collect()
}
