//! Elements that are plain data: what rows are made of.
//!
//! leptos keeps a comment node behind the children of each element, and one for each choice: more
//! than half of what the hundreds of elements of a list would hold. Nothing in a row listens or
//! changes by itself; a row is drawn anew as a whole, into the nodes that are there.

use std::borrow::Cow;

use leptos::{
    attr::{Attribute, any_attribute::AnyAttribute},
    tachys::{
        hydration::Cursor,
        renderer::{
            Rndr,
            types::{Element, Node},
        },
        view::{Mountable, Position, PositionState, Render, RenderHtml, add_attr::AddAnyAttr},
    },
};
use wasm_bindgen::JsCast;

const SVG: &str = "http://www.w3.org/2000/svg";

/// What an attribute or a text says.
type Words = Cow<'static, str>;

/// An element with its attributes and children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    tag: &'static str,
    attributes: Vec<(&'static str, Words)>,
    children: Vec<Child>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Child {
    Element(Still),
    Text(Words),
}

/// An element named `tag`, still empty. Not for those that have no end tag.
#[must_use]
pub fn still(tag: &'static str) -> Still {
    Still {
        tag,
        attributes: Vec::new(),
        children: Vec::new(),
    }
}

impl Still {
    /// With a class, or none.
    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        if class.is_empty() {
            return self;
        }
        self.with("class", class)
    }

    /// With an attribute, named by us.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Words>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// With a text, whatever is in it.
    #[must_use]
    pub fn text(mut self, text: impl Into<Words>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.children.push(Child::Text(text));
        }
        self
    }

    /// With one more child, or some.
    #[must_use]
    pub fn child(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children
            .extend(children.into_iter().map(Child::Element));
        self
    }

    fn write(&self, html: &mut String) {
        html.push('<');
        html.push_str(self.tag);
        for (name, value) in &self.attributes {
            html.push(' ');
            html.push_str(name);
            html.push_str("=\"");
            escape(value, html);
            html.push('"');
        }
        html.push('>');
        for child in &self.children {
            match child {
                Child::Element(element) => element.write(html),
                Child::Text(text) => escape(text, html),
            }
        }
        html.push_str("</");
        html.push_str(self.tag);
        html.push('>');
    }

    fn draw(&self) -> Element {
        let namespace = matches!(self.tag, "svg" | "use").then_some(SVG);
        let element = Rndr::create_element(self.tag, namespace);
        for (name, value) in &self.attributes {
            Rndr::set_attribute(&element, name, value);
        }
        for child in &self.children {
            Rndr::insert_node(&element, &child.draw(), None);
        }
        element
    }

    /// Makes of `element`, which is as `self` says, one as `new` says; both have the same tag.
    fn redraw(&self, new: &Self, element: &Element) {
        for (name, _) in &self.attributes {
            if !new.attributes.iter().any(|(kept, _)| kept == name) {
                Rndr::remove_attribute(element, name);
            }
        }
        for attribute in &new.attributes {
            if !self.attributes.contains(attribute) {
                Rndr::set_attribute(element, attribute.0, &attribute.1);
            }
        }
        let mut at = Rndr::first_child(element);
        let mut old = self.children.iter();
        for child in &new.children {
            let next = at.as_ref().and_then(Rndr::next_sibling);
            match (&at, old.next()) {
                (Some(node), Some(old)) => {
                    if !old.redraw(child, node) {
                        Rndr::insert_node(element, &child.draw(), Some(node));
                        Rndr::remove(node);
                    }
                }
                _ => Rndr::insert_node(element, &child.draw(), None),
            }
            at = next;
        }
        while let Some(node) = at {
            at = Rndr::next_sibling(&node);
            Rndr::remove(&node);
        }
    }
}

impl IntoIterator for Still {
    type Item = Self;
    type IntoIter = std::iter::Once<Self>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self)
    }
}

impl Child {
    fn draw(&self) -> Node {
        match self {
            Self::Element(element) => element.draw().into(),
            Self::Text(text) => Rndr::create_text_node(text).into(),
        }
    }

    /// False where `node` cannot become what `new` says.
    fn redraw(&self, new: &Self, node: &Node) -> bool {
        match (self, new) {
            (Self::Element(old), Self::Element(new)) if old.tag == new.tag => {
                if old != new {
                    old.redraw(new, node.unchecked_ref());
                }
                true
            }
            (Self::Text(old), Self::Text(new)) => {
                if old != new {
                    node.set_text_content(Some(new));
                }
                true
            }
            _ => false,
        }
    }
}

/// The text as it stands in markup, attributes included.
fn escape(text: &str, html: &mut String) {
    for character in text.chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(character),
        }
    }
}

/// A drawn element, and what it is drawn after.
pub struct Drawn {
    element: Element,
    still: Still,
}

impl Mountable for Drawn {
    fn unmount(&mut self) {
        self.element.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.element.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.element.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        vec![self.element.clone()]
    }
}

impl Render for Still {
    type State = Drawn;

    fn build(self) -> Drawn {
        Drawn {
            element: self.draw(),
            still: self,
        }
    }

    fn rebuild(self, state: &mut Drawn) {
        if state.still == self {
            return;
        }
        if state.still.tag == self.tag {
            state.still.redraw(&self, &state.element);
            state.still = self;
        } else {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
        }
    }
}

impl AddAnyAttr for Still {
    type Output<SomeNewAttr: Attribute> = Self;

    /// Only what it was made of: nothing is spread over rows.
    fn add_any_attr<NewAttr: Attribute>(self, _: NewAttr) -> Self {
        self
    }
}

impl RenderHtml for Still {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        _escape: bool,
        _mark_branches: bool,
        _extra_attrs: Vec<AnyAttribute>,
    ) {
        self.write(buf);
        *position = Position::NextChild;
    }

    /// The page is mounted over what the server rendered: nothing is taken over from it.
    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Drawn {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_it_is_markup() {
        let evil = "\"><script>&amp;'";
        let row = still("td")
            .class("")
            .with("title", evil)
            .text(evil)
            .text("")
            .child(still("i").class("a"))
            .child(None)
            .child([still("b"), still("b").text("é")]);
        let mut html = String::new();
        row.write(&mut html);
        let escaped = "&quot;&gt;&lt;script&gt;&amp;amp;'";
        assert_eq!(
            html,
            format!("<td title=\"{escaped}\">{escaped}<i class=\"a\"></i><b></b><b>é</b></td>")
        );
    }
}
