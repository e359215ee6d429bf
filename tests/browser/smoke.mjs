// The story of the panel in a real browser: by mouse, by keyboard, on a phone.
// It starts its own host, handheld and Chromium in a temporary folder and ends them all.
import { spawn, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const build = resolve(process.env.FIELDTILL_BUILD ?? "build");
const pictures = join(build, "browser");
const folder = mkdtempSync(join(tmpdir(), "fieldtill-browser-"));
const state = join(folder, "state");
const PATIENCE_MS = 15000; // for anything that should come at once, on a busy machine
const FRESH_MS = 600; // taking money wants a press that begins after the question was read
const STORY_MS = 240000;

const chromium_options = {
  executablePath: "/usr/bin/chromium",
  timeout: 60000,
  handleSIGINT: false, // clean_up() ends it
  handleSIGTERM: false,
  handleSIGHUP: false,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-proxy-server",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"],
};

/* ---- TAP ------------------------------------------------------------------------------------- */

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const tests = [];
const test = (name, body) => tests.push({ name, body });

function holds(truth, what) {
  if (!truth) throw new Error(what);
}

/* `see` until it gives something true; what it gave last is in the failure. */
async function await_that(what, see, most_ms = PATIENCE_MS) {
  const end = Date.now() + most_ms;
  for (;;) {
    const seen = await see();
    if (seen) return seen;
    if (Date.now() > end) throw new Error(`not within ${most_ms} ms: ${what}`);
    await pause(40);
  }
}

async function run_all() {
  let bad = 0;
  console.log(`1..${tests.length}`);
  for (const [i, { name, body }] of tests.entries()) {
    try {
      holds(bad === 0, "an earlier step of the story failed");
      await body();
      console.log(`ok ${i + 1} - ${name}`);
    } catch (error) {
      bad++;
      console.log(`not ok ${i + 1} - ${name}`);
      console.log(String(error.message).replace(/^/gm, "# "));
      if (bad === 1) await describe_failure();
    }
  }
  return bad;
}

async function describe_failure() {
  const text = await fetch(url + "text").then((answer) => answer.text()).catch(() => "(no panel)");
  console.log(text.trimEnd().replace(/^/gm, "# "));
  await page?.screenshot({ path: join(pictures, "failed.png") }).catch(() => {});
}

/* ---- what is played with --------------------------------------------------------------------- */

let panel, panel_text = "", url, browser, page;
const complaints = []; // of the page: errors, requests that went elsewhere

function start_panel(...more) {
  panel_text = "";
  panel = spawn("packaging/run", ["--build", build, "--panel", "web", "--state", state, "--port", "0",
    "--speed", "2000", ...more], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [panel.stdout, panel.stderr])
    stream.on("data", (bytes) => { panel_text += bytes; });
  panel.on("error", (error) => { panel_text += error.message; });
  return await_that(`the panel's address; it said: ${panel_text}`, () => {
    url = /http:\/\/127\.0\.0\.1:\d+\//.exec(panel_text)?.[0];
    return url;
  }, 60000);
}

async function stop_panel() {
  if (!panel) return;
  const ended = new Promise((done) => panel.once("exit", done));
  if (panel.exitCode === null && panel.signalCode === null) {
    panel.kill("SIGTERM"); // it ends the host and the handheld
    await Promise.race([ended, pause(12000)]);
    panel.kill("SIGKILL");
  }
  panel = null;
}

async function open_page(options) {
  const viewport = { width: 1440, height: 900 };
  const context = await browser.newContext({ viewport, acceptDownloads: true, ...options });
  const opened = await context.newPage();
  opened.setDefaultTimeout(PATIENCE_MS);
  opened.on("pageerror", (error) => complaints.push(`${error}`));
  opened.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  opened.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|blob:|data:)/.test(request.url())) complaints.push(`asked ${request.url()}`);
  });
  await opened.goto(url);
  return opened;
}

const picture = (name) => page.screenshot({ path: join(pictures, `${name}.png`) });
const screen = () => page.textContent("#screen-text");
const shows = (...words) => await_that(`the screen shows ${words.join(", ")}`, async () => {
  const text = await screen();
  return words.every((word) => text.includes(word)) && text;
});

async function click_keys(...names) {
  for (const name of names) await page.click(`[data-key="${name}"]`, { delay: 40 });
}

async function type_keys(...names) {
  for (const name of names) await page.keyboard.press(name, { delay: 40 });
}

const set_world = async (key, value) => {
  await page.click(`[data-state="${key}"][data-value="${value}"]`);
  await page.waitForSelector(`[data-state="${key}"][data-value="${value}"][aria-pressed="true"]`);
};

/* How much paper hangs out, in CSS pixels, and whether it has come to rest. */
const paper_height = () => page.$eval("#window", (window) => window.getBoundingClientRect().height);

