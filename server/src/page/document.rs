//! The text of index.html.

use std::{fmt::Write as _, sync::OnceLock};

use app::lazy::Part;
use serde::de::IgnoredAny;
use wire::settings::Settings;

use super::{
    critical::Sheet,
    first_data::{Answers, First},
    recent::Written,
    sprite,
    words::{self, Words},
};
use crate::assets::{self, Inline, InlineHashes, Manifest};

/// What the page is called and looks like where it is installed as an app.
const MANIFEST: &str = "manifest.webmanifest";

/// Where nothing else asks for data that are missing, the page is opened anew after so long.
const ASKS_AGAIN_SECONDS: u32 = 2;

/// How much of a page is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extent {
    /// All of it.
    Whole,
    /// What is beside the frame, and the data: for the boot script, which puts it into a page that
    /// is there.
    Main,
}

/// What index.html is made of.
pub(super) struct Document<'a> {
    pub(super) manifest: &'a Manifest,
    /// The style sheet.
    pub(super) sheet: &'a Sheet,
    pub(super) settings: &'a Settings,
    pub(super) first: &'a Answers,
    /// Path and query that were asked for.
    pub(super) url: &'a str,
}

impl Document<'_> {
    /// The text of so much of it.
    pub(super) fn write(&self, extent: Extent) -> Written {
        let first = self.first_data();
        let rendered = sprite::in_place(&app::render::render(
            self.url,
            self.settings.clone(),
            app::live::FirstData::parse(&first),
        ));
        match extent {
            Extent::Whole => self.whole(&rendered, &first),
            Extent::Main => Written::new(main(&rendered) + &first_script(&first), None),
        }
    }

    fn whole(&self, rendered: &str, first: &str) -> Written {
        let Settings {
            language,
            theme,
            tree,
            ..
        } = self.settings;
        let base = format!("{}/assets", self.settings.base_path);
        let boot = &self.manifest.boot;
        let theme = if theme.is_empty() {
            String::new()
        } else {
            format!(" data-theme=\"{theme}\"")
        };
        let tree = if tree.is_empty() {
            String::new()
        } else {
            format!(" data-tree=\"{tree}\"")
        };
        let icons = sprite::all();
        let words = words::of(language);
        let body = format!(
            "<noscript><div class=\"page-banner\">{}</div></noscript>\n\
             <div class=\"icon-sprite\"><svg></svg></div>\n<div id=\"app\">{rendered}</div>\n{}",
            match self.first.asks_again {
                true => (words.asking_again)(ASKS_AGAIN_SECONDS),
                false => words.without_scripts.to_owned(),
            },
            not_started(words, self.first.asks_again)
        );
        let style = self.sheet.of(&body);
        let script = fetch_ahead();
        let mut text = format!(
            "<!doctype html>\n<html lang=\"{language}\"{theme}{tree}>\n<head>\n<meta charset=\"utf-8\">\n\
             <title>waggle</title>\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n"
        );
        // before the style, which takes a moment to be read
        self.links_ahead(&base, &self.parts(rendered), &mut text);
        let _ = writeln!(text, "<script>{}</script>", script.text);
        let _ = writeln!(text, "<style>{}</style>", style.text);
        // not its address: browsers ask for that anew whenever the page's own address changes
        let icon = assets::icon_url();
        let _ = writeln!(text, "<link rel=\"icon\" href=\"{icon}\">");
        if self.first.asks_again {
            // nobody else asks for the data where no script does
            let _ = writeln!(
                text,
                "<noscript><meta http-equiv=\"refresh\" content=\"{ASKS_AGAIN_SECONDS}\"></noscript>"
            );
        }
        if assets::exists(MANIFEST) {
            let _ = writeln!(text, "<link rel=\"manifest\" href=\"{base}/{MANIFEST}\">");
        }
        let _ = write!(
            text,
            "</head>\n<body>\n{body}\
             <script type=\"application/json\" id=\"waggle-settings\">{}</script>\n\
             {}\
             <script type=\"image/svg+xml\" id=\"waggle-icons\">{icons}</script>\n\
             <script type=\"module\">{}</script>\n</body>\n</html>\n",
            in_script(&serde_json::to_string(self.settings).unwrap_or_default()),
            first_script(first),
            boot.text,
        );
        let hashes = InlineHashes {
            style: style.hash,
            scripts: [&script.hash, &boot.hash].map(Clone::clone),
        };
        Written::new(text, Some(hashes))
    }

    /// What may be fetched before it is wanted; never compiled: the boot script imports it after the
    /// first paint.
    fn links_ahead(&self, base: &str, parts: &[Part], text: &mut String) {
        let Manifest { wasm, glue, .. } = self.manifest;
        for module in std::iter::once(wasm).chain(self.files_of(parts)) {
            let _ = writeln!(
                text,
                "<link rel=\"ahead\" as=\"fetch\" type=\"application/wasm\" crossorigin \
                 href=\"{base}/{module}\">"
            );
        }
        let _ = writeln!(
            text,
            "<link rel=\"ahead\" as=\"script\" crossorigin href=\"{base}/{glue}\">"
        );
        // the boot script fetches it where it finds this
        if parts.iter().any(|part| part.has_style()) {
            let style = &self.manifest.style_of_parts;
            let _ = writeln!(
                text,
                "<link rel=\"ahead\" as=\"style\" href=\"{base}/{style}\">"
            );
        }
    }

    /// The parts that the page cannot be drawn without: its own, and what `rendered` says that it
    /// needs.
    fn parts(&self, rendered: &str) -> Vec<Part> {
        let path = self.url.split('?').next().unwrap_or_default();
        let (place, _) = app::routes::parse_under(&self.settings.base_path, path);
        let own = app::lazy::part_of(&place);
        let is_needed = |part: &Part| {
            // no text of others can look like this: theirs is escaped
            let mark = format!("<template data-needs=\"{}\"", part.name());
            own == Some(*part) || rendered.contains(&mark)
        };
        Part::ALL.into_iter().filter(is_needed).collect()
    }

    /// The modules of parts: their own, and what they share.
    fn files_of(&self, parts: &[Part]) -> impl Iterator<Item = &String> {
        let is_wanted = move |names: &str| {
            names
                .split('+')
                .any(|name| parts.iter().any(|part| name == part.name()))
        };
        let parts = self.manifest.parts.iter();
        parts.filter_map(move |(names, file)| is_wanted(names).then_some(file))
    }

    /// One object of all answers. They are put together as text: numbers stay exact, and nothing
    /// large is read and written again.
    fn first_data(&self) -> String {
        let pairs: Vec<String> = self
            .first
            .by_url
            .iter()
            .filter(|(_, answer)| serde_json::from_str::<IgnoredAny>(&answer.body).is_ok())
            .filter_map(|(url, First { etag, body, failed })| {
                let url = serde_json::to_string(url).ok()?;
                let etag = serde_json::to_string(etag).ok()?;
                let what = if *failed { "problem" } else { "body" };
                Some(format!("{url}:{{\"etag\":{etag},\"{what}\":{body}}}"))
            })
            .collect();
        format!("{{{}}}", pairs.join(","))
    }
}

