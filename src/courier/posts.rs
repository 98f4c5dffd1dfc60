//! The forum post that a message goes into: by its title, or by its thing where each thing has a post of its own.

use super::group::Group;
use super::head::HeadState;
use super::settings::Destination;
use super::shared::Courier;
use crate::compose::{ThreadTarget, ThreadThing};
use crate::store::{self, KeyedThread};
use hookbell_model::delivery::MessageRef;
use hookbell_model::note::{NotArchivedCause, Note};
use hookbell_template::fit::post_title;

/// Where a new message goes, with notes on differences from the template.
pub(super) async fn target_of_post(
    courier: &Courier,
    destination: &Destination,
    group: &Group,
    state: &HeadState,
) -> store::Result<(ThreadTarget, Vec<Note>)> {
    let channel = destination.target();
    let (title, note) = state.forum.title(&channel, &group.message);
    let mut notes: Vec<Note> = note.into_iter().collect();
    let is_keyed = state.forum.has_posts_per_key(&channel) && !group.post_keys.is_empty();
    let Some(own) = title.clone().filter(|_| is_keyed).map(|title| title_of(group, title)) else {
        let thread = match &title {
            Some(title) if !state.forum.begins_anew() => courier.store.post(&destination.name, title).await?,
            _ => None,
        };
        return Ok((ThreadTarget { title, thread, thing: None }, notes));
    };
    let known = courier.store.keyed_thread(&destination.name, &group.post_keys).await?;
    notes.extend(not_archived(courier, group, known.as_ref(), state));
    // A post that takes the place of a deleted one is still that of its thing, whatever is said of it now.
    let title = known.as_ref().filter(|_| group.is_of_another).map_or(own, |known| known.title.clone());
    let thread = known.filter(|_| !state.forum.begins_anew()).map(|known| known.thread);
    let thing = ThreadThing { keys: group.post_keys.clone(), title: title.clone() };
    Ok((ThreadTarget { title: Some(title), thread, thing: Some(thing) }, notes))
}

/// Where a message is that is edited.
pub(super) async fn target_of_edit(
    courier: &Courier,
    destination: &Destination,
    group: &Group,
    (earlier, in_thread): (&MessageRef, bool),
    state: &HeadState,
) -> store::Result<(ThreadTarget, Vec<Note>)> {
    if !in_thread {
        return Ok((ThreadTarget::default(), Vec::new()));
    }
    let channel = destination.target();
    let title = state.forum.title(&channel, &group.message).0;
    let (thread, is_here) = (Some(earlier.channel.clone()), |thread: &String| *thread == earlier.channel);
    if !state.forum.has_posts_per_key(&channel) || group.post_keys.is_empty() {
        // A post with another title is not this message's.
        let title = match title {
            Some(title) => courier.store.post(&destination.name, &title).await?.filter(is_here).map(|_| title),
            None => None,
        };
        return Ok((ThreadTarget { title, thread, thing: None }, Vec::new()));
    }
    let known = courier.store.keyed_thread(&destination.name, &group.post_keys).await?;
    // What began its post is known by it; any other post may be that of several things.
    let is_own = earlier.id == earlier.channel || known.as_ref().is_some_and(|known| is_here(&known.thread));
    if !is_own {
        return Ok((ThreadTarget { title: None, thread, thing: None }, Vec::new()));
    }
    let notes = not_archived(courier, group, known.as_ref(), state).into_iter().collect();
    let thing = ThreadThing { keys: group.post_keys.clone(), title: title_of(group, title.unwrap_or_default()) };
    Ok((ThreadTarget { title: None, thread, thing: Some(thing) }, notes))
}

/// The title of its thing's post, where the message would have this one.
fn title_of(group: &Group, title: String) -> String {
    let own = post_title(&group.post_title);
    if group.message.thread.is_empty() && !own.is_empty() { own } else { title }
}

/// Whether the posts of things that are over can be archived.
pub(super) fn can_archive(courier: &Courier, state: &HeadState) -> bool {
    courier.client.has_bot() && state.archive_refusal().is_none()
}

/// Said once, by the message that ends the thing.
fn not_archived(courier: &Courier, group: &Group, known: Option<&KeyedThread>, state: &HeadState) -> Option<Note> {
    let ends = group.is_post_over == Some(true) && !known.is_some_and(|known| known.is_over);
    let cause = match state.archive_refusal() {
        _ if !ends => return None,
        _ if !courier.client.has_bot() => NotArchivedCause::NoBot,
        Some(error) => NotArchivedCause::NotAllowed { error: error.to_string() },
        None => return None,
    };
    Some(Note::PostNotArchived { cause })
}
