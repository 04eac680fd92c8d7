//! Health as people read it: the worst of the checks, and counts.

use serde::{Deserialize, Serialize};

use crate::checks::Check;

/// A state of a check, an instance, a service or a node, from calm to worst.
///
/// The order is that of attention: maintenance is intended, so it is less than a warning.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// No check at all.
    #[default]
    None,
    /// Every check passes.
    Passing,
    /// Taken out of service on purpose.
    Maintenance,
    /// At least one check warns.
    Warning,
    /// At least one check fails.
    Critical,
}

impl Health {
    /// Every state, worst first.
    pub const WORST_FIRST: [Self; 5] = [
        Self::Critical,
        Self::Warning,
        Self::Maintenance,
        Self::Passing,
        Self::None,
    ];

    /// The word used in URLs and class names.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Passing => "passing",
            Self::Maintenance => "maintenance",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    /// The state that `word` names, if any.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORST_FIRST
            .into_iter()
            .find(|health| health.word() == word)
    }

    /// Somebody should look at it, or does.
    #[must_use]
    pub fn is_trouble(self) -> bool {
        self > Self::Passing
    }

    /// The state of something with these checks. Maintenance wins over all else, since who
    /// switches it on wants to see it; then the worst of the rest.
    #[must_use]
    pub fn of<'a>(checks: impl IntoIterator<Item = &'a Check>) -> Self {
        let mut worst = Self::None;
        for check in checks {
            match check.health() {
                Self::Maintenance => return Self::Maintenance,
                health => worst = worst.max(health),
            }
        }
        worst
    }
}

/// How many things are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "PascalCase", default)]
pub struct Counts {
    /// Every check passes.
    pub passing: u32,
    /// At least one check warns.
    pub warning: u32,
    /// At least one check fails.
    pub critical: u32,
    /// In maintenance.
    pub maintenance: u32,
    /// Without any check.
    pub none: u32,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, health: Health) {
        match health {
            Health::None => self.none += 1,
            Health::Passing => self.passing += 1,
            Health::Maintenance => self.maintenance += 1,
            Health::Warning => self.warning += 1,
            Health::Critical => self.critical += 1,
        }
    }

    /// How many are in `health`.
    #[must_use]
    pub fn get(&self, health: Health) -> u32 {
        match health {
            Health::None => self.none,
            Health::Passing => self.passing,
            Health::Maintenance => self.maintenance,
            Health::Warning => self.warning,
            Health::Critical => self.critical,
        }
    }

    /// How many there are in all.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.passing + self.warning + self.critical + self.maintenance + self.none
    }

    /// How many are in trouble.
    #[must_use]
    pub fn trouble(&self) -> u32 {
        self.warning + self.critical + self.maintenance
    }

    /// The worst state that anything is in.
    #[must_use]
    pub fn worst(&self) -> Health {
        Health::WORST_FIRST
            .into_iter()
            .find(|health| self.get(*health) > 0)
            .unwrap_or_default()
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, more: Self) {
        self.passing += more.passing;
        self.warning += more.warning;
        self.critical += more.critical;
        self.maintenance += more.maintenance;
        self.none += more.none;
    }
}

impl FromIterator<Health> for Counts {
    fn from_iter<T: IntoIterator<Item = Health>>(iter: T) -> Self {
        let mut counts = Self::default();
        for health in iter {
            counts.add(health);
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, status: &str) -> Check {
        Check {
            check_id: id.into(),
            status: status.into(),
            ..Check::default()
        }
    }

    #[test]
    fn worst_check_decides_and_maintenance_wins() {
        assert_eq!(Health::of([]), Health::None);
        let passing = check("serfHealth", "passing");
        let warning = check("disk", "warning");
        let critical = check("service:a", "critical");
        assert_eq!(Health::of([&passing, &warning]), Health::Warning);
        assert_eq!(Health::of([&warning, &critical]), Health::Critical);
        let maintenance = check("_service_maintenance:a", "critical");
        assert_eq!(Health::of([&critical, &maintenance]), Health::Maintenance);
        assert_eq!(Health::of([&check("x", "odd")]), Health::Critical);
    }

    #[test]
    fn counts_know_their_worst() {
        let counts: Counts = [Health::Passing, Health::Warning].into_iter().collect();
        assert_eq!((counts.total(), counts.worst()), (2, Health::Warning));
        assert_eq!(Counts::default().worst(), Health::None);
    }
}
