/** Mail by each MAIL_BACKEND; by SMTP to a real server, over TLS and without. */

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import type { SMTPServerOptions } from "smtp-server";
import { LOOPBACK, PATIENCE, send } from "../../src/mail/sender.ts";
import type { Settings } from "../../src/settings/index.ts";
import { Secret } from "../../src/settings/secret.ts";
import { makeCertificate } from "../support/certificate.ts";
import { captureLogs } from "../support/logs.ts";
import { parseMail } from "../support/mail.ts";
import { CREDENTIALS, startMailServer } from "../support/mail-server.ts";

const MESSAGE = {
  to: "ann@example.com",
  subject: "Grüße",
  text: "Your code:\n\nsecret-code\n",
};
const LOCAL = makeCertificate("localhost");
const ELSEWHERE = makeCertificate("mail.example.com");

const settingsWith = (changed: Partial<Settings>): Settings =>
  ({
    environment: "test",
    mailBackend: "console",
    mailFrom: "no-reply@example.com",
    mailDir: "./mail",
    smtpUrl: new Secret(""),
    ...changed,
  }) as Settings;

const smtp = (url: string): Settings =>
  settingsWith({ mailBackend: "smtp", smtpUrl: new Secret(url) });

/** Lets the service trust a certificate. */
const trust = (t: TestContext, { cert }: { readonly cert: string }): void => {
  const usual = getCACertificates();
  setDefaultCACertificates([...usual, cert]);
  t.after(() => setDefaultCACertificates(usual));
};

/** Lets the server of the tests count as one on another machine. */
const moveAway = (t: TestContext): void => {
  const hosts = [...LOOPBACK];
  LOOPBACK.clear();
  t.after(() => {
    for (const host of hosts) LOOPBACK.add(host);
  });
};

const directory = async (t: TestContext): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), "mail-"));
  t.after(() => rm(path, { recursive: true }));
  return path;
};

test("the console shows the mail", async (t) => {
  const write = t.mock.method(process.stdout, "write", () => true);
  await send(settingsWith({}), MESSAGE);
  const shown = write.mock.calls.map((call) => String(call.arguments[0])).join("");
  write.mock.restore();
  for (const part of ["ann@example.com", "Grüße", "secret-code"]) {
    assert.ok(shown.includes(part));
  }
});

test("in production the console shows no mail but says that one was not sent", async (t) => {
  const write = t.mock.method(process.stdout, "write", () => true);
  const lines = captureLogs();
  await send(settingsWith({ environment: "production" }), MESSAGE);
  const shown = write.mock.calls.map((call) => String(call.arguments[0])).join("");
  write.mock.restore();
  assert.deepEqual(
    lines.map(({ event, level }) => [event, level]),
    [["mail.not_sent", "error"]],
  );
  assert.doesNotMatch(JSON.stringify(lines) + shown, /secret-code|ann@example/);
});

test("each mail is a file of its own", async (t) => {
  const mailDir = join(await directory(t), "not", "there", "yet");
  const mailFrom = "Demo <no-reply@demo.example.com>";
  const settings = settingsWith({ mailBackend: "file", mailDir, mailFrom });
  await send(settings, MESSAGE);
  await send(settings, MESSAGE);
  const [file = "", ...others] = await readdir(mailDir);
  assert.equal(others.length, 1);
  const { headers, text } = parseMail(await readFile(join(mailDir, file)));
  assert.equal(headers.get("from"), mailFrom);
  assert.equal(headers.get("to"), "ann@example.com");
  assert.equal(headers.get("subject"), "Grüße");
  assert.equal(headers.get("auto-submitted"), "auto-generated");
  assert.match(headers.get("message-id") ?? "", /@demo\.example\.com>$/);
  assert.match(headers.get("date") ?? "", /\+0000$/);
  assert.equal(text.trim(), MESSAGE.text.trim());
});

test("mail files are private", async (t) => {
  const mailDir = join(await directory(t), "mail");
  const before = process.umask(0o022);
  t.after(() => process.umask(before));
  await send(settingsWith({ mailBackend: "file", mailDir }), MESSAGE);
  const [file = ""] = await readdir(mailDir);
  const modes = [];
  for (const path of [mailDir, join(mailDir, file)]) {
    modes.push(((await stat(path)).mode & 0o777).toString(8));
  }
  assert.deepEqual(modes, ["700", "600"]);
});

test("the domain of a mail is in ASCII", async (t) => {
  const server = await startMailServer(t);
  const settings = {
    ...smtp(`smtp://127.0.0.1:${server.port}`),
    mailFrom: "Über <no-reply@straße.example>",
  };
  await send(settings, { ...MESSAGE, to: "ann@bücher.example" });
  const [mail] = server.mails;
  assert.equal(mail?.headers.get("to"), "ann@xn--bcher-kva.example");
  assert.equal(mail?.headers.get("from"), "Über <no-reply@xn--strae-oqa.example>");
  assert.match(mail?.headers.get("message-id") ?? "", /@xn--strae-oqa\.example>$/);
});

test("a subject cannot inject a header", async (t) => {
  const server = await startMailServer(t);
  const subject = "Hello\r\nBcc: eve@example.com";
  await send(smtp(`smtp://127.0.0.1:${server.port}`), { ...MESSAGE, subject });
  const [mail] = server.mails;
  assert.ok(!mail?.headers.has("bcc"));
  assert.deepEqual(server.recipients, ["ann@example.com"]);
});

