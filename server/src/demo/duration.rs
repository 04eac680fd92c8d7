//! Durations as Go writes them (`10s`, `1m30s`, `250ms`): what Consul takes in `wait=` and in JSON.

use std::time::Duration;

use serde_json::Value;

/// Units of Go's `time.ParseDuration`, longest spelling first where one begins another.
const UNITS: [(&str, f64); 7] = [
    ("ns", 1e-9),
    ("us", 1e-6),
    ("µs", 1e-6),
    ("ms", 1e-3),
    ("s", 1.0),
    ("m", 60.0),
    ("h", 3600.0),
];

/// Reads a duration without a sign; `None` where Go would refuse it.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let mut rest = text;
    let mut seconds = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let unit_end = rest
            .find(|c: char| c.is_ascii_digit() || c == '.')
            .unwrap_or(rest.len());
        let (_, factor) = UNITS.iter().find(|(name, _)| *name == &rest[..unit_end])?;
        seconds += number * factor;
        rest = &rest[unit_end..];
    }
    (!text.is_empty() && seconds < 1e9).then(|| Duration::from_secs_f64(seconds))
}

/// Writes a duration as Go does: `1m40s`, `250ms`.
pub(crate) fn format(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds == 0 {
        return if time.is_zero() {
            "0s".to_owned()
        } else {
            format!("{}ms", time.as_secs_f64() * 1e3)
        };
    }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let rest = time.as_secs_f64() - (hours * 3600 + minutes * 60) as f64;
    match (hours, minutes) {
        (0, 0) => format!("{rest}s"),
        (0, _) => format!("{minutes}m{rest}s"),
        _ => format!("{hours}h{minutes}m{rest}s"),
    }
}

/// A duration in JSON: Go text, or a number of nanoseconds; small numbers count seconds, as in Consul's
/// session `LockDelay`.
pub(crate) fn from_json(value: &Value) -> Option<Duration> {
    match value {
        Value::String(text) => parse(text),
        Value::Number(number) => {
            let number = number.as_u64()?;
            Some(if number < 1000 {
                Duration::from_secs(number)
            } else {
                Duration::from_nanos(number)
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        assert_eq!(parse("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse("1.5h"), Some(Duration::from_secs(5400)));
        assert_eq!(parse("0"), Some(Duration::ZERO));
        for refused in ["", "10", "x", "5 s", "s", "10s5"] {
            assert_eq!(parse(refused), None, "{refused}");
        }
    }

    #[test]
    fn writes_what_go_writes() {
        for text in ["1m40s", "10s", "250ms", "1h0m5s", "0s", "1.5s"] {
            assert_eq!(format(parse(text).unwrap()), text);
        }
    }

    #[test]
    fn a_small_number_counts_seconds() {
        assert_eq!(from_json(&Value::from(15)), Some(Duration::from_secs(15)));
        assert_eq!(
            from_json(&Value::from(2_000_000_000_u64)),
            Some(Duration::from_secs(2))
        );
    }
}
