//! The engine on a device: cache, transport, session.
