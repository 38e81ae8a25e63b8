// What all parts of the page share: the state of the stage, its events, the line to it.

export const $ = (id) => document.getElementById(id);
export const MOST_LINES = 600;
export const state = {};
export const kept = { texts: [], lines: { log: [], at: [] }, unread: {}, last: 0, chosen: sessionStorage.getItem("phone") || "" };
let socket;

export function connect(take) {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live`);
  socket.onopen = () => { $("lost").hidden = true; };
  socket.onmessage = (message) => take(JSON.parse(message.data));
  socket.onclose = () => { $("lost").hidden = false; setTimeout(() => connect(take), 1000); };
}

export function send(what) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(what));
}

export function forget() {
  kept.texts = []; kept.lines = { log: [], at: [] }; kept.last = 0;
  for (const key of Object.keys(kept.unread)) delete kept.unread[key];
}

export function press(id, on, off, active) {
  $(id).setAttribute("aria-pressed", on);
  $(id).textContent = on ? active : off;
}

export const nameOf = (number) => (state.phones || []).find((phone) => phone.number === number)?.name || number;
