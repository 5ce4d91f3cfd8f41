//! What of an audit entry is shown: nothing of a NIK but its ends, whoever stored it and wherever it stands, and no JSON; and whether an entry
//! is one of those that were asked for.

use domain::core::search::{Search, searched, searched_phone};
use domain::people::nik;
use protocol::core::audit::{Acting, AuditEntry, AuditQuery, ENTRIES, FieldChange};
use serde_json::Value;
use std::collections::BTreeMap;

/// Entries that one request reads at most where the database cannot tell which are wanted; the next request goes on behind them.
const READ: usize = 5_000;

/// The values of an operation that is only evidence, beside those of its patch.
const VALUES: [&str; 18] = [
    "text", "register", "at", "photo", "keep", "number", "serial", "model", "since", "answer", "remark", "amount", "work",
    "list", "name", "question", "rows", "format",
];

/// What the author of a manual reading said of it.
const EXPLAINED: [&str; 2] = ["reason", "no_photo"];

/// The changes of a stored entry as they are shown.
pub fn shown(stored: BTreeMap<String, [String; 2]>) -> Vec<FieldChange> {
    let mut changes = Vec::new();
    for (field, [before, after]) in stored {
        match evidence(&field, &after) {
            Some(of_evidence) => changes.extend(of_evidence),
            None => changes.push(FieldChange { field, before, after }),
        }
    }
    changes.into_iter().map(masked).collect()
}

/// The fields of an operation that a device handed in: what its author saw, and wanted.
fn evidence(field: &str, operation: &str) -> Option<Vec<FieldChange>> {
    let change = |field: &str, before: String, after: String| FieldChange { field: field.to_owned(), before, after };
    if field != "evidence" {
        return None;
    }
    let operation: Value = serde_json::from_str(operation).ok()?;
    let kind = operation.get("kind").map_or_else(String::new, text);
    let mut changes = vec![change("evidence", String::new(), kind)];
    if let Some(patch) = operation.get("patch").and_then(Value::as_object) {
        let of = |wanted: &Value, word| wanted.get(word).map_or_else(String::new, text);
        changes.extend(patch.iter().map(|(field, wanted)| change(field, of(wanted, "from"), of(wanted, "to"))));
    }
    if let Some(fields) = operation.get("fields").and_then(Value::as_object) {
        changes.extend(fields.iter().map(|(field, value)| change(field, String::new(), text(value))));
    }
    let explained = operation.get("explained");
    let values = VALUES.into_iter().filter_map(|name| Some((name, operation.get(name)?)));
    let values = values.chain(EXPLAINED.into_iter().filter_map(|name| Some((name, explained?.get(name)?))));
    changes.extend(values.map(|(name, value)| change(name, String::new(), text(value))));
    Some(changes)
}

