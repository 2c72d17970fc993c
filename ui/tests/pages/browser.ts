// A browser, and a page at an address of the server under test.
import { chromium, type Browser, type Page } from "playwright-core";

declare const process: { env: Record<string, string | undefined> };

export const SERVER = process.env.WEFT_SERVER ?? "http://127.0.0.1:3000";
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
  });

export interface Opened {
  page: Page;
  /** What the page complained of. */
  complaints: string[];
  close: () => Promise<void>;
}

/** Opens a page in a context of its own. */
export async function open(
  browser: Browser,
  path: string,
  options: { width?: number; theme?: "light" | "dark" } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1280, height: 800 },
    colorScheme: options.theme ?? "light",
    reducedMotion: "reduce",
    baseURL: SERVER,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on(
    "request",
    (request) =>
      !request.url().startsWith(SERVER) &&
      !request.url().startsWith("data:") &&
      complaints.push(`asks elsewhere: ${request.url()}`),
  );
  await page.goto(path);
  return { page, complaints, close: () => context.close() };
}

/** Asks the server for JSON. */
export async function ask<T = Record<string, any>>(path: string, body?: unknown): Promise<T> {
  const answer = await fetch(
    `${SERVER}/api/v1${path}`,
    body === undefined
      ? undefined
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
  );
  if (!answer.ok) throw new Error(`${answer.status} ${path}: ${await answer.text()}`);
  return answer.json() as Promise<T>;
}

/** Waits for the end of a run. */
export async function finished(id: string): Promise<string> {
  for (;;) {
    const { run } = await ask(`/runs/${id}`);
    if (["SUCCESS", "FAILURE", "CANCELED"].includes(run.status)) return run.status;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Runs assets or a job to the end. */
export async function run(path: string, body: unknown): Promise<string> {
  const { run_ids } = await ask<{ run_ids: string[] }>(path, body);
  await finished(run_ids[0]!);
  return run_ids[0]!;
}
