//! Replacing in all values that a search finds: planned here, shown and applied as any change.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Json, extract::State};
use futures::StreamExt;
use wire::{
    changes::{Change, ChangeKind, STEPS_MAX},
    kv::{VALUE_MAX_BYTES, is_secret},
    problem::Problem,
    search_hits::{PatternKind, REPLACEMENT_MAX_BYTES, ReplaceInValues},
};

use super::{check_prefix, pattern::Pattern};
use crate::{
    api::{
        acl_rule,
        request::{JsonBody, place},
    },
    changes::{Changes, PlannedStep},
    config::Config,
    consul::{KvView, LookAt},
    datacenter::Clusters,
    error::Error,
    grant::WriteGrant,
    shards::{self, Walks},
};

/// How much the new values may have together.
const BYTES_MAX: usize = 64 * 1024 * 1024;

/// Plans to replace what a search finds in values: shows what would happen to each key, and
/// writes nothing. Values of keys that are marked secret, and those that are not text, stay.
#[utoipa::path(
    post,
    path = "/search/replace",
    tag = "search",
    params(("X-Waggle" = String, Header, description = "`1`")),
    request_body = ReplaceInValues,
    responses((status = 200, body = Change), (status = "default", body = Problem))
)]
pub(super) async fn replace(
    State(clusters): State<Clusters>,
    State(changes): State<Changes>,
    State(walks): State<Walks>,
    State(config): State<Arc<Config>>,
    _: WriteGrant,
    JsonBody(request): JsonBody<ReplaceInValues>,
) -> Result<Json<Change>, Error> {
    check_prefix(&request.prefix)?;
    if request.replacement.len() > REPLACEMENT_MAX_BYTES {
        return Err(Error::BadRequest(format!(
            "a replacement has at most {REPLACEMENT_MAX_BYTES} bytes"
        )));
    }
    let wanted = Arc::new(Wanted {
        pattern: Pattern::new(&request.pattern, request.kind, request.match_case)?,
        replacement: request.replacement,
        has_groups: request.kind == PatternKind::Regex,
        secret: config.secret_keys.clone(),
        bytes: AtomicUsize::new(0),
    });
    let place = place(&clusters, Some(request.datacenter)).await?;
    let (dc, prefix) = (place.shown.clone(), request.prefix);
    let told = |error, rule: String| Error::from(error).about(Some(&dc), &rule);
    let _turn = walks.enter().await;
    let names = shards::names(&place, &prefix).await;
    let (names, _) = names.map_err(|error| told(error, acl_rule::keys(&prefix)))?;
    let (made, datacenter) = (Arc::clone(&wanted), dc.clone());
    let make = move || Replaced::new(Arc::clone(&made), datacenter.clone());
    let mut pieces = shards::walk(&place, &prefix, Arc::new(names), make);
    let mut steps = Vec::new();
    while let Some(piece) = pieces.next().await {
        let looked = piece
            .map_err(|error| told(error, acl_rule::values(&prefix)))?
            .looked;
        if let Some(key) = looked.too_large {
            return Err(Error::TooLarge(format!(
                "{key} would have more than {} KiB; nothing was planned",
                VALUE_MAX_BYTES / 1024
            )));
        }
        steps.extend(looked.steps);
        if steps.len() > STEPS_MAX || wanted.bytes.load(Ordering::Relaxed) > BYTES_MAX {
            return Err(Error::TooLarge(format!(
                "more than {STEPS_MAX} keys, or {} MiB of values, would change: look for \
                 something narrower, or below a folder",
                BYTES_MAX / 1024 / 1024
            )));
        }
    }
    changes
        .plan(ChangeKind::Replace, steps)
        .await
        .map(Json)
        .map_err(|error| error.about(Some(&dc), &acl_rule::keys(&prefix)))
}

/// What is replaced by what.
struct Wanted {
    pattern: Pattern,
    replacement: String,
    /// `$1` in the replacement is a group.
    has_groups: bool,
    secret: Vec<String>,
    /// What all new values have together.
    bytes: AtomicUsize,
}

