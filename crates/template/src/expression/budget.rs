//! The limits of one evaluation in memory and time. The engine counts instructions, however much each makes or takes;
//! here bytes and time are counted, by the filters and by the operators that `rewrite` puts in place of the engine's
//! own.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use minijinja::value::{Object, ObjectRepr, ValueKind};
use minijinja::{Error, ErrorKind, State, Value};

use super::marked::Marked;
use super::value::text;

/// What all evaluations for one message may take together. A message takes less than a thousandth of it; the rest is
/// for a machine that is busy with other work, as wall-clock time is measured.
pub const TIME: Duration = Duration::from_secs(1);
/// Bytes that the values made for one text may take together.
const MEMORY: usize = 16 << 20;
/// The longest text that one step makes, in bytes: far more than any message holds.
const LONGEST: usize = 1 << 20;
/// Texts up to this many bytes cost their instruction alone.
const SMALL: usize = 64;
/// About what an entry of a list takes.
const ENTRY: usize = 32;
/// Values within values; a payload has 128 at most. What recurses through values, as comparing and dropping them does,
/// is safe on a small stack.
const DEPTH: usize = 160;
/// Steps between two reads of the clock.
const STEPS: u32 = 16;
/// Bytes from which on a step reads the clock.
const LARGE: usize = 4 << 10;

/// The limit that an evaluation exceeded; the source of the engine's error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Exceeded {
    #[error("it takes too much time")]
    Time,
    #[error("it takes too much memory")]
    Memory,
    /// The operation that would make a too long text.
    #[error("{0} would make a too long text")]
    Text(String),
    #[error("lists within lists are nested too deeply")]
    Depth,
    #[error("a namespace cannot hold a namespace")]
    Namespace,
}

impl From<Exceeded> for Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::new(ErrorKind::OutOfFuel, exceeded.to_string()).with_source(exceeded)
    }
}

/// The time that the evaluations of one scope took, and what they may take.
#[derive(Debug)]
pub(super) struct TimeBudget {
    most: Duration,
    /// In nanoseconds.
    spent: AtomicU64,
}

impl TimeBudget {
    /// The name of the budget in a scope; not an identifier, so that no text can read it.
    pub(super) const NAME: &'static str = " time";

    pub(super) fn new(most: Duration) -> Self {
        Self { most, spent: AtomicU64::new(0) }
    }

    fn left(&self) -> Duration {
        self.most.saturating_sub(Duration::from_nanos(self.spent.load(Ordering::Relaxed)))
    }

    fn spend(&self, time: Duration) {
        self.spent.fetch_add(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

impl Object for TimeBudget {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}

/// What one evaluation has made and taken so far, and what it reports beside its text.
#[derive(Debug)]
pub(super) struct Work {
    /// Whether a value was printed already: only the first may be a whole URL.
    pub(super) printed: bool,
    /// Missing values that were printed, which shows nothing.
    pub(super) missing: usize,
    /// Values that were printed and show nothing, the missing ones included.
    pub(super) blank: usize,
    /// Bytes.
    spent: usize,
    steps: u32,
    start: Instant,
    left: Duration,
    budget: Arc<TimeBudget>,
}

impl Work {
    /// The work of the evaluation of this `state`.
    pub(super) fn of<'s>(state: &'s mut State<'_, '_>) -> &'s mut Self {
        let new = state.get_extension::<Self>().is_none().then(|| {
            let budget = state.lookup(TimeBudget::NAME).and_then(|budget| budget.downcast_object::<TimeBudget>());
            Self::new(budget.unwrap_or_else(|| Arc::new(TimeBudget::new(TIME))))
        });
        state.get_or_insert_extension_with(|| new.unwrap_or_else(|| Self::new(Arc::new(TimeBudget::new(TIME)))))
    }

    fn new(budget: Arc<TimeBudget>) -> Self {
        let left = budget.left();
        // Where no time is left, the first step reads the clock.
        let steps = if left.is_zero() { STEPS - 1 } else { 0 };
        Self { printed: false, missing: 0, blank: 0, spent: 0, steps, start: Instant::now(), left, budget }
    }

    /// # Errors
    /// When more memory or time than there is was spent.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        self.steps = self.steps.wrapping_add(1);
        if (self.steps.is_multiple_of(STEPS) || bytes >= LARGE) && self.start.elapsed() >= self.left {
            return Err(Exceeded::Time.into());
        }
        if bytes >= SMALL {
            self.spent = self.spent.saturating_add(bytes);
        }
        if self.spent > MEMORY { Err(Exceeded::Memory.into()) } else { Ok(()) }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.budget.spend(self.start.elapsed());
    }
}

/// # Errors
/// When more memory or time than there is was spent.
pub(super) fn spend(state: &mut State<'_, '_>, bytes: usize) -> Result<(), Error> {
    // Looked up once where there is one, as for all steps but the first.
    match state.get_extension_mut::<Work>() {
        Some(work) => work.spend(bytes),
        None => Work::of(state).spend(bytes),
    }
}

/// Charges a new value, as far as its size is known without iterating over it.
pub(super) fn spend_for(state: &mut State<'_, '_>, made: &Value) -> Result<(), Error> {
    let bytes = match made.kind() {
        ValueKind::String => made.as_str().map_or(0, str::len),
        ValueKind::Seq | ValueKind::Iterable => entries(made).saturating_mul(ENTRY),
        ValueKind::Map => made.len().unwrap_or(0).saturating_mul(3 * ENTRY),
        _ => Marked::of(made).map_or(0, Marked::size),
    };
    spend(state, bytes)
}

