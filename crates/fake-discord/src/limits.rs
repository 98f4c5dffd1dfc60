//! Discord's numbers, in one table that shares nothing with the rest of hookbell: a mock that borrowed the
//! sender's constants would repeat the sender's mistakes. All lengths are Unicode code points, inclusive.
//!
//! Sources: [D] Discord's developer documentation, [O] Discord's official OpenAPI file, [observed] reported by
//! users or by Discord's staff, not documented.

// Messages. [D resources/webhook "Execute Webhook"; O IncomingWebhookRequestPartial]
pub(crate) const CONTENT: usize = 2000;
pub(crate) const USERNAME: usize = 80;
pub(crate) const AVATAR_URL: usize = 2048;
pub(crate) const EMBEDS: usize = 10;
pub(crate) const THREAD_NAME: usize = 100;
pub(crate) const APPLIED_TAGS: usize = 5;
pub(crate) const ATTACHMENTS: usize = 10;
pub(crate) const FILENAME: usize = 1024;
pub(crate) const REQUEST_BYTES: usize = 25 * 1024 * 1024;
pub(crate) const FILE_BYTES: usize = 10 * 1024 * 1024;

// Embeds. [D resources/message "Embed Limits"; O RichEmbed]
pub(crate) const TITLE: usize = 256;
pub(crate) const DESCRIPTION: usize = 4096;
pub(crate) const FIELDS: usize = 25;
pub(crate) const FIELD_NAME: usize = 256;
pub(crate) const FIELD_VALUE: usize = 1024;
pub(crate) const FOOTER_TEXT: usize = 2048;
pub(crate) const AUTHOR_NAME: usize = 256;
pub(crate) const EMBED_TOTAL: usize = 6000;
pub(crate) const EMBED_URL: usize = 2048;
pub(crate) const COLOR: i64 = 16_777_215;

// Mentions. [D resources/message "Allowed Mentions Object"]
pub(crate) const MENTION_IDS: usize = 100;

// Polls. [D resources/poll; O PollCreateRequest]
pub(crate) const POLL_QUESTION: usize = 300;
pub(crate) const POLL_ANSWERS: usize = 10;
pub(crate) const POLL_ANSWER: usize = 55;
pub(crate) const POLL_HOURS: i64 = 768;

// Components. [D components/reference; O]
pub(crate) const ROWS: usize = 5;
pub(crate) const BUTTONS: usize = 5;
pub(crate) const CUSTOM_ID: usize = 100;
pub(crate) const BUTTON_LABEL: usize = 80;
pub(crate) const BUTTON_URL: usize = 512;
pub(crate) const SELECT_OPTIONS: usize = 25;
pub(crate) const SELECT_TEXT: usize = 100;
pub(crate) const PLACEHOLDER: usize = 150;
pub(crate) const COMPONENTS: usize = 40;
pub(crate) const TEXT_DISPLAY: usize = 4000;
pub(crate) const GALLERY_ITEMS: usize = 10;
pub(crate) const MEDIA_DESCRIPTION: usize = 1024;
pub(crate) const SECTION_TEXTS: usize = 3;
/// [observed] Bytes of all text displays plus 12 for each; beyond it Discord answers 500 always.
pub(crate) const TEXT_DISPLAY_BYTES: usize = 10_170;
pub(crate) const MODAL_TITLE: usize = 45;
pub(crate) const MODAL_ROWS: usize = 5;
pub(crate) const INPUT_LABEL: usize = 45;
pub(crate) const INPUT_PLACEHOLDER: usize = 100;
pub(crate) const INPUT_VALUE: usize = 4000;
pub(crate) const LABEL_DESCRIPTION: usize = 100;

// Webhooks of a channel. [D topics/opcodes-and-status-codes]
pub(crate) const WEBHOOKS: usize = 15;

// Application commands. [D interactions/application-commands]
pub(crate) const COMMANDS: usize = 100;
/// Commands of a message's or a person's menu, of each.
pub(crate) const MENU_COMMANDS: usize = 15;
pub(crate) const COMMANDS_PUT: usize = 130;
/// New commands a day, in each server and globally.
pub(crate) const COMMAND_CREATES: usize = 200;
pub(crate) const COMMAND_NAME: usize = 32;
pub(crate) const COMMAND_DESCRIPTION: usize = 100;
pub(crate) const OPTIONS: usize = 25;
pub(crate) const CHOICES: usize = 25;
pub(crate) const CHOICE_NAME: usize = 100;
pub(crate) const CHOICE_VALUE: usize = 100;
pub(crate) const COMMAND_TOTAL: usize = 8000;
pub(crate) const OPTION_LENGTH: i64 = 6000;
