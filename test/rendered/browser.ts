import { type Browser, chromium, type Page } from "playwright-core";
import { findProgram } from "./daemon.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const PATIENCE_MS = 15_000;

/** Where Chromium is on this machine: at `CHROME_BIN`, or on the PATH. */
export const findChromium = (): string | undefined =>
  process.env.CHROME_BIN ??
  NAMES.map(findProgram).find((program): program is string => program !== undefined);

/** Starts Chromium, which takes `host` for this machine. */
export const startChromium = (program: string, host: string): Promise<Browser> =>
  chromium.launch({
    executablePath: program,
    args: [`--host-resolver-rules=MAP ${host} 127.0.0.1`, "--no-proxy-server"],
  });

export type WatchedPage = {
  readonly page: Page;
  /** What no page of the service may do: call other hosts, violate its policy, or crash. */
  readonly faults: () => readonly string[];
};

/** Opens an empty page, without cookies or anything else that was stored. */
export const openPage = async (browser: Browser, origin: string): Promise<WatchedPage> => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  context.setDefaultTimeout(PATIENCE_MS);
  const faults: string[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    const isOurs = url.origin === origin || url.protocol === "data:";
    if (!isOurs) faults.push(`request to ${request.url()}`);
  });
  context.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) faults.push(message.text());
  });
  context.on("weberror", (fault) => faults.push(String(fault.error())));
  return { page: await context.newPage(), faults: () => faults };
};