test("an address cannot name another recipient", async (t) => {
  const server = await startMailServer(t);
  const settings = smtp(`smtp://127.0.0.1:${server.port}`);
  for (const to of [
    "ann@example.com, eve@example.com",
    "ann@example.com\r\nBcc: eve@example.com",
    "<eve@example.com> ann@example.com",
    "ann@example.com <eve@example.com>",
    '"ann@example.com" <eve@example.com>',
    "eve@example.com (ann@example.com)",
    "group: eve@example.com;",
    "eve",
    "",
  ]) {
    await assert.rejects(send(settings, { ...MESSAGE, to }), TypeError, to);
  }
  assert.deepEqual(server.recipients, []);
});

test("no text reads a file", async (t) => {
  const server = await startMailServer(t);
  const text = { path: "/etc/hostname" } as unknown as string;
  await assert.rejects(send(smtp(`smtp://127.0.0.1:${server.port}`), { ...MESSAGE, text }));
  assert.deepEqual(server.mails, []);
});

test("a server on this machine needs no TLS", async (t) => {
  const server = await startMailServer(t, { hideSTARTTLS: true });
  await send(smtp(`smtp://127.0.0.1:${server.port}`), MESSAGE);
  const [mail] = server.mails;
  assert.equal(mail?.headers.get("to"), "ann@example.com");
  assert.equal(mail?.text.trim(), MESSAGE.text.trim());
  assert.deepEqual(server.encrypted, [false]);
});

test("smtps is TLS from the first byte", async (t) => {
  trust(t, LOCAL);
  const server = await startMailServer(t, { secure: true, ...LOCAL });
  await send(smtp(`smtps://${CREDENTIALS}@localhost:${server.port}`), MESSAGE);
  assert.deepEqual([server.mails.length, server.encrypted, server.attempts], [1, [true], 1]);
});

test("smtp to another machine is encrypted before it signs in", async (t) => {
  moveAway(t);
  trust(t, LOCAL);
  const server = await startMailServer(t, { ...LOCAL });
  await send(smtp(`smtp://${CREDENTIALS}@localhost:${server.port}`), MESSAGE);
  assert.deepEqual([server.mails.length, server.encrypted, server.attempts], [1, [true], 1]);
});

test("a remote server without STARTTLS gets no mail or password", async (t) => {
  moveAway(t);
  const server = await startMailServer(t, { hideSTARTTLS: true, allowInsecureAuth: true });
  await assert.rejects(send(smtp(`smtp://${CREDENTIALS}@localhost:${server.port}`), MESSAGE));
  assert.deepEqual([server.mails, server.attempts], [[], 0]);
});

test("an untrusted certificate is refused", async (t) => {
  moveAway(t);
  trust(t, ELSEWHERE);
  for (const certificate of [LOCAL, ELSEWHERE]) {
    for (const secure of [true, false]) {
      const server = await startMailServer(t, { secure, ...certificate });
      const scheme = secure ? "smtps" : "smtp";
      const url = `${scheme}://${CREDENTIALS}@localhost:${server.port}`;
      await assert.rejects(send(smtp(url), MESSAGE), /certificate|altnames/i);
      assert.deepEqual([server.mails, server.attempts], [[], 0]);
    }
  }
});

test("a refused password is an error", async (t) => {
  trust(t, LOCAL);
  const server = await startMailServer(t, { secure: true, ...LOCAL });
  const settings = smtp(`smtps://eve:guess@localhost:${server.port}`);
  await assert.rejects(send(settings, MESSAGE), { code: "EAUTH" });
  assert.deepEqual(server.mails, []);
});

test("a server may examine a mail longer than it may take to connect", async (t) => {
  const { connecting } = PATIENCE;
  PATIENCE.connecting = 200;
  t.after(() => {
    PATIENCE.connecting = connecting;
  });
  const server = await startMailServer(t, {
    hideSTARTTLS: true,
    onData: (stream, _session, done) => stream.resume().on("end", () => setTimeout(done, 500)),
  });
  await send(smtp(`smtp://127.0.0.1:${server.port}`), MESSAGE);
});

test("a mail that is refused for good is not tried again, and only the refusal is logged", async (t) => {
  const refusing = (responseCode: number) => Object.assign(new Error("ann"), { responseCode });
  const refuse = async (options: SMTPServerOptions): Promise<void> => {
    const server = await startMailServer(t, { hideSTARTTLS: true, ...options });
    await send(smtp(`smtp://127.0.0.1:${server.port}`), MESSAGE);
  };
  const ofRecipients = (code: number): SMTPServerOptions => ({
    onRcptTo: (_address, _session, done) => done(refusing(code)),
  });
  const ofMails = (code: number): SMTPServerOptions => ({
    onData: (stream, _session, done) => stream.resume().on("end", () => done(refusing(code))),
  });
  const lines = captureLogs();
  for (const refusal of [ofRecipients(550), ofMails(554)]) await refuse(refusal);
  assert.deepEqual(
    lines.map(({ event, level }) => [event, level]),
    Array(2).fill(["mail.not_sent", "error"]),
  );
  assert.ok(!JSON.stringify(lines).includes("ann"));
  const ofSenders: SMTPServerOptions = {
    onMailFrom: (_address, _session, done) => done(refusing(550)),
  };
  for (const refusal of [ofRecipients(450), ofMails(451), ofSenders]) {
    await assert.rejects(refuse(refusal));
  }
});

test("a server that is away is an error", async (t) => {
  const server = await startMailServer(t);
  await server.close();
  await assert.rejects(send(smtp(`smtp://127.0.0.1:${server.port}`), MESSAGE));
});
