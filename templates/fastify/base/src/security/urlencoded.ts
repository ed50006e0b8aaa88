/** Strict decoding of application/x-www-form-urlencoded (WHATWG URL, 5.1). */

const MAX_FIELDS = 100;

/** Returns the decoded pairs of a text; undefined if they cannot be decoded. */
export const pairsOf = (text: string): (readonly [string, string])[] | "too many" | undefined => {
  const parts = text.split("&", MAX_FIELDS + 1);
  if (parts.length > MAX_FIELDS) return "too many";
  try {
    return parts
      .filter((part) => part !== "")
      .map((part) => {
        const equals = part.indexOf("=");
        return equals < 0
          ? [decode(part), ""]
          : [decode(part.slice(0, equals)), decode(part.slice(equals + 1))];
      });
  } catch {
    return undefined;
  }
};

// Throws for escapes of bytes that are not UTF-8.
const decode = (part: string): string => {
  const text = decodeURIComponent(part.replaceAll("+", " "));
  // Databases refuse NUL or truncate at it.
  if (text.includes("\0")) throw new URIError("a NUL");
  return text;
};