async function paper_rests() {
  let before = -1;
  return await_that("the paper came out whole", async () => {
    const now = await paper_height();
    const rests = now > 400 && now === before;
    before = now;
    await pause(200);
    return rests && now;
  }, 30000);
}

/* The brightest and the darkest of the LCD's pixels as drawn by the page. */
const lcd_range = () => page.evaluate(() => {
  const lcd = document.getElementById("lcd");
  if (getComputedStyle(lcd).opacity !== "1") return 0;
  const dots = lcd.getContext("2d").getImageData(0, 0, lcd.width, lcd.height).data;
  let low = 255, high = 0;
  for (let i = 1; i < dots.length; i += 4) { low = Math.min(low, dots[i]); high = Math.max(high, dots[i]); }
  return high - low;
});

const newest_collection = () => page.$eval('#journal li[data-kind="collection"]', (line) => ({
  seq: Number(line.dataset.seq),
  ticked: line.dataset.acknowledged === "1" && line.querySelector(".tick") !== null,
  amount: line.querySelector(".amount").textContent,
})).catch(() => null);

const collection_after = (seq, ticked) =>
  await_that(`a collection after ${seq}${ticked ? ", ticked" : ""}`, async () => {
    const line = await newest_collection();
    return line && line.seq > seq && (!ticked || line.ticked) && line;
  }, 30000);

async function save(button) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(button)]);
  const path = join(folder, download.suggestedFilename());
  await download.saveAs(path);
  return path;
}

function read_qr(path) {
  return execFileSync("zbarimg", ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", path],
    { encoding: "utf8", timeout: 20000, stdio: ["ignore", "pipe", "ignore"] }).trim();
}

/* ---- the story ------------------------------------------------------------------------------- */

let taken = 0, saved_png;

test("the panel opens with a lit LCD that asks for enrolment", async () => {
  await start_panel("--fresh");
  browser = await chromium.launch(chromium_options);
  page = await open_page();
  await shows("0031", "(OK)");
  await await_that("dark letters on a light ground", async () => (await lcd_range()) > 180);
  await picture("1-enrol");
});

test("by mouse: OK enrols, and the meter book comes", async () => {
  await click_keys("ok");
  await shows("工号");
});

test("by mouse: log in and open the shift with 200 in the bag", async () => {
  await click_keys("1", "0", "0", "1", "ok");
  await shows("密码");
  await click_keys("2", "4", "6", "8", "ok");
  await shows("备用金");
  await click_keys("2", "f1", "ok");
  await shows("走收", "¥200.00");
});

test("the network switch takes the signal away", async () => {
  await set_world("net", "none");
  await shows("离线");
  holds((await page.textContent("#led-line-text")) === "离线", "the lamp says so");
  await picture("2-home-offline");
});

test("by mouse: a collection without signal", async () => {
  await click_keys("1");
  await shows("# 抄表册");
  await click_keys("ok");
  await shows("(OK) 收费");
  await click_keys("ok");
  await shows("(OK) 全额收");
  await picture("3-customer");
  await click_keys("ok");
  await shows("# 现金");
  await pause(FRESH_MS);
  await click_keys("ok");
  await shows("已收款");
  const line = await collection_after(0, false);
  taken = line.seq;
  holds(!line.ticked, "the journal's line has no tick yet");
  holds((await screen()).includes(line.amount), `the screen and the journal say ${line.amount}`);
});

test("the paper scrolls out of the slot little by little", async () => {
  const first = await await_that("some paper", async () => {
    const now = await paper_height();
    return now > 20 && now;
  });
  const whole = await paper_rests();
  holds(first < whole, `it grew: first ${first}, in the end ${whole}`);
  await picture("4-paper");
});

test("the saved PNG bears a QR that fieldtill-verify finds authentic and recorded", async () => {
  saved_png = await save("#save");
  const text = read_qr(saved_png);
  holds(/^HTTPS:\/\/P\.95598\.CN\/R\/[A-Z2-7]+$/.test(text), `QR: ${text}`);
  execFileSync(join(build, "bin", "fieldtill-verify"),
    ["receipt", "--journal", join(state, "terminal", "journal.db"), text], { timeout: 20000, stdio: "pipe" });
});

test("the raw bytes can be saved and are ESC/POS", async () => {
  const bytes = readFileSync(await save("#bytes"));
  holds(bytes.length > 200 && bytes.includes(Buffer.from([0x1b, 0x40])), `${bytes.length} bytes`);
});

test("torn off, the paper is gone and nothing can be saved", async () => {
  await page.click("#tear");
  await await_that("only the leader is left", async () => (await paper_height()) < 20);
  holds(await page.isDisabled("#save"), "save is off");
});

test("back on 4G the office confirms it and the journal's line gets its tick", async () => {
  await set_world("net", "4g");
  await collection_after(taken - 1, true);
  await shows("供电公司已确认");
  await picture("5-confirmed");
});

