/** The mails of the service under test, where MAIL_BACKEND=file leaves them. */

import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Resources } from "../../src/resources.ts";
import { finishJobs } from "./jobs.ts";
import { type Mail, parseMail } from "./mail.ts";
import {
  type Scope,
  type Service,
  type ServiceOptions,
  startService,
  type Variables,
} from "./service.ts";

/** Reads the mails to an address. */
export class Mailbox {
  readonly #resources: Resources;

  constructor(resources: Resources) {
    this.#resources = resources;
  }

  /** Returns the mails to an address, oldest first. */
  async received(address: string): Promise<Mail[]> {
    await finishJobs(this.#resources);
    const { mailDir } = this.#resources.settings;
    const names = await readdir(mailDir).catch(() => []);
    const files = await Promise.all(names.sort().map((name) => readFile(join(mailDir, name))));
    return files.map(parseMail).filter(({ headers }) => headers.get("to") === address);
  }

  /** Returns the mail to an address that got a single one. */
  async only(address: string): Promise<Mail> {
    const mails = await this.received(address);
    const [mail] = mails;
    assert.ok(mail !== undefined && mails.length === 1, `${mails.length} mails to ${address}`);
    return mail;
  }

  /** Returns the newest code that was mailed to an address. */
  async code(address: string): Promise<string> {
    const code = (await this.codes(address)).at(-1);
    assert.ok(code, `no code was mailed to ${address}`);
    return code;
  }

  /** Returns the codes that were mailed to an address, oldest first. */
  async codes(address: string): Promise<string[]> {
    const mails = await this.received(address);
    return mails.flatMap(({ text }) => text.match(/^[\w-]{43}$/gm) ?? []);
  }
}

/** Starts a service that leaves its mails in files. */
export const mailingService = async (
  t: Scope,
  settings: Variables = {},
  options: ServiceOptions = {},
): Promise<Service & { readonly mailbox: Mailbox }> => {
  const directory = await mkdtemp(join(tmpdir(), "mail-"));
  const mail = { MAIL_BACKEND: "file", MAIL_DIR: join(directory, "mail") };
  const service = await startService(t, { ...mail, ...settings }, options);
  t.after(() => rm(directory, { recursive: true, force: true }));
  return { ...service, mailbox: new Mailbox(service.resources) };
};
