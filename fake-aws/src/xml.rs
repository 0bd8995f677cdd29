//! As much XML as answers need.

/// An XML text that is being written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// Adds an element that contains text.
    pub(crate) fn text(mut self, name: &str, text: impl AsRef<str>) -> Self {
        self.0 += &format!("<{name}>{}</{name}>", escape(text.as_ref()));
        self
    }

    /// Adds an element that contains text, if there is some.
    pub(crate) fn maybe(self, name: &str, text: Option<impl AsRef<str>>) -> Self {
        match text {
            Some(text) => self.text(name, text),
            None => self,
        }
    }

    /// Adds an element that contains elements.
    pub(crate) fn element(mut self, name: &str, content: Self) -> Self {
        self.0 += &format!("<{name}>{}</{name}>", content.0);
        self
    }

    /// Adds an element with a `member` for each of these.
    pub(crate) fn list(self, name: &str, members: impl IntoIterator<Item = Self>) -> Self {
        let add = |list: Self, member| list.element("member", member);
        self.element(name, members.into_iter().fold(Self::default(), add))
    }

    /// Adds a text that is the whole content of a `member`.
    pub(crate) fn raw(text: &str) -> Self {
        Self(escape(text))
    }

    pub(crate) fn into_string(self) -> String {
        self.0
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            // As they would be sent: parsers replace them in text.
            '\r' | '\u{1}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => {
                escaped += &format!("&#x{:X};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// The texts of all elements of this name, in order.
pub(crate) fn texts<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    xml.split(&open).skip(1).filter_map(|rest| Some(rest.split_once(&close)?.0)).collect()
}

/// Back from what [`escape`] does.
pub(crate) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}
