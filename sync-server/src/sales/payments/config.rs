//! Which gateway, and its key.

pub use crate::core::secret::Secret as ServerKey;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// A gateway's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// The server key.
    pub server_key: ServerKey,
    /// `sandbox`, `production`, or the address of a stand-in such as `http://127.0.0.1:8090`
    #[serde(default)]
    pub service: Endpoint,
    /// Where the gateway is to send notifications; without it, where its own settings say
    #[serde(default)]
    pub notify: Option<String>,
    /// Where the customer comes back to from the gateway's page
    #[serde(default)]
    pub finish: Option<String>,
}

/// Characters of an address to come back to at most.
const LONGEST_BACK: usize = 200;

impl Service {
    /// Where the customer comes back to from the gateway's page: where the app says that it is, if that is on the customer's own machine, and
    /// otherwise where the configuration says. An address elsewhere is not taken from a request: a payment must not lead to a stranger's page.
    pub fn way_back(&self, asked: Option<&str>) -> Option<String> {
        let is_near = |text: &&str| {
            let url = text.parse::<Url>().ok().filter(|url| url.scheme() == "http" && url.username().is_empty());
            let host = url.as_ref().and_then(Url::host_str).unwrap_or_default().trim_matches(['[', ']']);
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        };
        let near = asked.filter(|text| text.len() <= LONGEST_BACK).filter(is_near);
        near.map(str::to_owned).or_else(|| self.finish.clone())
    }
}

/// Where the gateway is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Endpoint {
    /// Midtrans' sandbox.
    #[default]
    Sandbox,
    /// Midtrans.
    Production,
    /// A stand-in, with both APIs at one address.
    At(String),
}

impl From<String> for Endpoint {
    fn from(text: String) -> Self {
        match text.as_str() {
            "sandbox" => Self::Sandbox,
            "production" => Self::Production,
            _ => Self::At(text.trim_end_matches('/').to_owned()),
        }
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        match endpoint {
            Endpoint::Sandbox => "sandbox".into(),
            Endpoint::Production => "production".into(),
            Endpoint::At(url) => url,
        }
    }
}

impl Endpoint {
    /// Address of the Core API.
    pub fn core(&self) -> &str {
        match self {
            Self::Sandbox => "https://api.sandbox.midtrans.com",
            Self::Production => "https://api.midtrans.com",
            Self::At(url) => url,
        }
    }

    /// Address of Snap.
    pub fn snap(&self) -> &str {
        match self {
            Self::Sandbox => "https://app.sandbox.midtrans.com",
            Self::Production => "https://app.midtrans.com",
            Self::At(url) => url,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_printed_in_any_way() {
        let service: Service = serde_json::from_str(r#"{"server_key":"SB-Mid-server-secret"}"#).unwrap();
        assert_eq!(service.server_key.expose(), "SB-Mid-server-secret");
        assert_eq!(service.service, Endpoint::Sandbox);
        let printed = format!("{service:?} {}", serde_json::to_string(&service).unwrap());
        assert!(!printed.contains("SB-Mid"), "{printed}");
    }

    #[test]
    fn a_payment_leads_back_to_the_app_and_never_to_a_strangers_page() {
        let mut service: Service = serde_json::from_str(r#"{"server_key":"k"}"#).unwrap();
        for near in ["http://127.0.0.1:4321/#/beli", "http://localhost:1/", "http://[::1]:8/#/"] {
            assert_eq!(service.way_back(Some(near)).as_deref(), Some(near));
        }
        let long = format!("http://127.0.0.1/{}", "a".repeat(200));
        let strange = [
            "https://127.0.0.1/",
            "http://127.0.0.1.evil.example/",
            "http://x@127.0.0.1/",
            "javascript:alert(1)",
            "tauri://localhost",
            "",
        ];
        for other in strange.into_iter().chain([long.as_str()]) {
            assert_eq!(service.way_back(Some(other)), None, "{other}");
        }
        service.finish = Some("https://air.example.id/kembali".into());
        for asked in [None, Some("https://evil.example/")] {
            assert_eq!(service.way_back(asked), service.finish);
        }
    }
}
