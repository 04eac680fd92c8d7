//! Which keys are meant by the names that somebody gives.

use wire::changes::Matching;

use super::{Changes, expand, read};
use crate::{datacenter::Place, error::Error};

/// The folder that all these keys are in, with its ending `/`: empty for the top.
pub(crate) fn common_folder<'a>(mut keys: impl Iterator<Item = &'a str> + Clone) -> &'a str {
    let all = keys.clone();
    let Some(mut common) = keys.next() else {
        return "";
    };
    while !common.ends_with('/') || !all.clone().all(|key| key.starts_with(common)) {
        let shorter = common.strip_suffix('/').unwrap_or(common);
        match shorter.rfind('/') {
            Some(slash) => common = &shorter[..=slash],
            None => return "",
        }
    }
    common
}

impl Changes {
    /// The names of the keys that these name, sorted: a folder with all below it, the empty one with
    /// all there are; and where they are.
    ///
    /// # Errors
    /// [`Error::NotFound`] where none exists, or why they cannot be read.
    pub(crate) async fn names(
        &self,
        datacenter: &str,
        keys: Vec<String>,
        matching: Option<&Matching>,
    ) -> Result<(Place, Vec<String>), Error> {
        let place = self.place(datacenter).await?;
        let keys = expand::named(&place, keys, matching).await?;
        let mut names = Vec::new();
        for key in &keys {
            names.extend(if key.is_empty() {
                read::names(&place, "").await?
            } else {
                expand::below(&place, key).await?
            });
        }
        names.sort_unstable();
        names.dedup();
        Ok((place, names))
    }

    /// These keys, sorted, each once, whether they exist or not; and where they are.
    ///
    /// # Errors
    /// [`Error::BadRequest`] for the empty key, or why the datacenter is not there.
    pub(crate) async fn exactly(
        &self,
        datacenter: &str,
        mut keys: Vec<String>,
    ) -> Result<(Place, Vec<String>), Error> {
        if keys.iter().any(String::is_empty) {
            return Err(Error::BadRequest("an empty name is no key".to_owned()));
        }
        keys.sort_unstable();
        keys.dedup();
        Ok((self.place(datacenter).await?, keys))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_all_keys() {
        for (keys, folder) in [
            (&[][..], ""),
            (&["a"], ""),
            (&["a/b"], "a/"),
            (&["a/b/"], "a/b/"),
            (&["a/b/c", "a/b/"], "a/b/"),
            (&["a/b/c", "a/bc"], "a/"),
            (&["//x", "/"], "/"),
        ] {
            assert_eq!(common_folder(keys.iter().copied()), folder, "{keys:?}");
        }
    }
}
