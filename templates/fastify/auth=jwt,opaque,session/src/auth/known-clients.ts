/** Client addresses that have signed in to an account: failures of others do not block them. */

import { now } from "../clock.ts";
import type { Transaction } from "../database/session.ts";
import type { Resources } from "../resources.ts";
import { countedAddress } from "../security/rate-limit.ts";
import type { Settings } from "../settings/index.ts";
import type { User } from "../users/model.ts";
import { KnownAddressRepository } from "./known-addresses.ts";

const KNOWN_DAYS = 30;
const PURPOSE = "known-address";

/** Returns whether the account was signed in to from an address within `KNOWN_DAYS`. */
export const isKnown = async (
  resources: Resources,
  email: string,
  clientAddress: string | undefined,
): Promise<boolean> => {
  if (clientAddress === undefined) {
    return false;
  }
  const digests = digestsOf(resources, email, clientAddress);
  return resources.database.reader((reader) =>
    new KnownAddressRepository(reader).isKnown(digests, oldest()),
  );
};

/** Records the client address of the owner of an account, whose row is locked. */
export const remember = async (
  transaction: Transaction,
  resources: Resources,
  user: User,
  clientAddress: string | undefined,
): Promise<void> => {
  if (clientAddress !== undefined) {
    const digests = digestsOf(resources, user.email, clientAddress);
    await new KnownAddressRepository(transaction).remember(user.id, digests, now());
  }
};

/** Deletes addresses after `KNOWN_DAYS`. */
export const purgeKnownAddresses = (
  transaction: Transaction,
  _settings: Settings,
  limit: number,
): Promise<number> => new KnownAddressRepository(transaction).deleteBefore(oldest(), limit);

const oldest = (): Date => new Date(now().getTime() - KNOWN_DAYS * 86_400_000);

const digestsOf = (
  resources: Resources,
  email: string,
  clientAddress: string,
): readonly [Buffer, ...Buffer[]] => {
  const network = countedAddress(clientAddress);
  return resources.keys.macs(PURPOSE, `${email}\n${network}`);
};
