// The page: its state, the events that change it, and the actions of a person.

const $ = (id) => document.getElementById(id);
const still = new URLSearchParams(location.search).has("still");
const known = {
  channels: [], hidden: [], requests: [], webhooks: [], faults: [], counts: {}, live: 0, buttons: [], people: [], servers: [], locales: [],
};
// Among the scopes of faults, which are webhooks by name otherwise.
const BOT = "@bot";
const unread = new Map();
let current = null;
let failure = null;

const names = {
  full: true,
  user: (id) => {
    const person = known.people.find((other) => other.id === id);
    return person ? person.name : known.person && known.person.id === id ? known.person.username : "user " + id;
  },
  channel: (id) => (known.channels.find((channel) => channel.id === id) || { name: "unknown" }).name,
};
const actions = { press, dismiss, choose: chooseFrom, entries, apps };
const more = { ...actions, explain };

async function request(endpoint, body) {
  try {
    const response = await fetch("/_standin/" + endpoint, {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...asPerson(), ...body }),
    });
    const result = await response.json();
    return response.ok ? result : { error: result.message };
  } catch {
    return { error: "The stand-in does not respond; is it still running?" };
  }
}

// ---- Drawing -------------------------------------------------------------------------------------------

const here = () => known.channels.find((channel) => channel.id === current);

// Each channel with its threads behind it, the newest first.
const postsOf = (channel) => known.channels.filter((other) => other.parent === channel.id).reverse();
const inOrder = () => known.channels.filter((channel) => !channel.parent && !channel.direct && (!server || channel.guild === server))
  .flatMap((channel) => [channel, ...postsOf(channel)]);
const hash = (channel) => (channel.direct ? "@" : channel.forum ? "▤" : channel.parent ? "╰" : "#");
const called = (channel) => (channel.direct ? known.application : channel.name);

function drawChannel(channel) {
  const count = unread.get(channel.id) || 0;
  return h("button", {
    className: "channel" + (channel.parent ? " thread" : "") + (count ? " unread" : ""), role: "tab",
    "aria-selected": String(channel.id === current), onclick: () => show(channel.id),
  }, h("span", { className: "hash" }, hash(channel)), h("span", { className: "name" }, called(channel)),
    count ? h("span", { className: "badge" }, count > 99 ? "99+" : count) : null);
}

function drawChannels() {
  const direct = known.channels.filter((channel) => channel.direct);
  const open = h("button", { className: "channel", onclick: openDirect }, h("span", { className: "hash" }, "@"),
    h("span", { className: "name" }, "Message " + known.application));
  $("channels").replaceChildren(h("h2", {}, "Channels"), ...inOrder().map(drawChannel),
    h("h2", {}, "Direct messages"), ...(direct.length ? direct.map(drawChannel) : [open]));
}

function drawPost(post) {
  const count = post.messages.length;
  return h("button", { type: "button", className: "post", onclick: () => show(post.id) },
    ...post.tags.map((tag) => h("span", { className: "tag" }, tag)), h("b", {}, post.name),
    h("small", {}, count + (count === 1 ? " message" : " messages") + (post.closed ? ", closed" : "")));
}

function drawMessages(keepPosition) {
  const box = $("messages");
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 120;
  const channel = here();
  const hidden = known.hidden.filter((message) => message.channel_id === current);
  const all = [...channel.messages, ...hidden].sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
  let previous = null;
  let day = "";
  const nodes = [h("div", { className: "welcome" }, h("b", {}, channel.direct ? "Only you and " + known.application : "Welcome to " + (channel.parent ? "" : "#") + channel.name),
    h("p", {}, "What hookbell posts appears here. Type /events recent below to ask its bot."))];
  for (const message of all) {
    const today = new Date(message.timestamp).toLocaleDateString("en-GB", { dateStyle: "long" });
    if (today !== day) {
      nodes.push(h("div", { className: "day" }, today));
      previous = null;
    }
    day = today;
    nodes.push(drawMessage(message, previous, known.explains ? more : actions, names));
    previous = message;
  }
  if (channel.forum) nodes.push(...postsOf(channel).map(drawPost));
  if (failure) nodes.push(h("div", { className: "message first failed" }, failure));
  box.replaceChildren(...nodes);
  if (atEnd || !keepPosition) box.scrollTop = box.scrollHeight;
}

function target(request) {
  if (request.webhook) return "#" + request.webhook;
  if (request.path.startsWith("/interactions/")) return "bot answers";
  if (request.path.startsWith("/webhooks/")) return "bot edits its answer";
  if (request.path.endsWith("/commands")) return "bot commands";
  return request.path;
}

function drawLog() {
  const kind = (status) => (status === null || status >= 500 ? "bad" : status === 429 ? "limited" : status >= 400 ? "bad" : "ok");
  $("log").replaceChildren(...known.requests.slice(-60).reverse().map((record) => h("li", {
    title: record.path + (record.fault ? " (" + record.fault + ")" : ""),
  }, h("time", {}, new Date(record.at).toLocaleTimeString("en-GB")), h("span", { className: "verb" }, record.method),
  h("span", { className: "path" }, target(record)),
  h("span", { className: kind(record.status) }, record.status === null ? "cut" : record.status))));
}

