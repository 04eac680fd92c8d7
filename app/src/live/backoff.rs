//! How long to wait after a failure.

const MAX_MILLISECONDS: u32 = 30_000;

/// After so many failures in a row 1, 2, 4 … 30 s, and a little by `random` (0 to 1), so that many
/// pages do not come back in one moment.
pub(super) fn milliseconds(failures: u32, random: f64) -> u32 {
    let pause = (1_000_u32 << failures.saturating_sub(1).min(5)).min(MAX_MILLISECONDS);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 1"
    )]
    let off = (random * f64::from(pause / 4)) as u32;
    pause + off
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let pauses: Vec<u32> = (1..=8)
            .map(|failures| milliseconds(failures, 0.0))
            .collect();
        assert_eq!(pauses, [1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
        assert_eq!(milliseconds(1, 1.0), 1250);
    }
}
