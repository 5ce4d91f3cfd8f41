//! Overlays of advice on saving water: of each of its two marks what is said last on this device shows, as it will on the server.

use crate::overlay::with_fields;
use domain::tips::{TipMark, TipMarks, state_id};
use protocol::sync::push::Operation;
use protocol::sync::rows::TipState;

/// An advice of which something is said for the first time.
pub(crate) fn marked(operation: &Operation) -> Option<String> {
    let Operation::MarkTip { user, connection, tip, mark } = operation else { return None };
    let TipMarks { applied, bookmarked } = TipMarks::default().with(*mark);
    let id = state_id(*user, *connection, tip);
    serde_json::to_string(&TipState { id, connection: *connection, tip: tip.clone(), applied, bookmarked }).ok()
}

/// An advice of which something else is said: the other one of its two marks stays as it is.
pub(crate) fn marked_again(body: &str, mark: TipMark) -> Option<String> {
    let row: TipState = serde_json::from_str(body).ok()?;
    let TipMarks { applied, bookmarked } = row.marks().with(mark);
    let field = match mark {
        TipMark::Applied { .. } | TipMark::NotApplied => "applied",
        TipMark::Bookmarked | TipMark::NotBookmarked => "bookmarked",
    };
    let after = serde_json::json!({ "applied": applied, "bookmarked": bookmarked });
    with_fields(body, &after, std::iter::once(field))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::overlay::{Author, new_row, overlay};
    use domain::{UserId, UtcMillis};

    #[test]
    fn an_advice_that_waits_is_applied_and_kept_at_hand_each_by_itself() {
        let (user, connection) = (UserId(uuid::Uuid::nil()), domain::ConnectionId(uuid::Uuid::nil()));
        let tip = domain::tips::TipName::parse("shower-head").expect("a name");
        let say = |mark| Operation::MarkTip { user, connection, tip: tip.clone(), mark };
        let day = domain::LocalDay(20_500);
        let row =
            new_row(&say(TipMark::Applied { day }), Author { name: "Siti", id: Some(user), at: UtcMillis(7) }).expect("a row");
        let read = |body: &str| serde_json::from_str::<TipState>(body).expect("JSON").marks();
        assert_eq!(read(&row), TipMarks { applied: Some(day), bookmarked: false });
        let kept = overlay(&row, &say(TipMark::Bookmarked)).expect("changes");
        let not = overlay(&kept, &say(TipMark::NotApplied)).expect("changes");
        assert_eq!(read(&kept), TipMarks { applied: Some(day), bookmarked: true });
        assert_eq!(read(&not), TipMarks { applied: None, bookmarked: true });
    }
}
