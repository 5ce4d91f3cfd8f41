//! Overlays of visits: the time that a customer has chosen shows at once in the notification by which it is known.

use crate::overlay::with_fields;
use domain::alerts::content::Content;
use domain::maintenance::work_order::Window;
use protocol::sync::rows::Notification;
use protocol::sync::work::VisitMove;
use serde_json::{Value, json};

/// The notification with another time. Where it has passed, or somebody else has moved the visit meanwhile, that stands.
pub(crate) fn moved(body: &str, said: &VisitMove) -> Option<String> {
    let row: Notification = serde_json::from_str(body).ok()?;
    let Content::Visit { order, from, until, .. } = row.content else { return None };
    let moves = row.cleared_at.is_none() && order == said.order && Window { from, until } == said.was && said.was != said.to;
    if !moves {
        return None;
    }
    // What a newer server says of it stays.
    let mut content = serde_json::from_str::<Value>(body).ok()?.get("content")?.clone();
    let fields = content.as_object_mut()?;
    fields.insert("from".to_owned(), json!(said.to.from));
    fields.insert("until".to_owned(), json!(said.to.until));
    with_fields(body, &json!({ "content": content }), std::iter::once("content"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlay::overlay;
    use domain::{ConnectionId, NotificationId, UtcMillis, WorkOrderId};
    use protocol::sync::push::Operation;
    use uuid::Uuid;

    const WAS: Window = Window { from: UtcMillis(1_000), until: UtcMillis(9_000) };
    const TO: Window = Window { from: UtcMillis(20_000), until: UtcMillis(30_000) };

    fn notified(cleared: &str) -> String {
        let id = Uuid::nil();
        format!(
            r#"{{"id":"{id}","kind":"work","severity":"info","connection":"{id}","at":5{cleared},"content":{{"what":"visit","order":"{id}",
            "work":"cleaning","from":1000,"until":9000,"time_zone":"Asia/Jakarta","state":"planned","newer":7}}}}"#
        )
    }

    fn said(was: Window) -> Operation {
        let (notification, connection, order) =
            (NotificationId(Uuid::nil()), ConnectionId(Uuid::nil()), WorkOrderId(Uuid::nil()));
        Operation::MoveVisit(VisitMove { notification, connection, order, was, to: TO })
    }

    #[test]
    fn a_visit_that_its_customer_moves_shows_its_new_time_at_once() {
        let moved = overlay(&notified(""), &said(WAS)).expect("changes");
        let read: Value = serde_json::from_str(&moved).expect("JSON");
        assert_eq!((&read["content"]["from"], &read["content"]["until"]), (&json!(20_000), &json!(30_000)));
        assert_eq!((&read["content"]["newer"], &read["at"]), (&json!(7), &json!(5)), "the rest stays");
    }

    #[test]
    fn a_visit_that_somebody_else_has_moved_or_that_has_passed_stays_as_it_is() {
        assert_eq!(overlay(&notified(""), &said(TO)), None);
        assert_eq!(overlay(&notified(r#","cleared_at":6"#), &said(WAS)), None);
    }
}
