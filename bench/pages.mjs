// Loads pages in Chromium and measures them; pages.py says which, on standard input, and reads the figures.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../ui/package.json", import.meta.url))("playwright-core");
const { server, pages } = JSON.parse(readFileSync(0, "utf8"));
const PATIENCE_MS = 60_000;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
});

const system = await browser.newBrowserCDPSession();

/** The CPU milliseconds of each process that draws pages, all of its threads together. */
async function cpuOfRenderers() {
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  return new Map(processInfo.filter((each) => each.type === "renderer").map((each) => [each.id, each.cpuTime * 1000]));
}

/** Loads a page, and waits until what one came for is there and two more frames are drawn. */
async function load(context, path, selector) {
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  let [bytes, requests] = [0, 0];
  devtools.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
  devtools.on("Network.requestWillBeSent", () => requests++);
  const before = await cpuOfRenderers();
  await page.goto(server + path, { waitUntil: "commit" });
  await page.locator(selector).first().waitFor({ timeout: PATIENCE_MS, state: "attached" });
  const usable = await page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(performance.now())))),
      ),
  );
  let cpu = 0;
  for (const [id, spent] of await cpuOfRenderers()) cpu += spent - (before.get(id) ?? 0);
  await page.waitForTimeout(300);
  const paint = await page.evaluate(() => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? null);
  return { page, figures: { first_paint_ms: paint, usable_ms: usable, cpu_ms: cpu, bytes, requests } };
}

/** The time between frames while the mouse drags over the middle of the page. */
async function frames(page) {
  await page.evaluate(() => {
    window.frameTimes = [];
    let last = performance.now();
    const next = (now) => {
      window.frameTimes.push(now - last);
      last = now;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await page.mouse.move(700, 400);
  await page.mouse.down();
  for (let n = 0; n < 90; n++) {
    await page.mouse.move(700 - n * 4, 400 - n);
    await page.waitForTimeout(10);
  }
  await page.mouse.up();
  const times = (await page.evaluate(() => window.frameTimes.slice(2))).sort((a, b) => a - b);
  return { median_ms: times[times.length >> 1], p95_ms: times[Math.floor(times.length * 0.95)], worst_ms: times.at(-1) };
}

const rounded = (figures) =>
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, value === null ? null : Math.round(value * 10) / 10]));

const found = {};
for (const [name, [path, selector]] of Object.entries(pages)) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  try {
    const first = await load(context, path, selector);
    await first.page.close();
    const again = await load(context, path, selector);
    found[name] = { first: rounded(first.figures), again: rounded(again.figures) };
    if (name.startsWith("graph")) found[name].frames = rounded(await frames(again.page));
  } catch (error) {
    found[name] = { error: String(error).split("\n")[0] };
  }
  await context.close();
}
await browser.close();
process.stdout.write(JSON.stringify(found));
