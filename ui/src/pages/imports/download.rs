//! Files that an import gives: templates, and rows with errors.

use crate::bridge;
use crate::components::states::explain;
use crate::i18n::{tr, tra};
use crate::pages::imports::ask::ask;
use crate::state::{Shared, shared};
use dioxus::prelude::*;
use protocol::ui::{ImportsRequest, ImportsResponse};

/// A download, one at a time.
#[derive(Clone, Copy, PartialEq)]
pub struct Download {
    is_busy: Signal<bool>,
    shared: Shared,
}

/// Nothing is downloaded yet.
pub fn use_download() -> Download {
    Download { is_busy: use_signal(|| false), shared: shared() }
}

impl Download {
    /// Whether a file is being made.
    pub fn is_busy(self) -> bool {
        (self.is_busy)()
    }

    /// Has a file made and puts it where downloads go.
    pub fn save(self, request: ImportsRequest) {
        let Self { mut is_busy, shared } = self;
        if is_busy.replace(true) {
            return;
        }
        spawn(async move {
            let text = match ask(request).await {
                Ok(ImportsResponse::File(file)) => match bridge::save_base64(&file.name, &file.base64).await {
                    Some(place) => tra("file-saved", &[("file", place)]),
                    None => tr("import-file-not-saved"),
                },
                Ok(_) => tr("import-file-not-saved"),
                Err(problem) => explain(&problem),
            };
            is_busy.set(false);
            shared.toast(text);
        });
    }
}
