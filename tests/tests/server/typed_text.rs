//! Texts as people type and paste them: what cannot be seen is no other value, and one field's conflict is not the other fields' end.

use domain::sync::edit::CustomerField;
use protocol::sync::push::{Outcome, Rejection};
use serde_json::json;
use tests::ops::{code, edit, op, push};
use tests::world::{PASSWORD, Running, World, email};
use uuid::Uuid;

async fn row(running: &Running) -> [String; 4] {
    let id = running.world.customers[0].0;
    let read = running.server.app.store.read(move |db| {
        let sql = "SELECT name, phone, address, nik FROM customer WHERE id = ?1";
        Ok(db.query_row(sql, [id.as_bytes()], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?]))?)
    });
    read.await.expect("the customer")
}

#[tokio::test(flavor = "multi_thread")]
async fn hyphens_against_spaces_are_no_conflict_and_a_conflict_keeps_its_own_field_only() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let (phone, address) = (CustomerField::Phone, CustomerField::Address);
    let apply = async |sets: &[(CustomerField, &str, &str)]| {
        push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &edit(id, sets))]).await.remove(0)
    };
    apply(&[(phone, "", "\u{202a}(021)\u{a0}555-0199\u{202c}")]).await;
    assert_eq!(row(&running).await[1], "(021) 555-0199");
    // The author's device has the number in another grouping.
    let moved = apply(&[(phone, "021-555-0199", "0812 3456 7890"), (address, "", "Jl. Melati 3")]).await;
    assert_eq!(moved.outcome, Outcome::Applied { conflicts: vec![] });
    assert_eq!(row(&running).await[1..3], ["0812 3456 7890", "Jl. Melati 3"]);
    // Another number really: the address goes on, and the number waits.
    let late = apply(&[(phone, "(021) 555-0199", "0899 111 222"), (address, "Jl. Melati 3", "Jl. Melati 5")]).await;
    let Outcome::Applied { conflicts } = &late.outcome else { panic!("{late:?}") };
    let [conflict] = conflicts.as_slice() else { panic!("{conflicts:?}") };
    assert_eq!((conflict.field.as_str(), conflict.mine.as_str()), ("phone", "0899 111 222"));
    assert_eq!(row(&running).await[1..3], ["0812 3456 7890", "Jl. Melati 5"]);
    let kept =
        running.server.app.store.read(|db| Ok(db.query_row("SELECT COUNT(*) FROM conflict", [], |row| row.get::<_, i64>(0))?));
    assert_eq!(kept.await.expect("reads"), 1, "it is not lost");
    // A number alone is refused as before.
    assert_eq!(code(&apply(&[(phone, "", "0899 111 222")]).await), Some(Rejection::Conflict));
    running.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn marks_that_nobody_sees_are_kept_nowhere_and_nobody_is_locked_out_by_them() {
    let running = World::new().start().await;
    let id = running.world.customers[0];
    let sets = [
        (CustomerField::Name, "Pelanggan", "\u{feff}Siti\u{a0}Nur\u{200b}haliza\u{200e} "),
        (CustomerField::Nik, "", "3273 0101\u{2007}0190 0001\u{2069}"),
    ];
    let results = push(&running, "admin", vec![op(Uuid::now_v7(), 1, None, &edit(id, &sets))]).await;
    assert_eq!(results[0].outcome, Outcome::Applied { conflicts: vec![] });
    let found = row(&running).await;
    assert_eq!((found[0].as_str(), found[3].as_str()), ("Siti Nurhaliza", "3273010101900001"));
    let typed = format!("\u{feff}{}\u{200b} ", email("admin").replace('@', "\u{200d}@").to_uppercase());
    let asked = json!({ "email": typed, "password": PASSWORD, "device": "uji" });
    let answer = reqwest::Client::new().post(format!("{}/auth/v1/sign-in", running.url())).json(&asked).send().await;
    assert!(answer.expect("an answer").status().is_success());
    running.server.stop().await;
}
