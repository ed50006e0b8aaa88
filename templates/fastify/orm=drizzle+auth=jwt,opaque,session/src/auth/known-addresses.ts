/** Queries on the known client addresses of accounts. */

import { and, desc, eq, gt, inArray, lte } from "drizzle-orm";
import type { Session } from "../database/session.ts";
import { newId } from "../ids.ts";
import { knownAddresses } from "./known-addresses-table.ts";

export const MAX_ADDRESSES = 20;

const ID = { id: knownAddresses.id };

export class KnownAddressRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Returns whether one of the digests was stored after a time. */
  async isKnown(digests: readonly Buffer[], since: Date): Promise<boolean> {
    const known = and(
      inArray(knownAddresses.digest, [...digests]),
      gt(knownAddresses.usedAt, since),
    );
    const rows = await this.#session.select(ID).from(knownAddresses).where(known).limit(1);
    return rows.length === 1;
  }

  /**
   * Stores the first digest of an address; the oldest of the account make room.
   *
   * The row of the account is locked.
   */
  async remember(userId: string, digests: readonly [Buffer, ...Buffer[]], at: Date): Promise<void> {
    await this.#session.delete(knownAddresses).where(inArray(knownAddresses.digest, [...digests]));
    await this.#session
      .insert(knownAddresses)
      .values({ id: newId(), userId, digest: digests[0], usedAt: at });
    const rows = await this.#session
      .select(ID)
      .from(knownAddresses)
      .where(eq(knownAddresses.userId, userId))
      .orderBy(desc(knownAddresses.usedAt));
    await this.#delete(rows.slice(MAX_ADDRESSES));
  }

  /** Deletes up to `limit` addresses last used before a time; returns how many. */
  async deleteBefore(at: Date, limit: number): Promise<number> {
    const rows = await this.#session
      .select(ID)
      .from(knownAddresses)
      .where(lte(knownAddresses.usedAt, at))
      .limit(limit);
    await this.#delete(rows);
    return rows.length;
  }

  async #delete(rows: readonly { readonly id: string }[]): Promise<void> {
    if (rows.length > 0) {
      const ids = rows.map((row) => row.id);
      await this.#session.delete(knownAddresses).where(inArray(knownAddresses.id, ids));
    }
  }
}
