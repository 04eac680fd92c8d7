//! Compression of what the API answers; pages and embedded files are compressed already.

use tower_http::compression::{CompressionLayer, CompressionLevel};

/// br or gzip. A higher level takes longer than what it saves takes on a slow link.
pub(crate) fn layer() -> CompressionLayer {
    CompressionLayer::new().quality(CompressionLevel::Precise(3))
}
