//! Who hands notifications on. Each provider is off until its section is there: `[alerts.email]` in the file, `INDOWATER_EMAIL_…` in the
//! environment, and so on.

use crate::core::secret::Secret;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The providers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alerts {
    /// A mail server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// Users' own webhooks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook: Option<Webhook>,
    /// Firebase Cloud Messaging.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fcm: Option<Fcm>,
    /// Apple's Push Notification service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apns: Option<Apns>,
    /// WhatsApp Cloud API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whatsapp: Option<Whatsapp>,
}

/// A mail server to send by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// Its name.
    pub host: String,
    /// Its port.
    #[serde(default = "submission")]
    pub port: u16,
    /// How the line is encrypted.
    #[serde(default)]
    pub tls: Tls,
    /// A file with the certificate that signs the server's, where that is none that everybody knows.
    #[serde(default)]
    pub certificate: Option<PathBuf>,
    /// Name to sign in with.
    #[serde(default)]
    pub user: Option<String>,
    /// Password to sign in with.
    #[serde(default)]
    pub password: Option<Secret>,
    /// From whom, as `IndoWater <air@example.id>`.
    pub from: String,
    /// Where the app is in a browser, as `https://app.example.id`: an invitation has a link there. Without it, it has the code alone.
    #[serde(default)]
    pub app: Option<String>,
}

const fn submission() -> u16 {
    587
}

/// How the line to a mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// It begins plain and is encrypted before anything is said: a server that cannot is refused.
    #[default]
    Starttls,
    /// It is encrypted from the first byte.
    Implicit,
    /// Not at all: for a server on this machine only.
    None,
}

/// Users' own webhooks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Whether they are called at all.
    pub enabled: bool,
    /// Whether addresses of private networks and of this machine may be called as well, and the latter without encryption.
    #[serde(default)]
    pub allow_private: bool,
}

/// Firebase Cloud Messaging.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fcm {
    /// The file of the service account, as Google gives it out.
    pub service_account: PathBuf,
    /// Where the service is.
    #[serde(default = "fcm_service")]
    pub service: String,
}

fn fcm_service() -> String {
    "https://fcm.googleapis.com".into()
}

/// Apple's Push Notification service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Apns {
    /// The file of the signing key (`.p8`), as Apple gives it out.
    pub key: PathBuf,
    /// The key's identifier.
    pub key_id: String,
    /// The developer's team.
    pub team_id: String,
    /// The app's bundle identifier.
    pub topic: String,
    /// Where the service is; `https://api.sandbox.push.apple.com` for apps that Xcode has installed.
    #[serde(default = "apns_service")]
    pub service: String,
}

fn apns_service() -> String {
    "https://api.push.apple.com".into()
}

/// WhatsApp Cloud API. Businesses begin a conversation by a template that Meta has approved: ours has two parameters, title and text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Whatsapp {
    /// The access token.
    pub token: Secret,
    /// The identifier of the number that sends.
    pub phone_number_id: String,
    /// The template's name.
    pub template: String,
    /// Where the service is, with its version.
    #[serde(default = "whatsapp_service")]
    pub service: String,
}

fn whatsapp_service() -> String {
    "https://graph.facebook.com/v23.0".into()
}

#[cfg(test)]
mod tests {
    use crate::config::{Config, Flags};

    #[test]
    fn providers_are_off_until_they_are_set_up_and_their_secrets_are_not_printed() {
        assert_eq!(Config::default().alerts, super::Alerts::default());
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("server.toml");
        let text = "[alerts.email]\nhost = \"mail.example.id\"\nuser = \"air\"\npassword = \"sesame\"\nfrom = \"Air <air@example.id>\"\n\
            [alerts.whatsapp]\ntoken = \"sesame\"\nphone_number_id = \"1\"\ntemplate = \"t\"\n[alerts.webhook]\nenabled = true\n";
        std::fs::write(&file, text).unwrap();
        let config = Config::load(Some(&file), &Flags::default()).unwrap();
        let email = config.alerts.email.as_ref().unwrap();
        assert_eq!((email.port, email.tls, email.user.as_deref()), (587, super::Tls::Starttls, Some("air")));
        assert!(!config.alerts.webhook.as_ref().unwrap().allow_private);
        let printed = format!("{config:?} {}", serde_json::to_string(&config).unwrap());
        assert!(!printed.contains("sesame"), "{printed}");
        std::fs::write(&file, "[alerts.email]\nhost = \"m\"\npassword = 12345678\nfrom = \"a@b.c\"\n").unwrap();
        let error = Config::load(Some(&file), &Flags::default()).unwrap_err().to_string();
        assert!(error.contains("quotes") && !error.contains("1234"), "{error}");
    }
}
