//! Notifications: from their cause to each channel, over kills, outages, quiet hours and refusals.

mod announcements;
mod kills;
mod levels;
mod mail;
mod own;
mod providers;
mod waiting;
