//! The registry of row kinds holds together.

use super::*;
use std::collections::BTreeSet;

#[test]
fn numbers_and_names_are_unique_and_those_on_the_wire() {
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for entity in Entity::ALL {
        let kind = entity.kind();
        assert_eq!((kind.code, Entity::from_code(kind.code)), (entity as u8, Some(entity)));
        assert_eq!(serde_json::to_value(entity).unwrap(), kind.name, "the name of the wire");
        assert!(codes.insert(kind.code) && names.insert(kind.name), "{entity:?} is there twice");
    }
}

#[test]
fn a_kind_that_moves_is_held_where_it_can_move_to() {
    for entity in Entity::ALL {
        let kind = entity.kind();
        let can_move = kind.is_held_by(Holder::Customer) || kind.is_held_by(Holder::Zone);
        assert!(kind.follows == Follows::Nothing || can_move, "{entity:?}");
        let by_connection = matches!(kind.key, Key::Connection | Key::ConnectionAndNumber);
        assert_eq!(kind.follows == Follows::Connection, by_connection, "{entity:?} is found by its connection's key");
    }
}

#[test]
fn the_holder_of_a_bucket_is_in_its_name() {
    let names = ["public", "admin", "customer:1", "zone:1", "user:1", "other:1", "other"];
    let holders = names.map(Holder::of);
    use Holder::{Admin, Customer, Public, User, Zone};
    assert_eq!(holders, [Some(Public), Some(Admin), Some(Customer), Some(Zone), Some(User), None, None]);
}
