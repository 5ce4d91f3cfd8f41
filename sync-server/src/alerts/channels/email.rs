//! E-mail over SMTP. `Message-ID` is the message's identifier, by which mail programs recognise a repeat.

use crate::alerts::channels::{Channel, Failure, Letter, TIMEOUT, http, setup};
use crate::alerts::config;
use crate::alerts::config::Tls;
use crate::error::Error;
use domain::UtcMillis;
use domain::alerts::kinds::Provider;
use futures_util::future::BoxFuture;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Line, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use reqwest::Url;
use std::net::IpAddr;
use std::time::{Duration, SystemTime};

/// Lines to the mail server at most.
const LINES: u32 = 8;

/// Characters of a server's answer that are kept.
const LONGEST_WHY: usize = 200;

/// The client.
pub struct Email {
    smtp: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    app: Option<String>,
}

impl Email {
    /// By its configuration.
    ///
    /// # Errors
    /// The sender is no address, the certificate is none, a password would go over a line that is not encrypted, the app's address is none.
    pub fn open(config: &config::Email) -> Result<Self, Error> {
        let from: Mailbox = config.from.parse().map_err(|error| setup("email", format!("from: {error}")))?;
        let line = match config.tls {
            Tls::Starttls => Line::Required(encryption(config)?),
            Tls::Implicit => Line::Wrapper(encryption(config)?),
            Tls::None if is_here(&config.host) => Line::None,
            Tls::None => return Err(setup("email", "tls = \"none\" is for a mail server on this machine only")),
        };
        let pool = PoolConfig::new().max_size(LINES).idle_timeout(Duration::from_secs(30));
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(config.host.clone())
            .port(config.port)
            .tls(line)
            // Many servers refuse whoever greets them with no name.
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(TIMEOUT))
            .pool_config(pool);
        match (&config.user, &config.password) {
            (Some(user), Some(password)) => {
                builder = builder.credentials(Credentials::new(user.clone(), password.expose().to_owned()));
            }
            (None, None) => {}
            _ => return Err(setup("email", "a user has a password, and a password a user")),
        }
        if let Some(app) = &config.app {
            check_app(app)?;
        }
        Ok(Self { smtp: builder.build(), from, app: config.app.clone() })
    }

    async fn mail(&self, letter: &Letter) -> Result<String, Failure> {
        let message = self.message(letter)?;
        let answer = tokio::time::timeout(TIMEOUT, self.smtp.send(message)).await;
        let answer = answer.map_err(|_| Failure::temporary("the mail server did not answer in time"))?;
        let answer = answer.map_err(|error| failure(&error))?;
        Ok(cut(answer.first_line().unwrap_or_default()))
    }

    fn message(&self, letter: &Letter) -> Result<Message, Failure> {
        let address: Address = letter.address.parse().map_err(|_| Failure::permanent("the e-mail address is none"))?;
        let unwritable = |error: lettre::error::Error| Failure::permanent(error.to_string());
        let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter.recipient.name.clone()), address))
            .subject(&letter.words.title)
            .message_id(Some(format!("<{}@{}>", letter.message, self.from.email.domain())))
            .date(instant(letter.now))
            // No holiday notice in return (RFC 3834).
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("Content-Language", letter.recipient.language.as_str()));
        let text = format!("{}\n\n-- \n{}\n", letter.words.text, letter.words.footer);
        let Some(file) = &letter.file else {
            return message.header(ContentType::TEXT_PLAIN).body(text).map_err(unwritable);
        };
        let pdf = ContentType::parse("application/pdf").map_err(|error| Failure::permanent(error.to_string()))?;
        let file = Attachment::new(file.name.clone()).body(file.bytes.clone(), pdf);
        message.multipart(MultiPart::mixed().singlepart(SinglePart::plain(text)).singlepart(file)).map_err(unwritable)
    }
}

impl Channel for Email {
    fn provider(&self) -> Provider {
        Provider::Email
    }

    fn app(&self) -> Option<&str> {
        self.app.as_deref()
    }

    fn send<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<String, Failure>> {
        Box::pin(self.mail(letter))
    }
}

/// Checks where the app is in a browser: a code goes there, so that it has to be encrypted.
fn check_app(app: &str) -> Result<(), Error> {
    let url: Url = app.parse().map_err(|error| setup("email", format!("app: {error}")))?;
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && http::is_here(&url));
    if !is_safe || url.query().is_some() || url.fragment().is_some() {
        return Err(setup("email", "app: write it as https://app.example.id, without anything behind the path"));
    }
    Ok(())
}

fn encryption(config: &config::Email) -> Result<TlsParameters, Error> {
    let mut builder = TlsParameters::builder(config.host.clone());
    if let Some(file) = &config.certificate {
        let pem = std::fs::read(file).map_err(|error| setup("email", format!("{}: {error}", file.display())))?;
        let certificate = Certificate::from_pem(&pem).map_err(|error| setup("email", format!("certificate: {error}")))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| setup("email", format!("no TLS: {error}")))
}

fn is_here(host: &str) -> bool {
    host == "localhost" || host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn instant(at: UtcMillis) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or_default())
}

/// What a mail server's refusal means. A sign-in that is refused is the operator's to mend: until then everything waits.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    let status = error.status().map(u16::from);
    let is_sign_in = matches!(status, Some(530 | 534 | 535 | 538));
    let why = cut(&error.to_string());
    if error.is_permanent() && !is_sign_in { Failure::permanent(why) } else { Failure::temporary(why) }
}

fn cut(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).take(LONGEST_WHY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::secret::Secret;

    #[tokio::test]
    async fn a_line_that_is_not_encrypted_leads_to_this_machine_only() {
        let of = |host: &str, tls, password: Option<Secret>| config::Email {
            host: host.into(),
            port: 25,
            tls,
            certificate: None,
            user: password.as_ref().map(|_| "air".into()),
            password,
            from: "Air <air@example.id>".into(),
            app: None,
        };
        for (host, is_here) in
            [("127.0.0.1", true), ("localhost", true), ("::1", true), ("mail.example.id", false), ("10.0.0.1", false)]
        {
            assert_eq!(Email::open(&of(host, Tls::None, None)).is_ok(), is_here, "{host}");
            assert!(Email::open(&of(host, Tls::Starttls, Some(Secret::new("x")))).is_ok(), "{host}");
        }
        for (app, is_taken) in [
            ("https://app.example.id", true),
            ("https://app.example.id/air/", true),
            ("http://127.0.0.1:8080", true),
            ("http://app.example.id", false),
            ("https://app.example.id/?a=b", false),
            ("https://app.example.id/#a", false),
            ("app.example.id", false),
        ] {
            let config = config::Email { app: Some(app.into()), ..of("localhost", Tls::None, None) };
            assert_eq!(Email::open(&config).is_ok(), is_taken, "{app}");
        }
        assert!(Email::open(&config::Email { from: "nobody".into(), ..of("localhost", Tls::None, None) }).is_err());
        assert!(Email::open(&config::Email { user: Some("air".into()), ..of("localhost", Tls::None, None) }).is_err());
    }
}
