/** Certificates of the tests' own servers: each is its own authority (RFC 5280). */

import { generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { isIP } from "node:net";

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const DAY = 86_400_000;
const ECDSA_SHA256 = "06082a8648ce3d040302";
const COMMON_NAME = "0603550403";
const SUBJECT_ALT_NAME = "0603551d11";
const BASIC_CONSTRAINTS = "0603551d13";

/** Makes the certificate of a host, valid today. */
export const makeCertificate = (host: string): Certificate => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const algorithm = sequence(hex(ECDSA_SHA256));
  const name = sequence(der(0x31, sequence(hex(COMMON_NAME), der(0x0c, Buffer.from(host)))));
  const address = Buffer.from(host.split(".").map(Number));
  const altName = isIP(host) ? der(0x87, address) : der(0x82, Buffer.from(host));
  const extensions = sequence(
    sequence(hex(SUBJECT_ALT_NAME), der(0x04, sequence(altName))),
    sequence(
      hex(BASIC_CONSTRAINTS),
      der(0x01, hex("ff")),
      der(0x04, sequence(der(0x01, hex("ff")))),
    ),
  );
  const content = sequence(
    der(0xa0, der(0x02, hex("02"))),
    der(0x02, Buffer.concat([hex("01"), randomBytes(15)])),
    algorithm,
    name,
    sequence(time(-DAY), time(DAY)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, extensions),
  );
  const signature = der(0x03, Buffer.concat([hex("00"), sign("sha256", content, privateKey)]));
  const text = sequence(content, algorithm, signature).toString("base64");
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${text.match(/.{1,64}/g)?.join("\n")}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
};

const hex = (text: string): Buffer => Buffer.from(text, "hex");

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, Buffer.concat(parts));

const time = (offset: number): Buffer => {
  const digits = new Date(Date.now() + offset).toISOString().replace(/\D/g, "").slice(2, 14);
  return der(0x17, Buffer.from(`${digits}Z`));
};

const der = (tag: number, content: Buffer): Buffer => {
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
};
