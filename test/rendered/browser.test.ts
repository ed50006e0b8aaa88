import type { Browser } from "playwright-core";
import { afterAll, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { findChromium, openPage, startChromium } from "./browser.ts";
import { app, install } from "./fastapi.ts";
import { leftOut } from "./left-out.ts";
import { findNginx, HOST, PREFIX, startNginx } from "./nginx.ts";
import { makeProject, type Project, type Variables } from "./project.ts";
import { freePort, type Service, startService } from "./service.ts";
import { makeAdmin } from "./sign-in/accounts.ts";
import { openIssuer } from "./sign-in/oidc-issuer.ts";
import { type Operation, type Swagger, swaggerOf } from "./swagger.ts";

const EMAIL = "ada@example.com";
const PASSWORD = "violet kettle drifts north";
const READ_ME: Operation = ["readMe", "GET", "/api/v1/users/me"];
const CREATE_NOTE: Operation = ["createNote", "POST", "/api/v1/notes"];
const SIGN_IN: Operation = ["signIn", "POST", "/api/v1/auth/login"];
const SIGN_OUT: Operation = ["signOut", "POST", "/api/v1/auth/logout"];

/** How a reader of the page signs in and out, as the page says. */
type Method = {
  /** A sentence of the page. */
  readonly says: RegExp;
  /** Whether the browser keeps what signs in; the page keeps nothing. */
  readonly isKept: boolean;
  readonly signIn: (swagger: Swagger, credential: string) => Promise<void>;
  readonly signOut: (swagger: Swagger) => Promise<void>;
};

const signOut = async (swagger: Swagger): Promise<void> => {
  expect((await swagger.execute(SIGN_OUT)).status).toBe(204);
};

const password: Method = {
  says: /In Swagger UI, press Authorize\./,
  isKept: false,
  signIn: (swagger) => swagger.authorize({ "username:": EMAIL, "password:": PASSWORD }),
  signOut: async (swagger) => {
    await signOut(swagger);
    // The page still has the token, which is worth nothing any more.
    const { status, sent } = await swagger.execute(READ_ME);
    expect(sent.authorization).toMatch(/^Bearer /);
    expect(status).toBe(401);
    await swagger.forget();
  },
};

const pasted = (label: string, says: RegExp): Method => ({
  says,
  isKept: false,
  signIn: (swagger, credential) => swagger.authorize({ [label]: credential }),
  signOut: (swagger) => swagger.forget(),
});

const methods: Readonly<Record<string, Method>> = {
  jwt: password,
  opaque: password,
  session: {
    says: /In Swagger UI, execute POST \/api\/v1\/auth\/login: the browser keeps the cookie/,
    isKept: true,
    signIn: async (swagger) => {
      const { status } = await swagger.execute(SIGN_IN, { email: EMAIL, password: PASSWORD });
      expect(status).toBe(200);
    },
    signOut,
  },
  "api-key": pasted("Value:", /Send an API key as X-API-Key\..* In Swagger UI, press Authorize\./s),
  oidc: pasted("auth-bearer-value", /In Swagger UI, press Authorize and paste it\./),
};

const auth = catalogue.find(({ id }) => id === "auth");
const choices = auth?.kind === "choice" ? auth.choices.map(({ id }) => id) : [];
/** Cookies, origins and the address of tokens are what a prefix can break. */
const PREFIXED = ["jwt", "session"];

const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}, 60_000);

let started: Promise<Browser> | undefined;
const startBrowser = async (program: string): Promise<Browser> => {
  if (started === undefined) {
    started = startChromium(program, HOST);
    cleanUps.push(async () => (await started)?.close());
  }
  return started;
};

type Prepared = {
  readonly project: Project;
  /** What its service needs. */
  readonly settings: Variables;
  /** What is pasted into the page, where it is not a password. */
  readonly credential: string;
};

const prepared = new Map<string, Promise<Prepared>>();
/** A project with an account, which the tests of a method share. */
const prepare = (choice: string): Promise<Prepared> => {
  const known = prepared.get(choice) ?? makePrepared(choice);
  prepared.set(choice, known);
  return known;
};

