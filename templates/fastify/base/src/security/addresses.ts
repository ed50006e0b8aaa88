/** IP addresses and networks. */

import { isIPv4, isIPv6 } from "node:net";

/** An address in its canonical form; `bytes` are 4 or 16. */
export interface Address {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Returns the address of a text; undefined for any other text. */
export const parseAddress = (text: string): Address | undefined => {
  if (isIPv4(text)) return { text, bytes: Uint8Array.from(text.split("."), Number) };
  // The zone of a link-local address names an interface of this machine.
  const [plain = ""] = text.split("%", 1);
  if (!isIPv6(plain)) return undefined;
  const bytes = bytesOf(plain);
  // A socket that serves both families names IPv4 peers ::ffff:192.0.2.1.
  const isMapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff;
  if (isMapped && bytes[11] === 0xff) return addressOf(bytes.slice(12));
  return addressOf(bytes);
};

/** A range of addresses. */
export class Network {
  readonly address: Address;
  readonly prefix: number;

  constructor(address: Address, prefix: number) {
    this.address = addressOf(masked(address.bytes, prefix));
    this.prefix = prefix;
  }

  contains({ bytes }: Address): boolean {
    const own = this.address.bytes;
    return (
      bytes.length === own.length &&
      masked(bytes, this.prefix).every((byte, index) => byte === own[index])
    );
  }

  toString(): string {
    return `${this.address.text}/${this.prefix}`;
  }
}

/** Returns the network of a text such as `10.0.0.0/8`; undefined for any other text. */
export const parseNetwork = (text: string): Network | undefined => {
  const [host = "", bits, ...rest] = text.split("/");
  const address = parseAddress(host);
  if (address === undefined || rest.length > 0) return undefined;
  const width = address.bytes.length * 8;
  const prefix = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.NaN;
  return prefix <= width ? new Network(address, prefix) : undefined;
};

const addressOf = (bytes: Uint8Array): Address => ({
  bytes,
  text:
    bytes.length === 4
      ? bytes.join(".")
      : new URL(`http://[${groupsOf(bytes).join(":")}]`).hostname.slice(1, -1),
});

const groupsOf = (bytes: Uint8Array): string[] =>
  Array.from({ length: 8 }, (_, index) =>
    (((bytes[2 * index] ?? 0) << 8) | (bytes[2 * index + 1] ?? 0)).toString(16),
  );

const bytesOf = (text: string): Uint8Array => {
  const [head = [], tail] = text.split("::").map(hextets);
  const zeros = tail === undefined ? [] : Array(8 - head.length - tail.length).fill(0);
  return Uint8Array.from(
    [...head, ...zeros, ...(tail ?? [])].flatMap((hextet: number) => [hextet >> 8, hextet & 0xff]),
  );
};

const hextets = (text: string): number[] =>
  text === ""
    ? []
    : text.split(":").flatMap((part) => {
        if (!part.includes(".")) return [Number.parseInt(part, 16)];
        const [a = 0, b = 0, c = 0, d = 0] = part.split(".").map(Number);
        return [(a << 8) | b, (c << 8) | d];
      });

const masked = (bytes: Uint8Array, prefix: number): Uint8Array =>
  bytes.map((byte, index) => {
    const kept = Math.min(8, Math.max(0, prefix - index * 8));
    return byte & (0xff << (8 - kept));
  });
