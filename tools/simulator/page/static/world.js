// Time, weather, faults and traces.

import { $, MOST_LINES, kept, send, state } from "./core.js";

let shown = "log";

export function show(changed) {
  $("clock").textContent = state.clock;
  $("clock").dateTime = state.clock.replace(" ", "T");
  $("power").textContent = state.plugged ? "Cut all power" : "Power it again";
  $("rainy").checked = state.rain;
  showTime(changed); showFaults();
}

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
$("rainy").onchange = () => send({ do: "rain", on: $("rainy").checked });
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

export function showTrace() {
  $("trace").textContent = kept.lines[shown].map(lineText).filter(passes).map((text) => `${text}\n`).join("");
  $("trace").scrollTop = $("trace").scrollHeight;
}

export function addLine(event) {
  if (event.kind !== shown) return;
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