/// What a record was called that is not there any more, as its entry itself says: it was added and taken back.
pub fn called(changes: &[FieldChange]) -> String {
    let named = ["name", "label", "serial"].iter().find_map(|name| changes.iter().find(|change| change.field == *name));
    named.map(|change| if change.after.is_empty() { &change.before } else { &change.after }).cloned().unwrap_or_default()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Fields in the program's own format, whose volumes would be taken for the parts of a NIK.
const BLOCKS: &str = "block_";

/// The same of two days beside each other.
const LEAVE: &str = "leave";

fn masked(change: FieldChange) -> FieldChange {
    if change.field.starts_with(BLOCKS) || change.field == LEAVE {
        return change;
    }
    let mask = |text: &str| if change.field == "nik" { nik::mask(text) } else { nik::mask_within(text) };
    FieldChange { before: mask(&change.before), after: mask(&change.after), field: change.field }
}

/// What of a question an index cannot answer.
pub struct Wanted {
    search: Search,
    acting: Option<Acting>,
}

impl Wanted {
    /// The part of a question.
    pub fn of(asked: &AuditQuery) -> Self {
        // The server's own entries are found by the index of authors.
        let acting = asked.acting.filter(|acting| *acting != Acting::System);
        Self { search: Search::new(asked.search.as_deref().unwrap_or_default()), acting }
    }

    /// Entries that are read for one page at most.
    pub fn most_read(&self) -> usize {
        if self.search.is_empty() && self.acting.is_none() { ENTRIES + 1 } else { READ }
    }

    /// Whether an entry, as it is shown, is wanted.
    pub fn takes(&self, entry: &AuditEntry) -> bool {
        if self.acting.is_some_and(|acting| entry.acting() != acting) {
            return false;
        }
        if self.search.is_empty() {
            return true;
        }
        let values = entry.changes.iter().flat_map(|change| [change.before.as_str(), change.after.as_str()]);
        let phones = entry.changes.iter().filter(|change| change.field == "phone");
        let phones: Vec<String> =
            phones.flat_map(|change| [&change.before, &change.after]).map(|phone| searched_phone(phone)).collect();
        let names = [entry.title.as_str(), entry.who.name.as_str()];
        self.search.finds(&format!("{} {}", searched(names.into_iter().chain(values)), phones.join(" ")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIK: &str = "3273010101900001";

    fn one(field: &str, before: &str, after: &str) -> Vec<(String, String, String)> {
        let stored = BTreeMap::from([(field.to_owned(), [before.to_owned(), after.to_owned()])]);
        shown(stored).into_iter().map(|change| (change.field, change.before, change.after)).collect()
    }

    #[test]
    fn a_nik_is_masked_before_and_after_in_evidence_and_in_what_people_wrote() {
        let masked = "32••••••••••0001";
        assert_eq!(one("nik", NIK, ""), [("nik".into(), masked.into(), String::new())]);
        assert_eq!(one("reason", "", &format!("KTP {NIK}"))[0].2, format!("KTP {masked}"));
        assert_eq!(one("block_02", "", "10000000-20000000:2000")[0].2, "10000000-20000000:2000");
        assert_eq!(one("leave", "", "2026-12-21 2026-12-22 training")[0].2, "2026-12-21 2026-12-22 training");
        let patch = format!(
            r#"{{"kind":"edit_customer","customer":"x","patch":{{"nik":{{"from":"","to":"{NIK}"}},"name":{{"from":"A","to":"B"}}}}}}"#
        );
        let changes = one("evidence", "", &patch);
        assert_eq!(changes[0].2, "edit_customer");
        assert!(changes.contains(&("nik".into(), String::new(), masked.into())), "{changes:?}");
        assert!(changes.contains(&("name".into(), "A".into(), "B".into())));
        let reading = r#"{"kind":"record_reading","register":5,"explained":{"reason":"Meter diganti","no_photo":"gelap"}}"#;
        let changes = one("evidence", "", reading);
        assert!(changes.contains(&("reason".into(), String::new(), "Meter diganti".into())), "{changes:?}");
        assert!(changes.contains(&("no_photo".into(), String::new(), "gelap".into())), "{changes:?}");
        let added =
            format!(r#"{{"kind":"add_customer","customer":"x","number":"0042","fields":{{"name":"Sari","nik":"{NIK}"}}}}"#);
        let changes = one("evidence", "", &added);
        for (field, value) in [("evidence", "add_customer"), ("number", "0042"), ("name", "Sari"), ("nik", masked)] {
            assert!(changes.contains(&(field.into(), String::new(), value.into())), "{field}: {changes:?}");
        }
        let answer = r#"{"kind":"answer_case","connection":"x","no":1,"answer":"repaired","remark":"Keran diganti"}"#;
        let changes = one("evidence", "", answer);
        assert!(changes.contains(&("answer".into(), String::new(), "repaired".into())), "{changes:?}");
        assert!(changes.contains(&("remark".into(), String::new(), "Keran diganti".into())), "{changes:?}");
        // Cut where it was too long, it is no JSON any more.
        assert!(!one("evidence", "", &patch[..patch.len() - 40])[0].2.contains(NIK));
    }

    #[test]
    fn what_is_masked_cannot_be_searched_for() {
        let stored = BTreeMap::from([("nik".to_owned(), [String::new(), NIK.to_owned()])]);
        let entry = AuditEntry {
            op: uuid::Uuid::nil(),
            who: protocol::core::audit::AuditPerson {
                id: domain::UserId(uuid::Uuid::nil()),
                name: "Rina O'Hara".into(),
                role: None,
            },
            role: domain::people::Role::Admin,
            by_server: false,
            at: domain::UtcMillis(0),
            occurred_at: domain::UtcMillis(0),
            kind: "edit_customer".into(),
            entity: protocol::core::audit::Subject::Row(protocol::sync::rows::Entity::Customer),
            row: uuid::Uuid::nil(),
            title: "Sari".into(),
            customer: None,
            changes: shown(stored),
        };
        let finds = |typed: &str| Wanted::of(&AuditQuery { search: Some(typed.into()), ..AuditQuery::default() }).takes(&entry);
        assert!(finds("ohara") && finds("SARI rina"));
        assert!(!finds(NIK) && !finds("0101900001") && !finds("730101"));
    }
}
