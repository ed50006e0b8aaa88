import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { clientOf, expectStatus } from "./http.ts";
import type { Project, Variables } from "./project.ts";
import type { Service } from "./service.ts";
import { ADDRESSES } from "./sign-in/types.ts";

const sendsMails = (project: Project): boolean =>
  project.planned.settings.some(({ name }) => name === "MAIL_BACKEND");

/** Has mails left in a folder, in a service that sends any. */
export const mailSettings = (project: Project): Variables =>
  sendsMails(project) ? { MAIL_BACKEND: "file", MAIL_DIR: "mails" } : {};

/** Expects the mail with a code for a new password; a job sends it, after the answer. */
export const expectMail = async (project: Project, { url }: Service): Promise<void> => {
  if (!sendsMails(project)) return;
  const body = { email: ADDRESSES.user };
  expectStatus(await clientOf(url)("POST", "/api/v1/auth/forgot-password", body), 202);
  const folder = join(project.folder, "mails");
  await vi.waitFor(
    () => {
      const mails = existsSync(folder) ? readdirSync(folder) : [];
      const texts = mails.map((name) => readFileSync(join(folder, name), "utf8"));
      expect(texts).toEqual([expect.stringContaining(`To: ${ADDRESSES.user}`)]);
    },
    { timeout: 15_000, interval: 100 },
  );
};
