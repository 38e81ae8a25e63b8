// The phones: who has which texts, what is written, who rings.

import { $, kept, nameOf, send, state } from "./core.js";

const CHIPS = ["MAKEMEBOSS", "STATUS", "ON", "OFF", "ON30", "TEMPERATURE", "THERMOSTATON", "ALARMON", "ALARMOFF", "HELP"];
const LONGEST = 30; // letters of a command, R1.3
const LONGEST_RULE = 40; // of a SCHEDULER command, R20.9

export function show(changed) {
  if ("phones" in changed) { showTabs(); showBubbles(); }
  if ("calls" in changed) showCalls();
  if ($("tabs").children.length) showBadges();
  if ("number" in changed) $("number").textContent = state.number;
}

export function arrived(event) {
  const forMe = event.phone === kept.chosen;
  if (forMe) addBubble(event);
  if (event.kind !== "text" || event.out) return;
  if (!forMe) kept.unread[event.phone] = (kept.unread[event.phone] || 0) + 1;
  if (!forMe || document.hidden || !inView($("talk"))) toast(event);
  if (document.hidden) document.title = "(new) TextSocket";
}

export function delivered(text) {
  const mark = document.querySelector(`[data-n="${text.n}"] .ticks`);
  if (mark) tick(mark, text);
}

function showTabs() {
  const phones = state.phones || [];
  if (!phones.some((phone) => phone.number === kept.chosen)) kept.chosen = phones[0]?.number || "";
  if (!$("tabs").children.length) showDraft();
  $("tabs").replaceChildren(...phones.map(({ number, name }, place) => {
    const tab = document.createElement("button");
    tab.type = "button"; tab.textContent = name; tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", number === kept.chosen); tab.tabIndex = number === kept.chosen ? 0 : -1; tab.title = number;
    if (kept.unread[number]) {
      const badge = document.createElement("span");
      badge.className = "badge"; badge.textContent = kept.unread[number]; badge.setAttribute("aria-label", `${kept.unread[number]} new`);
      tab.append(badge);
    }
    tab.onclick = () => choose(number);
    tab.onkeydown = (key) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[key.key];
      if (step) { choose(phones[(place + step + phones.length) % phones.length].number); $("tabs").querySelector("[tabindex='0']").focus(); }
    };
    return tab;
  }));
}

export function choose(number) {
  kept.chosen = number;
  sessionStorage.setItem("phone", number);
  delete kept.unread[number];
  showTabs(); showBubbles(); showCalls(); showDraft();
}

export function showBubbles() {
  $("bubbles").replaceChildren();
  const withheld = kept.chosen === "withheld";
  $("text").disabled = $("send").disabled = withheld;
  $("text").placeholder = withheld ? "A withheld number can only call" : "Text, e.g. STATUS";
  for (const event of kept.texts) if (event.phone === kept.chosen) addBubble(event);
  if (!$("bubbles").children.length && !withheld) bubble("note", "No messages yet. Start with MAKEMEBOSS: the socket then listens to this phone alone.");
}

function bubble(kind, text) {
  const item = document.createElement("li");
  item.className = kind; item.textContent = text;
  $("bubbles").append(item);
  $("talk").scrollTop = $("talk").scrollHeight;
  return item;
}

function addBubble(event) {
  const first = $("bubbles").firstElementChild;
  if (first && first.classList.contains("note") && !first.dataset.n) first.remove();
  if (event.kind === "call") {
    const words = { ringing: event.incoming ? "The socket calls" : "You call", active: "Answered", ended: { refused: "Refused", device: "The socket hung up", unreachable: "Not reachable" }[event.why] || "Call ended" };
    bubble("note", `${words[event.state]} · ${event.at.slice(11, 16)}`).dataset.n = event.n;
    return;
  }
  const why = event.out ? whyIgnored(event.text) : "";
  const item = bubble(event.out ? "mine" : "theirs", event.text);
  item.dataset.n = event.n;
  const foot = document.createElement("small");
  foot.textContent = event.at.slice(11);
  if (event.out) { const mark = document.createElement("span"); mark.className = "ticks"; tick(mark, event); foot.append(mark); }
  item.append(foot);
  if (why) bubble("note", why);
  $("talk").scrollTop = $("talk").scrollHeight;
}

