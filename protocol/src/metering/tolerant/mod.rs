//! Reading what a meter sent when it is not exactly as described: nothing is guessed, and nothing that can be read is lost.
//!
//! A whole number may be written as a float (`2400.0`). An optional field that cannot be read is dropped and named, and so is a battery's level
//! that is no percentage. A reading without a good time and register is refused alone. A field that is given twice cannot be read: nobody knows
//! which of the two was meant.

mod mend;
mod sent;

use crate::metering::messages::{
    Event, EventKind, GatewayReading, OrderAck, OrderAckState, Refusal, Status, Telemetry, TelemetryMessage, ValveReport,
};
use domain::core::json::ObjectsOnly;
use domain::metering::meter::{BATTERY_LEVELS, REPORT_INTERVALS};
use domain::{Flow, Millilitres, UtcMillis};
use sent::{Element, Fields, Sent};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Whole numbers up to here are the same as floats and as integers.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Why something was refused, and by which field; the field is empty where the whole is meant.
pub type Refused = (Refusal, &'static str);

/// How often an optional field was dropped, by its name.
pub type Dropped = BTreeMap<&'static str, u32>;

/// What was read, with what was dropped on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tolerated<T> {
    /// What was read.
    pub value: T,
    /// What could not be read and is optional.
    pub dropped: Dropped,
}

/// A reading of a meter gateway, as far as it can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentFor {
    /// The serial number of its meter; empty if that cannot be read.
    pub serial: String,
    /// What it says, or why that was refused.
    pub read: Result<Telemetry, Refused>,
    /// What could not be read of it and is optional.
    pub dropped: Dropped,
}

/// Reads a telemetry message: its readings in the order sent, each of them read or refused by itself.
///
/// # Errors
/// It is neither an object nor an array.
pub fn telemetry(payload: &[u8]) -> Result<Tolerated<Vec<Result<Telemetry, Refused>>>, Refused> {
    let mut dropped = Dropped::new();
    // What is written as described is read in one pass; nearly all of it is.
    if let Ok(ObjectsOnly(message)) = serde_json::from_slice(payload) {
        let readings = match message {
            TelemetryMessage::One(reading) => vec![reading],
            TelemetryMessage::Many(readings) => readings,
        };
        let value = readings.into_iter().map(|reading| Ok(possible(reading, &mut dropped))).collect();
        return Ok(Tolerated { value, dropped });
    }
    let value = elements(payload)?.into_iter().map(|element| reading(&element, &mut dropped)).collect();
    Ok(Tolerated { value, dropped })
}

/// Reads what a meter gateway sent: an array of readings, each with its meter's serial number. One without is refused as malformed.
///
/// # Errors
/// It is no array of JSON, or one of anything but objects.
pub fn gateway_readings(body: &[u8]) -> Result<Vec<SentFor>, Refused> {
    if let Ok(ObjectsOnly(readings)) = serde_json::from_slice::<ObjectsOnly<Vec<GatewayReading>>>(body) {
        let as_described = |sent: GatewayReading| {
            let mut dropped = Dropped::new();
            let read = Ok(possible(sent.reading, &mut dropped));
            SentFor { serial: sent.serial, read, dropped }
        };
        return Ok(readings.into_iter().map(as_described).collect());
    }
    let Some(Sent::Many(elements)) = mend::read(body) else { return Err((Refusal::Malformed, "")) };
    if !elements.is_empty() && elements.iter().all(|element| matches!(element, Element::Other)) {
        return Err((Refusal::Malformed, ""));
    }
    Ok(elements.into_iter().map(sent_for).collect())
}

fn sent_for(element: Element) -> SentFor {
    let mut dropped = Dropped::new();
    let serial = match &element {
        Element::Object(fields) => fields.one("serial").and_then(text),
        Element::Other => None,
    };
    match serial {
        Some(serial) => SentFor { serial, read: reading(&element, &mut dropped), dropped },
        None => SentFor { serial: String::new(), read: Err((Refusal::Malformed, "serial")), dropped },
    }
}

