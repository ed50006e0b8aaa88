/**
 * The client's address and the requested host behind proxies.
 *
 * Forwarding headers are client input until a trusted proxy has appended to them, so they are read
 * from the right, and only through the addresses in `TRUSTED_PROXIES`.
 */

import type { IncomingMessage } from "node:http";
import { keepParent } from "../telemetry/trace-parents.ts";
import { type Address, type Network, parseAddress } from "./addresses.ts";
import { chainsOf, type Hop, loneScheme } from "./forwarding.ts";
import { Remembered } from "./remembered.ts";

const SCHEMES = new Set(["http", "https"]);

/** Who calls, and how, as far as it is known. */
export interface Caller {
  /** The client's address; undefined if it is unknown. */
  readonly address: string | undefined;
  /** The scheme that the trusted proxies name: `http`, `https` or nothing. */
  readonly scheme: string;
  /** The host that the client asked for, with its port. */
  readonly host: string;
}

// The same peers return, and parsing an address costs as much as the rest of a request's start.
const peers = new Remembered(parseAddress);

/** Returns a function that tells who sent a request. */
export const callerOf =
  (trustedProxies: readonly Network[]) =>
  (request: IncomingMessage): Caller => {
    const peer = peers.of(request.socket.remoteAddress ?? "");
    const host = request.headers.host ?? "";
    const isTrusted = (address: Address): boolean =>
      trustedProxies.some((network) => network.contains(address));
    if (peer === undefined || trustedProxies.length === 0 || !isTrusted(peer)) {
      return { address: peer?.text, scheme: "", host };
    }
    keepParent(request);
    const hops = chainsOf(request.headers).map((chain) => walk(peer, chain, isTrusted));
    const named = [loneScheme(request.headers), ...hops.map((hop) => hop.scheme)];
    const schemes = named.filter((name) => SCHEMES.has(name));
    // The header that says otherwise may be the client's own.
    const scheme = schemes.includes("http") ? "http" : (schemes[0] ?? "");
    const [first] = hops;
    // A proxy sets one of the two headers and may forward the client's own value of the other. If
    // they name different clients, one is forged, and there is no telling which.
    if (first === undefined || hops.some((hop) => hop.address.text !== first.address.text)) {
      return { address: peer.text, scheme, host };
    }
    return {
      address: first.address.text,
      scheme,
      host: only(hops.map((hop) => hop.host).filter((name) => name !== "")) || host,
    };
  };

type KnownHop = Hop & { readonly address: Address };

const walk = (
  peer: Address,
  chain: readonly Hop[],
  isTrusted: (address: Address) => boolean,
): KnownHop => {
  let caller: KnownHop = { address: peer, scheme: "", host: "" };
  for (const { address, ...rest } of chain.toReversed()) {
    if (address === undefined) {
      // A proxy that does not name its client still says how it was asked.
      caller = { ...caller, scheme: rest.scheme };
      break;
    }
    caller = { address, ...rest };
    if (!isTrusted(address)) break;
  }
  return caller;
};

const only = (values: readonly string[]): string =>
  new Set(values).size === 1 ? (values[0] ?? "") : "";