function drawAll() {
  document.title = known.server + ", a stand-in for Discord";
  drawWho();
  $("server").textContent = (known.servers.find((other) => other.id === server) || { name: known.server }).name;
  $("my-name").textContent = known.person.username;
  $("my-avatar").replaceWith(Object.assign(avatar(known.person.username, "small"), { id: "my-avatar" }));
  const chosen = $("fault-scope").value;
  const listed = [...$("fault-scope").options].slice(2).map((option) => option.value);
  if (JSON.stringify(listed) !== JSON.stringify(known.webhooks) || !$("fault-scope").options.length) $("fault-scope").replaceChildren(h("option", { value: "" }, "Every webhook"), h("option", { value: BOT }, "The bot's answers"),
    ...known.webhooks.map((name) => h("option", { value: name }, name)));
  $("fault-scope").value = chosen === BOT || known.webhooks.includes(chosen) ? chosen : "";
  // `/#code` opens that channel.
  const wanted = known.channels.find((channel) => "#" + channel.name === location.hash) || inOrder()[0];
  if (!here() || !(here().direct || inOrder().includes(here()))) current = wanted ? wanted.id : null;
  if (current) show(current);
  drawHost();
  drawPanel();
  drawLog();
}

function show(id) {
  current = id;
  failure = null;
  unread.delete(id);
  document.querySelector("#title .hash").textContent = hash(here());
  $("channel-name").textContent = called(here());
  $("box").placeholder = "Message " + (here().direct ? "@" : "#") + called(here()) + ", or try /events recent";
  drawChannels();
  drawMessages(false);
}

// ---- Events --------------------------------------------------------------------------------------------

function put(list, message) {
  const index = list.findIndex((other) => other.id === message.id);
  if (index < 0) list.push(message);
  else list[index] = message;
  if (list.length > 500) list.shift();
  return index < 0;
}

const handlers = {
  reload: load,
  commands: load,
  message({ channel, message, viewer }) {
    // What only somebody else sees.
    if (viewer && known.person && viewer !== known.person.id) return;
    const home = known.channels.find((other) => other.id === channel);
    if (!home) return load();
    const fresh = put(message.flags & EPHEMERAL ? known.hidden : home.messages, message);
    if (channel === current) drawMessages(true);
    else if (fresh) {
      unread.set(channel, (unread.get(channel) || 0) + 1);
      drawChannels();
    }
  },
  delete({ id }) {
    for (const channel of known.channels) channel.messages = channel.messages.filter((message) => message.id !== id);
    known.hidden = known.hidden.filter((message) => message.id !== id);
    if (current) drawMessages(true);
  },
  request({ request, counts, faults }) {
    known.requests = [...known.requests, request].slice(-60);
    Object.assign(known, { counts, faults });
    drawPanel();
    drawLog();
  },
  faults({ faults }) {
    known.faults = faults;
    drawPanel();
  },
  gateway({ live }) {
    known.live = live;
    drawPanel();
  },
};

async function load() {
  const answer = await fetch("/_standin/state?person=" + encodeURIComponent(me));
  Object.assign(known, await answer.json());
  drawAll();
}

function listen() {
  const events = new EventSource("/_standin/events");
  events.onmessage = (event) => {
    const update = JSON.parse(event.data);
    if (handlers[update.type]) handlers[update.type](update);
  };
  // The browser reconnects by itself; the first event after that reloads everything.
}

// ---- Actions -------------------------------------------------------------------------------------------

function fail(error) {
  failure = error;
  if (current) drawMessages(false);
}

async function press(node, message, customId) {
  node.disabled = true;
  const result = await request("press", { message: message.id, custom_id: customId });
  node.disabled = false;
  outcome(result);
}

function dismiss(message) {
  handlers.delete({ id: message.id });
  request("dismiss", { message: message.id });
}

async function explain(message) {
  $("why-text").textContent = "…";
  if (!$("why").open) $("why").showModal();
  const result = await request("explain", { message: message.id });
  $("why-text").textContent = result.error || result.text;
  $("why-text").scrollTop = 0;
}

function hint(text) {
  $("hint").hidden = !text;
  $("hint").textContent = text || "";
}

async function send() {
  const text = $("box").value.trim();
  if (!text) return;
  if (!text.startsWith("/")) return hint("This box takes commands. Try /events recent");
  $("box").value = "";
  pick([]);
  failure = null;
  outcome(await request("command", { channel: current, text }), text + ": ");
}

// ---- The command picker --------------------------------------------------------------------------------

let picks = [];
let picked = -1;
let asking = 0;

// Every command that can be sent, with its whole path: `/events recent`.
// `label` is the path in the language of the person.
function leaves(level, path, label) {
  const subs = (level.options || []).filter((option) => option.type <= 2);
  if (!subs.length) return [{ path, label, description: inOwn(level, "description"), options: level.options || [] }];
  return subs.flatMap((sub) => leaves(sub, path + " " + sub.name, label + " " + inOwn(sub, "name")));
}

