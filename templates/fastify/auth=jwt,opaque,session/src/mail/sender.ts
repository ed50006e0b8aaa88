/** Sends mail as configured by `MAIL_BACKEND`. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SendMailOptions, Transporter } from "nodemailer";
import { newId } from "../ids.ts";
import { log } from "../logging.ts";
import type { Settings } from "../settings/index.ts";
import { parseMailbox } from "./mailbox.ts";
import type { Message } from "./message.ts";

/** How long a server may take, in milliseconds. */
export const PATIENCE = {
  connecting: 10_000,
  // It may examine a mail before it accepts it: who gives up earlier sends it twice (RFC 5321, 4.5.3.2).
  answering: 120_000,
};
export const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Sends a mail; throws an error if that may succeed later. */
export const send = async (settings: Settings, message: Message): Promise<void> => {
  const from = parseMailbox(settings.mailFrom);
  const mail: SendMailOptions = {
    from,
    to: parseMailbox(message.to),
    subject: message.subject,
    text: message.text,
    messageId: `<${newId()}@${from.address.split("@")[1]}>`,
    // RFC 3834: no out-of-office answers.
    headers: { "Auto-Submitted": "auto-generated" },
    // The text is text: it names no file or address to read.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  await BACKENDS[settings.mailBackend](settings, mail, message);
};

/** Loads the library with the first mail: the start of the service does not wait for it. */
const nodemailer = () => import("nodemailer");

const toConsole = async (settings: Settings, mail: SendMailOptions, message: Message) => {
  if (settings.environment === "production") {
    // Standard output is the log there, and a mail contains a token.
    const { subject } = mail;
    log.error({ event: "mail.not_sent", reason: "MAIL_BACKEND is console", subject });
    return;
  }
  const head = `--- mail to ${message.to}: ${message.subject}`;
  process.stdout.write(`${head}\n${message.text}---\n`);
};

const toFile = async (settings: Settings, mail: SendMailOptions) => {
  await mkdir(settings.mailDir, { mode: 0o700, recursive: true });
  const { createTransport } = await nodemailer();
  const composer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await composer.sendMail(mail);
  // A mail contains a token: no other user of this machine may read it.
  const path = join(settings.mailDir, `${newId()}.eml`);
  await writeFile(path, message, { flag: "wx", mode: 0o600 });
};

const toSmtp = async (settings: Settings, mail: SendMailOptions) => {
  const transport = await openSmtp(new URL(settings.smtpUrl.reveal()));
  try {
    await transport.sendMail(mail);
  } catch (error) {
    if (!isPermanent(error)) throw error;
    const { subject } = mail;
    log.error({ event: "mail.not_sent", reason: "the server refuses it", subject });
  } finally {
    transport.close();
  }
};

/** Tells whether the same mail would be refused again: itself, or its recipient (RFC 5321, 4.2.1). */
const isPermanent = (error: unknown): boolean => {
  const { command, responseCode = 0 } = Object(error);
  return (command === "RCPT TO" || command === "DATA") && responseCode >= 500;
};

const openSmtp = async (url: URL): Promise<Transporter> => {
  const { createTransport } = await nodemailer();
  const isImplicit = url.protocol === "smtps:";
  const isLocal = LOOPBACK.has(url.hostname);
  return createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port) || (isImplicit ? 465 : 587),
    secure: isImplicit,
    // Never unencrypted, whatever the server offers: stripping STARTTLS must fail (RFC 3207).
    requireTLS: !isImplicit && !isLocal,
    ignoreTLS: !isImplicit && isLocal,
    connectionTimeout: PATIENCE.connecting,
    greetingTimeout: PATIENCE.connecting,
    socketTimeout: PATIENCE.answering,
    dnsTimeout: PATIENCE.connecting,
    ...(url.username === ""
      ? {}
      : {
          auth: {
            user: decodeURIComponent(url.username),
            pass: decodeURIComponent(url.password),
          },
        }),
  });
};

const BACKENDS = { console: toConsole, file: toFile, smtp: toSmtp };
