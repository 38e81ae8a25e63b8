// The page: shows the frames of the stage, sends actions. It decides nothing about the socket.

import { $, MOST_LINES, connect, forget, kept, state } from "./core.js";
import * as phone from "./phone.js";
import * as scene from "./scene.js";
import * as world from "./world.js";

function take(frame) {
  if (frame.whole) forget();
  Object.assign(state, frame.state);
  for (const event of frame.events) {
    if (event.n > kept.last) { kept.last = event.n; happened(event, frame.whole); }
  }
  if (frame.whole) { phone.showBubbles(); world.showTrace(); }
  phone.show(frame.state);
  scene.show(frame.state);
  world.show(frame.state);
}

function happened(event, old) {
  if (event.kind === "again") { const last = kept.last; forget(); kept.last = last; phone.showBubbles(); world.showTrace(); }
  if (event.kind === "text" || event.kind === "call") {
    kept.texts.push(event);
    if (!old) phone.arrived(event);
  }
  if (event.kind === "tick") {
    const text = kept.texts.find((row) => row.n === event.of);
    if (text) { text.state = "delivered"; phone.delivered(text); }
  }
  if (event.kind === "log" || event.kind === "at") {
    const lines = kept.lines[event.kind];
    lines.push(event);
    if (lines.length > MOST_LINES) lines.shift();
    if (!old) world.addLine(event);
  }
  if (event.kind === "note" && !old) phone.popUp(event.text);
}

// -- light and dark

const theme = localStorage.getItem("theme");
if (theme) document.documentElement.dataset.theme = theme;
$("theme").onclick = () => {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", dark ? "light" : "dark");
};

connect(take);
