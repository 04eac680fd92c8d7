//! What changed just now, as lists and details mark it.

use std::time::Duration;

use leptos::prelude::*;

/// How long it is marked, as the style says.
const MARKED: Duration = Duration::from_millis(1_600);

/// A thing by its name, and all that is said of it.
pub type Fact = (String, String);

/// The places of what changed just now.
#[derive(Clone, Copy)]
pub struct Marks {
    places: RwSignal<Vec<usize>>,
    /// Counts what was marked: later marks end the wait of those before.
    number: StoredValue<u32>,
    known: StoredValue<Option<Vec<Fact>>>,
}

impl Marks {
    /// Nothing is marked.
    #[must_use]
    pub fn none() -> Self {
        Self {
            places: RwSignal::new(Vec::new()),
            number: StoredValue::new(0),
            known: StoredValue::new(None),
        }
    }

    /// Marks these for a moment, and no others.
    pub fn show(self, places: Vec<usize>) {
        let Some(number) = self.number.try_update_value(|number| {
            *number += 1;
            *number
        }) else {
            return;
        };
        if places.is_empty() {
            self.clear();
            return;
        }
        self.places.set(places);
        set_timeout(
            move || {
                if self.number.try_get_value() == Some(number) {
                    self.clear();
                }
            },
            MARKED,
        );
    }

    /// Marks what is new, or said otherwise than the last time.
    pub fn compare(self, facts: Vec<Fact>) {
        let changed = self.known.with_value(|known| {
            let known = known.as_ref()?;
            Some(changed(known, &facts))
        });
        self.known.set_value(Some(facts));
        if let Some(changed) = changed {
            self.show(changed);
        }
    }

    /// Whether the one at this place is marked.
    #[must_use]
    pub fn has(&self, place: usize) -> bool {
        self.places.with(|places| places.contains(&place))
    }

    /// How many are marked.
    #[must_use]
    pub fn count(&self) -> usize {
        self.places.with(Vec::len)
    }

    /// Only where something is marked: whoever sees the marks is drawn anew.
    fn clear(self) {
        if self.places.with_untracked(|places| !places.is_empty()) {
            self.places.set(Vec::new());
        }
    }
}

fn changed(known: &[Fact], facts: &[Fact]) -> Vec<usize> {
    let is_new = |fact: &Fact| !known.contains(fact);
    let places = facts.iter().enumerate();
    places
        .filter(|(_, fact)| is_new(fact))
        .map(|(place, _)| place)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_otherwise_or_new_changed() {
        let fact = |name: &str, said: &str| (name.to_owned(), said.to_owned());
        let known = [fact("a", "1"), fact("b", "1")];
        assert_eq!(changed(&known, &known), [0_usize; 0]);
        let facts = [fact("c", "1"), fact("b", "2"), fact("a", "1")];
        assert_eq!(changed(&known, &facts), [0, 1]);
        assert_eq!(changed(&known, &facts[2..]), [0_usize; 0]);
    }
}
