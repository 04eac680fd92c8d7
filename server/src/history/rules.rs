//! What is recorded of a datacenter: as the settings' file says, else as it was chosen in the page.

/// What keys begin with that are recorded, and which of them are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// One empty text for all keys; none where nobody said: all, while the store is small.
    pub(crate) prefixes: Vec<String>,
    /// Patterns, as of [`wire::kv::is_secret`].
    pub(crate) exclude: Vec<String>,
}

/// So many prefixes, and so many patterns, may be chosen.
pub(crate) const RULES_MAX: usize = 50;

/// How long one may be, in bytes.
pub(crate) const RULE_MAX_BYTES: usize = 512;

impl Rules {
    /// The prefixes, none of which begins with another; all keys where nobody said.
    pub(crate) fn apart(&self) -> Vec<String> {
        let mut prefixes = self.prefixes.clone();
        prefixes.sort();
        prefixes.dedup_by(|one, kept| one.starts_with(kept.as_str()));
        if prefixes.is_empty() {
            prefixes.push(String::new());
        }
        prefixes
    }

    /// What is wrong with them; none where nothing is.
    pub(crate) fn wrong(&self) -> Option<String> {
        for (name, list) in [("Prefixes", &self.prefixes), ("Exclude", &self.exclude)] {
            if list.len() > RULES_MAX {
                return Some(format!("{name}: at most {RULES_MAX}"));
            }
            if let Some(long) = list.iter().find(|one| one.len() > RULE_MAX_BYTES) {
                let begin: String = long.chars().take(40).collect();
                return Some(format!(
                    "{name}: {begin:?}… has more than {RULE_MAX_BYTES} bytes"
                ));
            }
        }
        if self.exclude.iter().any(String::is_empty) {
            return Some("Exclude: an empty pattern would leave out every key".to_owned());
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(prefixes: &[&str], exclude: &[&str]) -> Rules {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        Rules {
            prefixes: owned(prefixes),
            exclude: owned(exclude),
        }
    }

    #[test]
    fn no_prefix_begins_with_another() {
        for (prefixes, apart) in [
            (&["b/", "a/", "a/b/", "a/"][..], &["a/", "b/"][..]),
            (&["a/", ""], &[""]),
            (&[], &[""]),
        ] {
            assert_eq!(rules(prefixes, &[]).apart(), apart);
        }
    }

    #[test]
    fn what_cannot_be_meant_is_named() {
        assert_eq!(rules(&["a/", ""], &["*/x"]).wrong(), None);
        let many = vec!["a"; RULES_MAX + 1];
        let long = "x".repeat(RULE_MAX_BYTES + 1);
        for (rules, word) in [
            (rules(&many, &[]), "Prefixes"),
            (rules(&[], &[&long]), "Exclude"),
            (rules(&[], &["a", ""]), "empty"),
        ] {
            let wrong = rules.wrong().unwrap();
            assert!(wrong.contains(word), "{wrong}");
        }
    }
}
