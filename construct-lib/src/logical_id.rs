//! Logical ids: readable, and a function of the construct path alone.

/// The logical id of a path below its stack: `["Inbox", "Policy"]` is `InboxPolicy`.
///
/// Each part starts with a capital, and so does what follows a character that ids can't hold:
/// `data-processor` is `DataProcessor`.
pub(crate) fn logical_id<'a>(path: impl IntoIterator<Item = &'a str>) -> String {
    path.into_iter().map(camel).collect()
}

/// The letters and digits of `text`, each run capitalised.
pub(crate) fn camel(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        id.push_str(&word[..1].to_ascii_uppercase());
        id.push_str(&word[1..]);
    }
    id
}

/// The same for names that must be lower case: `DataProcessing` is `data-processing`.
pub(crate) fn kebab(text: &str) -> String {
    let mut name = String::with_capacity(text.len() + 4);
    let mut previous = '-';
    for c in text.chars() {
        let boundary = !c.is_ascii_alphanumeric()
            || (c.is_ascii_uppercase() && !previous.is_ascii_uppercase());
        if boundary && !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        }
        previous = c;
    }
    name.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_readable() {
        assert_eq!(logical_id(["Inbox", "Policy"]), "InboxPolicy");
        assert_eq!(logical_id(["data-processor", "role"]), "DataProcessorRole");
        assert_eq!(logical_id(["v1.2", "Ünïque"]), "V12NQue");
    }

    #[test]
    fn names_are_lower_case() {
        assert_eq!(kebab("DataProcessing"), "data-processing");
        assert_eq!(kebab("my_HTTPApi"), "my-httpapi");
        assert_eq!(kebab("-x--Y-"), "x-y");
    }
}
