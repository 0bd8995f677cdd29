//! Object keys as S3 writes them in its events.

use percent_encoding::percent_decode;

/// The real key behind an event's `key`: there `+` is a space, and other bytes are
/// percent-encoded. `None` when the result is not UTF-8, which S3 never sends.
///
/// The events' field for a decoded key is no help: S3 doesn't fill it.
pub fn decode(key: &str) -> Option<String> {
    let spaced = key.replace('+', " ");
    percent_decode(spaced.as_bytes()).decode_utf8().ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoded_key_is_decoded_once() {
        assert_eq!(decode("data/a+b%2Bc%20d.csv").unwrap(), "data/a b+c d.csv");
        assert_eq!(decode("data/%E2%82%AC%2525.csv").unwrap(), "data/€%25.csv");
        assert_eq!(decode("data/%FF.csv"), None);
    }
}
