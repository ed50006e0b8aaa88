import { request as requestPlain } from "node:http";
import { connect } from "node:http2";
import { Agent } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { install, migrate } from "./fastapi.ts";
import { leftOut } from "./left-out.ts";
import { findNginx, HOST, type Nginx, PREFIX, startNginx } from "./nginx.ts";
import { post } from "./nginx-client.ts";
import { makeProject, type Project, type Variables } from "./project.ts";
import { serversOf } from "./servers.ts";
import { freePort, type Service, startService } from "./service.ts";

/** Cookies, origins and redirects are what a proxy gets wrong: this has all of them. */
const SELECTION = {
  environment: "production",
  orm: "sqlalchemy",
  database: "postgresql",
  state: "redis",
  auth: "session",
} as const;
const ORIGIN = `https://${HOST}`;
const NOTES = `${PREFIX}/api/v1/notes`;
/** How long nginx keeps idle connections here, and how long the service does. */
const KEPT_SECONDS = 1;
const KEEP_ALIVE_SECONDS = 5;
/** One in so many is a note that is made; the rest are refused, which costs the service little. */
const NOTE_IN = 20;

const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
}, 60_000);

let project: Project;
let settings: Variables;
let ports: readonly number[];
/** The two that run, and each that ever did. */
const running: Service[] = [];
const started: Service[] = [];
let nginx: Nginx;
let headers: Readonly<Record<string, string>>;
let reason: string | undefined;

beforeAll(async () => {
  const program = findNginx();
  reason = await leftOut(SELECTION, "nginx", program, "proxy");
  if (program === undefined || reason !== undefined) return;
  project = makeProject(SELECTION);
  cleanUps.push(project.remove);
  await install(project);
  settings = {
    CORS_ORIGINS: "https://app.example.com",
    ALLOWED_HOSTS: HOST,
    ROOT_PATH: PREFIX,
    TRUSTED_PROXIES: "127.0.0.1",
    KEEP_ALIVE_SECONDS: String(KEEP_ALIVE_SECONDS),
    SHUTDOWN_DELAY_SECONDS: "2",
    RATE_LIMIT_ENABLED: "false",
  };
  for (const server of serversOf(project.selection)) {
    const place = await server.open(project);
    cleanUps.push(place.remove);
    settings = { ...settings, ...place.service };
  }
  await migrate(project, settings);
  ports = [await freePort(), await freePort()];
  cleanUps.push(() => Promise.all(started.map((service) => service.stop())));
  for (const [at] of ports.entries()) await start(at);
  nginx = await startNginx(program, project, ports, KEPT_SECONDS);
  cleanUps.push(() => nginx.stop());
  headers = await signIn();
}, 5 * 60_000);

const start = async (at: number): Promise<void> => {
  const service = await startService(project, settings, ports[at]);
  running[at] = service;
  started.push(service);
};

/** What nginx and the services say of requests that went wrong. */
const complaints = (): string =>
  [nginx.output(), ...started.map((service) => service.output())]
    .join("\n")
    .split("\n")
    .filter((line) => /\[error\]|"status": 5|"level": "error"/.test(line))
    .filter((line) => !line.includes("Connection refused"))
    .slice(-30)
    .join("\n");

const need = (skip: (note: string) => void): void => {
  if (reason !== undefined) skip(reason);
};

type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};
type Body = object | undefined;

/** Signs in through nginx, as a page of the service's own would. */
const signIn = async (): Promise<Readonly<Record<string, string>>> => {
  const password = "a passphrase for the walk behind nginx";
  const email = "admin@example.com";
  await running[0]?.command(["create-admin", "--email", email], { ADMIN_PASSWORD: password });
  const login = `${PREFIX}/api/v1/auth/login`;
  const answer = await overHttp2("POST", login, { origin: ORIGIN }, { email, password });
  expect(answer.status, answer.body).toBe(200);
  const [cookie = ""] = String(answer.headers["set-cookie"]).split(";");
  expect(cookie).toMatch(/^__Host-session=/);
  return { origin: ORIGIN, cookie, "x-csrf-token": JSON.parse(answer.body).csrf_token };
};