/// Fetches what the page will need, where fetching takes longer than drawing: over a tunnel the
/// answer itself took that long to begin. Next door it comes soon enough after the first paint, which
/// would have to share the processors with it: measured, a fifth of the time until rows are seen.
///
/// What the page took from its very beginning is the second question, for browsers that do not say
/// when an answer began (and for links that a browser plays at being slow: it leaves that out). It
/// asks for more, since a busy machine takes that long by itself: 25 to 90 ms next door, 190 and more
/// over a link of 100.
fn fetch_ahead() -> &'static Inline {
    static SCRIPT: OnceLock<Inline> = OnceLock::new();
    SCRIPT.get_or_init(|| {
        Inline::of(
            "{const[page]=performance.getEntriesByType(\"navigation\");\
             if(page?.responseStart-page?.requestStart>40||performance.now()>130)\
             for(const link of document.querySelectorAll(\"link[rel=ahead]\"))link.rel=\"preload\"}",
        )
    })
}

/// For the boot script, which shows it where the app does not start, and asks again where that
/// would have asked for what is missing.
fn not_started(words: &Words, asks_again: bool) -> String {
    let Words {
        not_started,
        reload,
        ..
    } = words;
    let asks_again = if asks_again {
        format!(" data-asks-again=\"{ASKS_AGAIN_SECONDS}\"")
    } else {
        String::new()
    };
    format!(
        "<template id=\"waggle-not-started\"{asks_again}><div class=\"crash-banner\" role=\"alert\">\
         <span>{not_started}</span> <code></code> <a href=\"\">{reload}</a></div></template>\n"
    )
}