/// Reads a meter event.
///
/// # Errors
/// It is no object, or its time or kind cannot be read.
pub fn event(payload: &[u8]) -> Result<Tolerated<Event>, Refused> {
    one(payload, |fields, dropped| {
        Ok(Event {
            t: UtcMillis(fields.required("t", whole)?),
            kind: fields.required("kind", word::<EventKind>)?,
            reg: fields.optional("reg", whole, dropped).map(Millilitres),
        })
    })
}

/// Reads a status.
///
/// # Errors
/// It is no object, or does not say whether the meter is online.
pub fn status(payload: &[u8]) -> Result<Tolerated<Status>, Refused> {
    let mut read = one(payload, |fields, dropped| {
        Ok(Status {
            online: fields.required("online", Value::as_bool)?,
            fw: fields.optional("fw", text, dropped),
            interval_s: fields.optional("interval_s", fits, dropped),
        })
    })?;
    // Whatever the meter's interval is, it is judged by another one: its page says why.
    if read.value.interval_s.is_some_and(|seconds| !REPORT_INTERVALS.contains(&seconds)) {
        read.value.interval_s = None;
        *read.dropped.entry("interval_s").or_default() += 1;
    }
    Ok(read)
}

/// Reads an acknowledgement of a meter order.
///
/// # Errors
/// It is no object, or does not say which order or how far it is.
pub fn order_ack(payload: &[u8]) -> Result<Tolerated<OrderAck>, Refused> {
    one(payload, |fields, dropped| {
        Ok(OrderAck {
            id: fields.required("id", |value| value.as_str()?.parse().ok())?,
            state: fields.required("state", word::<OrderAckState>)?,
            why: fields.optional("why", text, dropped),
        })
    })
}

fn one<T: for<'de> Deserialize<'de>>(
    payload: &[u8],
    read: impl Fn(&Fields, &mut Dropped) -> Result<T, Refused>,
) -> Result<Tolerated<T>, Refused> {
    if let Ok(ObjectsOnly(value)) = serde_json::from_slice(payload) {
        return Ok(Tolerated { value, dropped: Dropped::new() });
    }
    let Some(Sent::One(Element::Object(fields))) = mend::read(payload) else { return Err((Refusal::Malformed, "")) };
    let mut dropped = Dropped::new();
    Ok(Tolerated { value: read(&fields, &mut dropped)?, dropped })
}

fn elements(payload: &[u8]) -> Result<Vec<Element>, Refused> {
    match mend::read(payload) {
        Some(Sent::One(element @ Element::Object(_))) => Ok(vec![element]),
        Some(Sent::Many(elements)) => Ok(elements),
        Some(Sent::One(Element::Other)) | None => Err((Refusal::Malformed, "")),
    }
}

/// Reads one reading; what was dropped counts only where the reading itself was kept.
fn reading(element: &Element, dropped: &mut Dropped) -> Result<Telemetry, Refused> {
    let Element::Object(fields) = element else { return Err((Refusal::Malformed, "")) };
    let t = UtcMillis(fields.required("t", whole)?);
    let reg = Millilitres(fields.required("reg", whole)?);
    // A meter that says that it does not know its valve has said nothing about it, and nothing wrong either.
    let says_unknown = fields.one("valve").is_some_and(|valve| valve.as_str() == Some("unknown"));
    Ok(Telemetry {
        t,
        reg,
        flow: fields.optional("flow", whole, dropped).map(Flow),
        valve: if says_unknown { None } else { fields.optional("valve", word::<ValveReport>, dropped) },
        bat: fields.optional("bat", |value| fits::<i16>(value).filter(|level| BATTERY_LEVELS.contains(level)), dropped),
        rssi: fields.optional("rssi", fits, dropped),
        kpa: fields.optional("kpa", fits, dropped),
        c: fields.optional("c", fits, dropped),
        bits: fields.optional("bits", fits, dropped),
        seq: fields.optional("seq", fits, dropped),
    })
}

