// The panel page: shows what the server's events say and sends back what hands do.
// The server (src/tools/panel/web.c) holds all state; this page may be closed at any time.
import { words } from "./words.js";

const $ = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const still = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 700px)");
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let state = null; // the last event; null = no panel
let language = localStorage.getItem("fieldtill.language") === "en" ? "en" : "zh";
const word = (key) => words[language][key] ?? key;

/* Runs `work` now, and once more if asked again meanwhile; never twice at a time. */
function coalesced(work, rest_ms = 0) {
  let running = false, again = false;
  return async function ask() {
    if (running) { again = true; return; }
    running = true;
    do {
      again = false;
      try { await work(); } catch { /* the stream of events says it when the panel is gone */ }
      if (rest_ms) await pause(rest_ms);
    } while (again);
    running = false;
  };
}

async function get(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

/* Commands leave one by one: a key's up must not overtake its down. */
let queue = Promise.resolve();
function send(command) {
  queue = queue.then(async () => {
    try {
      await fetch("/command", { method: "POST", headers: { "Content-Type": "text/plain" }, body: command });
    } catch { /* as above */ }
  });
  return queue;
}

/* ---- the LCD --------------------------------------------------------------------------------- */

const lcd = $("lcd");
const board = document.createElement("canvas"); // the dots, as the device has them
let frame_shown = -1, lcd_pixels = [0, 0];

function paint_lcd() {
  const [width, height] = lcd_pixels;
  if (!board.width || !width || frame_shown < 0) return;
  if (lcd.width !== width || lcd.height !== height) { lcd.width = width; lcd.height = height; }
  const pen = lcd.getContext("2d", { alpha: false });
  const whole = width % board.width === 0;
  pen.imageSmoothingEnabled = !whole;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(board, 0, 0, width, height);
}

const refresh_frame = coalesced(async () => {
  const { width, height, frames, connected } = state ?? {};
  if (!connected || !frames || frames === frame_shown) return;
  const bytes = await (await get("/frame")).arrayBuffer();
  if (bytes.byteLength !== width * height * 4) return;
  const from = new Uint32Array(bytes);
  const image = new ImageData(width, height);
  const to = new Uint32Array(image.data.buffer);
  for (let i = 0; i < from.length; i++) { // B G R X  ->  R G B A
    const dot = from[i];
    to[i] = 0xff000000 | (dot & 0xff) << 16 | (dot & 0xff00) | (dot >> 16 & 0xff);
  }
  board.width = width;
  board.height = height;
  board.getContext("2d").putImageData(image, 0, 0);
  frame_shown = frames;
  paint_lcd();
});

/* The canvas has exactly as many pixels as the monitor gives it: nothing is scaled twice. */
new ResizeObserver(([entry]) => {
  const box = entry.devicePixelContentBoxSize?.[0];
  const ratio = devicePixelRatio || 1;
  lcd_pixels = box ? [box.inlineSize, box.blockSize]
    : [Math.round(entry.contentRect.width * ratio), Math.round(entry.contentRect.height * ratio)];
  paint_lcd();
}).observe(lcd);

const refresh_text = coalesced(async () => {
  const text = state?.connected ? await (await get("/text")).text() : "";
  if ($("screen-text").textContent !== text) $("screen-text").textContent = text;
}, 250);

/* ---- keys ------------------------------------------------------------------------------------ */

const held = new Map(); // what holds it (a pointer or a keyboard key) -> key name
const button_of = new Map(all("[data-key]").map((button) => [button.dataset.key, button]));

function press(holder, name) {
  if (held.has(holder)) return;
  const already = [...held.values()].includes(name);
  held.set(holder, name);
  button_of.get(name)?.classList.add("down");
  if (!already) send(`key ${name} down`);
}

function release(holder) {
  const name = held.get(holder);
  if (!name) return;
  held.delete(holder);
  if ([...held.values()].includes(name)) return;
  button_of.get(name)?.classList.remove("down");
  send(`key ${name} up`);
  if (name === "scan") scan_from_key();
}

function release_all() {
  for (const holder of [...held.keys()]) release(holder);
}

for (const [name, button] of button_of) {
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault(); // the focus stays where it is
    if (document.activeElement?.blur) document.activeElement.blur();
    press(event.pointerId, name);
    if (event.pointerType === "touch") navigator.vibrate?.(8);
  });
  for (const end of ["pointerup", "pointerleave", "pointercancel"])
    button.addEventListener(end, (event) => release(event.pointerId));
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("click", async (event) => {
    if (event.detail !== 0) return; // a pointer's; this is the space bar's or a screen reader's
    press("click", name);
    await pause(60);
    release("click");
  });
}

