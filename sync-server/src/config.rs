//! Configuration: defaults, then a file, then `INDOWATER_…` variables, then flags; the later wins.

use crate::alerts::config::Alerts;
use crate::core::http::client_address::TrustedProxies;
use crate::core::private;
use crate::error::Error;
use crate::people::accounts::SessionEnds;
use crate::sales::payments::config::Service;
use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The name of the database in the data folder.
pub const DATABASE: &str = "indowater.db";

/// How the server is set up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Folder of the database and the token key.
    pub data: PathBuf,
    /// Address of HTTP and WebSocket.
    pub http: SocketAddr,
    /// Address of MQTT.
    pub mqtt: SocketAddr,
    /// Log lines: text for people, JSON for machines.
    pub log: LogFormat,
    /// Proxies in front of HTTP whose word about a client's address is taken; none unless set.
    #[serde(default)]
    pub trusted_proxies: TrustedProxies,
    /// When sessions end by themselves.
    #[serde(default)]
    pub sessions: SessionEnds,
    /// The payment gateway; without one, nobody pays by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payments: Option<Service>,
    /// Who hands notifications on; without any, they are in the app's list alone.
    #[serde(default)]
    pub alerts: Alerts,
    /// The program that makes papers of reports, for mails; `receipts` beside this program unless it is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipts: Option<PathBuf>,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: "indowater-data".into(),
            http: SocketAddr::from(([127, 0, 0, 1], 8080)),
            mqtt: SocketAddr::from(([127, 0, 0, 1], 1883)),
            log: LogFormat::Text,
            trusted_proxies: TrustedProxies::default(),
            sessions: SessionEnds::default(),
            payments: None,
            alerts: Alerts::default(),
            receipts: None,
        }
    }
}

/// The same as flags; each one given wins over file and environment.
#[derive(Clone, Debug, Default, Args, Serialize)]
pub struct Flags {
    /// Folder of the database and the token key [default: indowater-data]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<PathBuf>,
    /// Address of HTTP and WebSocket; port 0 takes any free one [default: 127.0.0.1:8080]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub http: Option<SocketAddr>,
    /// Address of MQTT; port 0 takes any free one [default: 127.0.0.1:1883]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mqtt: Option<SocketAddr>,
    /// Log lines: text for people, json for machines [default: text]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<LogFormat>,
    /// Proxies in front of HTTP, as 127.0.0.1,10.0.0.0/8: their X-Forwarded-For and Forwarded are believed [default: none]
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trusted_proxies: Option<TrustedProxies>,
}

impl Config {
    /// Puts the configuration together.
    ///
    /// # Errors
    /// A file that was named is not there, or something in it is not understood.
    pub fn load(file: Option<&Path>, flags: &Flags) -> Result<Self, Error> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(file) = file {
            if !file.exists() {
                return Err(Error::Setup(format!("there is no configuration file at {}", file.display())));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        figment
            .merge(Env::prefixed("INDOWATER_").only(&["data", "http", "mqtt", "log", "trusted_proxies", "receipts"]))
            .merge(Env::prefixed("INDOWATER_SESSIONS_").map(|key| format!("sessions.{key}").into()))
            .merge(Env::prefixed("INDOWATER_PAYMENTS_").map(|key| format!("payments.{key}").into()))
            .merge(Env::prefixed("INDOWATER_EMAIL_").map(|key| format!("alerts.email.{key}").into()))
            .merge(Env::prefixed("INDOWATER_WEBHOOK_").map(|key| format!("alerts.webhook.{key}").into()))
            .merge(Env::prefixed("INDOWATER_FCM_").map(|key| format!("alerts.fcm.{key}").into()))
            .merge(Env::prefixed("INDOWATER_APNS_").map(|key| format!("alerts.apns.{key}").into()))
            .merge(Env::prefixed("INDOWATER_WHATSAPP_").map(|key| format!("alerts.whatsapp.{key}").into()))
            .merge(Serialized::defaults(flags))
            .extract()
            .map_err(|error| Error::Setup(format!("the configuration is not understood: {error}")))
    }

    /// Makes the data folder, and takes the rights of others away from what is in it.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn make_private(&self) -> Result<(), Error> {
        private::folder(&self.data)?;
        let of_database = ["", "-wal", "-shm", "-journal"].map(|end| self.data.join(format!("{DATABASE}{end}")));
        of_database.iter().chain([&self.blobs(), &self.token_key()]).for_each(|place| private::tighten_all(place));
        Ok(())
    }

    /// The database.
    pub fn database(&self) -> PathBuf {
        self.data.join(DATABASE)
    }

    /// The folder of pictures.
    pub fn blobs(&self) -> PathBuf {
        self.data.join("blobs")
    }

    /// The token key.
    pub fn token_key(&self) -> PathBuf {
        self.data.join("token.key")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file_and_the_file_over_the_default() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("server.toml");
        std::fs::write(&file, "http = \"127.0.0.1:9000\"\nlog = \"json\"\n").unwrap();
        let flags = Flags { http: Some(SocketAddr::from(([127, 0, 0, 1], 9_001))), ..Flags::default() };
        let config = Config::load(Some(&file), &flags).unwrap();
        assert_eq!((config.http.port(), config.log, config.mqtt.port()), (9_001, LogFormat::Json, 1_883));
    }

    #[test]
    fn proxies_and_the_ends_of_sessions_are_read_and_what_ends_at_once_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("server.toml");
        std::fs::write(&file, "trusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[sessions]\nidle_days = 7\n").unwrap();
        let config = Config::load(Some(&file), &Flags::default()).unwrap();
        assert_eq!(config.trusted_proxies, "10.0.0.0/8,::1".parse().unwrap());
        assert_eq!(config.sessions, SessionEnds { idle_days: std::num::NonZeroU32::new(7).unwrap(), ..SessionEnds::default() });
        let flags = Flags { trusted_proxies: "192.0.2.1".parse().ok(), ..Flags::default() };
        assert_eq!(Config::load(Some(&file), &flags).unwrap().trusted_proxies, "192.0.2.1".parse().unwrap());
        for bad in ["trusted_proxies = \"proxy.local\"\n", "[sessions]\ngrace_minutes = 0\n", "[sessions]\nidle = 7\n"] {
            std::fs::write(&file, bad).unwrap();
            assert!(Config::load(Some(&file), &Flags::default()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_misspelt_setting_is_an_error_and_not_ignored() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("server.toml");
        std::fs::write(&file, "htpp = \"127.0.0.1:9000\"\n").unwrap();
        let error = Config::load(Some(&file), &Flags::default()).unwrap_err().to_string();
        assert!(error.contains("htpp"), "{error}");
    }
}
