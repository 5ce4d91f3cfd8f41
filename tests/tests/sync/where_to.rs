//! To whom a device speaks: to its server over TLS, or on this machine, and to nobody whom an answer names.

use client::core::vault::{Secrets, ThisRun, Vault};
use client::{Client, Config};
use protocol::core::problem::Code;
use protocol::ui::{Request, Secret};
use std::path::Path;
use tests::world::{Kept, PASSWORD, World, client_of, client_with, email};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{Duration, timeout};

#[tokio::test(flavor = "multi_thread")]
async fn no_redirect_is_followed_and_no_password_goes_where_it_leads() {
    let (server, elsewhere) = (TcpListener::bind("127.0.0.1:0").await, TcpListener::bind("127.0.0.1:0").await);
    let (server, elsewhere) = (server.expect("a port"), elsewhere.expect("a port"));
    let (here, there) = (server.local_addr().expect("an address"), elsewhere.local_addr().expect("an address"));
    let redirects = tokio::spawn(async move {
        let mut asked = 0;
        while let Ok(Ok((mut connection, _))) = timeout(Duration::from_secs(5), server.accept()).await {
            let mut request = vec![0; 4_096];
            let _ = connection.read(&mut request).await;
            let answer = format!(
                "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://{there}/auth/v1/sign-in\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            );
            let _ = connection.write_all(answer.as_bytes()).await;
            asked += 1;
        }
        asked
    });
    let folder = tempfile::tempdir().expect("a folder");
    let client = client_of(folder.path(), &format!("http://{here}")).await;
    let asked = client.call(Request::SignIn { email: email("customer"), password: Secret(PASSWORD.into()) });
    let refused = asked.await.expect_err("that is no answer of the server");
    assert!(refused.detail.contains("307"), "{refused:?}");
    assert!(timeout(Duration::from_millis(200), elsewhere.accept()).await.is_err(), "somebody else was asked");
    assert!(redirects.await.expect("counted") > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_elsewhere_without_tls_is_refused_with_a_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = Config {
        data: folder.path().to_owned(),
        server: "http://air.example.id".into(),
        vault: Box::new(ThisRun::default()),
        device: "test".into(),
    };
    let problem = Client::start(config).await.err().expect("it does not start").to_problem();
    assert_eq!(problem.code, Code::BadRequest);
    assert!(problem.detail.contains("https://"), "{}", problem.detail);
}

fn secrets(keyring: &Kept) -> Secrets {
    keyring.read().expect("readable").expect("something")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_remembers_that_it_has_signed_in_and_nothing_else_of_it() {
    let running = World::new().start().await;
    let (folder, keyring): (&Path, _) = (&running.world.folder.path().join("phone"), Kept::default());
    let client = client_with(folder, &running.url(), &keyring).await;
    client.call(Request::SignIn { email: email("customer"), password: Secret(PASSWORD.into()) }).await.expect("signed in");
    let before = secrets(&keyring);
    let token = before.device_token.clone().expect("a device token");
    client.call(Request::SignOut { everywhere: false, with_unsent: false }).await.expect("signed out");
    let after = secrets(&keyring);
    assert_eq!((after.refresh_token, after.user, after.device_token), (None, None, Some(token)));
    running.server.stop().await;
}
