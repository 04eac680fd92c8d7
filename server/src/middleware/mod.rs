//! What every request passes on its way in and out: one layer a file. Only `router` imports it.

pub(crate) mod compress;
pub(crate) mod host;
pub(crate) mod limits;
pub(crate) mod read_only;
pub(crate) mod request_log;
pub(crate) mod same_origin;
pub(crate) mod security_headers;
