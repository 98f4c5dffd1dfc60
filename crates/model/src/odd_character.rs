//! Characters that look like one with a meaning, or like nothing at all: what word processors, web pages and chats leave in a
//! text that is copied from them.

use std::fmt;

/// A character that no file has on purpose outside of its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OddCharacter {
    /// `“`, `‘`, `«`: a quote for people.
    Quote(char),
    /// A blank that is no space.
    Blank(char),
    /// Takes no room at all.
    Invisible(char),
    /// `–`, `—`, `−`: a longer hyphen.
    Dash(char),
    /// `＝`, `：`: the wide form of an ASCII character.
    Wide { written: char, meant: char },
}

impl OddCharacter {
    pub fn of(c: char) -> Option<Self> {
        match c {
            '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '‛' | '«' | '»' | '‹' | '›' | '「' | '」' => {
                Some(Self::Quote(c))
            }
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                Some(Self::Blank(c))
            }
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
                Some(Self::Invisible(c))
            }
            '‐'..='―' | '−' => Some(Self::Dash(c)),
            '\u{ff01}'..='\u{ff5e}' => {
                let meant = char::from_u32(u32::from(c) - 0xfee0)?;
                Some(Self::Wide { written: c, meant })
            }
            _ => None,
        }
    }

    /// What would be right.
    pub fn help(self) -> String {
        match self {
            Self::Quote(_) => "write straight quotes: `\"` or `'`".to_owned(),
            Self::Blank(_) => "write a space there".to_owned(),
            Self::Invisible(_) => "remove it; writing the line anew does".to_owned(),
            Self::Dash(_) => "write `-`".to_owned(),
            Self::Wide { meant, .. } => format!("write `{meant}`"),
        }
    }
}

impl fmt::Display for OddCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quote(c) => write!(f, "`{c}` is a quote for people, not for programs"),
            Self::Blank('\u{a0}') => f.write_str("a non-breaking space (U+00A0), which looks like a space and is none"),
            Self::Blank(c) => write!(f, "a blank (U+{:04X}) that looks like a space and is none", u32::from(*c)),
            Self::Invisible(c) => write!(f, "an invisible character (U+{:04X})", u32::from(*c)),
            Self::Dash(c) => write!(f, "`{c}` is a dash, which looks like a `-` and is none"),
            Self::Wide { written, meant } => write!(f, "`{written}` looks like a `{meant}` and is none"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_another_character_is_known_and_what_texts_are_made_of_is_not() {
        let meant = |c| OddCharacter::of(c).map(OddCharacter::help);
        assert_eq!(meant('”').as_deref(), Some("write straight quotes: `\"` or `'`"));
        assert_eq!(meant('＝').as_deref(), Some("write `=`"));
        assert!(meant('\u{a0}').is_some() && meant('\u{200b}').is_some() && meant('–').is_some());
        for c in ['"', '\'', ' ', '\t', '-', '=', 'é', '日', '🎉'] {
            assert_eq!(meant(c), None, "{c}");
        }
    }
}
