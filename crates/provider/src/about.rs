//! A provider in words, for people who set a source up: what proves its requests, which secret it takes, what it
//! asks before it sends, and what is never kept.

use std::time::Duration;

use super::Provider;
use super::condition::{Condition, Spring, Wanted};
use super::key::{KeyForm, Kind};
use super::scheme::{Check, Place, Signed, Token};
use hookbell_model::event::Topic;

/// What a person must know to set a source up; every entry is a phrase without a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// One for each alternative of the scheme; none = nothing is checked.
    pub proofs: Vec<String>,
    /// What the URL carries behind a `?`, where a token is taken from there.
    pub query: Option<String>,
    /// Which secret to copy; none where nothing is checked.
    pub secret: Option<String>,
    /// The sender brings the secret by itself, and a command takes it.
    pub captured: bool,
    pub handshakes: Vec<String>,
    /// JSON pointers of what is made unreadable before anything is kept.
    pub redacted: Vec<String>,
    /// Formats of the body and how it is split.
    pub body: String,
}

impl Provider {
    /// Its file in words.
    pub fn about(&self) -> About {
        let mut secrets: Vec<&str> = self.scheme.0.iter().map(Check::secret_in_words).collect();
        secrets.dedup();
        let tokens = self.scheme.0.iter().filter_map(Check::token_pointer);
        About {
            proofs: self.scheme.0.iter().map(Check::in_words).collect(),
            query: self.scheme.0.iter().find_map(Check::token_query),
            secret: (!secrets.is_empty()).then(|| secrets.join("; or ")),
            captured: self.can_capture(),
            handshakes: self.handshakes.iter().map(super::handshake::Handshake::in_words).collect(),
            redacted: self.format.redacted().into_iter().chain(tokens).collect(),
            body: self.format.in_words(),
        }
    }

    /// The topic that its file gives to events of this type.
    pub fn topic_of(&self, kind: &str) -> Topic {
        self.rows.iter().find_map(|row| row.topic_of(kind)).unwrap_or(Topic::Other)
    }
}

/// How sure it is that requests are proved as the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Nothing is checked, so there is nothing to be sure of.
    None,
    /// Signatures that somebody else made agree.
    Proved,
    /// As the sender or several others describe it.
    Documented,
    /// From hearsay, or the sources disagree.
    Unverified,
}

impl Proof {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Proved => "proved",
            Self::Documented => "documented",
            Self::Unverified => "unverified",
        }
    }

    /// The word, and what it means.
    pub fn in_words(self) -> String {
        let meaning = match self {
            Self::None => return self.as_str().to_owned(),
            Self::Proved => "signatures that somebody else made agree with this file",
            Self::Documented => "made after what is documented; no signature of somebody else's was there to compare",
            Self::Unverified => "how requests are proved is from hearsay or in dispute, so it may be wrong",
        };
        format!("{}: {meaning}", self.as_str())
    }
}

impl Provider {
    /// What its file says of itself.
    pub fn proof(&self) -> Proof {
        match (self.is_unverified(), self.unverified, self.proved) {
            (true, ..) => Proof::None,
            (_, true, _) => Proof::Unverified,
            (.., true) => Proof::Proved,
            _ => Proof::Documented,
        }
    }
}

impl Check {
    fn in_words(&self) -> String {
        match self {
            Self::Signed(signed) => signed.in_words(),
            Self::Token(token) => token.in_words(),
            Self::Jws(jws) => jws.in_words(),
        }
    }

    fn token_query(&self) -> Option<String> {
        match self {
            Self::Token(Token { place: Place::Query(name), .. }) => Some(format!("{name}=SECRET")),
            _ => None,
        }
    }

    fn secret_in_words(&self) -> &'static str {
        match self {
            Self::Token(token) if token.basic => "user name and password, as `user:password`",
            Self::Token(_) => "the token that the sender sends along",
            Self::Jws(_) => "the secret that the sender signs its tokens with",
            Self::Signed(signed) => match (signed.kind, signed.key) {
                (Kind::RsaX509, _) => "the sender's certificate, in PEM",
                (Kind::Ed25519 | Kind::Ecdsa, KeyForm::Hex) => "the sender's public key, in hex",
                (Kind::Ed25519 | Kind::Ecdsa, KeyForm::Whpk) => "the sender's public key, which begins with `whpk_`",
                (Kind::Ed25519 | Kind::Ecdsa, _) => "the sender's public key, in base64",
                (Kind::Hmac(_), KeyForm::Hex) => "the signing secret, in hex",
                (Kind::Hmac(_), KeyForm::Base64) => "the signing secret, in base64",
                (Kind::Hmac(_), KeyForm::Whsec) => "the signing secret, which begins with `whsec_`",
                (Kind::Hmac(_), _) => "the signing secret, as the sender shows it",
            },
        }
    }
}

impl Signed {
    fn in_words(&self) -> String {
        let each = self.each.as_ref().map(|at| format!(" in every element of `{at}`")).unwrap_or_default();
        let clock = self.timestamp.as_ref().map(|clock| {
            let age =
                clock.tolerance.map_or("be of any age".to_owned(), |span| format!("be {} off", span_in_words(span)));
            format!("; the time in {} may {age}", clock.source.shown())
        });
        format!(
            "{}, {} in {}{}{each}, over `{}`{}",
            self.kind.shown(),
            self.encoding.shown(),
            self.place.shown(),
            self.grammar.shown(),
            self.content_text,
            clock.unwrap_or_default()
        )
    }
}

impl Token {
    fn in_words(&self) -> String {
        if self.basic {
            return format!("user name and password in {}", self.place.shown());
        }
        let prefix = self.prefix.trim();
        let prefix = if prefix.is_empty() { String::new() } else { format!(", after `{prefix}`") };
        format!("the secret itself in {}{prefix}", self.place.shown())
    }
}

impl Condition {
    pub(super) fn in_words(&self) -> String {
        let one = |(spring, wanted): &(Spring, Wanted)| {
            let place = spring.shown();
            match wanted {
                Wanted::Present => place,
                Wanted::Absent => format!("no {place}"),
                Wanted::Text(text) => format!("{place} = `{text}`"),
                Wanted::Setting(name) => format!("{place} = `conf.{name}`"),
            }
        };
        self.0.iter().map(one).collect::<Vec<_>>().join(" and ")
    }
}

impl Spring {
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Header(header) => format!("header `{}`", header.shown),
            Self::Json(pointer) => format!("`{pointer}` in the body"),
            Self::Form(name) => format!("form field `{name}`"),
            Self::Query(name) => format!("`{name}` in the query"),
        }
    }
}

/// In the largest unit that is whole.
fn span_in_words(span: Duration) -> String {
    match span.as_secs() {
        seconds if seconds >= 172_800 && seconds % 86_400 == 0 => format!("{} days", seconds / 86_400),
        seconds if seconds >= 7200 && seconds % 3600 == 0 => format!("{} h", seconds / 3600),
        seconds if seconds >= 60 && seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}