function tick(mark, text) {
  mark.textContent = text.state === "delivered" ? "✓✓" : "✓";
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", text.state === "delivered" ? "delivered to the socket" : "sent");
}

function showCalls() {
  const call = (state.calls || []).find((row) => row.phone === kept.chosen);
  const rings = call && call.incoming && call.state === "ringing";
  $("ringing").hidden = !call;
  $("who").textContent = !call ? "" : call.state === "active" ? "In a call" : rings ? "TextSocket calls" : "Ringing …";
  $("answer").hidden = $("refuse").hidden = !rings;
  $("hang").hidden = !call || rings;
  $("call").disabled = Boolean(call);
  for (const row of state.calls || []) {
    const key = `call ${row.phone}`;
    if (row.incoming && row.state === "ringing" && row.phone !== kept.chosen && !$(key)) popUp(`${nameOf(row.phone)}: TextSocket calls`, row.phone).id = key;
  }
}

function toast(event) { popUp(`${nameOf(event.phone)}\n${event.text.split("\n").slice(0, 2).join("\n").slice(0, 90)}`, event.phone); }

function inView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 120 && top < innerHeight - 120;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = "TextSocket"; });

export function popUp(text, number) {
  const item = document.createElement("button");
  item.type = "button"; item.textContent = text;
  item.onclick = () => { if (number) choose(number); item.remove(); };
  $("toasts").append(item);
  while ($("toasts").children.length > 3) $("toasts").firstChild.remove();
  setTimeout(() => item.remove(), 4000);
  return item;
}

// Why the socket will not answer a text, "" when nothing speaks against it.
function whyIgnored(text) {
  const parts = text.split(/[;\n]/).map((part) => part.trim().replace(/\s*([=,])\s*/g, "$1"));
  const most = (part) => (/SCHEDULER/i.test(part) ? LONGEST_RULE : LONGEST) + (/^(?=.*[a-z0-9])[A-Za-z0-9]{5}[A-Z]/.test(part.slice(0, 6)) ? 5 : 0);
  const long = parts.find((part) => part.length > most(part)); // five letters in front may be the password
  return long ? `No answer to “${long.slice(0, 12)}…”: a command has up to ${LONGEST} letters, the socket ignores longer ones.` : "";
}

function write(text) {
  if (text.trim()) send({ do: "text", phone: kept.chosen, text });
}

// What is written and not sent stays, for each phone, also over a reload.
const draftOf = (number) => `draft ${number}`;
function showDraft() { $("text").value = sessionStorage.getItem(draftOf(kept.chosen)) || ""; written(); }
function written() {
  sessionStorage.setItem(draftOf(kept.chosen), $("text").value);
  const why = whyIgnored($("text").value);
  $("hint").hidden = !why;
  if ($("hint").textContent !== why) $("hint").textContent = why;
}

$("composer").onsubmit = (submit) => { submit.preventDefault(); write($("text").value); $("text").value = ""; written(); };
$("text").oninput = written;
$("text").onkeydown = (key) => { if (key.key === "Enter" && !key.shiftKey) { key.preventDefault(); $("composer").requestSubmit(); } };
$("chips").append(...CHIPS.map((text) => {
  const chip = document.createElement("button");
  chip.type = "button"; chip.textContent = text; chip.onclick = () => write(text);
  return chip;
}));
for (const what of ["call", "answer", "refuse", "hang"]) $(what).onclick = () => send({ do: what, phone: kept.chosen });

function showBadges() {
  const tabs = [...$("tabs").children];
  const wanted = (state.phones || []).map((phone) => kept.unread[phone.number] || 0).join();
  if ($("tabs").dataset.badges !== wanted) { $("tabs").dataset.badges = wanted; const focused = tabs.includes(document.activeElement); showTabs(); if (focused) $("tabs").querySelector("[tabindex='0']").focus(); }
}
