//! What an admin has read of money can be read again while the server cannot be reached, and nothing else.

use client::Client;
use domain::{ConnectionId, Rupiah};
use protocol::core::problem::{Code, Problem};
use protocol::sales::admin::CampaignQuery;
use protocol::sales::money::{QuoteAsked, StatementAsked};
use protocol::ui::{AdminRequest, AdminResponse, Answer, Request, Secret};
use std::path::PathBuf;
use tests::world::{Kept, PASSWORD, Running, World, client_with, email};
use uuid::Uuid;

struct Office {
    running: Running,
    connection: ConnectionId,
    folder: PathBuf,
    keyring: Kept,
    client: Client,
}

/// An admin at a desk.
async fn open() -> Office {
    let running = World::new().start().await;
    let connection = running.world.meters[0].connection;
    let (folder, keyring) = (running.world.folder.path().join("office"), Kept::default());
    let client = client_with(&folder, &running.url(), &keyring).await;
    client.call(Request::SignIn { email: email("admin"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    Office { running, connection, folder, keyring, client }
}

async fn office(client: &Client, asked: AdminRequest) -> Result<(AdminResponse, bool), Problem> {
    match client.call(Request::Admin(asked)).await? {
        Answer::Admin { response, since } => Ok((*response, since.is_some())),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_read_of_money_is_there_offline_and_goes_with_the_session() {
    let Office { running, connection, folder, keyring, client } = open().await;
    let statement = || AdminRequest::Statement(StatementAsked { connection, before: None });
    let cash = || AdminRequest::Cash(QuoteAsked { id: Uuid::now_v7(), connection, amount: Rupiah(50_000), code: None });
    let (before, _) = office(&client, statement()).await.expect("a response");
    office(&client, cash()).await.expect("paid");
    let (after, is_old) = office(&client, statement()).await.expect("a response");
    assert!(before != after && !is_old, "asked anew while it can be");
    running.server.stop().await;
    assert_eq!(office(&client, statement()).await.expect("kept"), (after, true), "the last response");
    for asked in [AdminRequest::Campaigns(CampaignQuery::default()), cash()] {
        let problem = office(&client, asked).await.expect_err("neither was received before, nor can be done");
        assert_eq!(problem.code, Code::Unreachable);
    }
    client.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    let cache = tests::views::open_encrypted(&folder.join("cache.db"), &keyring.key_hex());
    assert_eq!(cache.query_row("SELECT COUNT(*) FROM cached_response", [], |row| row.get(0)), Ok(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_shown_where_it_cannot_be_kept_and_one_that_cannot_be_read_is_none() {
    let Office { running, connection, folder, keyring, client } = open().await;
    let statement = || AdminRequest::Statement(StatementAsked { connection, before: None });
    let (cached, _) = office(&client, statement()).await.expect("a response");
    let cache = tests::views::open_encrypted(&folder.join("cache.db"), &keyring.key_hex());
    let full = "UPDATE cached_response SET body = '{}';
        CREATE TRIGGER no_room BEFORE INSERT ON cached_response BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END;";
    cache.execute_batch(full).expect("no room, and what another version kept");
    assert_eq!(office(&client, statement()).await.expect("a response"), (cached, false));
    running.server.stop().await;
    assert_eq!(office(&client, statement()).await.expect_err("nothing that can be read").code, Code::Unreachable);
}
