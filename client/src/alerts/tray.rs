//! What the icon among the desktop's others shows: the balance, and how much is unread that is urgent.

use crate::alerts::words::Sentences;
use crate::core::shared::Shared;
use crate::error::Error;
use crate::queries;
use crate::store::rows::chosen::chosen;
use crate::store::rows::notices::{WatchedBalance, watched};
use domain::Rupiah;
use domain::alerts::notice::Basis;
use domain::people::Language;

/// What is to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tray {
    /// What is left at the connection that the app is about, with its name and on what that is based; none for whoever is no customer.
    pub balance: Option<(String, Rupiah, Basis)>,
    /// Notifications that are unread and no mere information.
    pub unread: u32,
    /// The language of the screens.
    pub language: Language,
}

/// The same in words.
#[derive(Debug, PartialEq, Eq)]
pub struct TrayWords {
    /// Shows the window.
    pub open: String,
    /// What is left.
    pub balance: Option<String>,
    /// How much is unread.
    pub unread: Option<String>,
    /// Ends the app.
    pub quit: String,
}

impl Tray {
    /// The words, from the screens' catalogues.
    pub fn words(&self) -> TrayWords {
        let sentences = Sentences::of(self.language);
        let balance = self.balance.clone().map(|(place, balance, basis)| {
            let key = match basis {
                Basis::Known => "tray-balance",
                Basis::Reckoned => "tray-balance-likely",
            };
            sentences.say(key, [("place", place), ("balance", balance.to_string())])
        });
        let unread = (self.unread > 0).then(|| sentences.say("tray-unread", [("n", self.unread.to_string())]));
        TrayWords { open: sentences.say("tray-open", []), balance, unread, quit: sentences.say("tray-quit", []) }
    }
}

impl Shared {
    /// What is to be shown now.
    pub(crate) async fn tray(&self) -> Result<Tray, Error> {
        let (at, is_customer, language) = (self.evaluation_time(), self.is_customer(), self.session().preferences.language);
        let read = move |db: &_| {
            let mut all = if is_customer { watched(db)? } else { Vec::new() };
            all.sort_by(|one, other| one.label.cmp(&other.label));
            let chosen = chosen(db)?;
            let of = all.iter().find(|one| Some(one.connection) == chosen).or(all.first());
            let balance = of.map(|one: &WatchedBalance| {
                let now = one.known.at(at);
                (one.label.clone(), now.standing.balance, now.basis)
            });
            Ok(Tray { balance, unread: queries::urgent_unread(db)?, language })
        };
        self.store.read(read).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_its_words_in_both_languages() {
        let balance = |basis| Some(("Rumah".to_owned(), Rupiah(49_750), basis));
        let known = Tray { balance: balance(Basis::Known), unread: 2, language: Language::Id }.words();
        assert_eq!((known.open.as_str(), known.quit.as_str()), ("Buka IndoWater", "Keluar dari aplikasi"));
        assert_eq!(known.balance.as_deref(), Some("Saldo Rumah: Rp49.750"));
        assert_eq!(known.unread.as_deref(), Some("2 peringatan belum dibaca"));
        let likely = Tray { balance: balance(Basis::Reckoned), unread: 1, language: Language::En }.words();
        assert_eq!(likely.balance.as_deref(), Some("Balance of Rumah: about Rp49.750 (estimate)"));
        assert_eq!(likely.unread.as_deref(), Some("1 unread"));
        let nothing = Tray::default().words();
        assert_eq!((nothing.balance, nothing.unread), (None, None));
    }
}
