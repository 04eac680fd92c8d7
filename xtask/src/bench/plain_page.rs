//! The limit: a static HTML file that already holds the rows, served with nothing else behind it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};

use crate::bench::filling::Size;
use crate::bench::rows::List;
use crate::command::Outcome;
use crate::compress::{self, Compressed};
use crate::wasm::Build;

/// The rows of a first window.
const ROWS: usize = 100;

/// A server of one page; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct PlainPage {
    /// Its address, without the scheme.
    pub(crate) authority: String,
    ended: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl PlainPage {
    /// Serves the first rows of a list at any path; `memory` keeps what was compressed.
    pub(crate) fn serve(size: &Size, list: List, memory: &Path) -> Outcome<Self> {
        let page = html(size, list);
        let compressed = compress::compress(page.as_bytes(), Build::Small, memory)?;
        let listener = TcpListener::bind((size.address, 8901))
            .map_err(|error| format!("{}:8901: {error}", size.address))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let ended = Arc::new(AtomicBool::new(false));
        let shared = (Arc::clone(&ended), Arc::new((page, compressed)));
        let listening = thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if shared.0.load(Ordering::Relaxed) {
                    return;
                }
                let files = Arc::clone(&shared.1);
                // a browser that goes away is none of the server's business
                thread::spawn(move || answer(stream, &files.0, &files.1));
            }
        });
        Ok(Self {
            authority: address.to_string(),
            ended,
            listening: Some(listening),
        })
    }
}

impl Drop for PlainPage {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::Relaxed);
        // the listener looks at `ended` when somebody comes
        let _ = TcpStream::connect(&self.authority);
        // the next one listens at the same place
        let _ = self.listening.take().map(JoinHandle::join);
    }
}

fn answer(mut stream: TcpStream, page: &str, compressed: &Compressed) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream.try_clone()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let is_page = head
            .split(' ')
            .nth(1)
            .is_some_and(|path| path.starts_with("/ui/"));
        let (encoding, body) = match head.to_ascii_lowercase() {
            _ if !is_page => ("", &[][..]),
            head if accepts(&head, "br") => ("br", &compressed.brotli[..]),
            head if accepts(&head, "gzip") => ("gzip", &compressed.gzip[..]),
            _ => ("", page.as_bytes()),
        };
        let status = if is_page { "200 OK" } else { "404 Not Found" };
        let length = body.len();
        let mut answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\n"
        );
        if !encoding.is_empty() {
            let _ = write!(answer, "Content-Encoding: {encoding}\r\n");
        }
        answer += "\r\n";
        let mut bytes = answer.into_bytes();
        bytes.extend_from_slice(body);
        stream.write_all(&bytes)?;
    }
}

fn accepts(head: &str, encoding: &str) -> bool {
    let line = head
        .lines()
        .find_map(|line| line.strip_prefix("accept-encoding:"));
    line.is_some_and(|line| line.split([',', ' ', ';']).any(|word| word == encoding))
}

fn html(size: &Size, list: List) -> String {
    let mut text = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Rows</title>\
         <link rel=\"icon\" href=\"data:,\"><style>body{font:13px/20px sans-serif;margin:24px}\
         table{width:100%;border-collapse:collapse;table-layout:fixed}\
         td{height:36px;padding:0 8px;border-bottom:1px solid #ddd}</style></head><body>\
         <h1>Rows</h1><table><tbody>",
    );
    for number in 0..ROWS {
        let (href, name) = list.row(size, number);
        let state = if number < 20 { "Critical" } else { "Passing" };
        let _ = write!(
            text,
            "<tr><td>{state}</td><td><a href=\"{href}\">{name}</a></td><td>{}</td>\
             <td>bench, zone-{number}</td></tr>",
            number % 13
        );
    }
    text += "</tbody></table></body></html>\n";
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::filling::TENTH;

    #[test]
    fn the_page_holds_the_rows_as_links() {
        let page = html(&TENTH, List::Nodes);
        assert_eq!(page.matches("<tr>").count(), ROWS);
        assert!(page.contains("<a href=\"/ui/dc1/nodes/bench-node-00099\">bench-node-00099</a>"));
        let keys = html(&TENTH, List::Keys);
        assert!(keys.contains("/ui/dc1/kv/bench/flat/key-000001/edit\">key-000001</a>"));
    }

    #[test]
    fn an_encoding_is_one_of_those_accepted() {
        let head = "get /ui/ http/1.1\r\naccept-encoding: gzip, deflate, br;q=1\r\n\r\n";
        assert!(accepts(head, "br") && accepts(head, "gzip"));
        assert!(!accepts(head, "zstd"));
        assert!(!accepts("get / http/1.1\r\n\r\n", "br"));
    }
}
