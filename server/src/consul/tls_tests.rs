//! TLS against a fake agent with certificates made here: each way of failing has its words.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
};

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd,
};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};

use super::{
    fake::{response, settings},
    *,
};

/// An authority, and a folder with its files.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Self {
            issuer,
            folder: tempfile::tempdir().unwrap(),
        };
        authority.file("ca.pem", &authority.issuer.pem());
        authority
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn ca_file(&self) -> Option<PathBuf> {
        Some(self.folder.path().join("ca.pem"))
    }

    fn certificate(&self, name: &str, until_year: i32) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// An agent that answers every request with a leader, on a thread that ends with the tests.
    fn agent(&self, name: &str, until_year: i32, wants_client: bool) -> SocketAddr {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (certificate, key) = self.certificate(name, until_year);
        let builder = ServerConfig::builder();
        let builder = if wants_client {
            let mut roots = RootCertStore::empty();
            roots.add(self.issuer.der().clone()).unwrap();
            let verifier = WebPkiClientVerifier::builder(Arc::new(roots)).build();
            builder.with_client_cert_verifier(verifier.unwrap())
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap();
        let config = builder
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let config = Arc::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = StreamOwned::new(connection, stream);
                let mut buffer = [0; 4096];
                let Ok(length) = stream.read(&mut buffer) else {
                    // says why before it closes
                    let _ = stream.conn.write_tls(&mut stream.sock);
                    continue;
                };
                let head = String::from_utf8_lossy(&buffer[..length]).to_lowercase();
                let host = head
                    .lines()
                    .find_map(|line| line.strip_prefix("host: "))
                    .unwrap_or_default();
                let sni = stream.conn.server_name().unwrap_or_default().to_owned();
                let body = format!("\"{host} {sni}\"");
                let _ = stream.write_all(&response(200, "", &body));
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        });
        address
    }
}

async fn leader(address: SocketAddr, host: &str, tls: TlsSettings) -> Result<String, Error> {
    let mut settings = settings(address);
    settings.address = format!("https://{host}:{}", address.port())
        .parse()
        .unwrap();
    settings.tls = tls;
    let client = Client::new(&settings)?;
    let leader = client.status().leader(&Query::default()).await?;
    Ok(leader.unwrap_or_default())
}

fn reason(outcome: Result<String, Error>) -> TlsReason {
    match outcome {
        Err(Error::Tls { reason, .. }) => reason,
        outcome => panic!("{outcome:?}"),
    }
}

#[tokio::test]
async fn certificates_are_verified_by_the_named_authority() {
    let authority = Authority::new();
    let agent = authority.agent("localhost", 2999, false);
    let trusted = TlsSettings {
        ca_file: authority.ca_file(),
        ..TlsSettings::default()
    };
    let host = format!("localhost:{} localhost", agent.port());
    assert_eq!(
        leader(agent, "localhost", trusted.clone()).await.unwrap(),
        host
    );
    let folder = TlsSettings {
        ca_path: Some(authority.folder.path().to_owned()),
        ..TlsSettings::default()
    };
    assert_eq!(leader(agent, "localhost", folder).await.unwrap(), host);

    let other = TlsSettings {
        ca_file: Authority::new().ca_file(),
        ..trusted.clone()
    };
    // its folder is gone with it
    assert!(matches!(
        leader(agent, "localhost", other).await,
        Err(Error::Settings { .. })
    ));
    let other = Authority::new();
    let others = TlsSettings {
        ca_file: other.ca_file(),
        ..trusted.clone()
    };
    let outcome = leader(agent, "localhost", others.clone()).await;
    assert_eq!(reason(outcome), TlsReason::UnknownIssuer);
    let unverified = TlsSettings {
        verify: false,
        ..others
    };
    assert_eq!(leader(agent, "localhost", unverified).await.unwrap(), host);

    let expired = authority.agent("localhost", 2001, false);
    let outcome = leader(expired, "localhost", trusted).await;
    assert_eq!(reason(outcome), TlsReason::Expired);
}

#[tokio::test]
async fn another_name_is_said_and_can_be_asked_for() {
    let authority = Authority::new();
    let agent = authority.agent("server.dc1.consul", 2999, false);
    let mut tls = TlsSettings {
        ca_file: authority.ca_file(),
        ..TlsSettings::default()
    };
    for host in ["localhost", "127.0.0.1"] {
        let TlsReason::NameMismatch(names) = reason(leader(agent, host, tls.clone()).await) else {
            panic!("another reason");
        };
        assert!(
            names.contains(host) && names.contains("server.dc1.consul"),
            "{names}"
        );
    }
    tls.server_name = Some("server.dc1.consul".into());
    for host in ["localhost", "127.0.0.1"] {
        // asked for by its name, over the address's host
        let expected = format!("{host}:{} server.dc1.consul", agent.port());
        assert_eq!(leader(agent, host, tls.clone()).await.unwrap(), expected);
    }
    tls.server_name = Some("not a name".into());
    assert!(matches!(
        leader(agent, "localhost", tls).await,
        Err(Error::Settings { .. })
    ));
}

#[tokio::test]
async fn client_certificates_are_shown_where_wanted() {
    let authority = Authority::new();
    let agent = authority.agent("localhost", 2999, true);
    let mut tls = TlsSettings {
        ca_file: authority.ca_file(),
        ..TlsSettings::default()
    };
    let outcome = leader(agent, "localhost", tls.clone()).await;
    assert_eq!(reason(outcome), TlsReason::ClientCertificate);
    let (certificate, key) = authority.certificate("waggle", 2999);
    tls.client_cert = Some(authority.file("cert.pem", certificate.pem().trim_end()));
    tls.client_key = Some(authority.file("key.pem", &key.serialize_pem()));
    leader(agent, "localhost", tls).await.unwrap();
}

#[tokio::test]
async fn what_speaks_no_tls_is_said() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let plain = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.write_all(&response(400, "", ""));
        let _ = stream.read(&mut [0; 4096]);
    });
    let tls = TlsSettings {
        verify: false,
        ..TlsSettings::default()
    };
    let outcome = leader(plain, "localhost", tls).await;
    assert_eq!(reason(outcome), TlsReason::NotTls);
}