/// A reading without what is a number and cannot be what its field says.
fn possible(reading: Telemetry, dropped: &mut Dropped) -> Telemetry {
    if reading.bat.is_none_or(|level| BATTERY_LEVELS.contains(&level)) {
        return reading;
    }
    *dropped.entry("bat").or_default() += 1;
    Telemetry { bat: None, ..reading }
}

/// A whole number, also one that is written as a float.
fn whole(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    if let Some(whole) = number.as_i64() {
        return Some(whole);
    }
    // Beyond that a float stands for several whole numbers, and which was meant is not known.
    number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT).map(|float| float as i64)
}

fn fits<T: TryFrom<i64>>(value: &Value) -> Option<T> {
    whole(value)?.try_into().ok()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

/// One of the words of an enum.
fn word<T: for<'de> Deserialize<'de>>(value: &Value) -> Option<T> {
    let value = value.is_string().then_some(value)?;
    T::deserialize(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mend::mended;

    fn read(payload: &str) -> (Vec<Result<Telemetry, Refused>>, Dropped) {
        let Tolerated { value, dropped } = telemetry(payload.as_bytes()).expect("JSON");
        (value, dropped)
    }

    fn only(payload: &str) -> (Telemetry, Vec<&'static str>) {
        let (mut readings, dropped) = read(payload);
        assert_eq!(readings.len(), 1, "{payload}");
        (readings.remove(0).expect(payload), dropped.into_keys().collect())
    }

    #[test]
    fn whole_floats_are_integers_and_others_are_not() {
        let (reading, dropped) = only(r#"{"t":1790000000000.0,"reg":2400.0,"rssi":-80.0,"c":2.7e1,"bat":-0.0}"#);
        assert_eq!(
            (reading.t.0, reading.reg.0, reading.rssi, reading.c, reading.bat),
            (1_790_000_000_000, 2_400, Some(-80), Some(27), Some(0))
        );
        assert_eq!(dropped, Vec::<&str>::new());
        for (payload, field) in [
            (r#"{"t":1790000000000,"reg":2400.5}"#, "reg"),
            (r#"{"t":1790000000000.5,"reg":2400}"#, "t"),
            (r#"{"t":1790000000000,"reg":1e300}"#, "reg"),
            (r#"{"t":1790000000000,"reg":18446744073709551615}"#, "reg"),
            (r#"{"t":"1790000000000","reg":2400}"#, "t"),
            (r#"{"t":NaN,"reg":2400}"#, "t"),
            (r#"{"t":1790000000000,"reg":-Infinity}"#, "reg"),
            (r#"{"t":[1],"reg":2400}"#, "t"),
            (r#"{"t":1790000000000,"reg":00002400}"#, "reg"),
            (r#"{"t":1790000000000,"reg":1.234.567}"#, "reg"),
        ] {
            assert_eq!(read(payload).0, [Err((Refusal::UnreadableField, field))], "{payload}");
        }
        assert_eq!(read(r#"{"t":1,"reg":null}"#).0, [Err((Refusal::MissingField, "reg"))]);
        assert_eq!(read(r#"{"reg":1}"#).0, [Err((Refusal::MissingField, "t"))]);
    }

    #[test]
    fn an_optional_field_that_cannot_be_read_is_dropped_by_name_and_the_reading_kept() {
        for (field, name) in [
            (r#""c":27.4"#, "c"),
            (r#""rssi":"weak""#, "rssi"),
            (r#""rssi":99999"#, "rssi"),
            (r#""bits":-1"#, "bits"),
            (r#""flow":NaN"#, "flow"),
            (r#""flow":-Infinity"#, "flow"),
            (r#""kpa":nan"#, "kpa"),
            (r#""bat":+inf"#, "bat"),
            (r#""valve":"ajar""#, "valve"),
            (r#""valve":1"#, "valve"),
            (r#""valve":["open"]"#, "valve"),
            (r#""seq":{"a":1}"#, "seq"),
            (r#""bat":50,"bat":50"#, "bat"),
            (r#""rssi":+5"#, "rssi"),
            (r#""bat":087"#, "bat"),
            (r#""c":.5"#, "c"),
            (r#""flow":-"#, "flow"),
            (r#""kpa":-1.#IND"#, "kpa"),
        ] {
            let payload = format!(r#"{{"t":1,{field},"reg":2}}"#);
            let (reading, dropped) = only(&payload);
            assert_eq!((reading.t.0, reading.reg.0, dropped), (1, 2, vec![name]), "{payload}");
        }
        let (reading, dropped) = only(r#"{"t":1,"reg":2,"valve":"unknown","c":null}"#);
        assert_eq!((reading.valve, dropped.len()), (None, 0), "it says that it does not know, which is nothing wrong");
    }

    #[test]
    fn a_battery_that_is_no_percentage_is_dropped_however_the_rest_is_written() {
        for level in ["-1", "101", "255", "3600", "255.0"] {
            for rest in [r#""c":27"#, r#""c":27.0"#] {
                let (reading, dropped) = only(&format!(r#"{{"t":1,"reg":2,"bat":{level},{rest}}}"#));
                assert_eq!((reading.bat, reading.c, dropped), (None, Some(27), vec!["bat"]), "{level} {rest}");
            }
            let body = format!(r#"[{{"serial":"A","t":1,"reg":2,"bat":{level}}},{{"serial":"B","t":1,"reg":2,"bat":100}}]"#);
            let sent = gateway_readings(body.as_bytes()).expect("JSON");
            let read: Vec<_> = sent.iter().map(|sent| (sent.read.map(|reading| reading.bat), sent.dropped.len())).collect();
            assert_eq!(read, [(Ok(None), 1), (Ok(Some(100)), 0)], "{level}");
        }
        assert_eq!(only(r#"{"t":1,"reg":2,"bat":0}"#).0.bat, Some(0));
    }

    #[test]
    fn a_bad_reading_is_refused_alone() {
        let (readings, dropped) = read(r#"[{"t":1,"reg":2},[1,2],{"t":2,"reg":2.5,"c":1.5},7,{"t":3,"reg":4,"c":1.5},null,"x"]"#);
        let kept: Vec<i64> = readings.iter().flatten().map(|reading| reading.t.0).collect();
        assert_eq!((kept, readings.len()), (vec![1, 3], 7));
        assert_eq!(dropped, Dropped::from([("c", 1)]), "of a refused reading nothing was dropped");
    }

    #[test]
    fn an_array_is_no_object_and_what_is_no_json_is_malformed() {
        for bad in
            ["[1,2", "", "1", "null", r#""x""#, r#"{"t":1,"reg":2}{"t":2}"#, r#"{"t":1,"reg":2} x"#, r#"{"t":1,"reg":2,}"#, "NaN"]
        {
            assert_eq!(telemetry(bad.as_bytes()), Err((Refusal::Malformed, "")), "{bad}");
        }
        for list in ["[1,2]", "[[1,2]]", r#"[[{"t":1,"reg":2}]]"#] {
            assert!(read(list).0.iter().all(|reading| *reading == Err((Refusal::Malformed, ""))), "{list}");
        }
    }

    #[test]
    fn a_required_field_that_is_given_twice_is_refused() {
        for twice in [r#"{"t":1,"reg":2,"reg":3}"#, r#"{"t":1,"reg":2,"reg":2}"#] {
            assert_eq!(read(twice).0, [Err((Refusal::RepeatedField, "reg"))], "{twice}");
        }
        assert_eq!(only(r#"{"t":1,"x":1,"reg":2,"x":2,"y":{"reg":1,"reg":2}}"#).0.reg.0, 2, "what is not known is ignored");
    }

    #[test]
    fn what_is_around_the_json_and_bare_words_harm_no_text() {
        for around in
            ["{\"t\":1,\"reg\":2}\0", "{\"t\":1,\"reg\":2}\0\0\n \0", "\u{feff}{\"t\":1,\"reg\":2}", "\n{\"t\":1,\"reg\":2}\r\n"]
        {
            assert_eq!(only(around).0.reg.0, 2, "{around:?}");
        }
        let (_, dropped) = only(r#"{"t":1,"reg":2,"note":"a \"NaN\" , -Infinity","flow":NaN,"exp":1E5,"d":-1e-3,"yes":true}"#);
        assert_eq!(dropped, ["flow"]);
        assert_eq!(
            mended(r#"{"a":"NaN: -inf","b":NaN,"c":-1.5e+3,"d":null,"e":[+5,5]}"#),
            r#"{"a":"NaN: -inf","b":"NaN","c":-1.5e+3,"d":null,"e":["+5",5]}"#
        );
        let invalid = b"{\"t\":1,\"reg\":2,\"fw\":\"\xff\",\"c\":1.5}";
        assert_eq!(telemetry(invalid).map(|read| read.value.len()), Ok(1), "bytes that are no text, in what is not needed");
    }

    #[test]
    fn status_event_and_acknowledgement_are_read_with_the_same_tolerance() {
        let read = status(br#"{"online":true,"fw":12,"interval_s":60.0}"#).expect("read");
        assert_eq!((read.value.online, read.value.fw, read.value.interval_s), (true, None, Some(60)));
        assert_eq!(read.dropped, Dropped::from([("fw", 1)]));
        for interval in ["0", "604801", "3600000", "60000.0e3"] {
            let read = status(format!(r#"{{"online":true,"interval_s":{interval}}}"#).as_bytes()).expect("read");
            assert_eq!((read.value.interval_s, read.dropped), (None, Dropped::from([("interval_s", 1)])), "{interval}");
        }
        assert_eq!(status(b"[true]"), Err((Refusal::Malformed, "")));
        assert_eq!(status(br#"{"online":"yes"}"#), Err((Refusal::UnreadableField, "online")));
        let read = event(b"{\"t\":5.0,\"kind\":\"magnet\",\"reg\":1.5}\0").expect("read");
        assert_eq!((read.value.t.0, read.value.kind, read.value.reg), (5, EventKind::Magnet, None));
        assert_eq!(event(br#"{"t":5,"kind":"earthquake"}"#), Err((Refusal::UnreadableField, "kind")));
        let ack = r#"{"id":"0190b6f1-7a52-7cc0-8000-00000000002a","state":"failed","why":7}"#;
        assert_eq!(order_ack(ack.as_bytes()).expect("read").dropped, Dropped::from([("why", 1)]));
    }

    #[test]
    fn a_meter_gateway_s_bad_reading_is_refused_alone_under_its_serial() {
        let body = r#"[{"serial":"A","t":1,"reg":2.0},{"serial":"B","t":1,"reg":2.5},{"t":1,"reg":2},[1],{"serial":"C","t":1,"reg":2,"c":27.4}]"#;
        let sent = gateway_readings(body.as_bytes()).expect("JSON");
        let read: Vec<(&str, bool, usize)> =
            sent.iter().map(|sent| (sent.serial.as_str(), sent.read.is_ok(), sent.dropped.len())).collect();
        assert_eq!(read, [("A", true, 0), ("B", false, 0), ("", false, 0), ("", false, 0), ("C", true, 1)]);
        for bad in ["{}", r#"["A",1,2]"#, r#"[["A",1,2]]"#] {
            assert_eq!(gateway_readings(bad.as_bytes()), Err((Refusal::Malformed, "")), "{bad}");
        }
        assert_eq!(gateway_readings(b"[]"), Ok(Vec::new()));
    }
}