const key_names = {
  Enter: "ok", Escape: "cancel", Backspace: "clear", Delete: "clear", ArrowUp: "up", ArrowDown: "down",
  ArrowLeft: "left", ArrowRight: "right", F1: "f1", F2: "f2", ".": "*", ",": "*", "*": "*", "#": "#",
  s: "scan", S: "scan",
};

function key_name(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  if (/^[0-9]$/.test(event.key)) return event.key;
  return key_names[event.key] ?? null;
}

/* A control of the page keeps its own keys: typing in a field, Enter on a switch. */
function belongs_to_page(event) {
  const at = event.target;
  if (at.closest?.("input, textarea")) return true;
  const control = at.closest?.("button:not(.key), summary, a");
  return Boolean(control) && (event.key === "Enter" || event.key === " ");
}

addEventListener("keydown", (event) => {
  if (event.key === "Escape" && (close_sheets() || event.target.closest?.("input"))) {
    event.target.blur?.();
    return;
  }
  const name = key_name(event);
  if (!name || belongs_to_page(event)) return;
  event.preventDefault();
  if (!event.repeat) press(event.code || event.key, name);
});
addEventListener("keyup", (event) => release(event.code || event.key));
addEventListener("blur", release_all);
addEventListener("pagehide", release_all);
document.addEventListener("visibilitychange", () => { if (document.hidden) release_all(); });

/* ---- the paper ------------------------------------------------------------------------------- */

const roll = $("roll"), strip = $("strip"), picture = $("picture");
const DOTS_A_SECOND = 480; // the printer's own speed; faster only to catch up
const MARGIN_DOTS = 80, HEAD_DOTS = 384; // a picture is two pixels a dot
let papers_shown = -1, dots_known = 0, dots_shown = 0, feeding = 0, last_tick = 0, picture_url = "";

const dot_size = () => strip.clientWidth / (HEAD_DOTS + MARGIN_DOTS);

function lay_paper() {
  const follow = roll.scrollHeight - roll.scrollTop - roll.clientHeight < 40;
  $("window").style.height = `${dots_shown * dot_size()}px`;
  if (follow) roll.scrollTop = roll.scrollHeight;
  roll.classList.toggle("more", roll.scrollTop > 4);
}

function feed(now) {
  const left = dots_known - dots_shown;
  const ms = Math.min(now - last_tick, 50);
  last_tick = now;
  if (left <= 0 || still.matches) {
    dots_shown = dots_known;
    feeding = 0;
  } else {
    dots_shown = Math.min(dots_known, dots_shown + Math.max(DOTS_A_SECOND, left * 2) * ms / 1000);
    feeding = requestAnimationFrame(feed);
  }
  $("stub").classList.toggle("runs", feeding !== 0);
  lay_paper();
}

function start_feed() {
  if (feeding) return;
  last_tick = performance.now();
  feeding = requestAnimationFrame(feed);
}

function no_paper() {
  cancelAnimationFrame(feeding);
  feeding = dots_known = dots_shown = 0;
  strip.classList.remove("torn");
  if (picture_url && !still.matches) {
    strip.classList.add("leader");
    setTimeout(() => strip.classList.remove("leader"), 400);
  }
  $("paper-none").hidden = false;
  roll.classList.remove("more");
  if (picture_url) URL.revokeObjectURL(picture_url);
  picture_url = "";
  picture.hidden = true;
  picture.removeAttribute("src");
  lay_paper();
}

