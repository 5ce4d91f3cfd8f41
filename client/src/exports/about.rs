//! What a file says about itself: of what it is, as of when, how many rows it has, and of which search and filter. A workbook has it on a sheet
//! of its own, a paper above its table; of a CSV, which is for programs, only the name says it.

use crate::alerts::words::Sentences;
use crate::exports::make::Making;
use domain::LocalDay;
use domain::alerts::kinds::AlertKind;
use domain::exports::Layout;
use protocol::ui::exports::ExportedList;
use protocol::ui::{CasesQuery, CustomerFilter, FleetFilter};

/// The name of a list.
pub fn title(words: &Sentences, list: &ExportedList) -> String {
    let key = match list {
        ExportedList::Customers(_) => "customers-title",
        ExportedList::Meters(_) => "devices-title",
        ExportedList::Cases(_) => "export-cases",
        ExportedList::Labels(_) => "labels-title",
        ExportedList::Comparison(_) => "compare-title",
        ExportedList::Work(_) => "export-work",
    };
    words.say(key, [])
}

/// The name of a file, with the instant as of which its rows are: `pelanggan-20261122-1405.csv`.
pub fn file_name(words: &Sentences, with: &Making) -> String {
    let word = with.export.list.name();
    let (zone, at) = (with.export.time_zone, with.as_of.unwrap_or(with.made_at));
    let ((year, month, day), (hour, minute)) = (zone.day_of(at).ymd(), zone.clock_of(at));
    let stem = words.say(&format!("export-name-{word}"), []);
    format!("{stem}-{year:04}{month:02}{day:02}-{hour:02}{minute:02}.{}", with.export.format.as_str())
}

/// A sentence for each thing that is to be known of a file.
pub fn about(words: &Sentences, with: &Making, layout: &Layout, rows: u32) -> Vec<String> {
    let time = |at| [("time", format!("{} {}", layout.instant(at), layout.zone.abbreviation()))];
    let mut sentences = vec![
        match with.as_of {
            Some(at) => words.say("export-as-of", time(at)),
            None => words.say("export-as-of-never", []),
        },
        words.say("export-made", time(with.made_at)),
        words.say("export-rows", [("n", rows.to_string())]),
    ];
    sentences.extend(question(words, &with.export.list));
    sentences
}

/// A sentence for its search and one for its filter, where it has any.
pub fn question(words: &Sentences, list: &ExportedList) -> Vec<String> {
    let mut sentences = Vec::new();
    let (search, filters): (&str, Vec<String>) = match list {
        ExportedList::Customers(asked) => {
            let narrowed = (!asked.facets.is_empty()).then(|| "export-narrowed".to_owned());
            (asked.search.as_str(), asked.only.map(of_customers).into_iter().chain(narrowed).collect())
        }
        ExportedList::Meters(asked) => (asked.search.as_str(), asked.only.map(of_meters).into_iter().collect()),
        ExportedList::Cases(asked) => ("", of_cases(*asked)),
        ExportedList::Labels(_) | ExportedList::Comparison(_) | ExportedList::Work(_) => ("", Vec::new()),
    };
    if let ExportedList::Work(span) = list {
        let (from, until) = span.days();
        sentences.push(words.say("export-work-days", [("from", iso(from)), ("until", iso(until))]));
    }
    if !search.trim().is_empty() {
        sentences.push(words.say("export-search", [("words", search.trim().to_owned())]));
    }
    if !filters.is_empty() {
        let filters: Vec<String> = filters.iter().map(|key| words.say(key, [])).collect();
        sentences.push(words.say("export-filter", [("what", filters.join(", "))]));
    }
    sentences
}

/// `2026-11-30`.
fn iso(day: LocalDay) -> String {
    let (year, month, day) = day.ymd();
    format!("{year:04}-{month:02}-{day:02}")
}

fn of_customers(only: CustomerFilter) -> String {
    match only {
        CustomerFilter::Arrears => "tile-arrears",
        CustomerFilter::Suspended => "status-suspended",
    }
    .into()
}

fn of_meters(only: FleetFilter) -> String {
    match only {
        FleetFilter::Online => "state-online",
        FleetFilter::Stale => "state-stale",
        FleetFilter::Offline => "state-offline",
        FleetFilter::ValveClosed => "tile-valve-closed",
        FleetFilter::LowBattery => "tile-low-battery",
        FleetFilter::Attention => "tile-attention",
        FleetFilter::Retired => "tile-retired",
    }
    .into()
}

fn of_cases(asked: CasesQuery) -> Vec<String> {
    let part = if asked.open { "cases-open" } else { "cases-past" };
    let kind = asked.kind.map(|kind: AlertKind| format!("alerts-kind-{}", kind.as_str()));
    let severity = asked.severity.map(|severity| format!("case-severity-{}", severity.as_str()));
    let mine = asked.assigned.map(|_| "cases-mine".to_owned());
    std::iter::once(part.to_owned()).chain(kind).chain(severity).chain(mine).collect()
}
