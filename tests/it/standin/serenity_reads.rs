//! serenity reads what the stand-in sends of every kind of interaction, and drops none of it.

use std::sync::Arc;

use hookbell_fake_discord::{ChannelSpec, Overwrite, permission};
use serenity::all::*;
use tokio::sync::{Notify, mpsc};

use super::bare_bot::{ADA, ALERTS, BOB, acme};
use super::*;

struct Handler {
    ready: Arc<Notify>,
    seen: mpsc::UnboundedSender<Interaction>,
}

#[serenity::async_trait]
impl EventHandler for Handler {
    async fn ready(&self, ctx: Context, _: Ready) {
        let show = CreateCommandOption::new(CommandOptionType::SubCommand, "show", "One event")
            .add_sub_option(CreateCommandOption::new(CommandOptionType::Channel, "where", "In which channel"))
            .add_sub_option(CreateCommandOption::new(CommandOptionType::User, "who", "Whose"))
            .add_sub_option(CreateCommandOption::new(CommandOptionType::Role, "role", "Of which role"));
        let commands = vec![
            CreateCommand::new("events").description("What came in").add_option(show),
            CreateCommand::new("Explain this alert").kind(CommandType::Message),
        ];
        GuildId::new(1111).set_commands(&ctx.http, commands).await.expect("registered");
        let private = CreateCommand::new("mine").description("In private").add_context(InteractionContext::BotDm);
        Command::set_global_commands(&ctx.http, vec![private]).await.expect("registered");
        self.ready.notify_one();
    }

    async fn interaction_create(&self, ctx: Context, interaction: Interaction) {
        let menu = CreateSelectMenuKind::String { options: vec![CreateSelectMenuOption::new("One", "1")] };
        let answer = CreateInteractionResponseMessage::new()
            .content("answer")
            .button(CreateButton::new("form").label("Form"))
            .select_menu(CreateSelectMenu::new("menu", menu).placeholder("Choose"));
        let response = match &interaction {
            Interaction::Component(press) if press.data.custom_id == "form" => {
                let input = CreateInputText::new(InputTextStyle::Paragraph, "Text", "text");
                let row = CreateActionRow::InputText(input);
                CreateInteractionResponse::Modal(CreateModal::new("note", "A note").components(vec![row]))
            }
            _ => CreateInteractionResponse::Message(answer),
        };
        let (id, token) = (interaction.id(), interaction.token().to_owned());
        let sent = ctx.http.create_interaction_response(id, &token, &response, Vec::new()).await;
        sent.expect("accepted");
        self.seen.send(interaction).expect("a test");
    }
}

#[tokio::test]
async fn serenity_reads_commands_menus_forms_message_commands_and_direct_messages() {
    let standin = acme().await;
    standin.put_channel(ChannelSpec::thread("1111", ALERTS, "2224", "incident"));
    standin.put_overwrite(ALERTS, Overwrite::allow(BOB, permission::MANAGE_WEBHOOKS));
    let http = HttpBuilder::new(standin.bot_token())
        .proxy(standin.base())
        .ratelimiter_disabled(true)
        .application_id(ApplicationId::new(4444))
        .build();
    let (seen, mut interactions) = mpsc::unbounded_channel();
    let ready = Arc::new(Notify::new());
    let handler = Handler { ready: Arc::clone(&ready), seen };
    // With the intent its GUILD_CREATE is read too.
    let intents = GatewayIntents::GUILDS | GatewayIntents::GUILD_WEBHOOKS;
    let mut client = ClientBuilder::new_with_http(http, intents).event_handler(handler).await.expect("a client");
    let running = tokio::spawn(async move { client.start().await });
    ready.notified().await;

    let ada = standin.person(ADA).in_channel("2224");
    let options = [("where", ALERTS), ("who", BOB), ("role", "7001")];
    let answer = ada.command("events show", &options).await.expect("sent");
    let Some(Interaction::Command(command)) = interactions.recv().await else { panic!("a command") };
    assert_eq!(command.channel.as_ref().and_then(|channel| channel.parent_id), Some(ChannelId::new(2222)));
    let resolved = &command.data.resolved;
    assert!(resolved.channels[&ChannelId::new(2222)].permissions.is_some_and(Permissions::view_channel));
    assert!(resolved.members[&UserId::new(602)].permissions.is_some_and(Permissions::manage_webhooks));
    assert_eq!(resolved.roles[&RoleId::new(7001)].name, "Ops");

    ada.choose(&answer, "Choose", &["One"]).await.expect("sent");
    let Some(Interaction::Component(chosen)) = interactions.recv().await else { panic!("a component") };
    assert!(matches!(&chosen.data.kind, ComponentInteractionDataKind::StringSelect { values } if values == &["1"]));

    let opened = ada.press(&answer, "Form").await.expect("sent");
    assert!(matches!(interactions.recv().await, Some(Interaction::Component(_))));
    ada.submit(&opened, &[("Text", "two\nlines")]).await.expect("sent");
    let Some(Interaction::Modal(form)) = interactions.recv().await else { panic!("a form") };
    let ActionRowComponent::InputText(input) = &form.data.components[0].components[0] else { panic!("an input") };
    assert_eq!(input.value.as_deref(), Some("two\nlines"));
    assert!(form.message.is_some());

    let posted = post(&standin, "wait=true", json!({ "content": "alert" })).await.body;
    let explained = standin.person(ADA).in_channel(ALERTS);
    explained.apps_menu(posted["id"].as_str().expect("an id"), "Explain this alert").await.expect("sent");
    let Some(Interaction::Command(command)) = interactions.recv().await else { panic!("a message command") };
    assert!(matches!(command.data.target(), Some(ResolvedTarget::Message(message)) if message.content == "alert"));

    standin.person(BOB).in_direct_messages().command("mine", &[]).await.expect("sent");
    let Some(Interaction::Command(command)) = interactions.recv().await else { panic!("a direct message") };
    assert!(command.member.is_none() && command.guild_id.is_none() && command.user.id == UserId::new(602));
    running.abort();
}
