//! The plain model of saved views: what was changed later stands, and a clock that is ahead counts as right.

use super::{Author, MeterMessage, Model, no, text, yes};
use domain::UtcMillis;
use domain::people::Role;
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// How long it is remembered that a view was removed: 90 days.
const REMEMBERED_MS: i64 = 90 * 24 * 60 * 60 * 1_000;

/// A view: by when it is of, and what it shows; nothing once it was removed.
#[derive(Clone, Debug)]
pub(super) struct View {
    user: Uuid,
    version: i64,
    query: Option<String>,
}

/// What a view is called here: `{user}/{list}/{name}`.
pub fn key(user: Uuid, list: &Value, name: &Value) -> String {
    format!("{user}/{}/{}", text(list), text(name))
}

impl Model {
    /// The views that stand: what each shows.
    pub fn views(&self) -> BTreeMap<String, String> {
        let stands = |(key, view): (&String, &View)| Some((key.clone(), view.query.clone()?));
        self.views.iter().filter_map(stands).collect()
    }

    pub(super) fn view(&mut self, by: Author, kind: &str, command: &Value, now: UtcMillis) -> MeterMessage {
        if by.role != Role::Admin {
            return no("denied");
        }
        let key = key(by.user, &command["list"], &command["name"]);
        let made = command["version"].as_i64().unwrap_or_default();
        let version = match self.views.get(&key).map(|view| view.version) {
            None => made.min(now.0),
            Some(stands) if made.min(now.0.max(stands)) < stands => return yes(),
            Some(stands) => made.min(now.0.max(stands)).max(stands + 1),
        };
        let query = (kind == "put_view").then(|| text(&command["query"]));
        self.views.insert(key, View { user: by.user, version, query });
        if kind == "remove_view" {
            let is_old = |view: &View| view.query.is_none() && view.version < now.0 - REMEMBERED_MS;
            self.views.retain(|_, view| view.user != by.user || !is_old(view));
        }
        yes()
    }
}
