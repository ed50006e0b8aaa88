/** A mail server of the tests, and what it was sent. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { makeCertificate } from "./certificate.ts";
import { type Mail, parseMail } from "./mail.ts";

const USER = "mailer@example.com";
const PASSWORD = "p@ss/w:rd";
export const CREDENTIALS = "mailer%40example.com:p%40ss%2Fw%3Ard";

const CERTIFICATE = makeCertificate("localhost");

export interface MailServer {
  readonly port: number;
  readonly mails: Mail[];
  readonly encrypted: boolean[];
  readonly recipients: string[];
  attempts: number;
  close(): Promise<void>;
}

export const startMailServer = async (
  t: TestContext,
  options: SMTPServerOptions = {},
): Promise<MailServer> => {
  const server = new SMTPServer({
    ...CERTIFICATE,
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 100,
    onAuth({ username, password }, _session, done) {
      state.attempts += 1;
      const isKnown = username === USER && password === PASSWORD;
      done(isKnown ? null : new Error("unknown"), isKnown ? { user: username } : undefined);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        state.mails.push(parseMail(Buffer.concat(chunks)));
        state.encrypted.push(session.secure);
        state.recipients.push(...session.envelope.rcptTo.map(({ address }) => address));
        done();
      });
    },
    ...options,
  });
  // A client that breaks off is what some tests are about.
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const state = {
    port,
    mails: [],
    encrypted: [],
    recipients: [],
    attempts: 0,
    close,
  } as MailServer;
  t.after(close);
  return state;
};