/// Charges everything that a list or map holds: one that holds another many times takes as long to compare as if each
/// were its own. What is computed anew with each pass through it becomes a list, so that passes cannot be piled up.
///
/// # Errors
/// When it holds too much, is nested too deeply, or holds a namespace.
pub(super) fn keep(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    let work = Work::of(state);
    let most = MEMORY.saturating_sub(work.spent);
    let mut left = most;
    weigh(value, 0, &mut left)?;
    work.spend(most - left)?;
    if value.kind() == ValueKind::Iterable { Ok(value.try_iter()?.collect()) } else { Ok(value.clone()) }
}

/// As [`keep`], for what a namespace is to hold: a namespace can change, and would then hold itself.
pub(super) fn store(state: &mut State<'_, '_>, value: &Value) -> Result<Value, Error> {
    if is_namespace(value) { Err(Exceeded::Namespace.into()) } else { keep(state, value) }
}

fn is_namespace(value: &Value) -> bool {
    // The engine's type is private.
    value.as_object().is_some_and(|object| object.type_name().ends_with("::Namespace"))
}

fn weigh(value: &Value, depth: usize, left: &mut usize) -> Result<(), Exceeded> {
    let bytes = value.as_str().map_or(0, str::len).saturating_add(ENTRY);
    *left = left.checked_sub(bytes).ok_or(Exceeded::Memory)?;
    if !matches!(value.kind(), ValueKind::Seq | ValueKind::Iterable | ValueKind::Map) {
        return Ok(());
    }
    if depth >= DEPTH {
        return Err(Exceeded::Depth);
    }
    let Ok(items) = value.try_iter() else { return Ok(()) };
    if value.kind() != ValueKind::Map {
        return items.into_iter().try_for_each(|item| weigh(&item, depth + 1, left));
    }
    if depth > 0 && is_namespace(value) {
        return Err(Exceeded::Namespace);
    }
    for key in items {
        let entry = value.get_item(&key).unwrap_or_default();
        weigh(&key, depth + 1, left)?;
        weigh(&entry, depth + 1, left)?;
    }
    Ok(())
}

/// The length of a list; one of unknown length is counted, as far as the memory budget allows.
fn entries(list: &Value) -> usize {
    let counted = || list.try_iter().map_or(0, |items| items.take(MEMORY / ENTRY + 1).count());
    list.len().unwrap_or_else(counted)
}

/// Charges a text of so many bytes before it is made from one of `from` bytes.
pub(super) fn may_make(state: &mut State<'_, '_>, what: &str, bytes: usize, from: usize) -> Result<(), Error> {
    if bytes > LONGEST.max(from) {
        return Err(Exceeded::Text(what.to_owned()).into());
    }
    spend(state, if bytes > from { bytes } else { 0 })
}

/// Charges a builtin filter's result before it is made, where it can be much larger than the input.
pub(super) fn foresee(state: &mut State<'_, '_>, name: &str, args: &[Value]) -> Result<(), Error> {
    let Some(value) = args.first() else { return Ok(()) };
    let size = value.as_str().map_or_else(|| entries(value), str::len);
    let number = || args.iter().skip(1).filter_map(|arg| usize::try_from(arg.clone()).ok()).max().unwrap_or(0);
    let found = |text: &str| value.as_str().map_or(0, |whole| whole.matches(text).count());
    match name {
        "split" => {
            let by = args.get(1).and_then(|by| by.as_str()).unwrap_or(" ");
            spend(state, (found(by) + 1).saturating_mul(2 * ENTRY))
        }
        "lines" => spend(state, (found("\n") + 1).saturating_mul(2 * ENTRY)),
        "batch" if args.len() > 2 => spend(state, size.saturating_add(number()).saturating_mul(3 * ENTRY)),
        "list" | "items" | "dictsort" | "batch" | "reverse" => spend(state, size.saturating_mul(3 * ENTRY)),
        "slice" => spend(state, size.saturating_add(number()).saturating_mul(3 * ENTRY)),
        "indent" => {
            let more = (found("\n") + 1).saturating_mul(number());
            may_make(state, "`indent`", size.saturating_add(more), size)
        }
        // The engine's `format` panics on these.
        "format" if value.as_str().is_some_and(has_foreign_key) => {
            Err(Error::new(ErrorKind::InvalidOperation, "the keys of `format` are ASCII: `%(name)s`"))
        }
        "format" => {
            let digits = text(value).split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
            let given: usize = args.iter().skip(1).map(|arg| arg.as_str().map_or(64, str::len)).sum();
            let wide = digits > 3 || value.as_str().is_some_and(|text| text.contains('*'));
            let bytes = if wide { usize::MAX } else { size.saturating_mul(100).min(LONGEST / 2) + given };
            may_make(state, "`format`", bytes, 0)
        }
        _ => Ok(()),
    }
}

/// Whether a `%(key)s` has a key with characters beyond ASCII.
fn has_foreign_key(format: &str) -> bool {
    let keys = format.replace("%%", "");
    keys.split("%(").skip(1).any(|rest| !rest.split(')').next().unwrap_or(rest).is_ascii())
}
