// Who one is on the page, and what one does with messages: menus, forms, the commands of a message's menu.

const asked = new URLSearchParams(location.search);
let me = asked.get("person") || "";
let server = asked.get("server") || "";
let language = asked.get("locale") || "";
let opened = null;

// The language of one's client, and a text of a command in it.
const spoken = () => language || known.person.locale;
const inOwn = (thing, key) => (thing[key + "_localizations"] || {})[spoken()] || thing[key];
const asPerson = () => ({ person: me, locale: language });

// ---- Who, where, in which language ---------------------------------------------------------------------

function fill(id, entries, chosen, least) {
  $(id).hidden = entries.length < least;
  $(id).replaceChildren(...entries.map(([value, label]) => h("option", { value }, label)));
  $(id).value = chosen;
}

function drawWho() {
  me = known.person.id;
  if (!known.servers.some((other) => other.id === server)) server = known.servers.length ? known.servers[0].id : "";
  fill("server-choice", known.servers.map((other) => [other.id, other.name]), server, 2);
  fill("person-choice", known.people.map((person) => [person.id, person.name]), me, 2);
  const autonym = (locale) => new Intl.DisplayNames([locale], { type: "language" }).of(locale);
  fill("locale-choice", known.locales.map((locale) => [locale, locale + " " + autonym(locale)]), spoken(), 1);
}

$("server-choice").addEventListener("change", (event) => {
  server = event.target.value;
  current = null;
  drawAll();
});
$("person-choice").addEventListener("change", (event) => {
  me = event.target.value;
  language = "";
  current = null;
  load();
});
$("locale-choice").addEventListener("change", (event) => {
  language = event.target.value;
  if (current) drawMessages(true);
});

async function openDirect() {
  const result = await request("direct", {});
  if (result.error) return fail(result.error);
  await load();
  show(result.channel);
}

// ---- Menus ---------------------------------------------------------------------------------------------

// The entries of a menu of people, roles or channels.
function entries(given) {
  const people = known.people.map((person) => ({ value: person.id, label: "@" + person.name }));
  const roles = known.servers.filter((other) => other.id === server).flatMap((other) => other.roles || [])
    .map((role) => ({ value: role.id, label: "@" + role.name }));
  if (given.type === 5) return people;
  if (given.type === 6) return roles;
  if (given.type === 7) return [...people, ...roles];
  return inOrder().map((channel) => ({ value: channel.id, label: "#" + channel.name }));
}

async function chooseFrom(node, message, customId, values) {
  node.disabled = true;
  const result = await request("choose", { message: message.id, custom_id: customId, values });
  node.disabled = false;
  outcome(result);
  // The same may be chosen again.
  if (!node.multiple) drawMessages(true);
}

// The commands of a message's menu, as a list that looks like a button.
function apps(message) {
  const home = known.channels.find((channel) => channel.id === message.channel_id);
  const commands = ((home && home.commands) || []).filter((command) => command.type === 3);
  if (!commands.length) return null;
  return h("select", {
    className: "apps" + (known.explains ? " beside" : ""), "aria-label": "Apps", title: "Apps", onchange: async (event) => {
      const name = event.currentTarget.value;
      event.currentTarget.value = "";
      outcome(await request("menu", { message: message.id, name }), name + ": ");
    },
  }, h("option", { value: "", selected: true, hidden: true }, "⋯ Apps"),
    commands.map((command) => h("option", { value: command.name }, inOwn(command, "name"))));
}

// ---- Forms ---------------------------------------------------------------------------------------------

// What follows from an interaction: a form, an error, or a message, which comes by itself.
function outcome(result, before) {
  if (result.error) fail((before || "") + result.error);
  else if (result.form) openForm(result);
}

function field(row) {
  const input = row.type === 18 ? row.component : (row.components || [])[0];
  if (row.type === 10) return h("label", {}, row.content);
  const label = row.type === 18 ? row.label : input.label;
  const shared = { name: input.custom_id, required: input.required !== false, placeholder: input.placeholder };
  if (input.type !== 4) {
    return h("label", {}, label, row.description && h("small", {}, row.description),
      h("select", { name: input.custom_id }, selectOptions(input, actions).map((option) => h("option", { value: option.value }, option.label))));
  }
  const bounds = { minlength: input.min_length, maxlength: input.max_length || 4000 };
  const node = input.style === 2 ? h("textarea", { ...shared, ...bounds }) : h("input", { type: "text", ...shared, ...bounds });
  node.value = input.value || "";
  return h("label", {}, label, row.description && h("small", {}, row.description), node);
}

function openForm({ form, interaction }) {
  opened = interaction;
  $("form-title").textContent = form.title;
  $("form-error").hidden = true;
  $("form-fields").replaceChildren(...form.components.map(field));
  if (!$("form").open) $("form").showModal();
  const first = $("form-fields").querySelector("input, textarea, select");
  if (first) first.focus();
}

document.querySelector("#form form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(event.target));
  const result = await request("submit", { channel: current, interaction: opened, fields });
  if (result.error) {
    $("form-error").hidden = false;
    $("form-error").textContent = result.error;
  } else $("form").close();
});
for (const id of ["form-close", "form-cancel"]) $(id).addEventListener("click", () => $("form").close());

load().then(() => still || listen());
