//! An answer that ends in the middle is none: the SDK would take what there is for all there is.

use aws_sdk_sts::{
    config::{
        ConfigBag, Intercept, RuntimeComponents,
        interceptors::AfterDeserializationInterceptorContextRef,
    },
    error::BoxError,
};

/// Refuses answers that are not whole.
#[derive(Debug)]
pub(super) struct WholeAnswers;

impl Intercept for WholeAnswers {
    fn name(&self) -> &'static str {
        "WholeAnswers"
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let body = context.response().body().bytes().unwrap_or_default();
        match is_whole(&String::from_utf8_lossy(body)) {
            true => Ok(()),
            false => Err("the answer ends in the middle".into()),
        }
    }
}

/// Whether the text is no XML, or ends where its first element ends.
fn is_whole(text: &str) -> bool {
    let text = text.trim();
    let body = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, body)| body).trim_start(),
        None => text,
    };
    let Some(element) = body.strip_prefix('<') else {
        return text.is_empty() || !text.starts_with('<');
    };
    let name = element.split([' ', '\t', '\r', '\n', '>', '/']).next().unwrap_or_default();
    let is_empty = element.ends_with("/>") && !element.contains('<');
    is_empty || text.ends_with(&format!("</{name}>"))
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn xml_ends_where_it_began() {
        for whole in
            ["", "{\"a\"", "<a><b>c</b></a>\n", "<?xml version=\"1.0\"?>\n<a x=\"y\">b</a>", "<a/>"]
        {
            assert!(is_whole(whole), "{whole}");
        }
        for part in
            ["<", "<a", "<a><b/>", "<?xml version", "<a><b>", "<a><b>c</b>", "<a><b>c</b></"]
        {
            assert!(!is_whole(part), "{part}");
        }
    }
}
