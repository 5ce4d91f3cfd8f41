//! Which requests of a screen do something, so that they are done once whatever the finger does.

use crate::ui::{MoneyRequest, Request};

impl Request {
    /// Whether it does something: pressed twice, it is to be done once.
    pub const fn is_act(&self) -> bool {
        match self {
            Self::ChangePassword { .. } | Self::ResetPassword { .. } => true,
            Self::SignIn { .. } | Self::SignOut { .. } | Self::Submit(_) | Self::SubmitAs { .. } | Self::Amend { .. } => true,
            Self::Retry { .. } | Self::Discard { .. } | Self::SetAutostart { .. } => true,
            Self::Admin(request) => !request.is_read(),
            Self::Money(request) => request.is_act(),
            Self::Alerts(request) => request.is_act(),
            Self::Imports(request) => request.is_act(),
            Self::Bulk(request) => request.is_act(),
            Self::Views(request) => request.is_act(),
            Self::Tips(request) => request.is_act(),
            Self::Photos(request) => request.is_act(),
            Self::Maps(request) => request.is_act(),
            _ => false,
        }
    }
}

impl MoneyRequest {
    /// Whether it does something at the server.
    pub const fn is_act(&self) -> bool {
        matches!(
            self,
            Self::Quote(_)
                | Self::Checkout(_)
                | Self::Pay(_)
                | Self::Resume(_)
                | Self::Cancel(_)
                | Self::Check(_)
                | Self::Lend(_)
                | Self::Receipt { .. }
        )
    }
}
