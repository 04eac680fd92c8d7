//! The texts of comparisons.

/// Every text of a comparison of two texts.
#[derive(Debug)]
pub struct DiffMessages {
    /// What the comparison is called, for screen readers.
    pub label: &'static str,
    /// What the choice of its layout is called.
    pub layout: &'static str,
    /// The old text at the left, the new one at the right.
    pub side_by_side: &'static str,
    /// Removed lines above added ones.
    pub inline: &'static str,
    /// The button that goes back to the change before.
    pub previous_change: &'static str,
    /// The button that goes on to the next change.
    pub next_change: &'static str,
    /// The change that was gone to (0: none yet), and how many there are.
    pub change_of: fn(u32, u32) -> String,
    /// So many equal lines are left out: the button that shows them.
    pub unchanged_lines: fn(u32) -> String,
    /// The button that shows more: so many rows are left.
    pub more_rows: fn(u32) -> String,
    /// Both texts are equal.
    pub no_difference: &'static str,
    /// A line that only the old text has, for screen readers.
    pub removed: &'static str,
    /// A line that only the new text has, for screen readers.
    pub added: &'static str,
    /// A value that is not text: how many bytes it has, written; they follow in hex.
    pub not_text: fn(&str) -> String,
    /// Both values are equal, but not their flags.
    pub only_flags: &'static str,
    /// Flags before and after, written.
    pub flags: fn(&str, &str) -> String,
    /// One side is not there at all, and the other holds nothing.
    pub empty_value: &'static str,
}