async function tear_away() {
  if (!picture_url) return;
  dots_shown = dots_known;
  lay_paper();
  strip.classList.add("torn");
  if (!still.matches) await pause(480);
  no_paper();
}

const refresh_paper = coalesced(async () => {
  const { papers, paper_dots } = state ?? {};
  if (papers === undefined || papers === papers_shown) return;
  const first = papers_shown < 0;
  papers_shown = papers;
  const any = paper_dots > 0;
  for (const id of ["tear", "save", "bytes"]) $(id).disabled = !any;
  $("stub").classList.toggle("out", any);
  if (!any || paper_dots < dots_known) await tear_away();
  if (!any) { $("badge").hidden = true; return; }
  const url = URL.createObjectURL(await (await get("/paper.png")).blob());
  const next = new Image(); // decoded aside, so that the paper never blinks
  next.src = url;
  await next.decode();
  picture.src = url;
  if (picture_url) URL.revokeObjectURL(picture_url);
  picture_url = url;
  dots_known = next.naturalHeight / 2;
  if (first) dots_shown = dots_known; // it lay there before the page was opened
  picture.hidden = false;
  $("paper-none").hidden = true;
  if (!$("sheet-paper").classList.contains("up")) $("badge").hidden = false;
  start_feed();
}, 60);

roll.addEventListener("scroll", () => roll.classList.toggle("more", roll.scrollTop > 4), { passive: true });
new ResizeObserver(lay_paper).observe(roll);

