//! waggle's page: in the browser as WASM (feature `csr`), or rendered to HTML on the server
//! (feature `ssr`).
//!
//! Imports run one way: pages → live → api → wire. Components know no page and no Consul.

pub mod api;
pub mod app;
#[cfg(feature = "csr")]
mod carry_over;
pub mod components;
mod download;
pub mod effect;
pub mod i18n;
pub mod lazy;
pub mod live;
pub mod navigation;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod render;
pub mod routes;
pub mod screen;
pub mod shell;
#[cfg(feature = "csr")]
pub mod start;
pub mod state;

pub use app::App;
