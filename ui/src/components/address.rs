//! What a page shows of a list, kept in the query of its address: filters, order, what is open and how far somebody had scrolled. So it
//! survives going away and back, loading again, and being sent to somebody as a link.
//!
//! The query is written without telling the router: nothing else of the page depends on it.

use crate::route::Route;
use dioxus::prelude::*;
use std::collections::BTreeMap;

/// The values of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// The query of an address such as `/pelanggan?cari=siti`.
    pub fn of(address: &str) -> Self {
        let query = address.split_once('?').map_or("", |(_, query)| query);
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
    }

    /// A value that can be read.
    pub fn get<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.0.get(name)?.parse().ok()
    }

    /// The same with a value more, if there is one.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<impl ToString>) -> Self {
        if let Some(value) = value.map(|value| value.to_string()).filter(|value| !value.is_empty()) {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    /// A page's address with this query.
    pub fn on(&self, path: &str) -> String {
        let pairs: Vec<String> = self.0.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }
}

fn encoded(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

fn decoded(text: &str) -> String {
    js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from)
}

/// The address that the app was begun at: loaded again, or opened by a link. The router knows no queries, and writes it without.
#[derive(Clone)]
pub struct FirstAddress(String);

impl FirstAddress {
    /// The address now; to be called before there is a router.
    pub fn here() -> Self {
        Self(history().current_route())
    }

    /// Writes it back, before any page reads it.
    pub fn restore() {
        let Self(first) = consume_context();
        if first.split_once('?').is_some_and(|(path, _)| path == history().current_route()) {
            history().replace(first);
        }
    }
}

/// What a page keeps in its address.
pub trait Kept: Clone + Default + PartialEq + 'static {
    /// Out of a query; what cannot be read is as if it were not there.
    fn read(params: &Params) -> Self;
    /// As a query, without what is as it is by default.
    fn write(&self) -> Params;
}

/// What the page's address says, which follows what is set, and is followed when somebody goes to the same page by another address.
pub fn use_kept<T: Kept>() -> Signal<T> {
    // Read again whenever the router goes anywhere; what this page writes itself is not among it.
    let _ = use_route::<Route>();
    let address = history().current_route();
    let path = use_hook(|| address.split('?').next().unwrap_or_default().to_owned());
    let mut kept = use_signal(|| T::read(&Params::of(&address)));
    let mut known = use_signal(|| address.clone());
    if *known.peek() != address && address.split('?').next() == Some(path.as_str()) {
        let there = T::read(&Params::of(&address));
        later(move || {
            known.set(address);
            if *kept.peek() != there {
                kept.set(there);
            }
        });
    }
    use_effect(move || {
        let written = kept.read().write().on(&path);
        let is_here = history().current_route().split('?').next() == Some(path.as_str());
        if is_here && *known.peek() != written {
            known.set(written.clone());
            history().replace(written);
        }
    });
    kept
}

/// Does something once what is being drawn is drawn: no signal is set while a component is.
fn later(then: impl FnOnce() + 'static) {
    spawn(async move { then() });
}
