// Discord's markdown as DOM nodes. Text only ever becomes text: nothing here parses HTML.
"use strict";

function h(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key === "className" ? "class" : key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function link(url, ...children) {
  if (!/^(https?|discord):\/\//i.test(url)) return h("span", {}, ...children);
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", title: url }, ...children);
}

const timeStyles = {
  t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" }, D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" }, F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" }, S: { dateStyle: "short", timeStyle: "medium" },
};

function ago(seconds) {
  const words = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
  const past = seconds - Date.now() / 1000;
  for (const [unit, size] of [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(past) >= size) return words.format(Math.round(past / size), unit);
  }
  return words.format(Math.round(past), "second");
}

function moment(seconds, style) {
  const date = new Date(seconds * 1000);
  if (isNaN(date)) return "Invalid date";
  const full = new Intl.DateTimeFormat("en-GB", timeStyles.F).format(date);
  if (style === "R") return h("time", { className: "rel", "data-at": seconds, title: full }, ago(seconds));
  const format = new Intl.DateTimeFormat("en-GB", timeStyles[style] || timeStyles.f);
  return h("time", { className: "rel", title: full }, format.format(date));
}

const pill = (text) => h("span", { className: "mention" }, text);
const spoiler = (nodes) => h("span", { className: "spoiler", onclick: (event) => event.currentTarget.classList.add("open") }, nodes);

// [a sticky pattern, what it becomes]; the first that fits at a place wins. `full` allows masked links.
const inlineRules = [
  [/\\([!-/:-@[-`{-~])/y, (m) => m[1]],
  [/(`+)([\s\S]*?[^`])\1(?!`)/y, (m) => h("code", {}, m[2].replace(/^ (?=`)|(?<=`) $/g, ""))],
  [/<(https?:\/\/[^\s<>]+)>/y, (m) => link(m[1], m[1])],
  [/https?:\/\/[^\s<]+[^<.,:;"'\])\s]/y, (m) => link(m[0], m[0])],
  [/<@!?(\d+)>/y, (m, names) => pill("@" + names.user(m[1]))],
  [/<@&(\d+)>/y, (m) => pill("@role " + m[1])],
  [/<#(\d+)>/y, (m, names) => pill("#" + names.channel(m[1]))],
  [/@(everyone|here)/y, (m) => pill(m[0])],
  [/<\/([^:<>\n]{1,100}):\d+>/y, (m) => pill("/" + m[1])],
  [/<t:(-?\d{1,14})(?::([tTdDfFsSR]))?>/y, (m) => moment(Number(m[1]), m[2])],
  [/<a?:(\w{2,}):\d+>/y, (m) => ":" + m[1] + ":"],
  [/\[((?:\\[\s\S]|[^\\\]])+)\]\(<?(https?:\/\/[^\s<>)]+)>?(?: "[^"]*")?\)/y,
    (m, names) => (names.full && !/https?:\/\//.test(m[1]) ? link(m[2], inline(m[1], { ...names, full: false })) : null)],
  [/\*\*\*((?:\\[\s\S]|[^\\])+?)\*\*\*(?!\*)/y, (m, names) => h("strong", {}, h("em", {}, inline(m[1], names)))],
  [/\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y, (m, names) => h("strong", {}, inline(m[1], names))],
  [/__((?:\\[\s\S]|[^\\])+?)__(?!_)/y, (m, names) => h("u", {}, inline(m[1], names))],
  [/\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y, (m, names) => h("em", {}, inline(m[1], names))],
  [/_((?:__|\\[\s\S]|[^\\_])+?)_(?![A-Za-z0-9_])/y, (m, names) => h("em", {}, inline(m[1], names))],
  [/~~((?:\\[\s\S]|[^\\])+?)~~/y, (m, names) => h("s", {}, inline(m[1], names))],
  [/\|\|((?:\\[\s\S]|[^\\])+?)\|\|/y, (m, names) => spoiler(inline(m[1], names))],
];

function inline(text, names) {
  const nodes = [];
  let plain = "";
  let at = 0;
  next: while (at < text.length) {
    for (const [pattern, make] of inlineRules) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) continue;
      if (match[0][0] === "_" && /[A-Za-z0-9_]/.test(text[at - 1] || "")) continue;
      const end = at + match[0].length;
      const node = make(match, names);
      if (node === null) continue;
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(node);
      at = end;
      continue next;
    }
    const ordinary = /[A-Za-z0-9 ]+(?=[^A-Za-z0-9 ]|$)/y;
    ordinary.lastIndex = at;
    const run = /^https?:/.test(text.slice(at, at + 6)) ? null : ordinary.exec(text);
    const piece = run ? run[0].replace(/https?$/, "") || text[at] : String.fromCodePoint(text.codePointAt(at));
    plain += piece;
    at += piece.length;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

// Lines that begin a block, and the rest.
function lines(text, names) {
  const nodes = [];
  const rows = text.split("\n");
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    const heading = /^(#{1,3}) +(\S.*)/.exec(row);
    const small = /^-# +(\S.*)/.exec(row);
    if (heading) nodes.push(h("h" + heading[1].length, {}, inline(heading[2], names)));
    else if (small) nodes.push(h("small", {}, inline(small[1], names)), i < rows.length - 1 ? "\n" : null);
    else if (/^>>> /.test(row)) {
      nodes.push(h("blockquote", {}, lines([row.slice(4), ...rows.slice(i + 1)].join("\n"), names)));
      break;
    } else if (/^> /.test(row)) {
      const quoted = [];
      while (i < rows.length && /^> /.test(rows[i])) quoted.push(rows[i++].slice(2));
      nodes.push(h("blockquote", {}, lines(quoted.join("\n"), names)));
      i--;
    } else if (/^ *[-*] +\S/.test(row) || /^ *\d+\. +\S/.test(row)) {
      const ordered = /^ *\d/.test(row);
      const item = ordered ? /^ *(\d+)\. +(.*)/ : /^ *([-*]) +(.*)/;
      const list = h(ordered ? "ol" : "ul", ordered ? { start: item.exec(row)[1] } : {});
      for (let m; i < rows.length && (m = item.exec(rows[i])); i++) list.append(h("li", {}, inline(m[2], names)));
      nodes.push(list);
      i--;
    } else nodes.push(...inline(row, names), i < rows.length - 1 ? "\n" : null);
  }
  return nodes;
}

function markdown(text, names) {
  const nodes = [];
  const fence = /```(?:([\w+-]+)\n)?\n?([\s\S]*?)\n?```/g;
  let at = 0;
  for (const block of text.matchAll(fence)) {
    const before = text.slice(at, block.index);
    if (/(^|[^\\])(\\\\)*\\$/.test(before)) continue;
    if (before) nodes.push(...lines(before.replace(/\n$/, ""), names));
    nodes.push(h("pre", {}, h("code", {}, block[2])));
    at = block.index + block[0].length;
    if (text[at] === "\n") at++;
  }
  if (at < text.length) nodes.push(...lines(text.slice(at), names));
  return h("div", { className: "md" }, nodes);
}
