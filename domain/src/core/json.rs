//! Reading JSON strictly: a field's name is never left out. Serde takes `[1,2]` for a struct of two fields; whoever sends that meant
//! something else, and its numbers would be stored in fields that nobody named. `[]` would be a struct in which nothing is set.
//!
//! What is in a variant of an enum with its tag inside, or beside it and behind, serde keeps first and reads later, without what is around it
//! here: such a field has [`strict`] as its `deserialize_with`, if it is a struct or such an enum itself, or holds one.

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt;
use std::marker::PhantomData;

/// A value in which every struct, at any depth, was written as an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectsOnly<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ObjectsOnly<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(Strict(deserializer)).map(Self)
    }
}

/// Reads a field of a tagged enum strictly; for `deserialize_with`, because serde hides the field from [`ObjectsOnly`].
///
/// # Errors
/// It is not of the expected form.
pub fn strict<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::deserialize(Strict(deserializer))
}

/// Reads a tagged enum from an object alone; for `deserialize_with`, because serde hides from [`ObjectsOnly`] that it is no list.
///
/// # Errors
/// It is no object, or not of the expected form.
pub fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(map))
        }
    }
    deserializer.deserialize_map(Object(PhantomData))
}

/// Around whatever serde hands on, so that what is inside is read strictly as well.
struct Strict<X>(X);

/// What a visitor was asked to read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// A struct.
    Struct,
    /// The name of a field or of a variant.
    Name,
    /// Whatever comes: an enum with its tag inside is read so as well.
    Anything,
    /// Something that is written in one way.
    Other,
}

/// A visitor, and what it reads.
struct StrictVisitor<V> {
    inner: V,
    reads: Reads,
}

fn other<V>(inner: V) -> StrictVisitor<V> {
    StrictVisitor { inner, reads: Reads::Other }
}

/// Whether a visitor is that of an enum with its tag inside, which serde reads from a list as well, the tag first: only what it says that it
/// expects tells it from others.
fn is_tagged<'de, V: Visitor<'de>>(visitor: &V) -> bool {
    let expected: &dyn Expected = visitor;
    expected.to_string().starts_with("internally tagged enum ")
}

