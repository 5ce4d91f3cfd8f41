//! A message in its user's language, from the screens' own catalogues, so that no sentence exists twice.

use crate::alerts::rows::outbound::{Item, Recipient};
use domain::alerts::content::Content;
use domain::alerts::notice::Basis;
use domain::people::Language;
use domain::reports::RunState;
use domain::{ConnectionId, TimeZone, UtcMillis};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use protocol::alerts::{work, zone_loss};
use protocol::ui::{Notice, case};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;
use uuid::Uuid;

type Catalogue = FluentBundle<FluentResource>;

static ID: LazyLock<Catalogue> = LazyLock::new(|| read(Language::Id, include_str!("../../../assets/i18n/id.ftl")));
static EN: LazyLock<Catalogue> = LazyLock::new(|| read(Language::En, include_str!("../../../assets/i18n/en.ftl")));

/// A message's title and text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In a few words.
    pub title: String,
    /// One line for each notification.
    pub text: String,
    /// Why it was sent, for ways that show more than a line or two.
    pub footer: String,
}

fn read(language: Language, catalogue: &str) -> Catalogue {
    let mut bundle = FluentBundle::new_concurrent(vec![language.as_str().parse::<LanguageIdentifier>().unwrap_or_default()]);
    // A message would show the marks that isolate a value.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(catalogue.to_owned()).unwrap_or_else(|(readable, _)| readable);
    bundle.add_resource_overriding(resource);
    bundle
}

