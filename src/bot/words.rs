//! serenity's errors in words. Its own texts can hold URLs with interaction tokens, so they are not used.

use serenity::Error;
use serenity::http::HttpError;

/// Never holds a URL or a token.
pub(super) fn words(error: &Error) -> String {
    match error {
        Error::Http(HttpError::UnsuccessfulRequest(answer)) => {
            let status = answer.status_code.as_u16();
            // -1 = no JSON, and then the message holds the URL.
            if answer.error.code < 0 {
                return format!("Discord answered {status}");
            }
            let message: String = answer.error.message.chars().take(200).collect();
            format!("Discord answered {status}: {message} (code {})", answer.error.code)
        }
        Error::Http(HttpError::Request(error)) if error.is_timeout() => "Discord did not answer in time".to_owned(),
        Error::Http(HttpError::Request(error)) if error.is_connect() => "Discord cannot be reached".to_owned(),
        Error::Http(_) => "the connection to Discord broke".to_owned(),
        Error::Gateway(error) => format!("Discord's gateway: {error}"),
        Error::Json(_) => "Discord's answer cannot be read".to_owned(),
        _ => "the connection to Discord's gateway broke".to_owned(),
    }
}

/// The HTTP status Discord answered with.
pub(super) fn status(error: &Error) -> Option<u16> {
    match error {
        Error::Http(error) => error.status_code().map(|status| status.as_u16()),
        _ => None,
    }
}
