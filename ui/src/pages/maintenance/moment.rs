//! An instant, as the browser's own field of a day and a time takes it; in a property's zone.

use crate::components::Icon;
use dioxus::prelude::*;
use domain::core::local_time::{HOUR_MS, MINUTE_MS};
use domain::{LocalDay, TimeZone, UtcMillis};

/// A day and a time. What is no instant is none.
#[component]
pub fn MomentEntry(
    id: &'static str,
    label: String,
    value: Option<UtcMillis>,
    zone: TimeZone,
    #[props(default)] error: Option<String>,
    onchoose: EventHandler<Option<UtcMillis>>,
) -> Element {
    let is_wrong = error.is_some();
    rsx! {
        div { class: "field",
            label { r#for: id, "{label} ({zone.abbreviation()})" }
            div { class: if is_wrong { "input bad" } else { "input" },
                input { id, r#type: "datetime-local", value: value.map(|at| input_value(at, zone)).unwrap_or_default(),
                    "aria-invalid": if is_wrong { "true" },
                    "aria-describedby": if is_wrong { "{id}-said" },
                    onchange: move |event| onchoose.call(read(&event.value(), zone)) }
            }
            if let Some(error) = error {
                span { id: "{id}-said", class: "error", Icon { name: "circle-alert", size: "s" } "{error}" }
            }
        }
    }
}

/// `2026-11-22T14:05`.
fn input_value(at: UtcMillis, zone: TimeZone) -> String {
    let ((year, month, day), (hour, minute)) = (zone.day_of(at).ymd(), zone.clock_of(at));
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}")
}

fn read(text: &str, zone: TimeZone) -> Option<UtcMillis> {
    let (day, clock) = text.split_once('T')?;
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    // Some browsers write seconds as well.
    let mut parts = clock.split(':');
    let (hour, minute): (i64, i64) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let is_time = (0..24).contains(&hour) && (0..60).contains(&minute);
    let start = zone.start_of(LocalDay::from_ymd(year, month, day)?);
    is_time.then(|| start.plus(hour * HOUR_MS + minute * MINUTE_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_and_read_in_the_propertys_zone() {
        for zone in TimeZone::ALL {
            let at = zone.start_of(LocalDay::from_ymd(2026, 11, 22).expect("a day")).plus(14 * HOUR_MS + 5 * MINUTE_MS);
            assert_eq!(input_value(at, zone), "2026-11-22T14:05");
            assert_eq!((read("2026-11-22T14:05", zone), read("2026-11-22T14:05:00", zone)), (Some(at), Some(at)));
        }
        for wrong in ["", "2026-11-22", "2026-02-30T10:00", "2026-11-22T24:00", "2026-11-22Tx:00"] {
            assert_eq!(read(wrong, TimeZone::Jakarta), None, "{wrong}");
        }
    }
}
