/** Accounts as CSV, streamed in batches. */

import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { recordRefusal } from "../audit/refusals.ts";
import type { Principal } from "../auth/principal.ts";
import { recheck } from "../auth/recheck.ts";
import { CredentialRefused, Forbidden, TooManyRequests } from "../errors.ts";
import { log } from "../logging.ts";
import type { Resources } from "../resources.ts";
import { onceClosed } from "../security/outcome.ts";
import { HEAD, lineOfUser } from "./csv.ts";
import type { User } from "./model.ts";
import { UserRepository } from "./repository.ts";

/** What bounds exports: how many run at once, for how long, and how many rows a chunk has. */
export const BOUNDS = { atOnce: 2, seconds: 300, batch: 500 };

let running = 0;

/**
 * Begins the CSV, with its first chunk read, as the body of a response.
 *
 * Throws `TooManyRequests` if enough exports are running in this process, or what reading throws,
 * before the response begins. The connection closes after `BOUNDS.seconds`, or when the permission
 * is lost: without the last chunk, the client notices that the file is incomplete.
 */
export const openUsersCsv = async (
  resources: Resources,
  principal: Principal,
  reply: FastifyReply,
): Promise<Readable> => {
  if (running >= BOUNDS.atOnce) {
    throw new TooManyRequests(undefined, { "retry-after": "30" });
  }
  running += 1;
  const chunks = usersCsv(resources, principal);
  const timer = setTimeout(() => {
    log.warn({ event: "export.cut", reason: `took longer than ${BOUNDS.seconds} s` });
    reply.raw.destroy();
  }, BOUNDS.seconds * 1000);
  onceClosed(reply, () => {
    clearTimeout(timer);
    running -= 1;
  });
  const first = await chunks.next();
  return Readable.from(continued(first.value ?? "", chunks));
};

/**
 * Yields the CSV in chunks, so that memory does not grow with the table.
 *
 * Each chunk is read in its own transaction, and no connection is held while the client reads it.
 * So only the rows of a chunk are consistent: an account that exists throughout is in the file
 * once; one that is created, changed or deleted meanwhile may appear in its old or new state.
 * Throws `CredentialRefused` or `Forbidden` when the caller loses the permission meanwhile.
 */
async function* usersCsv(
  resources: Resources,
  principal: Principal,
): AsyncGenerator<string, undefined> {
  let head = HEAD;
  let after: string | undefined;
  for (;;) {
    const users = await readBatch(resources, principal, after);
    yield head + users.map(lineOfUser).join("");
    if (users.length < BOUNDS.batch) {
      return;
    }
    head = "";
    after = users.at(-1)?.id;
  }
}

const readBatch = async (
  resources: Resources,
  principal: Principal,
  after: string | undefined,
): Promise<User[]> => {
  try {
    return await resources.database.transaction(async (transaction) => {
      // A slow reader may have been demoted, disabled or signed out since the last chunk.
      await recheck(transaction, principal, "users:export");
      return await new UserRepository(transaction).batch(BOUNDS.batch, after);
    });
  } catch (error) {
    if (isRefusal(error)) {
      const userId = principal.user.id;
      await recordRefusal(resources, "access.denied", {
        caller: userId,
        actorId: userId,
        details: { permission: "users:export" },
      });
    }
    throw error;
  }
};

async function* continued(
  first: string,
  rest: AsyncGenerator<string, undefined>,
): AsyncGenerator<string> {
  yield first;
  try {
    yield* rest;
  } catch (error) {
    if (isRefusal(error)) {
      log.warn({ event: "export.cut", reason: error.message });
    }
    throw error;
  }
}

const isRefusal = (error: unknown): error is CredentialRefused | Forbidden =>
  error instanceof CredentialRefused || error instanceof Forbidden;
