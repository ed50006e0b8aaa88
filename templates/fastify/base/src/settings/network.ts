/** Settings of the network: origins, hosts, proxies and the path prefix. */

import { type Network, parseAddress, parseNetwork } from "../security/addresses.ts";
import { originOf } from "../security/origins.ts";
import { isAnybodys } from "./registries.ts";
import { Fault, type Options, type Setting, split, withOptions } from "./setting.ts";

// Scheme, host and port, and nothing behind them.
const ORIGIN = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/[^\s/?#@*\\]+\/?$/;
// Pages of these schemes have the origin `null`, or cannot send requests.
const NO_ORIGIN = new Set(["about", "blob", "data", "file", "ftp", "javascript", "ws", "wss"]);
const HOST = /^(\*|(\*\.)?[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])$/;
const ROOT_PATH = /^(\/[A-Za-z0-9._~-]+)*$/;
// 10.0.0.0/8 and fc00::/7 are whole private networks; beyond them, a proxy is in a smaller one.
const WIDEST_IPV4 = 8;
const WIDEST_IPV6 = 16;
const PRIVATE_IPV6 = parseNetwork("fc00::/7");

export const origins = (options: Options = {}): Setting<readonly string[]> =>
  withOptions({ parse: (text) => split(text).map(parseOrigin), unsafe: unsafeOrigins }, options);

export const hosts = (options: Options = {}): Setting<readonly string[]> =>
  withOptions({ parse: (text) => split(text).map(parseHost), unsafe: unsafeHosts }, options);

export const networks = (options: Options = {}): Setting<readonly Network[]> =>
  withOptions({ parse: (text) => split(text).map(parseRange), unsafe: tooWide }, options);

export const rootPath = (options: Options = {}): Setting<string> =>
  withOptions({ parse: parseRootPath }, options);

/** Returns whether a host is this machine, so that no network lies in between. */
export const isLoopback = (host: string): boolean => {
  if (host === "localhost") return true;
  const address = parseAddress(host.replace(/^\[(.*)\]$/, "$1"));
  if (address === undefined) return false;
  return address.bytes.length === 4 ? address.bytes[0] === 127 : address.text === "::1";
};

/** Normalises an origin as browsers do: of a web site, or of an app with its own scheme. */
const parseOrigin = (text: string): string => {
  if (text === "*" || text === "null") return text;
  const [, scheme = "about"] = ORIGIN.exec(text) ?? [];
  const origin = NO_ORIGIN.has(scheme.toLowerCase()) ? undefined : originOf(text);
  if (origin === undefined) {
    throw new Fault(
      "must hold origins such as https://app.example.com or capacitor://localhost, each by " +
        "its full name and without path, query or credentials",
    );
  }
  return origin;
};

const unsafeOrigins = (values: readonly string[]): string | undefined => {
  if (values.includes("*")) return "must name each origin: * lets every web site in";
  if (values.includes("null")) return "must not hold null: every sandboxed frame has that origin";
  return values.some((origin) => origin.startsWith("http://"))
    ? "must hold https:// origins only"
    : undefined;
};

const parseHost = (text: string): string => {
  if (!HOST.test(text)) {
    throw new Fault("must hold host names such as api.example.com, without scheme or port");
  }
  return text.toLowerCase();
};

const unsafeHosts = (values: readonly string[]): string | undefined => {
  if (values.length === 0) return "must name the hosts that the service answers for";
  if (values.includes("*")) return "must name each host: * accepts a forged Host header";
  return values.some((host) => host.startsWith("*.") && isAnybodys(host.slice(2)))
    ? "must not contain a wildcard under which anyone can register a name"
    : undefined;
};

const parseRange = (text: string): Network => {
  const network = parseNetwork(text);
  if (network === undefined) throw new Fault("must hold addresses or CIDRs such as 10.0.0.0/8");
  return network;
};

const tooWide = (ranges: readonly Network[]): string | undefined =>
  ranges.some(isTooWide)
    ? "must name the proxies: a range this wide lets anyone forge an address"
    : undefined;

const isTooWide = ({ address, prefix }: Network): boolean => {
  if (address.bytes.length === 4) return prefix < WIDEST_IPV4;
  const isPrivate = PRIVATE_IPV6?.contains(address) && prefix >= PRIVATE_IPV6.prefix;
  return prefix < WIDEST_IPV6 && !isPrivate;
};

const parseRootPath = (text: string): string => {
  const path = text.replace(/\/+$/, "");
  const parts = path.split("/");
  if (!ROOT_PATH.test(path) || parts.includes(".") || parts.includes("..")) {
    throw new Fault("must be a path such as /orders, without the host");
  }
  return path;
};
