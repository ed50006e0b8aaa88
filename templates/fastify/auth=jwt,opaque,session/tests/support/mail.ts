/** Reads a mail as it was sent (RFC 5322, 2047 and 2045). */

export interface Mail {
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export const parseMail = (source: Buffer | string): Mail => {
  const whole = source.toString().replaceAll("\r\n", "\n");
  const end = whole.indexOf("\n\n");
  const lines = whole
    .slice(0, end)
    .replace(/\n[ \t]+/g, " ")
    .split("\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  const body = whole.slice(end + 2);
  return { headers, text: decodeBody(body, headers.get("content-transfer-encoding") ?? "7bit") };
};

const decodeBody = (body: string, encoding: string): string => {
  if (encoding === "base64") {
    return Buffer.from(body, "base64").toString();
  }
  return encoding === "quoted-printable" ? decodeQuoted(body.replace(/=\n/g, "")) : body;
};

const decodeWords = (text: string): string =>
  text
    .replace(/\?=\s+=\?/g, "?==?")
    .replace(/=\?utf-8\?([BQ])\?(.*?)\?=/gi, (_, kind: string, encoded: string) =>
      kind.toUpperCase() === "B"
        ? Buffer.from(encoded, "base64").toString()
        : decodeQuoted(encoded.replaceAll("_", " ")),
    );

const decodeQuoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    ),
    "latin1",
  ).toString();