/// What is beside the frame.
fn main(rendered: &str) -> String {
    const END: &str = "</main>";
    let begin = rendered.find("<main").unwrap_or_default();
    let end = rendered.rfind(END).map_or(begin, |end| end + END.len());
    rendered[begin..end].to_owned()
}

fn first_script(first: &str) -> String {
    format!(
        "<script type=\"application/json\" id=\"waggle-first\">{}</script>\n",
        in_script(first)
    )
}

/// JSON that can stand inside `<script>`: no `<`, so neither `</script>` nor `<!--`. A `<` is only
/// ever inside a string there, where the escape means the same.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// Said in place of the page where it was not built.
pub(super) fn not_built() -> String {
    "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>waggle</title></head>\n\
     <body><h1>This waggle was built without its page</h1>\n\
     <p>Its API works. <code>cargo xtask build</code> builds the page and puts it into the \
     binary; <code>cargo xtask demo</code> builds and runs it all.</p></body>\n</html>\n"
        .to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn write(first: &Answers) -> String {
        write_at("/x/ui/dc1/nodes", first)
    }

    fn write_at(url: &str, first: &Answers) -> String {
        write_of(Extent::Whole, url, first)
    }

    fn write_of(extent: Extent, url: &str, first: &Answers) -> String {
        of(url, first, |document| {
            document.write(extent).text().to_owned()
        })
    }

    fn of<T>(url: &str, first: &Answers, use_it: impl Fn(&Document<'_>) -> T) -> T {
        let manifest = Manifest {
            wasm: "app-1_bg.wasm".into(),
            glue: "app-1.js".into(),
            boot: Inline::of("start()"),
            parts: BTreeMap::from([
                ("kv".into(), "part-kv-1.wasm".into()),
                ("node".into(), "part-node-1.wasm".into()),
                ("kv+node".into(), "part-chunk_4-1.wasm".into()),
                ("edit+key".into(), "part-chunk_5-1.wasm".into()),
                ("key".into(), "part-key-1.wasm".into()),
            ]),
            style: "style-1.css".into(),
            style_of_parts: "part-style-1.css".into(),
        };
        let settings = Settings {
            base_path: "/x".into(),
            language: "zh-CN".into(),
            theme: "dark".into(),
            tree: "280".into(),
            ..Settings::default()
        };
        use_it(&Document {
            manifest: &manifest,
            sheet: &Sheet::read("a{b:c}.page{d:e}.of-no-page{f:g}"),
            settings: &settings,
            first,
            url,
        })
    }

    #[test]
    fn everything_is_below_the_base_path() {
        let text = write(&Answers::default());
        assert!(text.contains("<html lang=\"zh-CN\" data-theme=\"dark\" data-tree=\"280\">"));
        for link in text.split("href=\"").chain(text.split("src=\"")).skip(1) {
            // the text before the first link; an icon, the page itself or a place of it
            if link.starts_with(['<', '"', '#']) || link.starts_with("data:image/svg+xml,") {
                continue;
            }
            assert!(
                link.starts_with("/x/assets/") || link.starts_with("/x/ui/"),
                "{link}"
            );
        }
        assert!(text.contains("id=\"waggle-first\">{}</script>"));
        assert!(text.contains("<style>a{b:c}"));
        assert!(!text.contains("of-no-page"));
        assert!(!text.contains("stylesheet") && !text.contains(" onclick"));
    }

    fn answer(etag: &str, body: &str) -> First {
        First {
            etag: etag.to_owned(),
            body: body.to_owned(),
            failed: false,
        }
    }

    fn answers<const N: usize>(by_url: [(String, First); N]) -> Answers {
        Answers {
            by_url: BTreeMap::from(by_url),
            asks_again: false,
        }
    }

    #[test]
    fn where_no_script_asks_again_the_page_does() {
        let late = write(&Answers {
            asks_again: true,
            ..Answers::default()
        });
        let (head, body) = late.split_once("</head>").unwrap();
        assert!(head.contains("<noscript><meta http-equiv=\"refresh\" content=\"2\"></noscript>"));
        assert!(body.contains("<noscript><div class=\"page-banner\">本页数据尚不完整"));
        let in_time = write(&Answers::default());
        assert!(!in_time.contains("http-equiv"));
        // the boot script does so where there are scripts, but no app
        assert!(body.contains("<template id=\"waggle-not-started\" data-asks-again=\"2\">"));
        assert!(in_time.contains("<template id=\"waggle-not-started\">"));
        assert!(in_time.contains("<div class=\"page-banner\">筛选"));
    }

    #[test]
    fn what_is_beside_the_frame_comes_with_its_data() {
        let first = answers([("api/x".to_owned(), answer("a1", "{}"))]);
        let main = write_of(Extent::Main, "/x/ui/dc1/nodes", &first);
        assert!(main.starts_with("<main "), "{main}");
        assert!(main.contains("id=\"waggle-first\">{\"api/x\":"));
        assert!(!main.contains("<style") && !main.contains("<nav") && !main.contains("module"));
        let (above, below) = main.split_once("</main>").unwrap();
        assert!(write_at("/x/ui/dc1/nodes", &first).contains(above));
        assert!(below.starts_with("<script type=\"application/json\""));
    }

    #[test]
    fn parts_are_fetched_at_once_where_the_page_needs_them() {
        for (url, needed, has_style) in [
            (
                "/x/ui/dc1/kv/a/b/edit?key=1",
                &["chunk_5", "key", "style"][..],
                true,
            ),
            ("/x/ui/dc1/kv/a/", &["kv", "chunk_4"][..], false),
            ("/x/ui/dc1/kv/a/create", &["chunk_5", "style"][..], true),
            ("/x/ui/dc1/nodes/a", &["chunk_4", "node", "style"][..], true),
            ("/x/ui/dc1/services?q=/kv/", &[][..], false),
        ] {
            let text = write_at(url, &Answers::default());
            let parts: Vec<&str> = text
                .split("href=\"/x/assets/part-")
                .skip(1)
                .filter_map(|rest| rest.split('-').next())
                .collect();
            assert_eq!(parts, needed, "{url}");
            assert_eq!(text.contains("as=\"style\""), has_style, "{url}");
        }
    }

    #[test]
    fn what_was_rendered_says_which_parts_it_needs() {
        let parts = |rendered: &str| {
            of("/x/ui/dc1/kv/a/", &Answers::default(), |document| {
                document.parts(rendered)
            })
        };
        let needs = "<p><template data-needs=\"seldom\"></template></p>";
        assert_eq!(parts(needs), [Part::Kv, Part::Seldom]);
        // a text that looks like it
        assert_eq!(parts(&needs.replace('<', "&lt;")), [Part::Kv]);
    }

    #[test]
    fn data_cannot_leave_its_script() {
        let evil = r#"{"A":"</script><script>alert(1)</script><!--","N":18446744073709551615}"#;
        let first = answers([
            ("api/nodes?dc=dc1".to_owned(), answer("a1", evil)),
            ("api/bad".to_owned(), answer("", "not json")),
            (
                "api/gone".to_owned(),
                First {
                    failed: true,
                    ..answer("", "{\"Status\":404}")
                },
            ),
        ]);
        let text = write(&first);
        let inside = text
            .split("id=\"waggle-first\">")
            .nth(1)
            .and_then(|rest| rest.split("</script>").next())
            .unwrap();
        let back: serde_json::Value = serde_json::from_str(inside).unwrap();
        let nodes = &back["api/nodes?dc=dc1"];
        assert_eq!(nodes["body"]["A"], "</script><script>alert(1)</script><!--");
        assert_eq!(nodes["body"]["N"], u64::MAX);
        assert_eq!(nodes["etag"], "a1");
        assert!(back.get("api/bad").is_none());
        assert_eq!(back["api/gone"]["problem"]["Status"], 404);
        assert!(back["api/gone"].get("body").is_none());
    }
}
