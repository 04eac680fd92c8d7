//! The HTTP client below an agent's: TLS, names, deadlines for connections.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use reqwest::{
    Certificate, Identity, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    header::HeaderValue,
    redirect,
};
use rustls::pki_types::DnsName;

use super::{AgentAddress, AgentSettings, Error, TlsSettings};

/// Idle connections are closed by us before most proxies do: a write on a connection that is just
/// being closed could not be repeated.
const IDLE_SECONDS: u64 = 20;

/// Makes the HTTP client for one agent: no redirects, no proxy from the environment, no retries.
pub(crate) fn http_client(settings: &AgentSettings) -> Result<reqwest::Client, Error> {
    // an Err says that a provider is there already, which is as good
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .no_proxy()
        .http1_only()
        .user_agent(concat!("waggle/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(Duration::from_secs(IDLE_SECONDS));
    match &settings.address {
        #[cfg(unix)]
        AgentAddress::Unix(path) => {
            builder = builder.unix_socket(path.as_path()).tls_certs_only([]);
        }
        #[cfg(not(unix))]
        AgentAddress::Unix(_) => {
            return Err(unusable("this system has no Unix sockets"));
        }
        // without TLS, no certificates are read from the system, which may have none
        AgentAddress::Http(url) if url.scheme() == "http" => {
            builder = builder.tls_certs_only([]);
        }
        AgentAddress::Http(url) => builder = with_tls(builder, url, &settings.tls)?,
    }
    builder
        .build()
        .map_err(|error| unusable(format!("TLS cannot be set up: {}", deepest(&error))))
}

/// Puts the name that the certificate must hold into `url`, so that it is asked for (SNI) and
/// verified; the connection still goes to the address's host ([`ToHost`]). Gives the `Host` header
/// that is sent all the same.
pub(crate) fn rename(url: &mut Url, tls: &TlsSettings) -> Result<Option<HeaderValue>, Error> {
    let Some(name) = server_name(url, tls)? else {
        return Ok(None);
    };
    let host = match (url.host_str().unwrap_or_default(), url.port()) {
        (host, Some(port)) => format!("{host}:{port}"),
        (host, None) => host.to_owned(),
    };
    url.set_host(Some(&name))
        .map_err(|_| unusable("the TLS server name is no name"))?;
    HeaderValue::from_str(&host)
        .map(Some)
        .map_err(|_| unusable("the agent's host is no name"))
}

fn server_name(url: &Url, tls: &TlsSettings) -> Result<Option<String>, Error> {
    match &tls.server_name {
        Some(name) if url.scheme() == "https" && !name.is_empty() => {
            DnsName::try_from(name.as_str())
                .map_err(|_| unusable("the TLS server name is no host name"))?;
            Ok(Some(name.clone()))
        }
        _ => Ok(None),
    }
}

fn with_tls(
    mut builder: reqwest::ClientBuilder,
    url: &Url,
    tls: &TlsSettings,
) -> Result<reqwest::ClientBuilder, Error> {
    if server_name(url, tls)?.is_some() {
        let host = url.host_str().unwrap_or_default();
        builder = builder.dns_resolver(ToHost(
            host.trim_start_matches('[')
                .trim_end_matches(']')
                .to_owned(),
        ));
    }
    if !tls.verify {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    let authorities = authorities(tls)?;
    if !authorities.is_empty() {
        builder = builder.tls_certs_only(authorities);
    }
    match (&tls.client_cert, &tls.client_key) {
        (Some(cert), Some(key)) => {
            let mut pem = read(cert)?;
            pem.push(b'\n');
            pem.extend(read(key)?);
            let identity = Identity::from_pem(&pem).map_err(|_| {
                unusable(format!(
                    "{} and {} are no certificate and key in PEM",
                    cert.display(),
                    key.display()
                ))
            })?;
            builder = builder.identity(identity);
        }
        (None, None) => {}
        _ => {
            return Err(unusable(
                "a client certificate needs its key, and a key its certificate",
            ));
        }
    }
    Ok(builder)
}

/// The authorities that `tls` names; empty for the system's.
fn authorities(tls: &TlsSettings) -> Result<Vec<Certificate>, Error> {
    if let Some(file) = &tls.ca_file {
        let certificates = Certificate::from_pem_bundle(&read(file)?).unwrap_or_default();
        if certificates.is_empty() {
            return Err(unusable(format!(
                "{} holds no certificate in PEM",
                file.display()
            )));
        }
        return Ok(certificates);
    }
    let Some(folder) = &tls.ca_path else {
        return Ok(Vec::new());
    };
    let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let mut certificates = Vec::new();
    for file in files {
        certificates.extend(Certificate::from_pem_bundle(&read(&file)?).unwrap_or_default());
    }
    if certificates.is_empty() {
        return Err(unusable(format!(
            "no file in {} holds a certificate in PEM",
            folder.display()
        )));
    }
    Ok(certificates)
}

/// Resolves every name to the agent's own host.
struct ToHost(String);

impl Resolve for ToHost {
    fn resolve(&self, _: Name) -> Resolving {
        let host = self.0.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((host.as_str(), 0)).await?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    unusable(format!("{} cannot be read: {error}", path.display()))
}

fn unusable(reason: impl Into<String>) -> Error {
    Error::Settings {
        reason: reason.into(),
    }
}

fn deepest(error: &reqwest::Error) -> String {
    let mut deepest: &dyn std::error::Error = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}
