/** Formats of text: checks of a single value, by the name that schemas use. */

export interface Format {
  /** Returns what is wrong with a text; undefined if nothing is. */
  readonly fault: (text: string) => string | undefined;
  /** The name in the OpenAPI document, if clients know it. */
  readonly documentedAs?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DATE_TIME =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/i;

/** Returns whether a time exists (RFC 3339, 5.7), and has four digits of a year in UTC as well. */
const isTime = (text: string): boolean => {
  if (!DATE_TIME.test(text)) return false;
  const date = text.slice(0, 10);
  // The 30th of February would be read as the 2nd of March.
  const isDay = new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date);
  return isDay === true && /^\d{4}-/.test(new Date(text).toJSON() ?? "");
};

const unless =
  (isRight: (text: string) => boolean, message: string) =>
  (text: string): string | undefined =>
    isRight(text) ? undefined : message;

const formats = new Map<string, Format>([
  [
    "uuid",
    {
      fault: unless((text) => UUID.test(text), "Input should be a valid UUID"),
      documentedAs: "uuid",
    },
  ],
  [
    "date-time",
    { fault: unless(isTime, "Input should be a valid datetime"), documentedAs: "date-time" },
  ],
]);

/** Adds a format; the module that needs it does so when it is loaded. */
export const addFormat = (name: string, format: Format): void => {
  formats.set(name, format);
};

/** Returns a format; throws for a name that nobody added. */
export const formatOf = (name: string): Format => {
  const format = formats.get(name);
  if (format === undefined) throw new Error(`there is no format ${name}`);
  return format;
};

/** Returns the name of a format in the OpenAPI document; formats of responses alone have theirs. */
export const documentedFormat = (name: string): string | undefined => {
  const format = formats.get(name);
  return format === undefined ? name : format.documentedAs;
};

/** Returns the names of all formats. */
export const formatNames = (): readonly string[] => [...formats.keys()];
