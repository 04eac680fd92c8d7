//! The nodes of both datacenters.

use super::builder::{Seeder, check};
use super::outputs;
use crate::demo::state::MemberStatus;

/// Server and client names of `dc1` with the third part of their addresses.
const KINDS: [(&str, u8, bool); 4] = [
    ("src", 0, true),
    ("dsc", 1, false),
    ("msa", 2, false),
    ("bla", 3, false),
];

/// 3 servers, 9 clients, and a mail relay outside.
pub(super) fn first(seeder: &mut Seeder) {
    for (kind, block, server) in KINDS {
        for number in 1..=3 {
            let address = format!("10.0.{block}.{}", 10 + number);
            seeder.member(
                &format!("{kind}-{number}"),
                &address,
                server,
                MemberStatus::Alive,
            );
        }
    }
    seeder.external_node("mail-relay.example", "192.0.2.25");
    for node in ["dsc-1", "dsc-2", "dsc-3", "bla-1"] {
        let health = if node == "dsc-3" {
            ("warning", outputs::DISK_FULL)
        } else {
            ("passing", outputs::DISK_FINE)
        };
        seeder.node_check(node, "disk", check("script", "Disk usage", health));
    }
}

/// A small second datacenter, where one client does not answer.
pub(super) fn second(seeder: &mut Seeder) {
    seeder.member("src-d2", "10.2.0.11", true, MemberStatus::Alive);
    for number in 1..=3 {
        let status = if number == 3 {
            MemberStatus::Failed
        } else {
            MemberStatus::Alive
        };
        seeder.member(
            &format!("edge-{number}"),
            &format!("10.2.1.{}", 10 + number),
            false,
            status,
        );
    }
}
