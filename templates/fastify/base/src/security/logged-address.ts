/** The client address in logs and audit events, as far as `LOG_CLIENT_ADDRESS` allows. */

import type { Settings } from "../settings/index.ts";
import { Network, parseAddress } from "./addresses.ts";
import { Remembered } from "./remembered.ts";

// A truncated address stands for 256 subscribers (IPv4) or one site (IPv6).
const TRUNCATED_BITS: Readonly<Record<number, number>> = { 4: 24, 16: 48 };

/** Returns a function that tells what is logged of an address. */
export const loggedAddress = ({
  logClientAddress,
}: Settings): ((address: string | undefined) => string | undefined) => {
  if (logClientAddress === "off") return () => undefined;
  if (logClientAddress === "full") return (address) => address;
  const truncated = new Remembered(truncate);
  return (address) => (address === undefined ? undefined : truncated.of(address));
};

const truncate = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address && new Network(address, TRUNCATED_BITS[address.bytes.length] ?? 0).toString();
};
