//! Finds invalid arguments of filters when a file is loaded: an unknown style, a word instead of a number, an
//! argument with a name that the filter does not have. Checks literals only; data is not known yet.

use std::ops::Range;

use minijinja::machinery::ast::{CallArg, Expr, Filter};

use super::error::{ArgumentError, ErrorKind, ExpressionError};
use super::filters::{STYLES, UNITS};
use super::limits::range;
use super::plural::PluralForms;
use super::syntax::{Syntax, argument};
use hookbell_model::money::amount::AmountUnit;
use hookbell_model::privacy::Masks;
use hookbell_model::suggest::suggestion;

/// Each filter of hookbell's own: how many arguments it needs, and the names of all it takes.
const TAKES: &[(&str, usize, &[&str])] = &[
    ("money", 0, &["currency", "unit"]),
    ("number", 0, &["decimals"]),
    ("percent", 0, &["decimals", "of"]),
    ("bytes", 0, &["kind"]),
    ("duration", 0, &["unit", "since"]),
    ("ago", 0, &[]),
    ("date", 0, &["style"]),
    ("private", 1, &["what"]),
    ("without_secrets", 0, &[]),
    ("secrets", 0, &[]),
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
    ("mrkdwn", 0, &["n", "said"]),
    ("markdown", 0, &["n"]),
    ("plain", 0, &["n"]),
    ("html", 0, &["n"]),
    ("wiki", 0, &["n"]),
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

/// What is known of an argument at load time.
enum Literal<'e> {
    Text(&'e str),
    Number,
    /// Known only for an event.
    Data,
}

/// `language` is that of the text; empty = its file does not say.
///
/// # Errors
/// Says which argument of which filter cannot work, and what would be right.
pub(super) fn check(syntax: &Syntax<'_>, language: &str) -> Result<(), ExpressionError> {
    let mut wrong = None;
    syntax.each_expression(&mut |expression| {
        if let (None, Expr::Filter(filter)) = (&wrong, expression) {
            let name = range(filter.span()).start..range(filter.span()).start + filter.name.len();
            wrong = check_filter(filter, &name, language).err();
        }
    });
    wrong.map_or(Ok(()), Err)
}

fn check_filter(filter: &Filter<'_>, name_span: &Range<usize>, language: &str) -> Result<(), ExpressionError> {
    let at = |error, span: &Range<usize>| Err(ExpressionError::new(ErrorKind::Argument(error), span.clone()));
    let spread = filter.args.iter().any(|arg| matches!(arg, CallArg::PosSplat(_) | CallArg::KwargSplat(_)));
    if matches!(filter.name, "mask" | "private") {
        filter.args.iter().try_for_each(|arg| match literal(argument(arg)) {
            Literal::Text(kind) => {
                Masks::parse([kind]).map(|_| ()).or_else(|why| at(ArgumentError::Mask(why), &span(arg)))
            }
            _ => Ok(()),
        })?;
    }
    if filter.name == "plural" && !spread {
        return check_plural(filter, language).or_else(|error| at(error, name_span));
    }
    let Some((_, needed, names)) = TAKES.iter().find(|(name, _, _)| *name == filter.name) else { return Ok(()) };
    if spread {
        return Ok(());
    }
    let filter_name = || filter.name.to_owned();
    if filter.args.len() < *needed {
        let needed = names.iter().take(*needed).copied().collect();
        return at(ArgumentError::Missing { filter: filter_name(), needed }, name_span);
    }
    if let Some(more) = filter.args.get(names.len()) {
        return at(ArgumentError::TooMany { filter: filter_name(), names }, &span(more));
    }
    for (position, arg) in filter.args.iter().enumerate() {
        let name = match arg {
            CallArg::Kwarg(name, _) => name,
            _ => names.get(position).copied().unwrap_or_default(),
        };
        if !names.contains(&name) {
            let hint = suggestion(name, names.iter().copied()).unwrap_or_default();
            return at(ArgumentError::UnknownName { filter: filter_name(), name: name.to_owned(), hint }, &span(arg));
        }
        check_literal(filter.name, name, &literal(argument(arg))).or_else(|error| at(error, &span(arg)))?;
    }
    Ok(())
}

/// Words that a language can have for one.
const MOST_WORDS: usize = 6;

/// As many words as the language has forms; two at most where it is English.
fn check_plural(filter: &Filter<'_>, language: &str) -> Result<(), ArgumentError> {
    let given = filter.args.len();
    let named = filter.args.iter().find_map(|arg| match arg {
        CallArg::Kwarg(name, _) if !matches!(*name, "one" | "many") => Some((*name).to_owned()),
        _ => None,
    });
    if let Some(name) = named {
        let hint = suggestion(&name, ["one", "many"]).unwrap_or_default();
        return Err(ArgumentError::UnknownName { filter: "plural".to_owned(), name, hint });
    }
    let forms = (!language.is_empty()).then(|| PluralForms::of(language)).flatten();
    let fits = match &forms {
        Some(forms) => forms.takes(given) || (given == 1 && language.starts_with("en")),
        None => (1..=MOST_WORDS).contains(&given),
    };
    if fits {
        return Ok(());
    }
    let names = forms.map_or_else(|| vec!["one", "other"], |forms| forms.names());
    Err(ArgumentError::PluralForms { language: language.to_owned(), given, names })
}

/// The bytes of an argument's value.
fn span(arg: &CallArg<'_>) -> Range<usize> {
    range(argument(arg).span())
}

fn literal<'e>(expression: &'e Expr<'_>) -> Literal<'e> {
    match expression {
        Expr::Const(node) if node.value.is_number() => Literal::Number,
        Expr::Const(node) => node.value.as_str().map_or(Literal::Data, Literal::Text),
        _ => Literal::Data,
    }
}

fn check_literal(filter_name: &str, name: &str, literal: &Literal<'_>) -> Result<(), ArgumentError> {
    let filter = || filter_name.to_owned();
    let one_of = |word: &str, known: &[&'static str]| {
        if known.contains(&word) {
            return Ok(());
        }
        Err(ArgumentError::UnknownWord { filter: filter(), word: word.to_owned(), known: known.to_vec() })
    };
    match (name, literal) {
        ("style", Literal::Text(style)) => one_of(style, &STYLES),
        ("mode", Literal::Text(mode)) => one_of(mode, &["end", "middle", "words"]),
        ("kind", Literal::Text(kind)) => one_of(kind, &["binary", "decimal"]),
        ("unit", Literal::Text(unit)) if filter_name == "money" => one_of(unit, &AmountUnit::WORDS),
        ("unit", Literal::Text(unit)) => one_of(unit, &UNITS.map(|(unit, _)| unit)),
        ("n" | "decimals", Literal::Text(text)) => {
            Err(ArgumentError::NotANumber { filter: filter(), text: (*text).to_owned() })
        }
        ("style" | "mode" | "kind" | "unit" | "currency" | "url", Literal::Number) => {
            Err(ArgumentError::NotAText { filter: filter() })
        }
        ("currency", Literal::Text(code)) if code.len() != 3 || !code.chars().all(|c| c.is_ascii_alphabetic()) => {
            Err(ArgumentError::NotACurrency((*code).to_owned()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_that_can_never_work_are_reported() {
        for (expression, reported) in [
            ("a | date('X')", "`date` does not accept `X`: it takes `t`, `T`"),
            ("a | truncate('words')", "`truncate` takes a number, not `words`"),
            ("a | truncate(5, 'start')", "it takes `end`, `middle`, `words`"),
            ("a | truncate(5, mode='start')", "it takes `end`, `middle`, `words`"),
            ("a | truncate(5, 'end', 3)", "`truncate` takes 2 at most: n, mode"),
            ("a | truncate(lenght=5)", "`truncate` has no argument `lenght`"),
            ("a | money('dollars')", "`dollars` is no currency: it has three letters, as `usd`"),
            ("a | money(2)", "takes a text in quotes"),
            (
                "a | money('usd', 'cents')",
                "`money` does not accept `cents`: it takes `minor`, `major`, `milli`, `written`",
            ),
            ("a | mask('emial')", "did you mean `email`?"),
            ("a | bytes('gb')", "it takes `binary`, `decimal`"),
            ("a | duration('m')", "it takes `ms`, `s`, `min`, `h`, `d`"),
            ("a | link", "`link` needs `url`"),
            ("a | replace('x')", "`replace` needs `old` and `new`"),
            ("a | upper(3)", "`upper` takes no arguments"),
            ("[a | date(b)] | join(', ') ~ (c | date('Z'))", "`date` does not accept `Z`"),
        ] {
            let syntax = Syntax::expression(expression).expect(expression);
            let why = check(&syntax, "").expect_err(expression).to_string();
            assert!(why.contains(reported), "{expression}: {why}");
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
            assert_eq!(check(&Syntax::expression(fine).expect(fine), ""), Ok(()), "{fine}");
        }
    }

    #[test]
    fn a_word_has_as_many_forms_as_its_language() {
        for (language, expression, fits) in [
            ("", "a | plural('x')", true),
            ("", "a | plural('x', 'y', 'z')", true),
            ("", "a | plural", false),
            ("en", "a | plural('x')", true),
            ("en", "a | plural('x', 'y')", true),
            ("en", "a | plural('x', many='y')", true),
            ("en", "a | plural('x', 'y', 'z')", false),
            ("de", "a | plural('x')", false),
            ("ja", "a | plural('x')", true),
            ("ja", "a | plural('x', 'y')", false),
            ("fr", "a | plural('x', 'y')", true),
            ("fr", "a | plural('x', 'y', 'z')", true),
            ("ru", "a | plural('x', 'y')", false),
            ("ru", "a | plural('x', 'y', 'z')", true),
            ("ru", "a | plural('x', 'y', 'z', 'w')", true),
        ] {
            let checked = check(&Syntax::expression(expression).expect(expression), language);
            assert_eq!(checked.is_ok(), fits, "{language}: {expression}: {checked:?}");
        }
        let why =
            check(&Syntax::expression("a | plural('x', 'y')").expect("valid"), "ru").expect_err("a form is missing");
        assert_eq!(why.to_string(), "`plural` takes 3 words in `ru`, not 2: one, few, many");
    }
}
