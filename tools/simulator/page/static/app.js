// The page: shows the frames of the stage, sends actions. It decides nothing about the socket.

const $ = (id) => document.getElementById(id);
const CHIPS = ["MAKEMEBOSS", "STATUS", "ON", "OFF", "ON1", "TEMPERATURE", "THERMOSTATON", "ALARMON", "ALARMOFF", "HELP"];
const MOST_LINES = 600;
const state = {};
const unread = {};
let texts = [];
let lines = { log: [], at: [] };
let last = 0;
let chosen = sessionStorage.getItem("phone") || "";
let shown = "log";
let socket;

// -- the line to the simulator

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
  socket.onopen = () => { $("lost").hidden = true; };
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = () => { $("lost").hidden = false; setTimeout(connect, 1000); };
}

function send(what) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

function take(frame) {
  if (frame.whole) forget();
  Object.assign(state, frame.state);
  for (const event of frame.events) {
    if (event.n > last) { last = event.n; happened(event, frame.whole); }
  }
  if (frame.whole) { showBubbles(); showTrace(); }
  show(frame.state);
}

function forget() {
  texts = []; lines = { log: [], at: [] }; last = 0;
  for (const key of Object.keys(unread)) delete unread[key];
}

function happened(event, old) {
  if (event.kind === "again") { const keep = last; forget(); last = keep; showBubbles(); showTrace(); }
  if (event.kind === "text" || event.kind === "call") {
    texts.push(event);
    const forMe = event.phone === chosen;
    if (!old && forMe) addBubble(event);
    if (!old && event.kind === "text" && !event.out) {
      if (!forMe) unread[event.phone] = (unread[event.phone] || 0) + 1;
      if (!forMe || document.hidden || !inView($("bubbles"))) toast(event);
      if (document.hidden) document.title = "(new) TextSocket";
    }
  }
  if (event.kind === "tick") {
    const text = texts.find((row) => row.n === event.of);
    if (text) { text.state = "delivered"; const mark = document.querySelector(`[data-n="${text.n}"] .ticks`); if (mark) tick(mark, text); }
  }
  if (event.kind === "log" || event.kind === "at") {
    lines[event.kind].push(event);
    if (lines[event.kind].length > MOST_LINES) lines[event.kind].shift();
    if (!old && event.kind === shown) addLine(event);
  }
  if (event.kind === "note" && !old) note(event.text);
}

// -- the phone

const nameOf = (number) => (state.phones || []).find((phone) => phone.number === number)?.name || number;