async function download(path, extension) {
  const url = URL.createObjectURL(await (await get(path)).blob());
  const link = document.createElement("a");
  const now = new Date();
  const local = new Date(now - now.getTimezoneOffset() * 60000).toISOString();
  const stamp = local.slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  link.href = url;
  link.download = `fieldtill-${stamp}.${extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

$("tear").addEventListener("click", () => { tried("6"); send("tear"); });
$("save").addEventListener("click", () => download("/paper.png", "png").catch(() => {}));
$("bytes").addEventListener("click", () => download("/paper.escpos", "escpos").catch(() => {}));

/* ---- the world ------------------------------------------------------------------------------- */

for (const button of all("[data-state]")) {
  const { state: key, value } = button.dataset;
  const bad = (key === "battery" && value === "3") || value === "out";
  const warn = value === "none" || value === "low" || value === "cover" || value === "15";
  button.classList.toggle("bad", bad);
  button.classList.toggle("warn", warn);
  button.addEventListener("click", () => send(`${button.dataset.command ?? key} ${value}`));
}
$("cut").addEventListener("click", () => { release_all(); send("cut"); });
$("start").addEventListener("click", () => send("start"));

function scan_typed() {
  const text = $("scan-text").value.trim();
  if (text) send(`scan ${text}`);
  return Boolean(text);
}

/* The trigger reads what lies before the window; with nothing there it asks for something. */
function scan_from_key() {
  if (scan_typed()) return;
  if (phone.matches) open_sheet("sheet-world");
  $("scan-text").focus();
}

$("scan-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (scan_typed()) $("scan-text").blur();
});

/* After a click the keyboard is the handheld's again; who walks by Tab keeps the place. */
for (const control of all("button:not(.key), summary"))
  control.addEventListener("click", (event) => { if (event.detail > 0) control.blur(); });

function show_world() {
  for (const button of all("[data-state]"))
    button.setAttribute("aria-pressed", String(String(state?.[button.dataset.state]) === button.dataset.value));
  const on = Boolean(state?.on), net = state?.net ?? "none", battery = state?.battery ?? 0;
  $("device").classList.toggle("dark", !state?.connected);
  $("cut").disabled = !on;
  $("start").disabled = on || !state;
  $("led-line").className = `led ${!on ? "" : net === "none" ? "look" : "good"}`;
  $("led-line-text").textContent = word(on ? `line_${net}` : "line_off");
  $("led-power").className = `led ${!on ? "" : battery <= 5 ? "bad" : battery <= 20 ? "look" : "good"}`;
  $("state").textContent = state?.state ?? $("state").textContent;
}

/* ---- the journal ----------------------------------------------------------------------------- */

const LINES_SHOWN = 7;
let entries = [], newest_seen = null;

function amount_text(minor) {
  const digits = String(minor).padStart(3, "0");
  return `¥${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",")}.${digits.slice(-2)}`;
}

function cell(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

function journal_line(entry) {
  const line = document.createElement("li");
  const mark = cell(entry.acknowledged ? "tick" : "wait", "");
  mark.title = word(entry.acknowledged ? "acknowledged" : "waiting");
  mark.setAttribute("role", "img");
  mark.setAttribute("aria-label", mark.title);
  line.dataset.seq = entry.seq;
  line.dataset.kind = entry.kind;
  line.dataset.acknowledged = entry.acknowledged;
  line.title = `${new Date(entry.at_s * 1000).toLocaleString()}  ${entry.body}`;
  if (newest_seen !== null && entry.seq > newest_seen) line.className = "fresh";
  line.append(
    cell("seq", String(entry.seq).padStart(4, "0")),
    cell("kind", word(`kind_${entry.kind}`).replace(/^kind_/, "")),
    cell("amount", entry.amount ? amount_text(entry.amount) : ""),
    mark,
  );
  return line;
}

function show_journal() {
  const shown = entries.slice(-LINES_SHOWN).reverse();
  $("journal").replaceChildren(...shown.map(journal_line));
  $("journal-none").hidden = shown.length > 0;
}

const refresh_journal = coalesced(async () => {
  if (!state) return;
  const text = await (await get("/journal")).text();
  const next = text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
  const key = (list) => list.map((entry) => `${entry.seq}${entry.kind}${entry.acknowledged}`).join();
  if (key(next) !== key(entries)) {
    entries = next;
    show_journal();
    newest_seen = entries.at(-1)?.seq ?? 0;
    show_try();
  }
}, 500);
/* The office's answer may change nothing on the screen. */
setInterval(() => { if (entries.some((entry) => !entry.acknowledged)) refresh_journal(); }, 2000);

/* ---- the first five minutes ------------------------------------------------------------------ */

const STEPS = 8;
let tried_steps = new Set();
const try_key = () => `fieldtill.try.${state?.state ?? ""}`;

function keep_tried() {
  localStorage.setItem(try_key(), [...tried_steps].join());
}

function tried(step) {
  if (tried_steps.has(step)) return;
  tried_steps.add(step);
  keep_tried();
  show_try();
}

/* What the device itself shows ticks the steps; nothing is ticked for a mere press. */
function watch_steps() {
  if (!state?.connected || !state.screen) return;
  const before = (...screens) => screens.includes(state.screen);
  const kept = [...tried_steps].join();
  if (before("enrol")) tried_steps.clear();
  else tried_steps.add("1");
  if (!before("enrol", "login")) tried_steps.add("2");
  if (!before("enrol", "login", "shift", "shift_notes", "sync")) tried_steps.add("3");
  const taken = entries.findLast((entry) => entry.amount > 0);
  if (tried_steps.has("3") && state.net === "none") tried_steps.add("4");
  if (taken) for (const step of "1235") tried_steps.add(step);
  if (tried_steps.has("5") && tried_steps.has("4") && state.net !== "none") tried_steps.add("7");
  if (taken?.acknowledged && tried_steps.has("7")) tried_steps.add("8");
  if ([...tried_steps].join() !== kept) keep_tried();
}

function show_try() {
  watch_steps();
  const list = $("try-steps");
  if (list.dataset.language !== language) {
    list.dataset.language = language;
    list.replaceChildren(...Array.from({ length: STEPS }, (_, i) => {
      const line = document.createElement("li");
      line.innerHTML = word(`try_${i + 1}`); // our own words, with <b>
      return line;
    }));
  }
  const now = [...list.children].findIndex((_, i) => !tried_steps.has(String(i + 1)));
  [...list.children].forEach((line, i) => {
    line.className = tried_steps.has(String(i + 1)) ? "done" : i === now ? "now" : "";
    if (i === now) line.setAttribute("aria-current", "step");
    else line.removeAttribute("aria-current");
  });
  $("try-progress").textContent = now < 0 ? word("try_done") : `${tried_steps.size} / ${STEPS}`;
}

/* ---- sheets of the phone --------------------------------------------------------------------- */

const tabs = all("[data-sheet]");

function open_sheet(id) {
  for (const tab of tabs) {
    const up = phone.matches && tab.dataset.sheet === id;
    $(tab.dataset.sheet).classList.toggle("up", up);
    tab.setAttribute("aria-expanded", String(up));
  }
  $("shade").hidden = !phone.matches || !id;
  if (id === "sheet-paper") {
    $("badge").hidden = true;
    requestAnimationFrame(lay_paper);
  }
}

function close_sheets() {
  const any = tabs.some((tab) => tab.getAttribute("aria-expanded") === "true");
  if (any) open_sheet(null);
  return any;
}

for (const tab of tabs)
  tab.addEventListener("click", () => {
    open_sheet(tab.getAttribute("aria-expanded") === "true" ? null : tab.dataset.sheet);
  });
$("shade").addEventListener("click", close_sheets);
for (const sheet of all(".sheet")) // its grip
  sheet.addEventListener("click", (event) => {
    const below_edge = event.clientY - sheet.getBoundingClientRect().top;
    if (phone.matches && event.target === sheet && below_edge < 26) close_sheets();
  });
$("stub").addEventListener("click", () => { if (phone.matches) open_sheet("sheet-paper"); });
phone.addEventListener("change", () => open_sheet(null));

/* ---- words ----------------------------------------------------------------------------------- */

function speak(chosen) {
  language = chosen;
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  for (const element of all("[data-word]")) element.textContent = word(element.dataset.word);
  for (const element of all("[data-label]")) element.setAttribute("aria-label", word(element.dataset.label));
  for (const element of all("[data-alt]")) element.alt = word(element.dataset.alt);
  for (const element of all("[data-hint]")) element.placeholder = word(element.dataset.hint);
  for (const button of all("[data-language]"))
    button.setAttribute("aria-pressed", String(button.dataset.language === chosen));
  show_world();
  show_journal();
  show_try();
}

for (const button of all("[data-language]"))
  button.addEventListener("click", () => {
    localStorage.setItem("fieldtill.language", button.dataset.language);
    speak(button.dataset.language);
  });

/* ---- the stream of events -------------------------------------------------------------------- */

function take(next) {
  if (!state || state.state !== next.state) {
    state = next;
    tried_steps = new Set((localStorage.getItem(try_key()) ?? "").split(",").filter(Boolean));
    frame_shown = papers_shown = -1; // a new panel counts from the beginning
  }
  if (next.frames < state.frames) frame_shown = -1;
  state = next;
  $("gone").hidden = true;
  show_world();
  show_try();
  refresh_frame();
  refresh_paper();
  refresh_text();
  refresh_journal();
}

function lost() {
  state = null;
  $("gone").hidden = false;
  show_world();
}

function listen() {
  const events = new EventSource("/events");
  let patience = setTimeout(lost, 3000);
  events.onopen = () => clearTimeout(patience);
  events.onmessage = (event) => take(JSON.parse(event.data));
  events.onerror = () => {
    events.close();
    clearTimeout(patience);
    patience = setTimeout(lost, 900);
    setTimeout(() => { clearTimeout(patience); listen(); }, 1000);
  };
}

speak(language);
listen();