/// A sentence of the screens' catalogue.
pub fn sentence<const N: usize>(language: Language, key: &str, values: [(&'static str, String); N]) -> String {
    let bundle = match language {
        Language::Id => &ID,
        Language::En => &EN,
    };
    let mut args = FluentArgs::new();
    for (name, value) in values {
        args.set(name, value);
    }
    let pattern = bundle.get_message(key).and_then(|message| message.value());
    pattern.map_or_else(|| key.to_owned(), |pattern| bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
}

/// A word or sentence of the screens' catalogues, by its key.
pub fn word(language: Language, key: &str) -> String {
    sentence(language, key, [])
}

/// A notification's title and sentence.
pub fn of_item(item: &Item, language: Language) -> (String, String) {
    match &item.content {
        Content::LowBalance { level, balance, tenths_of_days, limit } => {
            let notice = Notice {
                connection: item.connection.unwrap_or(ConnectionId(Uuid::nil())),
                label: item.place.clone(),
                level: *level,
                balance: *balance,
                tenths_of_days: *tenths_of_days,
                limit: *limit,
                basis: Basis::Known,
                at: item.at,
            };
            (sentence(language, notice.title_key(), []), sentence(language, notice.text_key(), notice.values()))
        }
        Content::Case { cause, rate, loss, .. } => {
            let text = sentence(language, case::text_key(*cause), case::values(&item.place, *rate, *loss));
            (sentence(language, case::title_key(*cause), []), text)
        }
        Content::ZoneLoss { name, per_mille, per_day, .. } => {
            let values = || zone_loss::values(name, *per_mille, *per_day);
            (sentence(language, zone_loss::TITLE, values()), sentence(language, zone_loss::TEXT, values()))
        }
        Content::InflowSilent { name, serial, .. } => {
            let values = || zone_loss::silent_values(name, serial);
            (sentence(language, zone_loss::SILENT_TITLE, values()), sentence(language, zone_loss::SILENT_TEXT, values()))
        }
        Content::Invitation { utility, .. } => {
            let of = || [("utility", utility.clone())];
            (sentence(language, "invite-mail-title", of()), sentence(language, "invite-mail-lead", of()))
        }
        Content::Announcement(words) => {
            let words = words.in_language(language);
            (words.title.clone(), words.text.clone())
        }
        Content::Report { name, period, state, .. } => {
            let title = if *state == RunState::Made { "report-run-ready" } else { "report-run-failed" };
            let values = [("name", name.clone()), ("period", period.text(language))];
            let text = sentence(language, &format!("report-run-{}", state.as_str()), values);
            (sentence(language, title, [("name", name.clone())]), text)
        }
        Content::Visit { .. }
        | Content::Workday { .. }
        | Content::Assigned { .. }
        | Content::Overdue { .. }
        | Content::Unknown => match work::sentences(&item.content, &item.place, language, |key| word(language, key)) {
            Some(of) => (sentence(language, of.title, of.values.clone()), sentence(language, of.text, of.values)),
            None => {
                let place = [("place", item.place.clone())];
                (sentence(language, "alert-unknown", []), sentence(language, "alert-unknown-text", place))
            }
        },
    }
}

/// The words of a message about some notifications, and so many more.
pub fn of_message(items: &[Item], more: usize, language: Language) -> Words {
    let footer = sentence(language, "alert-footer", []);
    if let ([only], 0) = (items, more) {
        let (title, text) = of_item(only, language);
        return Words { title, text, footer };
    }
    let title = sentence(language, "alert-digest", [("n", (items.len() + more).to_string())]);
    let mut lines: Vec<String> = items
        .iter()
        .map(|item| {
            let (title, text) = of_item(item, language);
            format!("• {title}. {text}")
        })
        .collect();
    if more > 0 {
        lines.push(sentence(language, "alert-more", [("n", more.to_string())]));
    }
    Words { title, text: lines.join("\n"), footer }
}

/// The words of an invitation, with its code, and a link where the app is in a browser.
pub fn of_invitation(recipient: &Recipient, (utility, until): (&str, UtcMillis), (code, link): (&str, Option<&str>)) -> Words {
    let language = recipient.language;
    let utility = || [("utility", utility.to_owned())];
    let way = match link {
        Some(link) => sentence(language, "invite-mail-link", [("link", link.to_owned())]),
        None => String::new(),
    };
    let lines = [
        sentence(language, "invite-mail-hello", [("name", recipient.name.clone())]),
        sentence(language, "invite-mail-lead", utility()),
        way,
        sentence(language, "invite-mail-code", [("email", recipient.email.clone())]),
        code.to_owned(),
        sentence(language, "invite-mail-until", [("until", instant(language, until))]),
    ];
    Words {
        title: sentence(language, "invite-mail-title", utility()),
        text: lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n\n"),
        footer: sentence(language, "invite-mail-footer", []),
    }
}

/// An instant in Jakarta's time, which has its name: where somebody who is only invited is, nobody knows.
fn instant(language: Language, at: UtcMillis) -> String {
    let zone = TimeZone::Jakarta;
    let ((year, month, day), (hour, minute)) = (zone.day_of(at).ymd(), zone.clock_of(at));
    let name = zone.abbreviation();
    match language {
        Language::Id => format!("{day:02}/{month:02}/{year:04} {hour:02}.{minute:02} {name}"),
        Language::En => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::alerts::case::Cause;
    use domain::alerts::kinds::{AlertKind, Severity};
    use domain::billing::balance::Level;
    use domain::leaks::Severity as CaseSeverity;
    use domain::maintenance::notifications::VisitState;
    use domain::maintenance::work_order::WorkKind;
    use domain::{LocalDay, Millilitres, NotificationId, Rupiah, WorkOrderId};

    fn item(level: Level, place: &str) -> Item {
        Item {
            id: NotificationId(Uuid::nil()),
            kind: AlertKind::LowBalance,
            severity: Severity::Warning,
            content: Content::LowBalance { level, balance: Rupiah(24_000), tenths_of_days: Some(25), limit: None },
            at: UtcMillis(0),
            connection: None,
            place: place.into(),
        }
    }

    #[test]
    fn a_message_has_its_words_in_both_languages() {
        let one = [item(Level::Warning, "Rumah")];
        let id = of_message(&one, 0, Language::Id);
        assert_eq!((id.title.as_str(), id.text.as_str()), ("Saldo air menipis", "Rumah: sisa Rp24.000, cukup untuk ± 2 hari."));
        let en = of_message(&one, 0, Language::En);
        assert!(en.text.contains("Rp24.000") && en.title != id.title && en.footer != id.footer);
        let several = [item(Level::Warning, "Rumah"), item(Level::Empty, "Kos")];
        for language in Language::ALL {
            let words = of_message(&several, 3, language);
            assert!(words.title.contains('5') && words.text.lines().count() == 3 && words.text.contains("Kos: "), "{words:?}");
            for cause in Cause::ALL.iter().copied() {
                let content = Content::Case {
                    no: 1,
                    cause,
                    severity: CaseSeverity::Severe,
                    start: UtcMillis(0),
                    rate: 12_400,
                    loss: Millilitres(800_000),
                };
                let words = of_message(&[Item { content, ..item(Level::Ok, "Kos") }], 0, language);
                assert!(!format!("{words:?}").contains("case-") && words.text.contains("Kos"), "{words:?}");
            }
            let unknown = Item { content: Content::Unknown, ..item(Level::Ok, "Kos") };
            let all = [words.clone(), of_message(&[unknown], 0, language)];
            assert!(
                all.iter().all(|of| !format!("{of:?}").contains("alert-") && !format!("{of:?}").contains("notice-")),
                "{all:?}"
            );
        }
    }

    #[test]
    fn work_has_its_words_in_both_languages() {
        let (order, work, time_zone) = (WorkOrderId(Uuid::nil()), WorkKind::Repair, TimeZone::Jayapura);
        let (from, until) = (UtcMillis(1_796_083_200_000), UtcMillis(1_796_090_400_000));
        let visit = |state: &VisitState| Content::Visit { order, work, from, until, time_zone, state: *state, choice: None };
        let day = |first_at| Content::Workday { day: LocalDay(20_788), jobs: 4, first_at, time_zone };
        for language in Language::ALL {
            let of = |content| of_message(&[Item { content, ..item(Level::Ok, "Kos") }], 0, language);
            let window = match language {
                Language::Id => "1 Des 2026 09.00 \u{2013} 11.00 WIT",
                Language::En => "1 Dec 2026 09:00 \u{2013} 11:00 WIT",
            };
            let given = Content::Assigned { order, work, serial: "WM-1".into(), from, until, time_zone };
            for content in VisitState::ALL.iter().map(visit).chain([given]) {
                let words = of(content);
                assert!(words.text.contains(window) && !format!("{words:?}").contains("alert-"), "{words:?}");
            }
            let late = Content::Overdue { day: LocalDay(20_788), orders: 4 };
            for content in [day(Some(from)), day(None), late] {
                let words = of(content);
                assert!(words.title.contains('4') && !format!("{words:?}").contains("alert-"), "{words:?}");
            }
        }
    }

    #[test]
    fn an_invitation_has_its_words_in_both_languages_with_a_link_only_where_there_is_one() {
        for language in Language::ALL {
            let recipient = Recipient::made(language);
            let of = |link| of_invitation(&recipient, ("Tirta", UtcMillis(1_764_054_300_000)), ("ABCD-EFGH-JKLM", link));
            let (without, with) = (of(None), of(Some("https://app.example/#/?undangan=A")));
            assert!(!format!("{without:?}").contains("invite-mail") && without.title.contains("Tirta"), "{without:?}");
            let until = if language == Language::Id { "25/11/2025 14.05 WIB" } else { "2025-11-25 14:05 WIB" };
            for part in ["Made", "made@contoh.id", "\n\nABCD-EFGH-JKLM\n\n", until] {
                assert!(without.text.contains(part), "{part}: {}", without.text);
            }
            assert!(!without.text.contains("://") && with.text.contains("https://app.example/#/?undangan=A"));
        }
    }
}
