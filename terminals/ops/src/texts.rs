//! What customers read, in several languages: texts by key, with the values that belong into them.
//!
//! A language is a TOML file of keys and texts; `{name}` in a text is the value of that name. The texts of a machine kind are compiled in, and
//! [`Texts::new`] refuses languages that do not have the same keys with the same values: no customer meets a page that is missing.

use std::collections::{BTreeMap, BTreeSet};
use thiserror::Error;

/// Why texts cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextsError {
    /// A file cannot be read.
    #[error("the texts of {0}: {1}")]
    Format(String, String),
    /// A language lacks a text that another one has.
    #[error("{language} has no text {key}")]
    Missing {
        /// The language.
        language: String,
        /// The key.
        key: String,
    },
    /// A text has other values in it than that of another language.
    #[error("{language}: {key} has other values in it")]
    Values {
        /// The language.
        language: String,
        /// The key.
        key: String,
    },
    /// There is none.
    #[error("there is no language {0:?}; there are: {1}")]
    NoLanguage(String, String),
}

/// The texts of a machine kind, in one language; the others are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    languages: BTreeMap<String, BTreeMap<String, String>>,
    current: String,
}

impl Texts {
    /// From the files of the languages, by their code (`en`, `zh`), the first of them current.
    pub fn new(files: &[(&str, &str)]) -> Result<Self, TextsError> {
        let mut languages = BTreeMap::new();
        for (language, text) in files {
            let format = |error: toml::de::Error| TextsError::Format((*language).into(), error.to_string());
            let known: BTreeMap<String, String> = toml::from_str(text).map_err(format)?;
            languages.insert((*language).to_owned(), known);
        }
        let current = files.first().map(|(language, _)| (*language).to_owned()).unwrap_or_default();
        let texts = Self { languages, current };
        texts.check()?;
        Ok(texts)
    }

    fn check(&self) -> Result<(), TextsError> {
        for (language, known) in &self.languages {
            for (key, text) in self.languages.values().flatten() {
                let (language, key) = (language.clone(), key.clone());
                match known.get(&key) {
                    None => return Err(TextsError::Missing { language, key }),
                    Some(other) if values(other) != values(text) => {
                        return Err(TextsError::Values { language, key })
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(())
    }

    /// The languages by their codes.
    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.languages.keys().map(String::as_str)
    }

    /// The code of the current one.
    pub fn current(&self) -> &str {
        &self.current
    }

    /// Speaks another one from now on.
    pub fn speak(&mut self, language: &str) -> Result<(), TextsError> {
        if !self.languages.contains_key(language) {
            let known = self.languages().collect::<Vec<_>>().join(", ");
            return Err(TextsError::NoLanguage(language.into(), known));
        }
        self.current = language.to_owned();
        Ok(())
    }

    /// A text as it stands in its file, or its key.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.languages.get(&self.current).and_then(|known| known.get(key)).map_or(key, String::as_str)
    }

    /// A text without values.
    pub fn get(&self, key: &str) -> String {
        self.with(key, &[])
    }

    /// A text with these values in it. One that is not there shows its key: a test of each machine kind sees to it that all are.
    pub fn with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.text(key).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// Whether there is such a text, and which values belong into it.
    pub fn values(&self, key: &str) -> Option<BTreeSet<String>> {
        let known = self.languages.get(&self.current)?.get(key)?;
        Some(values(known).into_iter().map(str::to_owned).collect())
    }

    /// Whether a text is that of a key, in any language.
    pub fn in_any_language(&self, key: &str, text: &str) -> bool {
        self.languages.values().any(|known| known.get(key).is_some_and(|known| known == text))
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.languages.get(&self.current).into_iter().flat_map(|known| known.keys().map(String::as_str))
    }
}

/// The names of the values in a text.
fn values(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "take = \"Take your card\"\nheld = \"On the card: {amount}\"";
    const CHINESE: &str = "take = \"请取卡\"\nheld = \"卡上金额：{amount}\"";

    #[test]
    fn f21_a_text_in_two_languages() {
        let mut texts = Texts::new(&[("en", ENGLISH), ("zh", CHINESE)]).unwrap();
        assert_eq!(texts.with("held", &[("amount", "20 SPC")]), "On the card: 20 SPC");
        texts.speak("zh").unwrap();
        assert_eq!(texts.with("held", &[("amount", "20 SPC")]), "卡上金额：20 SPC");
        assert_eq!((texts.get("take").as_str(), texts.current()), ("请取卡", "zh"));
        assert!(matches!(texts.speak("fr"), Err(TextsError::NoLanguage(_, known)) if known == "en, zh"));
        assert_eq!(texts.get("no such text"), "no such text");
    }

    #[test]
    fn f21_languages_that_do_not_say_the_same_are_refused() {
        let of = |other: &str| Texts::new(&[("en", ENGLISH), ("zh", other)]).unwrap_err();
        assert!(matches!(of("take = \"x\""), TextsError::Missing { key, .. } if key == "held"));
        assert!(matches!(of("take = \"x\"\nheld = \"{sum}\""), TextsError::Values { key, .. } if key == "held"));
        assert!(
            matches!(of(&format!("{CHINESE}\nmore = \"x\"")), TextsError::Missing { language, .. } if language == "en")
        );
        assert!(matches!(of("take = 1"), TextsError::Format(..)));
    }
}
