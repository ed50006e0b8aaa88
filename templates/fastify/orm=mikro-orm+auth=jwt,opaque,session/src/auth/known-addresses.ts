/** Queries on the known client addresses of accounts. */

import { FRESH, type Session } from "../database/session.ts";
import { newId } from "../ids.ts";
import { knownAddresses } from "./known-addresses-table.ts";

export const MAX_ADDRESSES = 20;

const IDS = { ...FRESH, fields: ["id"] } as const;

export class KnownAddressRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Returns whether one of the digests was stored after a time. */
  async isKnown(digests: readonly Buffer[], since: Date): Promise<boolean> {
    const known = { digest: { $in: [...digests] }, usedAt: { $gt: since } };
    return (await this.#session.findOne(knownAddresses, known, IDS)) !== null;
  }

  /**
   * Stores the first digest of an address; the oldest of the account make room.
   *
   * The row of the account is locked.
   */
  async remember(userId: string, digests: readonly [Buffer, ...Buffer[]], at: Date): Promise<void> {
    await this.#session.nativeDelete(knownAddresses, { digest: { $in: [...digests] } });
    const address = { id: newId(), userId, digest: digests[0], usedAt: at };
    await this.#session.insert(knownAddresses, address);
    const newest = { ...IDS, orderBy: { usedAt: "desc" } } as const;
    const rows = await this.#session.find(knownAddresses, { userId }, newest);
    await this.#delete(rows.slice(MAX_ADDRESSES));
  }

  /** Deletes up to `limit` addresses last used before a time; returns how many. */
  async deleteBefore(at: Date, limit: number): Promise<number> {
    const before = { usedAt: { $lte: at } };
    const rows = await this.#session.find(knownAddresses, before, { ...IDS, limit });
    await this.#delete(rows);
    return rows.length;
  }

  async #delete(rows: readonly { readonly id: string }[]): Promise<void> {
    if (rows.length > 0) {
      await this.#session.nativeDelete(knownAddresses, { id: { $in: rows.map(({ id }) => id) } });
    }
  }
}
