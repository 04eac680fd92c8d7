//! What the instances of a service say, taken together: as much as a page shows, however many
//! instances there are.

use std::{cmp::Reverse, collections::BTreeMap};

use wire::{
    instances::{DecodedTag, Endpoint, Instance},
    services::{Counted, MetaKey, Together, Told},
};

/// Things of one kind told at most.
const TOLD_MAX: usize = 100;

/// Endpoints told at most: a service has as many as its code, however many run it.
const ENDPOINTS_MAX: usize = 500;

/// Values told of one key: more are names of instances, not what they have in common.
const VALUES_MAX: usize = 20;

/// How many instances say each.
type Counts<'a> = BTreeMap<&'a str, u32>;

pub(super) fn together(instances: &[Instance]) -> Together {
    let (mut versions, mut tags) = (Counts::new(), Counts::new());
    let mut meta = BTreeMap::<&str, Counts>::new();
    let mut decoded = BTreeMap::<&str, &DecodedTag>::new();
    let mut endpoints = BTreeMap::<&str, &Endpoint>::new();
    for instance in instances {
        if let Some(version) = instance.version() {
            *versions.entry(version).or_default() += 1;
        }
        for tag in instance.plain_tags() {
            *tags.entry(tag).or_default() += 1;
        }
        let mut pairs: BTreeMap<&str, &str> = texts(&instance.service.meta).collect();
        if let Some(micro) = &instance.micro {
            pairs.extend(texts(&micro.metadata));
            decoded.extend(micro.tags.iter().map(|tag| (tag.raw.as_str(), tag)));
            let named = micro.endpoints.iter().map(|one| (one.name.as_str(), one));
            endpoints.extend(named);
        }
        for (key, value) in pairs {
            *meta.entry(key).or_default().entry(value).or_default() += 1;
        }
    }
    let mut versions = counted(versions);
    versions.reverse();
    let meta = meta.into_iter().map(|(key, values)| {
        let mut values = counted(values);
        values.sort_by_key(|value| Reverse(value.instances));
        MetaKey {
            key: key.to_owned(),
            values: Told::first(values, VALUES_MAX),
        }
    });
    Together {
        versions: Told::first(versions, TOLD_MAX),
        tags: Told::first(counted(tags), TOLD_MAX),
        decoded_tags: Told::first(decoded.into_values().cloned().collect(), TOLD_MAX),
        endpoints: Told::first(endpoints.into_values().cloned().collect(), ENDPOINTS_MAX),
        meta: Told::first(meta.collect(), TOLD_MAX),
    }
}

fn texts(pairs: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    pairs
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
}

fn counted(counts: Counts) -> Vec<Counted> {
    let counted = counts.into_iter().map(|(value, instances)| Counted {
        value: value.to_owned(),
        instances,
    });
    counted.collect()
}

#[cfg(test)]
mod tests {
    use wire::instances::Micro;

    use super::*;

    fn instance(zone: &str, tags: &[&str]) -> Instance {
        let mut instance = Instance::default();
        instance.service.meta.insert("zone".into(), zone.into());
        instance.service.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
        instance
    }

    fn values(told: &Told<Counted>) -> Vec<(&str, u32)> {
        let values = told.items.iter();
        values
            .map(|one| (one.value.as_str(), one.instances))
            .collect()
    }

    #[test]
    fn what_most_say_comes_first() {
        let of = |zone| instance(zone, &["a", "b"]);
        let found = together(&[of("x"), of("y"), of("y"), instance("z", &["b"])]);
        assert_eq!(values(&found.tags), [("a", 3), ("b", 4)]);
        let zone = &found.meta.items[0];
        assert_eq!(values(&zone.values), [("y", 2), ("x", 1), ("z", 1)]);
    }

    #[test]
    fn decoded_tags_are_not_plain_ones() {
        let mut one = instance("x", &["v2", "v-789c"]);
        one.micro = Some(Micro {
            version: Some("2.8.1".into()),
            metadata: [("zone".into(), "micro's".into())].into(),
            tags: vec![DecodedTag {
                raw: "v-789c".into(),
                text: "version 2.8.1".into(),
            }],
            ..Micro::default()
        });
        let found = together(&[one.clone(), one]);
        assert_eq!(values(&found.tags), [("v2", 2)]);
        assert_eq!(values(&found.versions), [("2.8.1", 2)]);
        assert_eq!(found.decoded_tags.total, 1);
        // of one instance's two values go-micro's counts
        assert_eq!(values(&found.meta.items[0].values), [("micro's", 2)]);
    }

    #[test]
    fn it_does_not_grow_with_the_instances() {
        let many: Vec<Instance> = (0..5_000)
            .map(|number| instance(&format!("z{number}"), &[&format!("tag-{number}")]))
            .collect();
        let found = together(&many);
        assert_eq!((found.tags.items.len(), found.tags.total), (100, 5_000));
        let zone = &found.meta.items[0].values;
        assert_eq!((zone.items.len(), zone.left()), (20, 4_980));
    }
}
