//! One's own profile: edited by oneself alone, on every device at once, and decided by oneself.

use client::Client;
use domain::UserId;
use domain::people::Language;
use domain::sync::edit::{Change, Patch, ProfileField};
use protocol::sync::push::{Operation, Rejection};
use protocol::ui::{Answer, Phase, Request, Session};
use std::collections::BTreeMap;
use tests::field::{applied, clean, phase, send, sign_in, submit, until};
use tests::ops::code;
use tests::world::{Kept, World, client_with};
use uuid::Uuid;

async fn session(client: &Client) -> Session {
    match client.call(Request::Session).await.expect("an answer") {
        Answer::Session(session) => session,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_profile_is_edited_by_oneself_alone_and_shows_on_every_device() {
    let running = World::new().start().await;
    let phone = client_with(&running.world.folder.path().join("phone"), &running.url(), &Kept::default()).await;
    let tablet = client_with(&running.world.folder.path().join("tablet"), &running.url(), &Kept::default()).await;
    for client in [&phone, &tablet] {
        sign_in(client, "customer").await;
        phase(client, Phase::Live).await;
    }
    let user = session(&phone).await.user.expect("signed in").id;
    let change = |field, from: &str, to: &str| (field, Change { from: from.into(), to: to.into() });
    let patch = Patch(BTreeMap::from([
        change(ProfileField::Name, "customer", "Sari Lestari"),
        change(ProfileField::Language, "id", "en"),
    ]));
    submit(&phone, Operation::EditProfile { user, patch }).await;
    for client in [&phone, &tablet] {
        until(client, "the new name and language", async || {
            let session = session(client).await;
            (session.user?.name == "Sari Lestari" && session.preferences.language == Language::En).then_some(())
        })
        .await;
    }
    let patch = Patch(BTreeMap::from([change(ProfileField::Name, "other", "X")]));
    let other = Operation::EditProfile { user: UserId(Uuid::now_v7()), patch: patch.clone() };
    assert_eq!(
        code(&send(&running, "admin", &[other, Operation::EditProfile { user, patch }]).await[1]),
        Some(Rejection::Denied)
    );

    // Two devices want two names: the first stands, the other waits in the user's own inbox and in nobody else's.
    let edit = |to: &str| {
        let patch = Patch(BTreeMap::from([change(ProfileField::Name, "Sari Lestari", to)]));
        Operation::EditProfile { user, patch }
    };
    assert!(send(&running, "customer", &[edit("Sari A"), edit("Sari B")]).await.iter().all(applied));
    let conflict = until(&tablet, "the conflict", async || match tablet.call(Request::Conflicts).await {
        Ok(Answer::Conflicts(conflicts)) => conflicts.into_iter().next(),
        _ => None,
    })
    .await;
    assert_eq!((conflict.mine.as_str(), conflict.theirs.as_str(), conflict.title.as_str()), ("Sari B", "Sari A", "Sari A"));
    let decide = Operation::DecideConflict { conflict: conflict.id, keep: protocol::sync::push::Keep::Mine };
    assert_eq!(code(&send(&running, "admin", std::slice::from_ref(&decide)).await[0]), Some(Rejection::NotFound));
    submit(&tablet, decide).await;
    until(&phone, "the decided name", async || (session(&phone).await.user?.name == "Sari B").then_some(())).await;
    clean(running).await;
}
