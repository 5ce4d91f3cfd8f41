//! The plain model of templates of reports: what each is, whose, and whether it was removed.

use super::{Author, MeterMessage, Model, no, text, yes};
use serde_json::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A template.
#[derive(Clone, Debug)]
pub(super) struct Template {
    author: Uuid,
    content: Value,
    is_gone: bool,
}

impl Model {
    /// The templates that stand: what each is called.
    pub fn templates(&self) -> BTreeMap<String, String> {
        let stand = self.templates.iter().filter(|(_, template)| !template.is_gone);
        stand.map(|(id, template)| (id.clone(), text(&template.content["name"]))).collect()
    }

    pub(super) fn template(&mut self, by: Author, kind: &str, command: &Value) -> MeterMessage {
        let id = text(&command["template"]);
        let is_there = self.templates.contains_key(&id);
        let mine = |template: &&mut Template| {
            !template.is_gone && (template.author == by.user || template.content["shared"] == Value::Bool(true))
        };
        let found = self.templates.get_mut(&id).filter(mine);
        let (before, after) = (&command["before"], &command["after"]);
        match (found, kind, before) {
            (None, "remove_report_template", _) => no("not_found"),
            (Some(template), "remove_report_template", _) => {
                template.is_gone = true;
                yes()
            }
            (None, _, Value::Null) if is_there => no("id_reused"),
            (None, _, Value::Null) => {
                self.templates.insert(id, Template { author: by.user, content: after.clone(), is_gone: false });
                yes()
            }
            (None, ..) => no("not_found"),
            (Some(template), _, Value::Null) => {
                if template.content == *after {
                    yes()
                } else {
                    no("id_reused")
                }
            }
            (Some(template), ..) => template.change(by.user, before, after),
        }
    }
}

impl Template {
    fn change(&mut self, user: Uuid, before: &Value, after: &Value) -> MeterMessage {
        let mut content = self.content.clone();
        for field in ["name", "shared", "design"] {
            let (was, is) = (&before[field], &after[field]);
            if was == is || self.content[field] == *is {
                continue;
            }
            if self.content[field] != *was {
                return no("conflict");
            }
            content[field] = is.clone();
        }
        if content["shared"] != self.content["shared"] && self.author != user {
            return no("denied");
        }
        self.content = content;
        yes()
    }
}
