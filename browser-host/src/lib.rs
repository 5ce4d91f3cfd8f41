//! The client behind loopback HTTP, for a plain browser.
