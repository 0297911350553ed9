//! Makes a value of JSON.
//!
//! serde's own reader makes two ways for each struct: by the names of its fields,
//! and by their order. The names are known, so here a struct is handed over in the
//! order of its fields and an enum by the number of its variant: no type needs
//! code that compares names.

use super::json::Json;
use serde::{
    de::{
        self, DeserializeOwned, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess,
        SeqAccess, VariantAccess, Visitor,
        value::{StrDeserializer, U32Deserializer},
    },
    forward_to_deserialize_any,
};
use std::{fmt, slice};

/// It is something else. Nobody is told more.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch;

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("another shape was expected")
    }
}

impl std::error::Error for Mismatch {}

impl de::Error for Mismatch {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Self {
        Self
    }
}

pub(super) fn open<T: DeserializeOwned>(value: &Json) -> Result<T, Mismatch> {
    T::deserialize(Tree(value))
}

#[derive(Clone, Copy)]
struct Tree<'a>(&'a Json);

macro_rules! numbers {
    ($($name:ident)+) => {
        $(
            fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
                let Json::Number(number) = self.0 else {
                    return Err(Mismatch);
                };
                visitor.visit_i64(*number)
            }
        )+
    };
}

macro_rules! texts {
    ($($name:ident)+) => {
        $(
            fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
                let Json::Text(text) = self.0 else {
                    return Err(Mismatch);
                };
                visitor.visit_str(text)
            }
        )+
    };
}

impl<'de> de::Deserializer<'de> for Tree<'_> {
    type Error = Mismatch;

    numbers!(deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64);
    texts!(deserialize_char deserialize_str deserialize_string);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Json::Bool(yes) = self.0 else {
            return Err(Mismatch);
        };
        visitor.visit_bool(*yes)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.unit_variant()?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if *self.0 == Json::Null {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Json::List(items) = self.0 else {
            return Err(Mismatch);
        };
        visitor.visit_seq(Items(items.iter()))
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let Json::Object(entries) = self.0 else {
            return Err(Mismatch);
        };
        visitor.visit_map(Entries {
            entries: entries.iter(),
            value: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        if !matches!(self.0, Json::Object(_)) {
            return Err(Mismatch);
        }
        visitor.visit_seq(Fields {
            object: self.0,
            names: fields.iter(),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let (name, content) = match self.0 {
            Json::Text(name) => (name, &Json::Null),
            Json::Object(fields) => match fields.as_slice() {
                [(name, content)] => (name, content),
                _ => return Err(Mismatch),
            },
            _ => return Err(Mismatch),
        };
        let place = variants
            .iter()
            .position(|variant| *variant == name.as_str());
        let place = place.and_then(|place| u32::try_from(place).ok());
        visitor.visit_enum(Variant {
            place: place.ok_or(Mismatch)?,
            content: Self(content),
        })
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_unit()
    }

    /// Every type of ours says what it is.
    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Mismatch> {
        Err(Mismatch)
    }

    forward_to_deserialize_any! { f32 f64 bytes byte_buf identifier }
}

struct Items<'a>(slice::Iter<'a, Json>);

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let item = self.0.next();
        item.map(|item| seed.deserialize(Tree(item))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

/// The fields of a struct in their order. One that is not there counts as `null`.
struct Fields<'a> {
    object: &'a Json,
    names: slice::Iter<'static, &'static str>,
}

impl<'de> SeqAccess<'de> for Fields<'_> {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Mismatch> {
        let Some(name) = self.names.next() else {
            return Ok(None);
        };
        let value = self.object.field(name).unwrap_or(&Json::Null);
        seed.deserialize(Tree(value)).map(Some)
    }
}

struct Entries<'a> {
    entries: slice::Iter<'a, (String, Json)>,
    value: Option<&'a Json>,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Mismatch> {
        let Some((key, value)) = self.entries.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let key: StrDeserializer<'_, Mismatch> = key.as_str().into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(Tree(self.value.take().ok_or(Mismatch)?))
    }
}

