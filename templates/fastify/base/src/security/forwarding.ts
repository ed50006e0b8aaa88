/** What forwarding headers say: `Forwarded` (RFC 7239) and X-Forwarded-*. */

import type { IncomingHttpHeaders } from "node:http";
import { type Address, parseAddress } from "./addresses.ts";

// name=token or name="text": a comma or a semicolon inside quotes leaves halves that do not match.
const FORWARDED_PAIR = /^\s*([\w-]+)=("[^"\\]*"|[^\s"\\]+)\s*$/;
// No chain of proxies is longer; the leftmost entries may be client input of any length.
const MAX_HOPS = 20;

/** One proxy's view of its client and the request; the address is undefined if it is invalid. */
export interface Hop {
  readonly address: Address | undefined;
  readonly scheme: string;
  readonly host: string;
}

/** Returns the chains of hops that the headers name, one for each kind that is present. */
export const chainsOf = (headers: IncomingHttpHeaders): readonly (readonly Hop[])[] =>
  [forwarded(headers), xForwarded(headers)].filter((chain) => chain.length > 0);

/** Returns the `X-Forwarded-Proto` of a proxy that does not name its client; or else nothing. */
export const loneScheme = (headers: IncomingHttpHeaders): string => {
  if (textOf(headers["x-forwarded-for"]) !== "") return "";
  return (forEach(1, textOf(headers["x-forwarded-proto"]))[0] ?? "").toLowerCase();
};

/** Returns the hops of `Forwarded`, the client's first. */
const forwarded = ({ forwarded: field }: IncomingHttpHeaders): readonly Hop[] =>
  field ? lastHops(field).map(forwardedHop) : [];

const forwardedHop = (element: string): Hop => {
  const matches = element.split(";").map((pair) => FORWARDED_PAIR.exec(pair));
  const pairs = matches.map(
    (match) => [(match?.[1] ?? "").toLowerCase(), (match?.[2] ?? "").replaceAll('"', "")] as const,
  );
  const values = new Map(pairs);
  if (values.size !== pairs.length || matches.includes(null)) {
    // Whatever else it is, a request that came in the clear came in the clear.
    const isInTheClear = pairs.some(
      ([name, value]) => name === "proto" && value.toLowerCase() === "http",
    );
    return { address: undefined, scheme: isInTheClear ? "http" : "", host: "" };
  }
  return {
    address: parseAddress(withoutPort(values.get("for") ?? "")),
    scheme: (values.get("proto") ?? "").toLowerCase(),
    host: values.get("host") ?? "",
  };
};

/** Returns the hops of `X-Forwarded-For`, `-Proto` and `-Host`, the client's first. */
const xForwarded = (headers: IncomingHttpHeaders): readonly Hop[] => {
  const field = textOf(headers["x-forwarded-for"]);
  if (field === "") return [];
  const addresses = lastHops(field).map((node) => parseAddress(withoutPort(node.trim())));
  const schemes = forEach(addresses.length, textOf(headers["x-forwarded-proto"]));
  const hosts = forEach(addresses.length, textOf(headers["x-forwarded-host"]));
  return addresses.map((address, index) => ({
    address,
    scheme: (schemes[index] ?? "").toLowerCase(),
    host: hosts[index] ?? "",
  }));
};

const forEach = (count: number, field: string): readonly string[] => {
  const values = lastHops(field).map((value) => value.trim());
  // A single value for several addresses was set by the outermost proxy for the whole chain.
  return values.length === count ? values : Array<string>(count).fill(values.at(-1) ?? "");
};

const lastHops = (field: string): string[] => field.split(",").slice(-MAX_HOPS);

const textOf = (field: string | string[] | undefined): string => String(field ?? "");

const withoutPort = (node: string): string => {
  if (node.startsWith("[")) return node.slice(1).split("]", 1)[0] ?? "";
  return node.split(":").length === 2 ? (node.split(":", 1)[0] ?? "") : node;
};
