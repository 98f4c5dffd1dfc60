// A message object as Discord's client would draw it.

const EPHEMERAL = 1 << 6;
const LOADING = 1 << 7;
const avatarColors = ["#5865f2", "#3ba55c", "#d9822b", "#c4397a", "#2d8fb3", "#8a5cd6", "#b5493b", "#4f6f8f"];

function avatar(name, size) {
  let sum = 0;
  for (const c of name) sum = (sum * 31 + c.codePointAt(0)) >>> 0;
  const node = h("span", { className: "avatar " + (size || ""), "aria-hidden": "true" }, ([...name][0] || "?").toUpperCase());
  node.style.background = avatarColors[sum % avatarColors.length];
  return node;
}

const clock = (date) => date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function when(text) {
  const date = new Date(text);
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return "Today at " + clock(date);
  if (days === 1) return "Yesterday at " + clock(date);
  return date.toLocaleDateString("en-GB") + " " + clock(date);
}

function picture(image, className) {
  if (!image || !image.url) return null;
  if ((image.proxy_url || "").startsWith("data:image/png;base64,")) {
    return h("img", { className: "drawn " + className, src: image.proxy_url, alt: image.description || "" });
  }
  let host = "image";
  try { host = new URL(image.url).host || host; } catch { /* not an address; nothing to show of it */ }
  return h("div", { className: "picture " + className, title: image.url }, "🖼 " + host);
}

// Inline fields stand three in a row; what is left over shares the row's width.
function fieldSpans(fields) {
  const spans = [];
  for (let i = 0; i < fields.length;) {
    let run = 0;
    while (run < 3 && i + run < fields.length && fields[i + run].inline) run++;
    for (let k = 0; k < Math.max(run, 1); k++) spans.push(run > 1 ? 12 / run : 12);
    i += Math.max(run, 1);
  }
  return spans;
}

function drawFields(fields, names) {
  const spans = fieldSpans(fields);
  return h("div", { className: "fields" }, fields.map((field, index) => {
    const small = spans[index] < 12 && [...field.value].length < 24;
    const node = h("div", { className: "field" + (small ? " small" : "") },
      h("b", {}, inline(field.name, { ...names, full: false })), markdown(field.value, names));
    node.style.gridColumn = "span " + spans[index];
    return node;
  }));
}

function embed(given, names) {
  const title = given.title && inline(given.title, { ...names, full: false });
  const author = given.author;
  const node = h("article", { className: "embed" },
    author && h("div", { className: "by" }, author.icon_url && avatar(author.name, "tiny"),
      author.url ? link(author.url, author.name) : author.name),
    title && h("h4", {}, given.url ? link(given.url, title) : title),
    given.description && markdown(given.description, names),
    given.fields && drawFields(given.fields, names),
    picture(given.thumbnail, "thumb"),
    picture(given.image, "wide"),
    (given.footer || given.timestamp) && h("div", { className: "foot" },
      given.footer && h("span", {}, given.footer.text), given.footer && given.timestamp && h("span", {}, "•"),
      given.timestamp && h("span", {}, when(given.timestamp))));
  if (given.color !== undefined) node.style.setProperty("--bar", "#" + given.color.toString(16).padStart(6, "0"));
  return node;
}

function button(given, message, actions) {
  const label = [given.emoji && given.emoji.name, given.label].filter(Boolean).join(" ");
  if (given.style === 5) {
    const node = link(given.url, label, h("span", { "aria-hidden": "true" }, "↗\uFE0E"));
    node.className = "button";
    return node;
  }
  const press = (event) => actions.press(event.currentTarget, message, given.custom_id);
  return h("button", { className: "button s" + given.style, disabled: given.disabled, onclick: press }, label);
}

// What a select offers: its own options, or what the page knows of people, roles and channels.
function selectOptions(given, actions) {
  if (given.type === 3) {
    return (given.options || []).map((option) => ({
      value: option.value, chosen: option.default,
      label: [option.emoji && option.emoji.name, option.label].filter(Boolean).join(" ") +
        (option.description ? ", " + option.description : ""),
    }));
  }
  return actions.entries ? actions.entries(given) : [];
}

function select(given, message, actions) {
  const options = selectOptions(given, actions);
  const most = given.max_values === undefined ? 1 : given.max_values;
  const drawn = options.map((option) => h("option", { value: option.value, selected: option.chosen }, option.label));
  const name = given.placeholder || "Make a selection";
  const send = (node, values) => actions.choose && actions.choose(node, message, given.custom_id, values);
  if (most === 1) {
    const none = options.some((option) => option.chosen) ? null : h("option", { value: "", selected: true, hidden: true }, name);
    return h("select", { className: "menu", "aria-label": name, disabled: given.disabled, onchange: (event) => {
      send(event.currentTarget, [event.currentTarget.value]);
    } }, none, drawn);
  }
  const list = h("select", { className: "menu", "aria-label": name, multiple: true, disabled: given.disabled,
    size: Math.min(Math.max(options.length, 2), 6) }, drawn);
  const chosen = () => [...list.selectedOptions].map((option) => option.value);
  return h("div", { className: "menu-many" }, h("span", {}, name), list, h("button", {
    className: "button s2", disabled: given.disabled, onclick: () => send(list, chosen()),
  }, "Choose"));
}