function pick(list, heading) {
  picks = list;
  picked = list.length && list[0].eager ? 0 : -1;
  $("picker").hidden = list.length === 0;
  $("picker").replaceChildren(h("h3", {}, heading || ""), ...list.map((item, index) => h("button", {
    type: "button", role: "option", className: index === picked ? "on" : "", onclick: () => choose(item),
  }, h("b", {}, item.label), h("span", {}, item.description || "", (item.tags || []).map((tag) => h("i", {}, tag))))));
}

function move(step) {
  if (!picks.length) return;
  picked = (picked + step + picks.length) % picks.length;
  $("picker").querySelectorAll("button").forEach((node, index) => {
    node.classList.toggle("on", index === picked);
    if (index === picked) node.scrollIntoView({ block: "nearest" });
  });
}

function choose(item) {
  $("box").value = item.text;
  $("box").focus();
  suggest();
}

async function suggest() {
  const text = $("box").value.trimStart();
  const mine = ++asking;
  hint("");
  if (!text.startsWith("/") || !here()) return pick([]);
  const all = here().commands.filter((command) => command.type === 1).flatMap((command) => leaves(command, "/" + command.name, "/" + inOwn(command, "name")));
  const leaf = all.find((other) => text.startsWith(other.path + " "));
  if (!leaf) {
    const typed = text.trim().toLowerCase();
    return pick(all.filter((other) => other.path.startsWith(typed) || other.label.startsWith(typed)).map((other) => ({
      label: other.label, description: other.description, tags: other.options.map((option) => inOwn(option, "name")),
      text: other.path + " ", eager: other.path !== typed,
    })), known.application);
  }
  const rest = text.slice(leaf.path.length + 1);
  const given = leaf.options.filter((option) => new RegExp("(^| )" + option.name + ":").test(rest));
  const last = given.map((option) => [rest.lastIndexOf(option.name + ":"), option]).sort((a, b) => b[0] - a[0])[0];
  const open = leaf.options.filter((option) => !given.includes(option));
  const typed = last ? rest.slice(last[0] + last[1].name.length + 1) : "";
  if (last && !/\s$/.test(typed)) return values(last[1], typed.trimStart(), text, mine);
  const started = /\s$/.test(rest) || !rest ? "" : rest.split(" ").pop();
  const base = text.slice(0, text.length - started.length);
  pick(open.filter((option) => option.name.startsWith(started)).map((option) => ({
    label: inOwn(option, "name"), description: inOwn(option, "description"), tags: option.required ? ["required"] : [], text: base + option.name + ":",
  })), "Options of " + leaf.path);
}

async function values(option, typed, text, mine) {
  const base = text.slice(0, text.length - typed.length);
  const offer = (choices) => pick(choices.map((choice) => ({
    label: inOwn(choice, "name"), description: String(choice.value) === choice.name ? "" : String(choice.value), text: base + choice.value + " ",
  })), inOwn(option, "description"));
  if (option.type === 5) return offer([{ name: "true", value: true }, { name: "false", value: false }]);
  const choices = option.choices || [];
  if (choices.length) return offer(choices.filter((choice) => choice.name.toLowerCase().startsWith(typed.toLowerCase())));
  if (!option.autocomplete) return pick([]);
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (mine !== asking) return;
  const result = await request("complete", { channel: current, text });
  if (mine !== asking) return;
  if (result.choices) offer(result.choices);
  else pick([]);
}

// ---- The message box ---------------------------------------------------------------------------------------------

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  if (picked >= 0) choose(picks[picked]);
  else send();
});
$("box").addEventListener("input", suggest);
$("box").addEventListener("focus", suggest);
$("box").addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Tab" && picks.length) {
    event.preventDefault();
    choose(picks[Math.max(picked, 0)]);
  } else if (event.key === "Escape") pick([]);
});
document.addEventListener("click", (event) => {
  if (!$("composer").contains(event.target)) pick([]);
});
$("fault-scope").addEventListener("change", drawPanel);
for (const id of ["panel-toggle", "panel-close"]) {
  $(id).addEventListener("click", () => {
    const open = $("panel").classList.toggle("open");
    $("panel-toggle").setAttribute("aria-expanded", String(open));
  });
}
$("why-close").addEventListener("click", () => $("why").close());
$("why").addEventListener("click", (event) => {
  if (event.target === $("why")) $("why").close();
});
$("messages").addEventListener("scroll", () => {
  const box = $("messages");
  $("to-newest").hidden = box.scrollHeight - box.scrollTop - box.clientHeight < 400;
});
$("to-newest").addEventListener("click", () => { $("messages").scrollTop = $("messages").scrollHeight; });
setInterval(() => {
  for (const node of document.querySelectorAll("time[data-at]")) node.textContent = ago(Number(node.dataset.at));
}, 5000);