const makePrepared = async (auth: string): Promise<Prepared> => {
  const project = makeProject(selectionOf(auth));
  cleanUps.push(project.remove);
  await install(project);
  const issuer = auth === "oidc" ? await openIssuer(EMAIL) : undefined;
  if (issuer !== undefined) cleanUps.push(issuer.close);
  const settings = issuer?.settings ?? {};
  const command = (args: readonly string[], more?: Variables) =>
    project.run(...app(project, ...args), { variables: { ...settings, ...more } });
  await command(["migrate"]);
  const credential = (await issuer?.token()) ?? (await makeAdmin(command, EMAIL, PASSWORD));
  return { project, settings, credential };
};

const selectionOf = (auth: string) =>
  ({ environment: "development", database: "sqlite", auth }) as const;

const start = async (
  { project, settings }: Prepared,
  more: Variables = {},
  port?: number,
): Promise<Service> => {
  const service = await startService(project, { ...settings, ...more }, port);
  cleanUps.push(() => service.stop());
  return service;
};

/** Signs in, calls operations, loads the page again and signs out. */
const read = async (
  browser: Browser,
  url: string,
  method: Method | undefined,
  credential: string,
): Promise<void> => {
  if (method === undefined) throw new Error("no sign-in for this method");
  const { page, faults } = await openPage(browser, new URL(url).origin);
  const swagger = swaggerOf(page, url);
  const me = async () => (await swagger.execute(READ_ME)).status;

  await swagger.open();
  expect(await page.locator(".information-container").innerText()).toMatch(method.says);
  expect(await me()).toBe(401);
  await method.signIn(swagger, credential);
  expect(await me()).toBe(200);
  expect((await swagger.execute(CREATE_NOTE)).status).toBe(201);

  await swagger.open();
  expect(await page.evaluate("localStorage.length")).toBe(0);
  expect(await me()).toBe(method.isKept ? 200 : 401);
  if (!method.isKept) await method.signIn(swagger, credential);
  expect(await me()).toBe(200);
  await method.signOut(swagger);
  expect(await me()).toBe(401);
  await swagger.open();
  const { status, sent } = await swagger.execute(READ_ME);
  expect(status).toBe(401);
  expect(sent).not.toHaveProperty("authorization");
  expect(sent).not.toHaveProperty("x-api-key");
  expect(faults()).toEqual([]);
  await page.context().close();
};

/** Reads and searches the reference. */
const readReference = async (browser: Browser, url: string): Promise<void> => {
  const { page, faults } = await openPage(browser, new URL(url).origin);
  await page.goto(`${url}/redoc`);
  await page.getByRole("menuitem", { name: "Sign in", exact: true }).waitFor();
  await page.getByPlaceholder("Search...").fill("readiness");
  await page.locator('[data-role="search:results"]').getByText("Check readiness").click();
  expect(faults()).toEqual([]);
  await page.context().close();
};

test.concurrent.for(choices)(
  "%s: /docs signs in and out, and /redoc is searched",
  async (choice, context) => {
    const chromium = findChromium();
    const reason = await leftOut(selectionOf(choice), "Chromium", chromium, "browser");
    if (chromium === undefined || reason !== undefined) return context.skip(reason);
    const prepared = await prepare(choice);
    const browser = await startBrowser(chromium);
    const service = await start(prepared);
    await read(browser, service.url, methods[choice], prepared.credential);
    await readReference(browser, service.url);
    await service.stop();
  },
);

test.concurrent.for(PREFIXED)("%s: behind nginx, below a prefix", async (choice, context) => {
  const [chromium, program] = [findChromium(), findNginx()];
  const reason =
    (await leftOut(selectionOf(choice), "Chromium", chromium, "browser")) ??
    (await leftOut(selectionOf(choice), "nginx", program, "browser"));
  if (chromium === undefined || program === undefined || reason !== undefined) {
    return context.skip(reason);
  }
  const prepared = await prepare(choice);
  const browser = await startBrowser(chromium);
  const port = await freePort();
  const proxied = { ROOT_PATH: PREFIX, ALLOWED_HOSTS: HOST, TRUSTED_PROXIES: "127.0.0.1" };
  const service = await start(prepared, proxied, port);
  const nginx = await startNginx(program, prepared.project, [port, port], 60);
  cleanUps.push(() => nginx.stop());
  const url = `https://${HOST}:${nginx.tls}${PREFIX}`;
  await read(browser, url, methods[choice], prepared.credential);
  await readReference(browser, url);
  await service.stop();
});
