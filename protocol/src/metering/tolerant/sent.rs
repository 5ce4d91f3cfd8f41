//! What was sent, before anything is made of it: objects with their fields as they were written.

use super::{Dropped, Refused};
use crate::metering::messages::Refusal;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The fields of an object as they were written, doubled ones as well.
#[derive(Debug)]
pub(super) struct Fields(Vec<(String, Value)>);

impl Fields {
    /// A field that is given once, and not as `null`.
    pub fn one(&self, name: &str) -> Option<&Value> {
        self.given(name).ok().flatten()
    }

    /// The field: `None` if it is not given or is `null`, an error if it is given more than once.
    fn given(&self, name: &str) -> Result<Option<&Value>, ()> {
        let mut given = self.0.iter().filter(|(key, _)| key == name);
        let first = given.next();
        if given.next().is_some() { Err(()) } else { Ok(first.map(|(_, value)| value).filter(|value| !value.is_null())) }
    }

    /// What is read of a field.
    ///
    /// # Errors
    /// It is missing, given more than once, or cannot be read; with its name.
    pub fn required<T>(&self, name: &'static str, read: impl Fn(&Value) -> Option<T>) -> Result<T, Refused> {
        let value = self.given(name).map_err(|()| (Refusal::RepeatedField, name))?;
        read(value.ok_or((Refusal::MissingField, name))?).ok_or((Refusal::UnreadableField, name))
    }

    /// What is read of a field; none if it is not given. One that is given more than once or cannot be read is noted in `dropped`.
    pub fn optional<T>(&self, name: &'static str, read: impl Fn(&Value) -> Option<T>, dropped: &mut Dropped) -> Option<T> {
        let read = match self.given(name) {
            Ok(None) => return None,
            Ok(Some(value)) => read(value),
            Err(()) => None,
        };
        if read.is_none() {
            *dropped.entry(name).or_default() += 1;
        }
        read
    }
}

/// One part of what was sent.
#[derive(Debug)]
pub(super) enum Element {
    Object(Fields),
    /// Anything else; an array is no object.
    Other,
}

/// What was sent.
#[derive(Debug)]
pub(super) enum Sent {
    One(Element),
    Many(Vec<Element>),
}

/// Reads JSON as far as [`Sent`] knows it; `None` if it is neither an object nor an array.
pub(super) fn parse(text: &str) -> Option<Sent> {
    serde_json::from_str(text).ok()
}

macro_rules! anything_else {
    ($value:expr; $($method:ident: $type:ty),+) => {$(
        fn $method<E: serde::de::Error>(self, _: $type) -> Result<Self::Value, E> {
            Ok($value)
        }
    )+};
}

/// A field's value. Of what is in a list or an object nothing is kept, since no field takes one: it is passed over, however deep it is.
struct Leaf(Value);

struct LeafVisitor;

macro_rules! leaf {
    ($($method:ident: $type:ty),+) => {$(
        fn $method<E: serde::de::Error>(self, value: $type) -> Result<Self::Value, E> {
            Ok(Leaf(Value::from(value)))
        }
    )+};
}

impl<'de> Visitor<'de> for LeafVisitor {
    type Value = Leaf;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Leaf, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Leaf(Value::Array(Vec::new())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Leaf, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Leaf(Value::Array(Vec::new())))
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Leaf, E> {
        Ok(Leaf(Value::Null))
    }

    leaf!(visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

impl<'de> Deserialize<'de> for Leaf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LeafVisitor)
    }
}

struct ElementVisitor;

impl<'de> Visitor<'de> for ElementVisitor {
    type Value = Element;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Element, A::Error> {
        let mut fields = Vec::with_capacity(12);
        while let Some((name, Leaf(value))) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Element::Object(Fields(fields)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Element, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Element::Other)
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Element, E> {
        Ok(Element::Other)
    }

    anything_else!(Element::Other; visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
}

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ElementVisitor)
    }
}

impl<'de> Deserialize<'de> for Sent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SentVisitor;
        impl<'de> Visitor<'de> for SentVisitor {
            type Value = Sent;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or an array")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Sent, A::Error> {
                ElementVisitor.visit_map(map).map(Sent::One)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Sent, A::Error> {
                let mut elements = Vec::new();
                while let Some(element) = list.next_element()? {
                    elements.push(element);
                }
                Ok(Sent::Many(elements))
            }

            anything_else!(Sent::One(Element::Other); visit_bool: bool, visit_i64: i64, visit_u64: u64, visit_f64: f64, visit_str: &str);
        }
        deserializer.deserialize_any(SentVisitor)
    }
}
