//! Finds at load what stands in a filter's brackets and can never work: a style that there is not, a word where a
//! number belongs, an argument with a name that nobody reads. Judges literals alone; data is taken as it comes.

use super::filters::{STYLES, UNITS};
use super::scan::{Token, tokens};
use hookbell_model::privacy::Masks;
use hookbell_model::suggest::suggestion;

/// Each filter of hookbell's own: how many arguments it needs, and the names of all it takes.
const TAKES: &[(&str, usize, &[&str])] = &[
    ("money", 0, &["currency"]),
    ("number", 0, &["decimals"]),
    ("percent", 0, &["decimals", "of"]),
    ("bytes", 0, &["kind"]),
    ("plural", 1, &["one", "many"]),
    ("duration", 0, &["unit", "since"]),
    ("ago", 0, &[]),
    ("date", 0, &["style"]),
    ("truncate", 0, &["n", "mode"]),
    ("first_line", 0, &[]),
    ("lines", 0, &["n"]),
    ("replace", 2, &["old", "new"]),
    ("short", 0, &["n"]),
    ("slug", 0, &[]),
    ("string", 0, &[]),
    ("upper", 0, &[]),
    ("lower", 0, &[]),
    ("trim", 0, &["chars"]),
    ("code", 0, &[]),
    ("block", 0, &["lang"]),
    ("quote", 0, &[]),
    ("link", 1, &["url"]),
    ("mrkdwn", 0, &["n"]),
    ("markdown", 0, &["n"]),
    ("plain", 0, &["n"]),
    ("path", 0, &[]),
    ("raw", 0, &[]),
    ("safe", 0, &[]),
    ("join", 0, &["d", "attribute"]),
    ("sum", 0, &["attribute", "start"]),
    ("group", 0, &["attribute", "d"]),
    ("lookup", 1, &["table", "default"]),
    ("diff", 1, &["previous"]),
    ("json", 0, &[]),
    ("tojson", 0, &[]),
];

/// One argument as it is written.
#[derive(Debug, PartialEq)]
struct Argument {
    name: Option<String>,
    literal: Literal,
}

#[derive(Debug, PartialEq)]
enum Literal {
    Text(String),
    Number,
    /// Known only when an event comes.
    Data,
}

/// # Errors
/// Says which argument of which filter cannot work, and what would be right.
pub(super) fn check(expression: &str) -> Result<(), String> {
    let tokens = tokens(expression);
    for (at, pair) in tokens.windows(2).enumerate() {
        let [(Token::Pipe, _), (Token::Ident(filter), _)] = pair else { continue };
        check_call(filter, &arguments(tokens.get(at + 2..).unwrap_or_default()))?;
    }
    Ok(())
}

fn check_call(filter: &str, arguments: &[Argument]) -> Result<(), String> {
    if filter == "mask" {
        return arguments.iter().try_for_each(|argument| match &argument.literal {
            Literal::Text(kind) => Masks::parse([kind]).map(|_| ()),
            _ => Ok(()),
        });
    }
    let Some((_, needed, names)) = TAKES.iter().find(|(name, _, _)| *name == filter) else { return Ok(()) };
    if arguments.len() < *needed {
        let names: Vec<String> = names.iter().take(*needed).map(|name| format!("`{name}`")).collect();
        return Err(format!("`{filter}` needs {}: write `{filter}(…)`", names.join(" and ")));
    }
    if arguments.len() > names.len() {
        return Err(match names.len() {
            0 => format!("`{filter}` takes no arguments"),
            most => format!("`{filter}` takes {most} at most: {}", names.join(", ")),
        });
    }
    for (at, argument) in arguments.iter().enumerate() {
        let name = argument.name.as_deref().or_else(|| names.get(at).copied()).unwrap_or_default();
        if !names.contains(&name) {
            let hint = suggestion(name, names.iter().copied()).unwrap_or_default();
            return Err(format!("`{filter}` has no argument `{name}`, {hint}"));
        }
        check_argument(filter, name, &argument.literal)?;
    }
    Ok(())
}