test("by keyboard: the next house, again without signal", async () => {
  await set_world("net", "none");
  await type_keys("Enter");
  await shows("(OK) 收费");
  await type_keys("ArrowDown", "ArrowUp", "Enter");
  await shows("(OK) 全额收");
  await type_keys("Enter");
  await shows("# 现金");
  await type_keys("Delete", "2", "0", "0");
  await shows("200");
  await pause(FRESH_MS);
  await type_keys("Enter");
  await shows("已收款", "找零");
  const line = await collection_after(taken, false);
  taken = line.seq;
  await paper_rests();
});

test("by keyboard: a key that is held repeats nothing, and a lost focus lets go", async () => {
  await type_keys("Enter", "2");
  await shows("# 查");
  await page.keyboard.down("7");
  await page.keyboard.down("7"); // what a browser sends while a key is held
  await page.keyboard.down("7");
  await page.waitForSelector('[data-key="7"].down');
  await page.evaluate(() => dispatchEvent(new Event("blur")));
  await page.waitForSelector('[data-key="7"]:not(.down)');
  await page.keyboard.up("7");
  await pause(400);
  holds(!(await screen()).includes("77"), await screen());
  await type_keys("Escape");
  await shows("(OK) 收费");
});

test("words typed into the scan field are no keys; a scan finds a customer", async () => {
  const commands = [];
  page.on("request", (request) => { if (request.url().endsWith("/command")) commands.push(request.postData()); });
  await page.click("#scan-text");
  await page.keyboard.type("6101000101");
  await page.click("#scan-form button");
  await shows("6101 0001 01");
  holds(commands.join() === "scan 6101000101", `the handheld heard: ${commands.join()}`);
});

test("the second collection is confirmed on GPRS as well", async () => {
  await set_world("net", "gprs");
  await collection_after(taken - 1, true);
});

test("without power the LCD is dark; switched on, the handheld is back", async () => {
  await page.click("#cut");
  await page.waitForSelector("#device.dark");
  await await_that("a dark LCD", async () => (await lcd_range()) === 0);
  await picture("6-off");
  await page.click("#start");
  await page.waitForSelector("#device:not(.dark)");
  await shows("工号");
});

test("English is a press away and is remembered", async () => {
  await page.click('[data-language="en"]');
  await page.reload();
  await page.waitForSelector('html[lang="en"]');
  holds((await page.textContent('[data-key="cancel"]')) === "Cancel", "the key says Cancel");
  await page.click('[data-language="zh"]');
  holds((await page.textContent('[data-key="cancel"]')) === "取消", "and 取消 again");
});

test("at 1024 x 700 the whole device is in view", async () => {
  await page.setViewportSize({ width: 1024, height: 700 });
  await pause(300);
  const box = await page.locator("#device").boundingBox();
  holds(box.y >= 0 && box.y + box.height <= 700 && box.x >= 0, JSON.stringify(box));
  await picture("7-small-window");
});

test("on a phone the device fills the width and the rest comes as sheets", async () => {
  await page.context().close();
  const viewport = { width: 390, height: 844 };
  page = await open_page({ viewport, deviceScaleFactor: 2, hasTouch: true, isMobile: true });
  await shows("工号");
  const box = await page.locator("#device").boundingBox();
  holds(box.width === 390 && box.y < 40 && box.y + box.height <= 844, JSON.stringify(box));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  holds(wide === 390, `the page is ${wide} wide`);
  await page.tap('[data-key="1"]');
  await shows("1");
  await picture("8-phone");
  for (const name of ["paper", "world", "journal"]) {
    await page.tap(`[data-sheet="sheet-${name}"]`);
    await page.waitForSelector(`#sheet-${name}.up`);
    await pause(400);
    await picture(`8-phone-${name}`);
  }
  await page.tap('[data-sheet="sheet-journal"]');
  await page.waitForSelector("#sheet-journal:not(.up)", { state: "attached" });
});

test("the page complained of nothing and asked nobody but the panel", async () => {
  holds(complaints.length === 0, complaints.join("\n"));
});

test("when the panel ends, the page says so and goes dark", async () => {
  await stop_panel();
  await page.waitForSelector("#gone:not([hidden])");
  await page.waitForSelector("#device.dark");
  await picture("9-gone");
});

/* ---- beginning and end ----------------------------------------------------------------------- */

async function clean_up() {
  await Promise.race([browser?.close().catch(() => {}), pause(5000)]);
  await stop_panel();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => clean_up().finally(() => process.exit(130)));
setTimeout(() => {
  console.log(`Bail out! not finished after ${STORY_MS / 1000} s`);
  clean_up().finally(() => process.exit(1));
}, STORY_MS).unref();

rmSync(pictures, { recursive: true, force: true });
mkdirSync(pictures, { recursive: true });
holds(existsSync(join(build, "bin", "fieldtill-panel")), `${build} holds no fieldtill-panel`);
const bad = await run_all();
await clean_up();
process.exit(bad ? 1 : 0);
