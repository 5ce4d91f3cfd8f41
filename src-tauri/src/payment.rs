//! The payment gateway's page: in a window of its own beside the app's, which closes when the page leads back to the app. It may do nothing of
//! what the screens may: only the app's own window can ask the client.

use std::sync::atomic::{AtomicU32, Ordering};
use tauri::webview::{NewWindowFeatures, NewWindowResponse};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindowBuilder, Wry};

/// Windows opened so far: each has a name of its own.
static OPENED: AtomicU32 = AtomicU32::new(0);

/// Whether an address is the way back that the screens name where they have no address that a gateway could lead to. Nothing listens there.
fn leads_back(url: &Url) -> bool {
    url.scheme() == "http" && url.host_str() == Some("localhost") && url.port().is_none()
}

/// Opens what the screens want opened beside them, in the place of what was opened before.
pub fn open(app: &AppHandle, url: &Url, features: NewWindowFeatures) -> NewWindowResponse<Wry> {
    if !matches!(url.scheme(), "https" | "http") {
        return NewWindowResponse::Deny;
    }
    let before = OPENED.fetch_add(1, Ordering::Relaxed);
    close(app, before);
    let (shell, number) = (app.clone(), before + 1);
    let window = WebviewWindowBuilder::new(app, label(number), WebviewUrl::External(url.clone()))
        .window_features(features)
        .title("IndoWater")
        .inner_size(480.0, 760.0)
        .on_navigation(move |to| {
            let is_over = leads_back(to);
            if is_over {
                close(&shell, number);
                if let Some(main) = shell.get_webview_window("main") {
                    // A window that cannot be raised is still there to be found.
                    let _ = main.set_focus();
                }
            }
            !is_over
        })
        .build();
    match window {
        Ok(window) => NewWindowResponse::Create { window },
        Err(error) => {
            tracing::warn!(%error, "the payment page's window could not be opened");
            NewWindowResponse::Deny
        }
    }
}

fn label(number: u32) -> String {
    format!("payment-{number}")
}

fn close(app: &AppHandle, number: u32) {
    if let Some(window) = app.get_webview_window(&label(number)) {
        // One that is closing already is as closed.
        let _ = window.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_address_at_which_nobody_listens_leads_back() {
        let leads = |text: &str| leads_back(&text.parse().unwrap());
        assert!(leads("http://localhost/#/beli/a/b") && leads("http://localhost/?order_id=IW-1#/beli"));
        for other in ["http://localhost:8090/", "https://localhost/", "http://127.0.0.1/", "https://app.midtrans.com/snap"] {
            assert!(!leads(other), "{other}");
        }
    }
}
