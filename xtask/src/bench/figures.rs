//! Samples of one thing measured again and again, and what is said of them.

use serde::Serialize;

/// Measured values, sorted.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Samples(Vec<f64>);

/// What is written of samples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Spread {
    /// How many there are.
    pub(crate) samples: usize,
    /// The least.
    pub(crate) min: f64,
    /// The one in the middle.
    pub(crate) median: f64,
    /// Nineteen in twenty are no more.
    pub(crate) p95: f64,
    /// Ninety-nine in a hundred are no more.
    pub(crate) p99: f64,
    /// The most.
    pub(crate) max: f64,
}

impl Samples {
    /// None where nothing was measured.
    pub(crate) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        (!values.is_empty()).then_some(Self(values))
    }

    /// The one in the middle, or what lies between the two in the middle.
    pub(crate) fn median(&self) -> f64 {
        let middle = self.0.len() / 2;
        if self.0.len().is_multiple_of(2) {
            f64::midpoint(self.0[middle - 1], self.0[middle])
        } else {
            self.0[middle]
        }
    }

    /// The least sample that `percent` in a hundred do not exceed (nearest rank).
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100);
        self.0[rank.clamp(1, self.0.len()) - 1]
    }

    /// All that is written of them.
    pub(crate) fn spread(&self) -> Spread {
        Spread {
            samples: self.0.len(),
            min: self.0[0],
            median: self.median(),
            p95: self.percentile(95),
            p99: self.percentile(99),
            max: self.0[self.0.len() - 1],
        }
    }
}

/// How much more the last quarter of a series is than its second one, as a factor: the first
/// quarter is left out, because what is kept once is filled then.
pub(crate) fn growth(series: &[f64]) -> Option<f64> {
    let quarter = series.len() / 4;
    if quarter == 0 {
        return None;
    }
    let median_of = |part: &[f64]| Samples::of(part.to_vec()).map(|samples| samples.median());
    let early = median_of(&series[quarter..2 * quarter])?;
    let late = median_of(&series[series.len() - quarter..])?;
    (early > 0.0).then(|| late / early)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(values: &[f64]) -> Samples {
        Samples::of(values.to_vec()).unwrap()
    }

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn the_median_is_of_the_sorted_samples() {
        assert!(near(samples(&[30.0, 10.0, 20.0]).median(), 20.0));
        assert!(near(samples(&[40.0, 10.0, 20.0, 30.0]).median(), 25.0));
        assert!(Samples::of(Vec::new()).is_none());
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let hundred = samples(&(1..=100).map(f64::from).collect::<Vec<_>>());
        assert!(near(hundred.percentile(95), 95.0));
        assert!(near(hundred.percentile(99), 99.0));
        assert!(near(hundred.percentile(100), 100.0));
        let few = samples(&[5.0, 1.0, 3.0]);
        assert!(near(few.percentile(95), 5.0));
        assert!(near(few.percentile(0), 1.0));
        assert!(near(few.spread().min, 1.0));
    }

    #[test]
    fn growth_leaves_the_first_quarter_out() {
        let warming = [1.0, 1.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0];
        assert!(near(growth(&warming).unwrap(), 1.0));
        let leaking = [10.0, 10.0, 10.0, 10.0, 15.0, 15.0, 20.0, 20.0];
        assert!(near(growth(&leaking).unwrap(), 2.0));
        assert_eq!(growth(&[1.0, 2.0]), None);
    }
}