struct Variant<'a> {
    place: u32,
    content: Tree<'a>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = Mismatch;
    type Variant = Tree<'a>;

    fn variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<(T::Value, Tree<'a>), Mismatch> {
        let place: U32Deserializer<Mismatch> = self.place.into_deserializer();
        Ok((seed.deserialize(place)?, self.content))
    }
}

impl<'de> VariantAccess<'de> for Tree<'_> {
    type Error = Mismatch;

    fn unit_variant(self) -> Result<(), Mismatch> {
        match self.0 {
            Json::Null => Ok(()),
            _ => Err(Mismatch),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Mismatch> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        de::Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        de::Deserializer::deserialize_struct(self, "", fields, visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::{Json, Mismatch, open};
    use crate::error::AppError;
    use domain::{ids::StoryId, refusal::Refusal};
    use serde::{Deserialize, Serialize, de::DeserializeOwned};
    use std::{collections::BTreeMap, fmt::Debug};

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Everything {
        yes: bool,
        small: u8,
        below: i64,
        sign: char,
        text: String,
        some: Option<String>,
        none: Option<u32>,
        id: Id,
        nothing: (),
        pair: (u16, String),
        many: Vec<Kind>,
        named: BTreeMap<String, Kind>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Id(String);

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        JustThis,
        Holding(String),
        OfTwo(u8, u8),
        WithNames {
            first: i32,
            second: Option<Box<Kind>>,
        },
    }

    fn comes_back<T: Debug + PartialEq + Serialize + DeserializeOwned>(value: T) {
        let text = serde_json::to_string(&value).expect("written");
        let tree = Json::read(&text).expect("JSON");
        assert_eq!(open(&tree), Ok(value), "{text}");
    }

    #[test]
    fn whatever_is_written_is_read_again() {
        let kinds = || {
            vec![
                Kind::JustThis,
                Kind::Holding("ñ".into()),
                Kind::OfTwo(1, 2),
                Kind::WithNames {
                    first: -3,
                    second: Some(Box::new(Kind::JustThis)),
                },
            ]
        };
        comes_back(Everything {
            yes: true,
            small: 255,
            below: i64::MIN,
            sign: '¶',
            text: "a \"b\"\n".into(),
            some: Some(String::new()),
            none: None,
            id: Id("0a".into()),
            nothing: (),
            pair: (7, "b".into()),
            many: kinds(),
            named: kinds()
                .into_iter()
                .map(|kind| (format!("{kind:?}"), kind))
                .collect(),
        });
        comes_back(Ok::<(), AppError>(()));
        comes_back(Err::<u64, _>(AppError::Refused(Refusal::NotFound)));
        comes_back(
            "0192f0c1a2b34c5d8e6f708192a3b4c5"
                .parse::<StoryId>()
                .expect("an id"),
        );
    }

    #[test]
    fn a_field_that_is_not_there_is_none() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Two {
            one: Option<u8>,
            other: u8,
        }
        let read = |text: &str| open::<Two>(&Json::read(text).expect("JSON"));
        assert_eq!(
            read(r#"{"other":1,"more":2}"#),
            Ok(Two {
                one: None,
                other: 1
            })
        );
        assert_eq!(read(r#"{"one":1}"#), Err(Mismatch));
    }

    #[test]
    fn what_is_something_else_is_refused() {
        let refused = |text: &str| {
            let tree = Json::read(text).expect("JSON");
            assert_eq!(open::<Kind>(&tree), Err(Mismatch), "{text}");
        };
        refused(r#""unknown""#);
        refused(r#""holding""#);
        refused(r#"{"just_this":1}"#);
        refused(r#"{"of_two":[1]}"#);
        refused(r#"{"of_two":[1,300]}"#);
        refused(r#"{"with_names":{"first":"1"}}"#);
        refused(r#"{"just_this":null,"holding":""}"#);
        refused("[]");
    }
}
