//! Compression of what is made per request; embedded files are compressed already.

use tower_http::compression::{CompressionLayer, CompressionLevel};

/// br or gzip, at a level that costs less than it saves on a slow link.
pub(crate) fn layer() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(5))
}
