//! What came out: one line for each figure, with what it must be, as a table and as JSON.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;

/// One line of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// The row that it belongs to: what `--only` takes.
    pub(crate) row: String,
    /// What was measured.
    pub(crate) what: String,
    /// waggle's figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) waggle: Option<Quantity>,
    /// What it is compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) beside: Option<Beside>,
    /// How the two compare, in the direction of the demand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ratio: Option<f64>,
    /// What it must be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) must: Option<Must>,
    /// Whether it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) met: Option<bool>,
    /// Why there is no figure, or what to know of it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) note: String,
    /// All that was measured for it.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub(crate) detail: Value,
}

/// A number with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(crate) struct Quantity {
    /// The number.
    pub(crate) value: f64,
    /// Such as `ms`; empty for a plain count.
    pub(crate) unit: &'static str,
}

/// What a figure is compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Beside {
    /// Such as "Consul's UI".
    pub(crate) name: String,
    /// Its figure.
    pub(crate) figure: Quantity,
}

/// What a figure must be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Must {
    /// The ratio, no less.
    RatioAtLeast(f64),
    /// The ratio, no more.
    RatioAtMost(f64),
    /// The ratio, this near to one.
    RatioWithin(f64),
    /// waggle's figure, no less.
    AtLeast(f64),
    /// waggle's figure, no more.
    AtMost(f64),
}

impl Figure {
    /// A figure that stands alone.
    pub(crate) fn of(row: &str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            row: row.to_owned(),
            what: what.into(),
            waggle: Some(Quantity { value, unit }),
            beside: None,
            ratio: None,
            must: None,
            met: None,
            note: String::new(),
            detail: Value::Null,
        }
    }

    /// No figure, and why.
    pub(crate) fn none(row: &str, why: impl Into<String>) -> Self {
        let mut figure = Self::of(row, "", 0.0, "");
        figure.waggle = None;
        figure.note = why.into();
        figure
    }

    /// Compares it with another of the same unit: how many times that one's figure is of waggle's.
    pub(crate) fn beaten(mut self, name: &str, value: f64) -> Self {
        self.ratio = self.waggle.map(|waggle| value / waggle.value);
        self.beside(name, value)
    }

    /// Compares it with another of the same unit: how many times waggle's figure is of that one's.
    pub(crate) fn against(mut self, name: &str, value: f64) -> Self {
        self.ratio = self.waggle.map(|waggle| waggle.value / value);
        self.beside(name, value)
    }

    fn beside(mut self, name: &str, value: f64) -> Self {
        let unit = self.waggle.map_or("", |waggle| waggle.unit);
        self.beside = Some(Beside {
            name: name.to_owned(),
            figure: Quantity { value, unit },
        });
        self
    }

    /// Says what it must be, and whether it is.
    pub(crate) fn must(mut self, must: Must) -> Self {
        let value = self.waggle.map(|waggle| waggle.value);
        self.met = match must {
            Must::RatioAtLeast(least) => self.ratio.map(|ratio| ratio >= least),
            Must::RatioAtMost(most) => self.ratio.map(|ratio| ratio <= most),
            Must::RatioWithin(part) => self.ratio.map(|ratio| (ratio - 1.0).abs() <= part),
            Must::AtLeast(least) => value.map(|value| value >= least),
            Must::AtMost(most) => value.map(|value| value <= most),
        };
        self.must = Some(must);
        self
    }

    /// Adds what to know of it.
    pub(crate) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }

    /// Adds all that was measured.
    pub(crate) fn detail(mut self, detail: impl Serialize) -> Self {
        self.detail = serde_json::to_value(detail).unwrap_or_default();
        self
    }
}

impl std::fmt::Display for Quantity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let value = self.value;
        match value.abs() {
            _ if self.unit.is_empty() && value.fract() == 0.0 => write!(formatter, "{value}")?,
            size if size >= 100.0 => write!(formatter, "{value:.0}")?,
            size if size >= 10.0 => write!(formatter, "{value:.1}")?,
            _ => write!(formatter, "{value:.2}")?,
        }
        if self.unit.is_empty() {
            return Ok(());
        }
        write!(formatter, " {}", self.unit)
    }
}

impl Must {
    fn shown(self, unit: &'static str) -> String {
        match self {
            Self::RatioAtLeast(least) => format!("≥ {least} ×"),
            Self::RatioAtMost(most) => format!("≤ {most} ×"),
            Self::RatioWithin(part) => format!("1 × ± {:.0} %", part * 100.0),
            Self::AtLeast(value) => format!("≥ {value} {unit}").trim_end().to_owned(),
            Self::AtMost(value) => format!("≤ {value} {unit}").trim_end().to_owned(),
        }
    }
}

