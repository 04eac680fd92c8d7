//! Parts used on more than one page. They know no page and no Consul; of `state` only settings and toasts.

pub mod blank;
pub mod change_preview;
pub mod check_list;
pub mod check_output;
pub mod copy;
pub mod datacenters;
pub mod dialog;
pub mod dynamic;
pub mod export_dialog;
pub mod field;
pub mod health;
pub mod icon;
pub mod key_history;
pub mod key_text;
pub mod moment;
pub mod more_rows;
pub mod page;
pub mod pairs;
pub mod problem;
pub mod still;
pub mod table;
pub mod tabs;
mod tall_list;
pub mod text_diff;
pub mod toasts;
pub mod tool_links;

pub use blank::Blank;
pub use change_preview::ChangePreview;
pub use check_list::CheckList;
pub use check_output::{check_facts, check_output, copies_outputs};
pub use copy::CopyButton;
pub use datacenters::{DatacenterChips, grows_old, standing, told};
pub use dialog::{Dialog, DialogFoot};
pub use dynamic::dynamic;
pub use export_dialog::ExportDialog;
pub use field::{Choice, FilterField, Segmented, search_error_text, status_choices};
pub use health::{
    HealthGlyph, HealthWord, Skyline, health_glyph, health_word, instance_squares, skyline, state,
};
pub use icon::{Icon, icon, symbol};
pub use key_history::KeyHistory;
pub use key_text::{KeyText, key_text};
pub use moment::Moment;
pub use more_rows::MoreRows;
pub use page::{Crumb, PageFoot, PageHead};
pub use pairs::{PairList, value_text};
pub use problem::{
    DialogProblem, HiddenNote, PartFailedNote, ProblemNote, ProblemView, WaitingNote,
};
pub use still::{Still, still};
pub use table::{
    SkeletonRows, Sort, SortHead, TagList, row_space, skeleton_row, split_name, tag_list,
};
pub use tabs::{TabItem, Tabs};
pub use tall_list::{Extent, TallList, room, tall_list};
pub use text_diff::TextDiff;
pub use toasts::ToastList;
pub use tool_links::ToolLinks;
