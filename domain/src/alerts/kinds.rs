//! What there is to be notified of, how urgent it is, and by which ways it arrives.

use crate::core::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// What a notification is about.
    AlertKind {
        /// A balance has reached a level.
        LowBalance = "low_balance",
        /// Water that seems to run away.
        Leak = "leak",
        /// Somebody seems to have been at a meter.
        Tamper = "tamper",
        /// A meter's battery, voltage, clock or silence.
        MeterHealth = "meter_health",
        /// A valve was closed or opened.
        Valve = "valve",
        /// What became of a payment.
        Payment = "payment",
        /// What the utility writes to many customers.
        Announcement = "announcement",
        /// Work at a meter: a visit to a customer, a technician's jobs, what is overdue.
        Work = "work",
        /// The system itself.
        System = "system",
    }
}

words! {
    /// How urgent a notification is, the least urgent first.
    Severity {
        /// Good to know.
        Info = "info",
        /// Something is to be done soon.
        Warning = "warning",
        /// Something is to be done now: it waits for no quiet hours.
        Critical = "critical",
    }
}

words! {
    /// The way by which a notification reaches its user.
    Channel {
        /// The list in the app.
        InApp = "in_app",
        /// Electronic mail.
        Email = "email",
        /// A signed request to an address of the user's own.
        Webhook = "webhook",
        /// The system's notifications on a phone, also while the app is closed.
        Push = "push",
        /// A message in WhatsApp.
        Whatsapp = "whatsapp",
    }
}

words! {
    /// Who hands a message on. A channel may have several.
    Provider {
        /// A mail server.
        Email = "email",
        /// The user's own address.
        Webhook = "webhook",
        /// Google's Firebase Cloud Messaging.
        Fcm = "fcm",
        /// Apple's Push Notification service.
        Apns = "apns",
        /// Meta's WhatsApp Cloud API.
        Whatsapp = "whatsapp",
    }
}

impl Provider {
    /// The channel that it serves.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
            Self::Webhook => Channel::Webhook,
            Self::Fcm | Self::Apns => Channel::Push,
            Self::Whatsapp => Channel::Whatsapp,
        }
    }
}

words! {
    /// What became of a delivery.
    DeliveryState {
        /// Waits for its first try.
        Queued = "queued",
        /// A worker is at it, until its lease ends.
        Leased = "leased",
        /// The provider has taken it.
        Sent = "sent",
        /// The last try failed; another one follows.
        Failed = "failed",
        /// No other try follows by itself: refused for good, or tried for a day. A dead letter.
        Dead = "dead",
        /// What it was about had passed before it was sent.
        Cancelled = "cancelled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_on_the_wire_are_those_that_are_stored() {
        for kind in AlertKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(AlertKind::from_word(kind.as_str()), Some(*kind));
        }
        for channel in Channel::ALL {
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
        }
        assert!(DeliveryState::ALL.iter().all(|state| serde_json::to_value(state).unwrap() == state.as_str()));
        assert!(Provider::ALL.iter().all(|provider| provider.channel() != Channel::InApp), "the app's list needs no provider");
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Critical);
    }
}
