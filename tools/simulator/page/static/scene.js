// The socket in its room: what the stage says, drawn; hands on it; stories.

import { $, kept, press, send, state } from "./core.js";
import { choose } from "./phone.js";

const LOADS = ["lamp", "heater", "freezer", "pump"];

export function show(changed) {
  if ("stories" in changed) showStories();
  const scene = $("scene");
  scene.classList.toggle("powered", state.powered);
  for (const load of LOADS) scene.classList.toggle(load, state.load === load);
  scene.classList.toggle("unplugged", !state.mains || !state.plugged);
  scene.classList.toggle("contact", state.contact);
  $("hidden").classList.toggle("down", state.button);
  for (const [name, lit] of Object.entries(state.leds)) $(`led-${name}`).classList.toggle("lit", lit && state.plugged);
  $("room").textContent = `${state.room.toFixed(1)} °C`;
  $("outside").textContent = `outside ${state.outside.toFixed(0)} °C`;
  const height = Math.max(4, Math.min(74, (state.room + 20) * 1.25));
  $("mercury").setAttribute("y", 136 - height); $("mercury").setAttribute("height", height);
  weather();
  const bars = state.registered ? (state.weak ? 1 : 4) : 0;
  [...$("bars").children].forEach((bar, place) => bar.classList.toggle("on", place < bars));
  press("mains", !state.mains || !state.plugged, "Pull the plug", "Plug it in");
  if (state.load === "pump") press("contact", state.contact, "Let the water rise", "Let it fall");
  else press("contact", state.contact, "Open the door", "Close the door");
  if (document.activeElement !== $("loadpick")) $("loadpick").value = state.load;
  summarise(); showStory(changed);
  $("error").hidden = !state.error;
  $("error").textContent = state.error;
}

function showStory(changed) {
  $("welcome").hidden = Boolean(state.caption || state.story || kept.texts.length);
  $("story").hidden = !state.caption;
  if ("caption" in changed) $("caption").textContent = state.caption;
  $("stop").hidden = !state.story;
  $("dismiss").hidden = Boolean(state.story);
  for (const button of $("stories").children) button.setAttribute("aria-pressed", button.dataset.name === state.story);
}

function weather() {
  const hour = Number(state.clock.slice(11, 13)) + Number(state.clock.slice(14, 16)) / 60;
  const light = Math.max(0, Math.min(1, 1.6 - Math.abs(hour - 13) / 5));
  $("sky").style.fill = `color-mix(in srgb, #8cc4ea ${Math.round(light * 100)}%, #141c3a)`;
  $("sun").style.fill = light > 0.3 ? "#ffdf7a" : "#e8ecf5";
  $("night").style.opacity = (1 - light) * (state.powered && state.load === "lamp" ? 0.12 : 0.34);
  const wet = state.rain && state.outside >= 0;
  if (state.rain) $("sky").style.fill = `color-mix(in srgb, #9aa7b0 ${Math.round(light * 100)}%, #1a2129)`;
  $("sun").style.visibility = state.rain ? "hidden" : "visible";
  $("snow").classList.toggle("falls", state.outside < 0);
  $("rain").classList.toggle("falls", wet);
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
    button.onclick = () => tell(name);
    return button;
  }));
}

function tell(name) { choose(state.phones[0].number); send({ do: "story", name }); }

$("begin").onclick = () => tell(state.stories[0].name);
$("dismiss").onclick = () => send({ do: "dismiss" });
$("mains").onclick = () => send(state.plugged ? { do: "mains", on: !state.mains } : { do: "plug", on: true });
$("contact").onclick = () => send({ do: "contact", closed: !state.contact });
$("plug").onclick = $("mains").onclick;
$("door").onclick = $("float").onclick = $("contact").onclick;
$("loadpick").onchange = () => { send({ do: "load", load: $("loadpick").value }); $("loadpick").blur(); };
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

