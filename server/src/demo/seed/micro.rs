//! The go-micro services: `omo.<domain>.<name>`, TTL checks, everything they say in encoded tags.

use super::builder::{Health, Instance, Seeder, check};
use super::{outputs, tags};

/// A service with its version and the numbers of the nodes of its domain that run it.
struct Micro {
    domain: &'static str,
    name: &'static str,
    version: &'static str,
    nodes: &'static [u8],
    endpoints: &'static [&'static str],
}

const fn micro(
    domain: &'static str,
    name: &'static str,
    version: &'static str,
    nodes: &'static [u8],
    endpoints: &'static [&'static str],
) -> Micro {
    Micro {
        domain,
        name,
        version,
        nodes,
        endpoints,
    }
}

const SERVICES: [Micro; 18] = [
    micro(
        "msa",
        "startkit",
        "latest",
        &[1, 2, 3],
        &["StartKit.Call", "StartKit.Stream", "Healthy.Echo"],
    ),
    micro(
        "msa",
        "account",
        "1.8.2",
        &[1, 2, 3],
        &[
            "Auth.Signin",
            "Auth.Signup",
            "Profile.Query",
            "Profile.Update",
        ],
    ),
    micro(
        "msa",
        "organization",
        "1.4.0",
        &[1, 2, 3],
        &["Organization.Get", "Organization.List", "Member.Add"],
    ),
    micro(
        "msa",
        "group",
        "1.4.0",
        &[1, 3],
        &["Collection.Make", "Collection.List", "Member.Add"],
    ),
    micro(
        "msa",
        "asset",
        "2.0.1",
        &[1, 2],
        &["Asset.Upload", "Asset.Get", "Asset.List"],
    ),
    micro(
        "msa",
        "notification",
        "0.9.7",
        &[2, 3],
        &["Message.Send", "Message.Watch"],
    ),
    micro(
        "msa",
        "workflow",
        "1.0.0",
        &[3],
        &["Task.Create", "Task.Run", "Task.Logs"],
    ),
    micro(
        "msa",
        "permission",
        "1.2.5",
        &[1, 2, 3],
        &["Rule.Check", "Rule.List"],
    ),
    micro(
        "dsc",
        "catalog",
        "3.1.0",
        &[1, 2, 3],
        &["Catalog.Get", "Catalog.Search"],
    ),
    micro(
        "dsc",
        "search",
        "3.1.0",
        &[1, 2, 3],
        &["Search.Query", "Search.Suggest"],
    ),
    micro(
        "dsc",
        "index",
        "3.0.4",
        &[1, 3],
        &["Index.Build", "Index.Status"],
    ),
    micro(
        "dsc",
        "ingest",
        "2.7.3",
        &[1, 2],
        &["Ingest.Push", "Ingest.Stream"],
    ),
    micro("dsc", "thumbnail", "1.1.1", &[2], &["Thumbnail.Make"]),
    micro("bla", "gateway", "1.6.0", &[1, 2, 3], &["Gateway.Route"]),
    micro(
        "bla",
        "report",
        "1.3.8",
        &[1, 2],
        &["Report.Build", "Report.Download"],
    ),
    micro(
        "bla",
        "billing",
        "1.3.8",
        &[2, 3],
        &["Invoice.Get", "Invoice.List"],
    ),
    micro(
        "bla",
        "scheduler",
        "0.4.2",
        &[1, 2, 3],
        &["Job.Add", "Job.List"],
    ),
    micro(
        "bla",
        "audit",
        "1.0.3",
        &[3],
        &["Audit.Write", "Audit.Query"],
    ),
];

