//! Tokens: signed, not stored. A copy of the database, or a backup, signs nobody in; the key is in a file of its own.

use crate::core::private;
use crate::error::Error;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{UserId, UtcMillis};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::path::Path;
use uuid::Uuid;

/// How long an access token is good.
pub const ACCESS_MS: i64 = 15 * 60_000;

/// The key that signs tokens.
#[derive(Clone)]
pub struct Key([u8; 32]);

/// What a token is for; it is signed with it, so that one cannot pass as the other.
#[derive(Clone, Copy)]
enum Purpose {
    Access = 1,
    Refresh = 2,
    Device = 3,
    Webhook = 4,
    Invitation = 5,
}

impl Key {
    /// Reads the key, or makes one that only this user can read.
    ///
    /// # Errors
    /// The file cannot be read or made, or is not a key.
    pub fn open(file: &Path) -> Result<Self, Error> {
        match std::fs::read(file) {
            Ok(bytes) => {
                let bytes = bytes.try_into().map_err(|_| Error::Setup(format!("{} is not a token key", file.display())))?;
                Ok(Self(bytes))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Self::make(file),
            Err(error) => Err(error.into()),
        }
    }

    fn make(file: &Path) -> Result<Self, Error> {
        use std::io::Write;
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|error| Error::Setup(format!("no randomness: {error}")))?;
        private::options().write(true).create_new(true).open(file)?.write_all(&bytes)?;
        Ok(Self(bytes))
    }

    /// An access token and when it ends.
    pub fn access(&self, session: Uuid, now: UtcMillis) -> (String, UtcMillis) {
        let until = now.plus(ACCESS_MS);
        (self.access_until(session, until), until)
    }

    /// An access token that ends at an instant.
    pub fn access_until(&self, session: Uuid, until: UtcMillis) -> String {
        self.sign(Purpose::Access, session, until.0)
    }

    /// What a device shows when somebody signs in on it again. It opens nothing: a guess that comes with it is counted by itself.
    pub fn device(&self, session: Uuid) -> String {
        self.sign(Purpose::Device, session, 0)
    }

    /// The session by which a device token was given out.
    pub fn read_device(&self, token: &str) -> Option<Uuid> {
        self.verify(Purpose::Device, token).map(|(session, _)| session)
    }

    /// The refresh token of a session's generation: the same each time it is asked for.
    pub fn refresh(&self, session: Uuid, generation: u32) -> String {
        self.sign(Purpose::Refresh, session, i64::from(generation))
    }

    /// The session of an access token that is ours and has not ended.
    pub fn read_access(&self, token: &str, now: UtcMillis) -> Option<Uuid> {
        let (session, until) = self.verify(Purpose::Access, token)?;
        (now.0 < until).then_some(session)
    }

    /// The session and generation of a refresh token that is ours.
    pub fn read_refresh(&self, token: &str) -> Option<(Uuid, u32)> {
        let (session, generation) = self.verify(Purpose::Refresh, token)?;
        Some((session, generation.try_into().ok()?))
    }

    /// The key by which a user's webhook at an address is signed: not stored, and another one for another address.
    pub fn webhook(&self, user: UserId, url: &str) -> String {
        let body = [user.0.as_bytes(), url.as_bytes()].concat();
        let mac = self.mac(Purpose::Webhook, &body).map(|mac| mac.finalize().into_bytes());
        URL_SAFE_NO_PAD.encode(mac.unwrap_or_default())
    }

    /// What the code of a user's invitation is made of: the same each time it is asked for, and not stored.
    pub fn invitation(&self, user: UserId, invitation: Uuid) -> Option<[u8; 32]> {
        let body = [*user.0.as_bytes(), *invitation.as_bytes()].concat();
        self.mac(Purpose::Invitation, &body).map(|mac| mac.finalize().into_bytes().into())
    }

    fn mac(&self, purpose: Purpose, body: &[u8]) -> Option<Hmac<Sha256>> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.0).ok()?;
        mac.update(&[purpose as u8]);
        mac.update(body);
        Some(mac)
    }

    fn sign(&self, purpose: Purpose, session: Uuid, value: i64) -> String {
        let mut bytes = session.as_bytes().to_vec();
        bytes.extend(value.to_be_bytes());
        if let Some(mac) = self.mac(purpose, &bytes) {
            bytes.extend(mac.finalize().into_bytes());
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn verify(&self, purpose: Purpose, token: &str) -> Option<(Uuid, i64)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (body, signature) = bytes.split_at_checked(24)?;
        self.mac(purpose, body)?.verify_slice(signature).ok()?;
        let (session, value) = body.split_at(16);
        Some((Uuid::from_slice(session).ok()?, i64::from_be_bytes(value.try_into().ok()?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_purpose_its_time_and_its_server() {
        let (ours, theirs) = (Key([1; 32]), Key([2; 32]));
        let session = Uuid::from_u128(9);
        let (access, until) = ours.access(session, UtcMillis(1_000));
        assert_eq!(ours.read_access(&access, UtcMillis(until.0 - 1)), Some(session));
        assert_eq!(ours.read_access(&access, until), None, "it has ended");
        assert_eq!(theirs.read_access(&access, UtcMillis(1_000)), None, "another key");
        assert_eq!(ours.read_refresh(&access), None, "another purpose");
        assert_eq!(ours.read_refresh(&ours.refresh(session, 3)), Some((session, 3)));
        assert_eq!(ours.read_access("", UtcMillis(0)), None);
        assert_eq!(ours.read_device(&ours.device(session)), Some(session));
        let hook = |key: &Key, url: &str| key.webhook(UserId(session), url);
        assert_eq!(hook(&ours, "https://a.example"), hook(&ours, "https://a.example"));
        assert_ne!(hook(&ours, "https://a.example"), hook(&ours, "https://b.example"));
        assert_ne!(hook(&ours, "https://a.example"), hook(&theirs, "https://a.example"));
        let invited = |key: &Key, id: u128| key.invitation(UserId(session), Uuid::from_u128(id));
        assert_eq!(invited(&ours, 1), invited(&ours, 1));
        assert!(invited(&ours, 1).is_some());
        assert!(invited(&ours, 1) != invited(&ours, 2) && invited(&ours, 1) != invited(&theirs, 1));
        assert_eq!((ours.read_device(&access), ours.read_refresh(&ours.device(session))), (None, None));
    }
}