function showTabs() {
  const phones = state.phones || [];
  if (!phones.some((phone) => phone.number === chosen)) chosen = phones[0]?.number || "";
  $("tabs").replaceChildren(...phones.map(({ number, name }, place) => {
    const tab = document.createElement("button");
    tab.type = "button"; tab.textContent = name; tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", number === chosen); tab.tabIndex = number === chosen ? 0 : -1; tab.title = number;
    if (unread[number]) {
      const badge = document.createElement("span");
      badge.className = "badge"; badge.textContent = unread[number]; badge.setAttribute("aria-label", `${unread[number]} new`);
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

function choose(number) {
  chosen = number;
  sessionStorage.setItem("phone", number);
  delete unread[number];
  showTabs(); showBubbles(); showCalls();
}

function showBubbles() {
  $("bubbles").replaceChildren();
  const withheld = chosen === "withheld";
  $("text").disabled = $("send").disabled = withheld;
  $("text").placeholder = withheld ? "A withheld number can only call" : "Text, e.g. STATUS";
  for (const event of texts) if (event.phone === chosen) addBubble(event);
  if (!$("bubbles").children.length && !withheld) bubble("note", "No messages yet. Start with MAKEMEBOSS: the socket then listens to this phone alone.");
}

function bubble(kind, text) {
  const item = document.createElement("li");
  item.className = kind; item.textContent = text;
  const box = $("bubbles");
  box.append(item);
  box.scrollTop = box.scrollHeight;
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
  const item = bubble(event.out ? "mine" : "theirs", event.text);
  item.dataset.n = event.n;
  const foot = document.createElement("small");
  foot.textContent = event.at.slice(11);
  if (event.out) { const mark = document.createElement("span"); mark.className = "ticks"; tick(mark, event); foot.append(mark); }
  item.append(foot);
  $("bubbles").scrollTop = $("bubbles").scrollHeight;
}

function tick(mark, text) {
  mark.textContent = text.state === "delivered" ? "✓✓" : "✓";
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", text.state === "delivered" ? "delivered to the socket" : "sent");
}

function showCalls() {
  const call = (state.calls || []).find((row) => row.phone === chosen);
  const rings = call && call.incoming && call.state === "ringing";
  $("ringing").hidden = !call;
  $("who").textContent = !call ? "" : call.state === "active" ? "In a call" : rings ? "TextSocket calls" : "Ringing …";
  $("answer").hidden = $("refuse").hidden = !rings;
  $("hang").hidden = !call || rings;
  $("call").disabled = Boolean(call);
  for (const row of state.calls || []) {
    const key = `call ${row.phone}`;
    if (row.incoming && row.state === "ringing" && row.phone !== chosen && !$(key)) popUp(`${nameOf(row.phone)}: TextSocket calls`, row.phone).id = key;
  }
}

function toast(event) { popUp(`${nameOf(event.phone)}\n${event.text.split("\n").slice(0, 2).join("\n").slice(0, 90)}`, event.phone); }
function note(text) { popUp(text); }

function inView(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 120 && top < innerHeight - 120;
}

document.addEventListener("visibilitychange", () => { if (!document.hidden) document.title = "TextSocket"; });

function popUp(text, number) {
  const item = document.createElement("button");
  item.type = "button"; item.textContent = text;
  item.onclick = () => { if (number) choose(number); item.remove(); };
  $("toasts").append(item);
  while ($("toasts").children.length > 3) $("toasts").firstChild.remove();
  setTimeout(() => item.remove(), 4000);
  return item;
}

function write(text) {
  if (text.trim()) send({ do: "text", phone: chosen, text });
}

$("composer").onsubmit = (submit) => { submit.preventDefault(); write($("text").value); $("text").value = ""; };
$("text").onkeydown = (key) => { if (key.key === "Enter" && !key.shiftKey) { key.preventDefault(); $("composer").requestSubmit(); } };
$("chips").append(...CHIPS.map((text) => {
  const chip = document.createElement("button");
  chip.type = "button"; chip.textContent = text; chip.onclick = () => write(text);
  return chip;
}));
for (const what of ["call", "answer", "refuse", "hang"]) $(what).onclick = () => send({ do: what, phone: chosen });

// -- the socket

function show(changed) {
  if ("phones" in changed) { showTabs(); showBubbles(); }
  if ("calls" in changed) showCalls();
  $("tabs").querySelectorAll("[role=tab]").length && showBadges();
  if ("stories" in changed) showStories();
  $("clock").textContent = state.clock;
  $("clock").dateTime = state.clock.replace(" ", "T");
  if ("number" in changed) $("number").textContent = state.number;
  const scene = $("scene");
  scene.classList.toggle("powered", state.powered);
  scene.classList.toggle("heater", state.load === "heater");
  scene.classList.toggle("unplugged", !state.mains || !state.plugged);
  $("door").classList.toggle("open", state.contact);
  $("hidden").classList.toggle("down", state.button);
  for (const [name, lit] of Object.entries(state.leds)) $(`led-${name}`).classList.toggle("lit", lit && state.plugged);
  $("room").textContent = `${state.room.toFixed(1)} °C`;
  $("outside").textContent = `outside ${state.outside.toFixed(0)} °C`;
  const height = Math.max(4, Math.min(74, (state.room + 20) * 1.25));
  $("mercury").setAttribute("y", 136 - height); $("mercury").setAttribute("height", height);
  weather();
  const bars = state.registered ? (state.weak ? 1 : 4) : 0;
  [...$("bars").children].forEach((bar, place) => bar.classList.toggle("on", place < bars));
  press("mains", !state.mains, "Pull the plug", "Plug it in");
  press("contact", state.contact, "Open the door", "Close the door");
  $("loadswitch").textContent = state.load === "lamp" ? "Use the heater" : "Use the lamp";
  $("power").textContent = state.plugged ? "Cut all power" : "Power it again";
  summarise(); showTime(changed); showFaults();
  $("story").hidden = !state.caption;
  if ("caption" in changed) $("caption").textContent = state.caption;
  $("stop").hidden = !state.story;
  for (const button of $("stories").children) button.setAttribute("aria-pressed", button.dataset.name === state.story);
  $("error").hidden = !state.error;
  $("error").textContent = state.error;
}

function press(id, on, off, active) {
  $(id).setAttribute("aria-pressed", on);
  $(id).textContent = on ? active : off;
}

function showBadges() {
  const tabs = [...$("tabs").children];
  const wanted = (state.phones || []).map((phone) => unread[phone.number] || 0).join();
  if ($("tabs").dataset.badges !== wanted) { $("tabs").dataset.badges = wanted; const focused = tabs.includes(document.activeElement); showTabs(); if (focused) $("tabs").querySelector("[tabindex='0']").focus(); }
}

function weather() {
  const hour = Number(state.clock.slice(11, 13)) + Number(state.clock.slice(14, 16)) / 60;
  const light = Math.max(0, Math.min(1, 1.6 - Math.abs(hour - 13) / 5));
  $("sky").style.fill = `color-mix(in srgb, #8cc4ea ${Math.round(light * 100)}%, #141c3a)`;
  $("sun").style.fill = light > 0.3 ? "#ffdf7a" : "#e8ecf5";
  $("night").style.opacity = (1 - light) * (state.powered && state.load === "lamp" ? 0.12 : 0.34);
  $("snow").classList.toggle("falls", state.outside < 0);
}

function summarise() {
  const words = !state.plugged ? "No power at all."
    : `The socket is ${state.relay ? "on" : "off"}${state.relay && !state.mains ? ", but there is no mains" : ""}. ` +
      (state.deaf ? "The modem is deaf." : state.registered ? "In the network." : state.modem ? "Searching for the network." : "The modem is off.");
  if ($("summary").textContent !== words) { $("summary").textContent = words; $("scene-text").textContent = words; }
}

function showStories() {
  $("stories").replaceChildren(...state.stories.map(({ name, title, about }) => {
    const button = document.createElement("button");
    button.type = "button"; button.dataset.name = name;
    const head = document.createElement("strong"); head.textContent = title;
    const rest = document.createElement("span"); rest.textContent = about;
    button.append(head, rest);
    button.onclick = () => { choose(state.phones[0].number); send({ do: "story", name }); };
    return button;
  }));
}

$("mains").onclick = () => send({ do: "mains", on: !state.mains });
$("contact").onclick = () => send({ do: "contact", closed: !state.contact });
$("plug").onclick = $("mains").onclick;
$("door").onclick = $("contact").onclick;
$("loadswitch").onclick = () => send({ do: "load", load: state.load === "lamp" ? "heater" : "lamp" });
$("hold").onclick = () => send({ do: "hold" });
$("stop").onclick = () => send({ do: "stop" });
for (const id of ["press", "hidden"]) {
  const button = $(id);
  let down = false;
  const push = (on) => { if (on !== down) { down = on; send({ do: "button", down: on }); } };
  button.addEventListener("pointerdown", () => push(true));
  for (const end of ["pointerup", "pointercancel", "pointerleave", "blur"]) button.addEventListener(end, () => push(false));
  button.addEventListener("keydown", (key) => { if (key.key === " " || key.key === "Enter") { key.preventDefault(); push(true); } });
  button.addEventListener("keyup", () => push(false));
}

// -- time, faults, traces

function showTime(changed) {
  const times = $("speeds").querySelectorAll("[data-times]");
  for (const button of times) button.setAttribute("aria-pressed", !state.paused && !state.jumping && Number(button.dataset.times) === state.speed);
  $("speeds").querySelector("[data-pause]").setAttribute("aria-pressed", state.paused);
  $("pace").textContent = state.paused ? "paused" : state.jumping ? "jumping" : state.speed === 1 ? "" : state.speed >= 600 ? `${state.speed / 60} min/s` : `${state.speed}×`;
  $("jump").setAttribute("aria-pressed", state.jumping);
  if (document.activeElement !== $("date")) $("date").value = state.clock.replace(" ", "T");
  if ("outside" in changed && document.activeElement !== $("weather")) $("weather").value = state.outside;
  $("weathertext").textContent = `${state.outside.toFixed(0)} °C`;
}

function showFaults() {
  const now = { network: state.network, weak: state.weak, deaf: state.deaf, full: state.full, credit: state.credit, sensor: state.sensor };
  for (const box of document.querySelectorAll("[data-fault]")) {
    if (!(Date.now() < box.heldUntil)) box.checked = now[box.dataset.fault] !== "inverse" in box.dataset;
  }
}

for (const button of $("speeds").querySelectorAll("[data-times]")) button.onclick = () => send({ do: "speed", times: Number(button.dataset.times) });
$("speeds").querySelector("[data-pause]").onclick = () => send({ do: "pause", on: !state.paused });
$("jump").onclick = () => send({ do: "jump" });
$("dateform").onsubmit = (submit) => { submit.preventDefault(); send({ do: "date", local: $("date").value }); $("date").blur(); };
$("weather").oninput = () => send({ do: "weather", celsius: Number($("weather").value) });
$("weather").onchange = () => $("weather").blur();
for (const box of document.querySelectorAll("[data-fault]")) {
  box.onchange = () => {
    box.heldUntil = Date.now() + 1000; // frames from before the change are still on their way
    send({ do: box.dataset.fault, [box.dataset.key]: box.checked !== "inverse" in box.dataset });
  };
}
$("modem").onclick = () => send({ do: "modem" });
$("power").onclick = () => send({ do: "plug", on: !state.plugged });
$("reset").onclick = () => { if (confirm("A factory-new box, and empty phones?")) send({ do: "reset" }); };

const lineText = (event) => (event.kind === "at" ? `${event.at.slice(11)} ${event.way === ">" ? "→" : "←"} ${event.text}` : event.text);
const passes = (text) => text.toLowerCase().includes($("filter").value.toLowerCase());

function showTrace() {
  $("trace").textContent = lines[shown].map(lineText).filter(passes).map((text) => `${text}\n`).join("");
  $("trace").scrollTop = $("trace").scrollHeight;
}

function addLine(event) {
  const box = $("trace");
  const text = lineText(event);
  if (!passes(text)) return;
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  box.append(`${text}\n`);
  while (box.childNodes.length > MOST_LINES) box.firstChild.remove();
  if (atEnd) box.scrollTop = box.scrollHeight;
}

for (const kind of ["log", "at"]) {
  $(`tab-${kind}`).onclick = () => {
    shown = kind;
    for (const other of ["log", "at"]) $(`tab-${other}`).setAttribute("aria-selected", other === kind);
    showTrace();
  };
}
$("filter").oninput = showTrace;

// -- light and dark

const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;
$("theme").onclick = () => {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", dark ? "light" : "dark");
};

connect();