/// The table for people, in Markdown.
pub(crate) fn table(figures: &[Figure]) -> String {
    let mut text = String::from("\n| row | what | waggle | beside | ratio | must | met |\n");
    text += "|---|---|---|---|---|---|---|\n";
    for figure in figures {
        let unit = figure.waggle.map_or("", |waggle| waggle.unit);
        let waggle = figure
            .waggle
            .map_or_else(String::new, |waggle| waggle.to_string());
        let beside = figure.beside.as_ref().map_or_else(String::new, |beside| {
            format!("{}: {}", beside.name, beside.figure)
        });
        let ratio = figure
            .ratio
            .map_or_else(String::new, |ratio| format!("{ratio:.2} ×"));
        let must = figure
            .must
            .map_or_else(String::new, |must| must.shown(unit));
        let met = match figure.met {
            Some(true) => "yes",
            Some(false) => "**no**",
            None => "",
        };
        let what = match (figure.what.as_str(), figure.note.as_str()) {
            (what, "") => what.to_owned(),
            ("", note) => note.to_owned(),
            (what, note) => format!("{what} ({note})"),
        };
        let row = &figure.row;
        let _ = writeln!(
            text,
            "| {row} | {what} | {waggle} | {beside} | {ratio} | {must} | {met} |"
        );
    }
    text
}

/// Which demands are not met, one line each; none where all are.
pub(crate) fn missed(figures: &[Figure]) -> Option<String> {
    let missed: Vec<_> = figures
        .iter()
        .filter(|figure| figure.met == Some(false))
        .map(|figure| format!("  {}: {}", figure.row, figure.what))
        .collect();
    let demanded = figures.iter().filter(|figure| figure.met.is_some()).count();
    (!missed.is_empty()).then(|| {
        let count = missed.len();
        let lines = missed.join("\n");
        format!("{count} of {demanded} demands are not met:\n{lines}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_stands_in_the_direction_of_the_demand() {
        let sooner = Figure::of("cold", "rows", 100.0, "ms")
            .beaten("Consul's UI", 1500.0)
            .must(Must::RatioAtLeast(10.0));
        assert_eq!((sooner.ratio, sooner.met), (Some(15.0), Some(true)));
        let slower = Figure::of("static", "rows", 150.0, "ms")
            .against("a file", 100.0)
            .must(Must::RatioAtMost(1.4));
        assert_eq!((slower.ratio, slower.met), (Some(1.5), Some(false)));
        let same = Figure::of("queries", "200", 95.0, "")
            .against("1", 100.0)
            .must(Must::RatioWithin(0.1));
        assert_eq!(same.met, Some(true));
        assert_eq!(
            Figure::none("x", "not there").must(Must::AtMost(1.0)).met,
            None
        );
    }

    #[test]
    fn the_table_says_what_must_be_and_what_is() {
        let figures = [
            Figure::of("bytes", "first load", 310.4, "kB").must(Must::AtMost(300.0)),
            Figure::none("told", "GET api/live is not there"),
        ];
        let text = table(&figures);
        assert!(
            text.contains("| bytes | first load | 310 kB |  |  | ≤ 300 kB | **no** |\n"),
            "{text}"
        );
        assert!(
            text.ends_with("| told | GET api/live is not there |  |  |  |  |  |\n"),
            "{text}"
        );
    }

    #[test]
    fn what_is_missed_is_named() {
        let met = Figure::of("dom", "nodes", 2000.0, "").must(Must::AtMost(3000.0));
        let plain = Figure::of("told", "median", 90.0, "ms");
        assert_eq!(missed(&[met.clone(), plain.clone()]), None);
        let late = Figure::of("told", "p95", 160.0, "ms").must(Must::AtMost(150.0));
        assert_eq!(
            missed(&[met, plain, late]).unwrap(),
            "1 of 2 demands are not met:\n  told: p95"
        );
    }

    #[test]
    fn quantities_show_three_figures() {
        let shown = |value| Quantity { value, unit: "ms" }.to_string();
        assert_eq!(shown(1234.5), "1234 ms");
        assert_eq!(shown(12.34), "12.3 ms");
        assert_eq!(shown(1.234), "1.23 ms");
        let count = Quantity {
            value: 31.0,
            unit: "",
        };
        assert_eq!(count.to_string(), "31");
    }
}