function component(given, message, actions, names) {
  switch (given.type) {
    case 1: return h("div", { className: "row" }, (given.components || []).map((inner) => component(inner, message, actions, names)));
    case 2: return button(given, message, actions);
    case 3: case 5: case 6: case 7: case 8: return select(given, message, actions);
    case 10: return markdown(given.content, names);
    case 11: return picture(given.media, "wide");
    case 12: return (given.items || []).map((item) => picture(item.media, "wide"));
    case 14: return h("hr", {});
    default: return [components(given.components, message, actions, names),
      given.accessory ? component(given.accessory, message, actions, names) : null];
  }
}

function components(list, message, actions, names) {
  return (list || []).map((given) => component(given, message, actions, names));
}

// Files that no embed shows: pictures as such, others by name and size.
function attachments(message) {
  const used = (message.embeds || []).flatMap((given) => [given.image, given.thumbnail]).filter(Boolean).map((image) => image.url);
  return (message.attachments || []).filter((file) => !used.includes(file.url)).map((file) => {
    if ((file.proxy_url || "").startsWith("data:image/png;base64,")) {
      return h("img", { className: "drawn file-picture", src: file.proxy_url, alt: file.description || file.filename,
        title: file.description, width: file.width, height: file.height });
    }
    const size = file.size < 1024 ? file.size + " bytes" : (file.size / 1024).toFixed(1) + " KB";
    const to = (file.proxy_url || "").startsWith("data:") ? { href: file.proxy_url, download: file.filename } : {};
    return h("div", { className: "file" }, h("span", { "aria-hidden": "true" }, "📄"), h("a", to, file.filename), h("small", {}, size));
  });
}

function drawPoll(poll) {
  if (!poll || !poll.question) return null;
  return h("div", { className: "poll" }, h("b", {}, poll.question.text),
    (poll.answers || []).map((answer) => h("span", {}, answer.poll_media && answer.poll_media.text)));
}

function thinking(name) {
  return h("div", { className: "thinking" }, name + " is thinking ", h("i"), h("i"), h("i"));
}

// `previous` decides whether the author is named again.
function drawMessage(message, previous, actions, names) {
  const name = message.author.username;
  const flags = message.flags || 0;
  const asked = message.interaction;
  const near = previous && previous.author.id === message.author.id && previous.author.username === name &&
    new Date(message.timestamp) - new Date(previous.timestamp) < 420000;
  const first = !near || Boolean(asked) || Boolean(flags & EPHEMERAL) || Boolean(previous.flags & EPHEMERAL);
  const pinged = message.mention_everyone || message.mention_roles.length > 0 || message.mentions.length > 0;
  const edited = message.edited_timestamp &&
    h("span", { className: "edited", title: when(message.edited_timestamp) }, "(edited)");
  const text = message.content && markdown(message.content, names);
  if (text && edited) text.append(edited);
  return h("div", {
    className: ["message", first && "first", asked && "replying", pinged && "pinged", flags & EPHEMERAL && "only-you"]
      .filter(Boolean).join(" "),
    "data-id": message.id,
  },
    asked && h("div", { className: "context" }, avatar(asked.user.username, "tiny"),
      h("b", {}, asked.user.username), "used", h("code", {}, "/" + asked.name)),
    first ? avatar(name) : h("span", { className: "side-time" }, clock(new Date(message.timestamp))),
    first && h("div", { className: "head" }, h("span", { className: "who" }, name),
      message.author.bot && h("span", { className: "app" }, "APP"), h("span", { className: "when" }, when(message.timestamp))),
    flags & LOADING ? thinking(name) : null,
    text,
    (message.embeds || []).map((given) => embed(given, names)),
    drawPoll(message.poll),
    attachments(message),
    components(message.components, message, actions, names),
    edited && !text && edited,
    actions.apps ? actions.apps(message) : null,
    actions.explain && message.webhook_id && !asked
      ? h("button", { className: "why", title: "Why is this message here?", onclick: () => actions.explain(message) }, "Explain")
      : null,
    flags & EPHEMERAL ? h("div", { className: "only" }, "👁 Only you can see this • ",
      h("button", { onclick: () => actions.dismiss(message) }, "Dismiss message")) : null);
}