macro_rules! hand_on {
    ($($method:ident($($argument:ident: $type:ty),*)),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($argument,)* other(visitor))
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Strict<D> {
    type Error = D::Error;

    hand_on!(
        deserialize_bool(),
        deserialize_i8(),
        deserialize_i16(),
        deserialize_i32(),
        deserialize_i64(),
        deserialize_i128(),
        deserialize_u8(),
        deserialize_u16(),
        deserialize_u32(),
        deserialize_u64(),
        deserialize_u128(),
        deserialize_f32(),
        deserialize_f64(),
        deserialize_char(),
        deserialize_str(),
        deserialize_string(),
        deserialize_bytes(),
        deserialize_byte_buf(),
        deserialize_option(),
        deserialize_unit(),
        deserialize_unit_struct(name: &'static str),
        deserialize_newtype_struct(name: &'static str),
        deserialize_seq(),
        deserialize_tuple(len: usize),
        deserialize_tuple_struct(name: &'static str, len: usize),
        deserialize_map(),
        deserialize_enum(name: &'static str, variants: &'static [&'static str]),
        deserialize_ignored_any(),
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(StrictVisitor { inner: visitor, reads: Reads::Anything })
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_identifier(StrictVisitor { inner: visitor, reads: Reads::Name })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_struct(name, fields, StrictVisitor { inner: visitor, reads: Reads::Struct })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

macro_rules! pass {
    ($($method:ident: $type:ty),+ $(,)?) => {$(
        fn $method<E: Error>(self, value: $type) -> Result<V::Value, E> {
            self.inner.$method(value)
        }
    )+};
}

impl<'de, V: Visitor<'de>> Visitor<'de> for StrictVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.expecting(f)
    }

    pass!(
        visit_bool: bool,
        visit_i64: i64,
        visit_i128: i128,
        visit_u128: u128,
        visit_f64: f64,
        visit_char: char,
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
        visit_byte_buf: Vec<u8>,
    );

    /// Serde takes the number of a variant for its name, where it has kept it first.
    fn visit_u64<E: Error>(self, value: u64) -> Result<V::Value, E> {
        if self.reads == Reads::Name {
            return Err(E::invalid_type(Unexpected::Unsigned(value), &"a name"));
        }
        self.inner.visit_u64(value)
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_none()
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.inner.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_some(Strict(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.inner.visit_newtype_struct(Strict(deserializer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<V::Value, A::Error> {
        if self.reads == Reads::Struct || self.reads == Reads::Anything && is_tagged(&self.inner) {
            return Err(A::Error::invalid_type(Unexpected::Seq, &"an object"));
        }
        self.inner.visit_seq(Strict(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.inner.visit_map(Strict(map))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, variant: A) -> Result<V::Value, A::Error> {
        self.inner.visit_enum(Strict(variant))
    }
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Strict<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Strict(deserializer))
    }
}

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_element_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, A::Error> {
        self.0.next_key_seed(Strict(seed))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.0.next_value_seed(Strict(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: EnumAccess<'de>> EnumAccess<'de> for Strict<A> {
    type Error = A::Error;
    type Variant = Strict<A::Variant>;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self::Variant), A::Error> {
        self.0.variant_seed(Strict(seed)).map(|(value, variant)| (value, Strict(variant)))
    }
}

impl<'de, A: VariantAccess<'de>> VariantAccess<'de> for Strict<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        self.0.unit_variant()
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.0.newtype_variant_seed(Strict(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.0.tuple_variant(len, other(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, A::Error> {
        self.0.struct_variant(fields, StrictVisitor { inner: visitor, reads: Reads::Struct })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::RawValue;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Inner {
        a: i64,
        b: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Outer {
        pair: (u16, u16),
        list: Vec<Inner>,
        one: Option<Inner>,
        kept: Box<RawValue>,
    }

    #[test]
    fn a_list_is_no_object_at_any_depth() {
        let good = r#"{"pair":[1,2],"list":[{"a":1,"b":null},{"a":2}],"one":{"a":3,"b":"x"},"kept":{"z": [1, 2]}}"#;
        let ObjectsOnly(read) = serde_json::from_str::<ObjectsOnly<Outer>>(good).expect("reads");
        assert_eq!((read.pair, read.kept.get()), ((1, 2), r#"{"z": [1, 2]}"#));
        assert_eq!((read.list.len(), read.one), (2, Some(Inner { a: 3, b: Some("x".into()) })));
        for bad in [
            r#"{"pair":[1,2],"list":[[1,null]],"one":null,"kept":1}"#,
            r#"{"pair":[1,2],"list":[],"one":[3,"x"],"kept":1}"#,
            r#"[[1,2],[],null,1]"#,
        ] {
            assert!(serde_json::from_str::<Outer>(bad).is_ok(), "serde alone takes {bad}");
            assert!(serde_json::from_str::<ObjectsOnly<Outer>>(bad).is_err(), "{bad}");
        }
    }

    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(tag = "is")]
    enum Tagged {
        None,
        One {
            #[serde(deserialize_with = "strict")]
            one: Inner,
        },
        Further {
            #[serde(deserialize_with = "strict")]
            further: Option<Box<Tagged>>,
        },
        Whole(#[serde(deserialize_with = "strict")] Holder),
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Holder {
        held: Inner,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Asked {
        does: Tagged,
    }

    #[test]
    fn a_list_is_no_tagged_enum_and_none_of_its_structs() {
        let inner = || Inner { a: 1, b: None };
        for (good, expected) in [
            (r#"{"does":{"is":"None"}}"#, Tagged::None),
            (r#"{"does":{"is":"One","one":{"a":1}}}"#, Tagged::One { one: inner() }),
            (r#"{"does":{"one":{"a":1},"is":"One"}}"#, Tagged::One { one: inner() }),
            (r#"{"does":{"is":"Further","further":null}}"#, Tagged::Further { further: None }),
            (r#"{"does":{"is":"Further","further":{"is":"None"}}}"#, Tagged::Further { further: Some(Box::new(Tagged::None)) }),
            (r#"{"does":{"is":"Whole","held":{"a":1}}}"#, Tagged::Whole(Holder { held: inner() })),
        ] {
            let read = serde_json::from_str::<ObjectsOnly<Asked>>(good);
            assert_eq!(read.map(|ObjectsOnly(asked)| asked.does).ok(), Some(expected), "{good}");
        }
        for bad in [
            r#"{"does":["None"]}"#,
            r#"{"does":["One",{"a":1,"b":null}]}"#,
            r#"{"does":{"is":"One","one":[1,null]}}"#,
            r#"{"does":{"is":"Further","further":["None"]}}"#,
            r#"{"does":{"is":"Further","further":{"is":0}}}"#,
            r#"{"does":{"is":"Whole","held":[1,null]}}"#,
            r#"{"does":{"is":0}}"#,
        ] {
            assert!(serde_json::from_str::<ObjectsOnly<Asked>>(bad).is_err(), "{bad}");
        }
    }
}