fn check_argument(filter: &str, name: &str, literal: &Literal) -> Result<(), String> {
    let one_of = |text: &str, known: &[&str]| {
        if known.contains(&text) {
            return Ok(());
        }
        let known: Vec<String> = known.iter().map(|word| format!("`{word}`")).collect();
        Err(format!("`{filter}` does not know `{text}`: it takes {}", known.join(", ")))
    };
    match (name, literal) {
        ("style", Literal::Text(style)) => one_of(style, &STYLES),
        ("mode", Literal::Text(mode)) => one_of(mode, &["end", "middle", "words"]),
        ("kind", Literal::Text(kind)) => one_of(kind, &["binary", "decimal"]),
        ("unit", Literal::Text(unit)) => one_of(unit, &UNITS.map(|(unit, _)| unit)),
        ("n" | "decimals", Literal::Text(text)) => Err(format!("`{filter}` takes a number, not `{text}`")),
        ("style" | "mode" | "kind" | "unit" | "currency" | "url", Literal::Number) => {
            Err(format!("`{filter}` takes a text in quotes there"))
        }
        ("currency", Literal::Text(code)) if code.len() != 3 || !code.chars().all(|c| c.is_ascii_alphabetic()) => {
            Err(format!("`{code}` is no currency: it has three letters, as `usd`"))
        }
        _ => Ok(()),
    }
}

/// What stands in the brackets that follow a filter's name.
fn arguments(tokens: &[(Token<'_>, &str)]) -> Vec<Argument> {
    if !matches!(tokens.first(), Some((Token::Sign("("), _))) {
        return Vec::new();
    }
    let (mut depth, mut found, mut one) = (0_usize, Vec::new(), Vec::new());
    for (token, raw) in tokens {
        match token {
            Token::Sign("(" | "[" | "{") => depth += 1,
            Token::Sign(")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        let ends = depth == 0 || (depth == 1 && *token == Token::Sign(","));
        if ends && !one.is_empty() {
            found.push(argument(&std::mem::take(&mut one)));
        }
        if depth == 0 {
            break;
        }
        let opens = depth == 1 && *token == Token::Sign("(") && one.is_empty() && found.is_empty();
        if !ends && !opens {
            one.push((*token, *raw));
        }
    }
    found
}

fn argument(tokens: &[(Token<'_>, &str)]) -> Argument {
    let (name, rest) = match tokens {
        [(Token::Ident(name), _), (Token::Sign("="), _), rest @ ..]
            if !matches!(rest.first(), Some((Token::Sign("="), _))) =>
        {
            (Some((*name).to_owned()), rest)
        }
        all => (None, all),
    };
    let literal = match rest {
        [(Token::Text, raw)] => Literal::Text(raw.trim().trim_matches(['"', '\'']).to_owned()),
        [(Token::Number, _)] => Literal::Number,
        _ => Literal::Data,
    };
    Argument { name, literal }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_that_can_never_work_are_told() {
        for (expression, told) in [
            ("a | date('X')", "`date` does not know `X`: it takes `t`, `T`"),
            ("a | truncate('words')", "`truncate` takes a number, not `words`"),
            ("a | truncate(5, 'start')", "it takes `end`, `middle`, `words`"),
            ("a | truncate(5, mode='start')", "it takes `end`, `middle`, `words`"),
            ("a | truncate(5, 'end', 3)", "`truncate` takes 2 at most: n, mode"),
            ("a | truncate(lenght=5)", "`truncate` has no argument `lenght`"),
            ("a | money('dollars')", "`dollars` is no currency: it has three letters, as `usd`"),
            ("a | money(2)", "takes a text in quotes"),
            ("a | mask('emial')", "did you mean `email`?"),
            ("a | bytes('gb')", "it takes `binary`, `decimal`"),
            ("a | duration('m')", "it takes `ms`, `s`, `min`, `h`, `d`"),
            ("a | link", "`link` needs `url`"),
            ("a | replace('x')", "`replace` needs `old` and `new`"),
            ("a | upper(3)", "`upper` takes no arguments"),
            ("[a | date(b)] | join(', ') ~ (c | date('Z'))", "`date` does not know `Z`"),
        ] {
            let why = check(expression).expect_err(expression);
            assert!(why.contains(told), "{expression}: {why}");
        }
        for fine in [
            "a | date('R') | lookup({'a': [1, 2]}, 'b')",
            "a | truncate(n=5, mode='middle')",
            "a | money(b.currency) | mask('email', 'card')",
            "a | percent(of=b(1, 2)) | duration(since=c)",
            "a | replace('(', ')') | join(',')",
            "a | sum(attribute='x') | money",
            "a | sort(attribute='n', reverse=true) | default('x', true)",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
    }
}
