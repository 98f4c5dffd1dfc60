// The page of `hookbell preview`: one message, or the gallery of all. Drawn by the demo's own scripts before this.
{
  const find = (id) => document.getElementById(id);
  const data = JSON.parse(find("data").textContent);
  const say = { full: true, user: (id) => "user " + id, channel: (id) => "channel " + id };
  const act = { press() {}, dismiss() {} };
  const many = (number, word) => number + " " + word + (number === 1 ? "" : "s");

  // What Discord would make of a body that is posted.
  function posted(body, at) {
    const allowed = body.allowed_mentions || {};
    return {
      id: "0", timestamp: at, content: body.content, components: body.components, poll: body.poll,
      embeds: (body.flags || 0) & 4 ? [] : body.embeds,
      author: { id: "0", username: body.username || "hookbell", bot: true },
      mention_everyone: (allowed.parse || []).includes("everyone"), mention_roles: allowed.roles || [],
      mentions: allowed.users || [],
    };
  }

  // What is not in the message itself.
  function about(body) {
    const parts = [(body.flags || 0) & 4096 && "posted without a notification", body.thread_name && "begins the post “" + body.thread_name + "”"];
    const told = parts.filter(Boolean).join(", ");
    return told && h("p", { className: "aside" }, told[0].toUpperCase() + told.slice(1) + ".");
  }

  function drawOne(shown) {
    return [
      about(shown.body) || null,
      h("div", { className: "drawn" }, drawMessage(posted(shown.body, shown.at), null, act, say)),
      shown.notes.length ? h("ul", { className: "notes" }, shown.notes.map((note) => h("li", {}, note))) : null,
    ];
  }

  function source(shown) {
    return h("details", {}, h("summary", {}, "JSON"), h("pre", {}, h("code", {}, JSON.stringify(shown.body, null, 2))));
  }

  function command(name, sample) {
    return "hookbell preview " + name + (sample ? " --sample " + sample : "");
  }

  function card(message) {
    const { name, shown } = message;
    const place = h("div", {});
    const stands = (one) => one.instead && h("p", { className: "aside" }, "Without a route that names this message, this sample becomes ",
      h("a", { href: "#" + one.instead }, one.instead), ".");
    const foot = h("footer", {});
    const tabs = shown.map((one, index) => h("button", { type: "button", onclick: () => pick(index) }, one.sample));
    function pick(index) {
      const one = shown[index];
      tabs.forEach((tab, other) => tab.setAttribute("aria-pressed", String(other === index)));
      place.replaceChildren(...[stands(one), ...drawOne(one)].filter(Boolean));
      foot.replaceChildren(h("code", {}, command(name, shown.length > 1 && one.sample)), source(one));
    }
    pick(0);
    return h("article", { className: "card", id: name },
      h("header", {}, h("a", { href: "#" + name }, name), message.own && h("span", { className: "tag" }, "yours"),
        message.when && h("span", { className: "tag soft", title: "Only when the condition in its template holds" }, "conditional")),
      types(message), shown.length > 1 ? h("div", { className: "samples" }, tabs) : null, place, foot);
  }

  function types(message) {
    return h("div", { className: "types" }, (message.on.length ? message.on : ["*"]).map((type) => h("code", {}, type)));
  }

  // A message that no sample fits cannot be drawn; it is named all the same.
  function blank(message) {
    return h("div", { className: "card blank", id: message.name }, h("a", { href: "#" + message.name }, message.name), types(message));
  }

  function group(given) {
    const drawn = given.messages.filter((message) => message.shown.length > 0);
    const blanks = given.messages.filter((message) => message.shown.length === 0);
    return h("section", { id: "of-" + given.provider },
      h("h2", {}, given.title, h("code", {}, given.provider), given.docs && link(given.docs, "webhooks documented here")),
      h("div", { className: "cards" }, drawn.map(card)),
      blanks.length > 0 && h("div", { className: "blanks" },
        h("p", {}, drawn.length ? "No sample fits these; see them with a payload of yours: " : "No sample fits; see it with a payload of yours: ",
          h("code", {}, command(blanks[0].name) + " --payload FILE")), h("div", { className: "list" }, blanks.map(blank))));
  }

  // Providers that bring no message of their own.
  function cards() {
    if (!data.cards.length) return null;
    return h("section", { id: "of-generic-card" }, h("h2", {}, "The generic card"),
      h("p", {}, "What is known of an event, where no template takes it. So look, until you write one, the messages of " +
        data.cards.join(", ") + "."),
      data.example && h("div", { className: "cards" }, h("article", { className: "card" }, drawOne(data.example).filter(Boolean),
        h("footer", {}, source(data.example)))));
  }

  // Hides what does not hold every word; a group without messages goes too.
  function search(groups) {
    const words = find("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const { node, entry, cards: inside } of groups) {
      let left = 0;
      for (const { node: one, text } of inside) {
        one.hidden = !words.every((word) => text.includes(word));
        left += one.hidden ? 0 : 1;
      }
      for (const list of node.querySelectorAll(".blanks")) list.hidden = !list.querySelector(".card:not([hidden])");
      node.hidden = words.length > 0 && left === 0;
      entry.hidden = node.hidden;
    }
    find("nothing").hidden = groups.some(({ node }) => !node.hidden);
  }

  function drawAll() {
    document.body.classList.add("all");
    document.title = "Messages of hookbell";
    const total = data.groups.reduce((sum, given) => sum + given.messages.length, 0);
    find("subject").textContent = many(total, "message") + " of " + many(data.groups.length, "provider");
    const groups = data.groups.map((given) => {
      const node = group(given);
      const text = (message) => JSON.stringify([given.title, message.name, message.on,
        message.shown.map((one) => [one.sample, one.type])]).toLowerCase();
      const inside = [...node.querySelectorAll(".card")].map((one) => ({ node: one, text: text(given.messages.find((message) => message.name === one.id)) }));
      const entry = h("a", { href: "#of-" + given.provider }, h("span", {}, given.title), h("small", {}, given.messages.length));
      return { node, entry, cards: inside };
    });
    const last = cards();
    if (last) {
      const entry = h("a", { href: "#of-generic-card" }, h("span", {}, "The generic card"), h("small", {}, data.cards.length));
      groups.push({ node: last, entry, cards: [{ node: last.querySelector(".cards") || last, text: "generic card " + data.cards.join(" ").toLowerCase() }] });
    }
    find("groups").append(...groups.map(({ entry }) => entry));
    find("stage").append(h("p", {}, "Every message as it looks with its provider's own samples. Dates are those of the samples; " +
      "pictures are named, not loaded."), h("p", { id: "nothing", hidden: true }, "No message is called so."),
    ...groups.map(({ node }) => node));
    find("groups").hidden = find("search").hidden = false;
    find("search").addEventListener("input", () => search(groups));
    const seen = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const { entry } = groups.find(({ node }) => node === target);
        entry.classList.toggle("here", isIntersecting);
      }
    }, { rootMargin: "-20% 0px -75% 0px" });
    groups.forEach(({ node }) => seen.observe(node));
    // The messages came after the browser looked for the address's place.
    const wanted = location.hash && find(decodeURIComponent(location.hash.slice(1)));
    if (wanted) wanted.scrollIntoView();
  }

  function drawSingle(one) {
    document.title = one.template + ", a preview";
    find("subject").textContent = one.template + " with " + one.from.replace(/`/g, "");
    find("stage").append(h("article", { className: "card one" }, drawOne(one).filter(Boolean), h("footer", {}, source(one))));
  }

  find("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  if (data.one) drawSingle(data.one);
  else if (data.groups) drawAll();
}