impl Wanted {
    /// The new text; none where nothing changes, [`TooLarge`] where no key can hold it.
    fn replace(&self, text: &str) -> Result<Option<String>, TooLarge> {
        let groups = self.replacement.matches('$').count();
        let mut new = String::new();
        let mut from = 0;
        for found in self.pattern.captures(text) {
            let Some(whole) = found.get(0).filter(|whole| !whole.is_empty()) else {
                continue;
            };
            new.push_str(&text[from..whole.start()]);
            from = whole.end();
            // before it is made: groups multiply
            let most = self.replacement.len() + groups * whole.len();
            if new.len() + most > 8 * VALUE_MAX_BYTES {
                return Err(TooLarge);
            }
            if self.has_groups {
                found.expand(&self.replacement, &mut new);
            } else {
                new.push_str(&self.replacement);
            }
        }
        if from == 0 {
            return Ok(None);
        }
        new.push_str(&text[from..]);
        if new.len() > VALUE_MAX_BYTES {
            return Err(TooLarge);
        }
        Ok((new != text).then_some(new))
    }
}

/// The new text fits into no key.
#[derive(Debug, PartialEq, Eq)]
struct TooLarge;

/// Makes the steps of one piece.
struct Replaced {
    wanted: Arc<Wanted>,
    datacenter: String,
    bytes: Vec<u8>,
    steps: Vec<PlannedStep>,
    too_large: Option<String>,
}

impl Replaced {
    fn new(wanted: Arc<Wanted>, datacenter: String) -> Self {
        Self {
            wanted,
            datacenter,
            bytes: Vec::new(),
            steps: Vec::new(),
            too_large: None,
        }
    }
}

impl LookAt for Replaced {
    fn look_at(&mut self, pair: &KvView<'_>) {
        let wanted = Arc::clone(&self.wanted);
        if self.too_large.is_some()
            || wanted.bytes.load(Ordering::Relaxed) > BYTES_MAX
            || is_secret(&wanted.secret, &pair.key)
            || !pair.read_value(&mut self.bytes)
        {
            return;
        }
        let Some(text) = std::str::from_utf8(&self.bytes)
            .ok()
            .filter(|text| !text.contains('\0'))
        else {
            return;
        };
        match wanted.replace(text) {
            Ok(None) => {}
            Ok(Some(new)) => {
                wanted.bytes.fetch_add(new.len(), Ordering::Relaxed);
                let step = PlannedStep::put(&*self.datacenter, &*pair.key, new, pair.flags);
                self.steps.push(step.read_at(pair.modify_index));
            }
            Err(TooLarge) => self.too_large = Some(pair.key.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(pattern: &str, kind: PatternKind, replacement: &str) -> Wanted {
        Wanted {
            pattern: Pattern::new(pattern, kind, true).unwrap(),
            replacement: replacement.to_owned(),
            has_groups: kind == PatternKind::Regex,
            secret: Vec::new(),
            bytes: AtomicUsize::new(0),
        }
    }

    #[test]
    fn groups_count_only_in_regular_expressions() {
        let text = wanted("a.b", PatternKind::Text, "$0");
        assert_eq!(text.replace("a.b axb"), Ok(Some("$0 axb".to_owned())));
        assert_eq!(text.replace("axb"), Ok(None));
        let regex = wanted(r"(\w+): (\d+)", PatternKind::Regex, "$2=${1}");
        assert_eq!(
            regex.replace("level: 3\nx"),
            Ok(Some("3=level\nx".to_owned()))
        );
        // what changes nothing is no step
        assert_eq!(wanted("a", PatternKind::Text, "a").replace("aa"), Ok(None));
        assert_eq!(
            wanted("x*", PatternKind::Regex, "y").replace("aa"),
            Ok(None)
        );
    }

    #[test]
    fn what_would_not_fit_is_not_made() {
        let large = "a".repeat(VALUE_MAX_BYTES);
        let all = wanted("(a+)", PatternKind::Regex, &"$1".repeat(100));
        assert_eq!(all.replace(&large), Err(TooLarge));
        let each = wanted("a", PatternKind::Text, "bb");
        assert_eq!(each.replace(&large), Err(TooLarge));
    }
}
