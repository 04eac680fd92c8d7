//! `omo.msa.startkit` as go-micro v2 registers it: everything it has to say is in its tags.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

use super::http::call;
use crate::command::Outcome;

/// The service's name.
pub(crate) const NAME: &str = "omo.msa.startkit";

/// What a real v2.9.1 service writes: broker, registry, server and protocol, then its version.
const TAGS: [&str; 5] = [
    "t-789caa564a2acacf4e2d52b252ca28292950aa05040000ffff364d0600",
    "t-789caa562a4a4dcf2c2e29aa54b2524acecf2b2ecd51aa05040000ffff560f07c8",
    "t-789caa562a4e2d2a4b2d52b2524a2f2a4856aa05040000ffff36fa05fe",
    "t-789caa562a28ca2fc94fcecf51b252ca2d4d2e50aa05040000ffff46a906e2",
    "v-789cca492c492d2e01040000ffff08cc028e",
];

/// One instance, on one agent.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    /// The agent's HTTP address, `127.1.3.1:8500`.
    pub(crate) agent: String,
    /// The service's own address.
    pub(crate) address: String,
    /// `<name>-<uuid>`
    pub(crate) id: String,
}

impl Instance {
    /// The `number`th instance of the service, on the agent at this address.
    pub(crate) fn on(address: &str, number: u8) -> Self {
        Self {
            agent: format!("{address}:8500"),
            address: address.to_owned(),
            id: format!("{NAME}-5f0c2a9e-7b1d-4c3e-9a64-0d1e2f3a4b{number:02x}"),
        }
    }

    /// Registers it with a TTL check that is critical at first, as Consul does.
    pub(crate) fn register(&self) -> Outcome<()> {
        let registration = self.registration().to_string();
        call(
            "PUT",
            &self.agent,
            "/v1/agent/service/register",
            Some(&registration),
        )
        .map(|_| ())
    }

    /// Tells the agent that it lives.
    pub(crate) fn pass(&self) -> Outcome<()> {
        let path = format!("/v1/agent/check/pass/service:{}", self.id);
        call("PUT", &self.agent, &path, None).map(|_| ())
    }

    fn registration(&self) -> Value {
        let mut tags: Vec<String> = TAGS.iter().map(|tag| (*tag).to_owned()).collect();
        for method in ["StartKit.Echo", "StartKit.Ping"] {
            tags.push(format!("e-{}", packed(&endpoint(method).to_string())));
        }
        json!({
            "ID": self.id,
            "Name": NAME,
            "Tags": tags,
            "Address": self.address,
            "Port": 9600,
            "Check": {
                "TTL": "60s",
                "DeregisterCriticalServiceAfter": "1m5s"
            }
        })
    }
}

fn endpoint(method: &str) -> Value {
    let text = |name: &str| json!({ "name": name, "type": "string", "values": null });
    json!({
        "name": method,
        "request": { "name": "Request", "type": "Request", "values": [text("msg")] },
        "response": { "name": "Response", "type": "Response", "values": [text("msg")] },
        "metadata": { "stream": "false" }
    })
}

/// Lower-case hex of a zlib stream.
fn packed(text: &str) -> String {
    use std::fmt::Write as _;
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let bytes = encoder
        .write_all(text.as_bytes())
        .and_then(|()| encoder.finish())
        .expect("a Vec takes every byte");
    bytes.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn unpacked(hex: &str) -> String {
        let bytes: Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let mut text = String::new();
        flate2::read::ZlibDecoder::new(&bytes[..])
            .read_to_string(&mut text)
            .unwrap();
        text
    }

    #[test]
    fn the_tags_say_what_a_real_service_says() {
        let said: Vec<String> = TAGS.iter().map(|tag| unpacked(&tag[2..])).collect();
        assert_eq!(
            said,
            [
                r#"{"broker":"http"}"#,
                r#"{"registry":"consul"}"#,
                r#"{"server":"grpc"}"#,
                r#"{"protocol":"mucp"}"#,
                "latest"
            ]
        );
    }

    #[test]
    fn an_endpoint_is_packed_as_go_micro_does() {
        let tag = packed(r#"{"name":"A.B"}"#);
        assert!(tag.starts_with("789c"), "{tag}");
        assert_eq!(unpacked(&tag), r#"{"name":"A.B"}"#);
    }

    #[test]
    fn an_instances_check_is_the_one_that_is_passed() {
        let instance = Instance::on("127.1.3.1", 1);
        assert!(instance.id.starts_with("omo.msa.startkit-"));
        assert_eq!(instance.registration()["Tags"].as_array().unwrap().len(), 7);
    }
}