/// What is not passing in `dc1`: service, node number, health.
const TROUBLE: [(&str, u8, Health<'static>); 4] = [
    ("notification", 3, ("critical", outputs::TTL_EXPIRED)),
    ("billing", 3, ("critical", outputs::HTTP_BROKEN)),
    (
        "index",
        3,
        (
            "warning",
            "index build: 3 of 48 segments failed\nretry in 00:04:12",
        ),
    ),
    (
        "workflow",
        3,
        (
            "warning",
            "task queue: 912 of 1000\n  slowest: Task.Run 48 s\n  workers: 8 of 8 busy",
        ),
    ),
];

/// go-micro's metadata; one that runs two versions at once shows it in its tags.
fn encoded(name: &str, version: &str, endpoints: &[&str]) -> Vec<String> {
    let mut all = vec![
        tags::version(version),
        tags::metadata("server", "grpc"),
        tags::metadata("transport", "grpc"),
        tags::metadata("broker", "http"),
        tags::metadata("registry", "consul"),
        tags::metadata("protocol", "grpc"),
    ];
    for endpoint in endpoints {
        let stream = endpoint.ends_with("Stream")
            || endpoint.ends_with("Watch")
            || endpoint.ends_with("Logs");
        let request = [("uid", "string"), ("offset", "int64"), ("count", "int64")];
        let response = [("status", "Status"), ("list", name)];
        all.push(tags::endpoint(endpoint, &request, &response, stream));
    }
    all
}

/// An instance's uuid, the same at each start.
fn uuid(domain: &str, service: &str, number: u8) -> String {
    let part = |text: &str, start: u32| {
        text.bytes()
            .fold(start, |sum, byte| sum.rotate_left(5) ^ u32::from(byte))
    };
    let (a, b) = (part(service, 0x6f1d_0c52), part(domain, 0x4a0e_9f0a));
    // The name of the check that moves by itself is known by heart in `FLAPPING_CHECK`.
    if (domain, service) == ("dsc", "ingest") {
        return format!("6f1d0c52-6f4b-4a0e-9f0a-0d5c2b1e7a{number:02x}");
    }
    format!(
        "{a:08x}-{:04x}-4{:03x}-9f0a-{b:08x}{number:04x}",
        a >> 16,
        b & 0xfff
    )
}

fn instance(seeder: &mut Seeder, node: &str, service: &Micro, number: u8, health: Health<'_>) {
    let name = format!("omo.{}.{}", service.domain, service.name);
    let id = format!("{name}-{}", uuid(service.domain, service.name, number));
    // A rolling update is under way: the last account still runs the version before.
    let version = if service.name == "account" && number == 3 {
        "1.8.1"
    } else {
        service.version
    };
    let port = 30_000
        + u16::try_from(
            uuid(service.domain, service.name, number)
                .bytes()
                .map(u32::from)
                .sum::<u32>()
                % 9000,
        )
        .unwrap_or(0);
    seeder.instance(Instance {
        node,
        name: &name,
        port: port + u16::from(number),
        tags: encoded(service.name, version, service.endpoints),
        checks: vec![check("ttl", &format!("Service '{name}' check"), health)],
        id,
        ..Instance::default()
    });
}

pub(super) fn first(seeder: &mut Seeder) {
    for service in &SERVICES {
        for &number in service.nodes {
            let trouble = TROUBLE
                .iter()
                .find(|(name, node, _)| (*name, *node) == (service.name, number));
            let fine = (
                "passing",
                if service.name == "ingest" {
                    outputs::INGEST_FINE
                } else {
                    ""
                },
            );
            let node = format!("{}-{number}", service.domain);
            instance(
                seeder,
                &node,
                service,
                number,
                trouble.map_or(fine, |(_, _, health)| *health),
            );
        }
    }
}

/// The few that run at the edge.
pub(super) fn second(seeder: &mut Seeder) {
    for service in SERVICES
        .iter()
        .filter(|service| ["startkit", "account", "gateway"].contains(&service.name))
    {
        for number in 1..=3 {
            instance(
                seeder,
                &format!("edge-{number}"),
                service,
                number,
                ("passing", ""),
            );
        }
    }
}