/** Calls nginx over HTTP/2, as browsers do. */
const overHttp2 = async (
  method: string,
  path: string,
  more: Readonly<Record<string, string>> = {},
  body: Body = undefined,
  port = nginx.tls,
): Promise<Answer> => {
  const session = connect(`https://127.0.0.1:${port}`, { ca: nginx.ca, servername: HOST });
  try {
    return await new Promise((done, fail) => {
      session.on("error", fail);
      const stream = session.request({
        ":method": method,
        ":path": path,
        ":authority": HOST,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...more,
      });
      let text = "";
      let answer: Answer["headers"] = {};
      stream.setEncoding("utf8").on("data", (part) => {
        text += part;
      });
      stream.on("response", (head) => {
        answer = head;
      });
      stream.on("error", fail);
      stream.on("end", () =>
        done({ status: Number(answer[":status"]), headers: answer, body: text }),
      );
      stream.end(body === undefined ? undefined : JSON.stringify(body));
    });
  } finally {
    session.close();
  }
};

const overPlainHttp = (method: string, path: string): Promise<Answer> =>
  new Promise((done, fail) => {
    const options = { port: nginx.plain, method, path, headers: { host: HOST, origin: ORIGIN } };
    requestPlain(options, (answer) => {
      answer
        .resume()
        .on("end", () =>
          done({ status: answer.statusCode ?? 0, headers: answer.headers, body: "" }),
        );
    })
      .on("error", fail)
      .end();
  });

/** Has many clients post until it is enough, each with a pause; counts the answers by status. */
const postMany = async (
  isEnough: (posted: number) => boolean,
  clients: number,
  pauseSeconds: () => number,
): Promise<Readonly<Record<number, number>>> => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const counts: Record<number, number> = {};
  let posted = 0;
  const client = async () => {
    while (!isEnough(posted)) {
      posted += 1;
      const signedIn = posted % NOTE_IN === 0 ? headers : {};
      const { status } = await post(nginx, agent, NOTES, signedIn, { title: "Kept" });
      counts[status] = (counts[status] ?? 0) + 1;
      await sleep(pauseSeconds() * 1000);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  agent.destroy();
  return counts;
};

const between = (least: number, most: number) => () => least + Math.random() * (most - least);

test("it is called below its prefix, over TLS and HTTP/2", async ({ skip }) => {
  need(skip);
  const made = await overHttp2("POST", NOTES, headers, { title: "Ours" });
  expect(made.status, made.body).toBe(201);
  expect(made.headers["strict-transport-security"]).toBe("max-age=31536000; includeSubDomains");
  const foreign = { ...headers, origin: "https://evil.example" };
  expect((await overHttp2("POST", NOTES, foreign, { title: "Theirs" })).status).toBe(403);
  const { body } = await overHttp2("GET", NOTES, headers);
  expect(JSON.parse(body).items).toHaveLength(1);
});

test("a proxy that calls it by another host says which one was asked for", async ({ skip }) => {
  need(skip);
  const made = await overHttp2("POST", NOTES, headers, { title: "Ours" }, nginx.ownHost);
  expect(made.status, made.body).toBe(201);
});

test("plain HTTP is refused by the API, and sent to HTTPS elsewhere", async ({ skip }) => {
  need(skip);
  const refused = await overPlainHttp("POST", `${PREFIX}/api/v1/auth/login`);
  expect(refused.status).toBe(403);
  expect(refused.headers).not.toHaveProperty("location");
  const redirected = await overPlainHttp("GET", `${PREFIX}/docs`);
  expect(redirected.status).toBe(308);
  expect(redirected.headers.location).toBe(`${ORIGIN}${PREFIX}/docs`);
});

const NOTHING_LOST = { 201: expect.any(Number), 401: expect.any(Number) };

test("no request is lost when idle connections end", { timeout: 4 * 60_000 }, async ({ skip }) => {
  need(skip);
  const pause = between(KEPT_SECONDS - 0.2, KEPT_SECONDS + 0.2);
  const counts = await postMany((posted) => posted >= 5_000, 128, pause);
  expect(counts, complaints()).toEqual(NOTHING_LOST);
});

test("no request is lost when services restart", { timeout: 4 * 60_000 }, async ({ skip }) => {
  need(skip);
  let restarted = false;
  const load = postMany((posted) => restarted && posted >= 5_000, 64, between(0.3, 0.7));
  for (const at of [0, 1, 0, 1]) {
    expect(await running[at]?.stop()).toBe(0);
    await start(at);
  }
  restarted = true;
  expect(await load, complaints()).toEqual(NOTHING_LOST);
});
