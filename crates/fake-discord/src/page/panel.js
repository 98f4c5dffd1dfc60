// Behind the scenes: what is counted, the switches of faults, and the buttons of the program.

// Names of faults, and what a switch is called for one webhook, for all of them, and for the bot's answers; null = none there.
const FAULTS = [
  ["status", "Answer 503", "Answer 503", "Answer 503"],
  ["lost-response", "Lose the responses", "Lose the responses", "Lose the responses"],
  ["slow", "Take 3 s", "Take 3 s", "Take 3 s"],
  ["cloudflare-ban", "Ban this address", "Ban this address", "Ban this address"],
  ["unknown-webhook", "Delete webhook", "Delete every webhook", null],
  ["malformed-json", "Answer malformed JSON", "Answer malformed JSON", "Answer malformed JSON"],
];
const labelOf = ([, one, all, bot], scope) => (scope === BOT ? bot : scope ? one : all);
// What the switches were drawn from: they are replaced only when it changes, or a click on one would be lost.
let drawn = "";

function drawPanel() {
  const counts = known.counts;
  const tile = (value, label, warm) => h("div", { className: "tile" + (warm ? " warm" : "") }, h("b", {}, value), label);
  $("tiles").replaceChildren(tile(counts.requests || 0, "requests"), tile(counts.limited || 0, "times 429", counts.limited),
    tile(known.live ? "on" : "off", "bot", !known.live));
  $("bot-state").replaceChildren(h("span", { className: "dot" + (known.live ? " on" : "") }),
    known.application + (known.live ? " is online" : " is offline"));
  const scope = $("fault-scope").value;
  const now = JSON.stringify([known.faults, scope]);
  if (now === drawn) return;
  drawn = now;
  const on = (name) => known.faults.some((fault) => fault.fault === name && (fault.webhook || "") === scope);
  const shown = FAULTS.filter((fault) => labelOf(fault, scope) || on(fault[0]));
  const described = (fault) => {
    const entry = FAULTS.find(([name]) => name === fault.fault);
    return (entry && labelOf(entry, fault.webhook || "")) || fault.fault;
  };
  const set = async (body) => {
    const result = await request("fault", body);
    if (result.error) fail(result.error);
  };
  $("switches").replaceChildren(...shown.map((fault) => h("button", {
    type: "button", "aria-pressed": String(on(fault[0])), onclick: () => set({ fault: fault[0], webhook: scope }),
  }, labelOf(fault, scope))), h("button", { type: "button", onclick: () => set({ fault: "disconnect-bot" }) }, "Disconnect bot, 20 s"),
  h("button", { type: "button", className: "clear", disabled: known.faults.length === 0, onclick: () => set({ fault: "clear" }) },
    known.faults.length ? "Clear all faults" : "No faults"),
  ...known.faults.map((fault) => h("small", {}, described(fault) + ": " + (fault.webhook === BOT ? "the bot's answers" : fault.webhook ? "#" + fault.webhook : "every webhook") +
    (fault.times === null ? "" : ", " + fault.times + " more times"))));
}

function drawHost() {
  $("host").hidden = known.buttons.length === 0;
  if ($("host-buttons").childElementCount === known.buttons.length) return;
  $("host-buttons").replaceChildren(...known.buttons.map((button) => h("button", { type: "button", onclick: async () => {
    const result = await request("host", { button: button.name });
    if (result.error) fail(result.error);
  } }, h("b", {}, button.label), button.about)));
}
