//! What a process costs, as the kernel counts it.

use std::fs;
use std::time::Duration;

use crate::command::Outcome;

/// Ticks a second in `/proc/<pid>/stat`: 100 on every Linux, whatever the kernel's own clock.
const TICK: Duration = Duration::from_millis(10);

/// The processor time that a process has used, its own and the kernel's for it.
pub(crate) fn cpu(pid: u32) -> Outcome<Duration> {
    let text = read(pid, "stat")?;
    parse_cpu(&text).ok_or_else(|| format!("/proc/{pid}/stat is not as expected"))
}

/// The memory of a process in MB (10⁶ bytes): what it holds now, and the most that it ever held.
pub(crate) fn memory(pid: u32) -> Outcome<[f64; 2]> {
    let text = read(pid, "status")?;
    parse_memory(&text).ok_or_else(|| format!("/proc/{pid}/status is not as expected"))
}

fn read(pid: u32, what: &str) -> Outcome<String> {
    let file = format!("/proc/{pid}/{what}");
    fs::read_to_string(&file).map_err(|error| format!("{file}: {error}"))
}

fn parse_cpu(text: &str) -> Option<Duration> {
    // the name in parentheses can hold anything, even a parenthesis
    let (_, rest) = text.rsplit_once(')')?;
    let mut ticks = rest.split_whitespace().skip(11);
    let user: u32 = ticks.next()?.parse().ok()?;
    let kernel: u32 = ticks.next()?.parse().ok()?;
    Some(TICK * (user + kernel))
}

fn parse_memory(text: &str) -> Option<[f64; 2]> {
    let of = |name: &str| {
        let line = text.lines().find(|line| line.starts_with(name))?;
        let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib * 1024.0 / 1e6)
    };
    Some([of("VmRSS:")?, of("VmHWM:")?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_past_any_name() {
        let text = "7 (a) b (c)) S 1 7 7 0 -1 4194560 900 0 0 0 150 50 3 4 20 0 5 0 99 1 2";
        assert_eq!(parse_cpu(text), Some(Duration::from_secs(2)));
        assert_eq!(parse_cpu("7 (a"), None);
    }

    #[test]
    fn memory_is_in_millions_of_bytes() {
        let text = "Name:\tx\nVmHWM:\t  2000 kB\nVmRSS:\t  1000 kB\n";
        assert_eq!(parse_memory(text), Some([1.024, 2.048]));
    }

    #[test]
    fn this_process_can_be_asked() {
        let pid = std::process::id();
        assert!(memory(pid).unwrap()[0] > 1.0);
        cpu(pid).unwrap();
    }
}
