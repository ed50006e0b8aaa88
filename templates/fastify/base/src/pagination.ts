/**
 * Keyset pages with opaque, signed cursors.
 *
 * Newest first, by id: UUIDv7 ids sort by creation time, and pages do not shift when rows are added.
 */

import type { FastifyRequest } from "fastify";
import { Unprocessable } from "./errors.ts";
import { type Schema, type Static, Type } from "./json-schema.ts";
import { input, nullable, output } from "./schemas.ts";
import type { Keys } from "./security/keys.ts";

const MAX_ITEMS = 100;
const MAX_CURSOR_LENGTH = 64;
const ID_BYTES = 16;
const PURPOSE = "cursor";

/** The query of a list. */
export const PageQuery = input("PageQuery", {
  limit: Type.Integer({
    format: "int32",
    minimum: 1,
    maximum: MAX_ITEMS,
    default: 20,
    description: "Maximum number of items to return.",
  }),
  cursor: Type.Optional(
    Type.String({
      maxLength: MAX_CURSOR_LENGTH,
      description: "The `next_cursor` of the previous page.",
    }),
  ),
});

/** The schema of a page of a list; its name is that of the type in clients. */
export const page = <Item>(name: string, item: Schema<Item>, description: string) =>
  output(
    name,
    {
      items: Type.Array(item, { maxItems: MAX_ITEMS }),
      next_cursor: nullable(Type.String({ maxLength: MAX_CURSOR_LENGTH })),
    },
    description,
  );

/** A page, as a response has it. */
interface Page<Item> {
  readonly items: Item[];
  readonly next_cursor: string | null;
}

/** The requested page: at most `limit` rows, older than the row `after`. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | undefined;
  /** Builds the page from up to `limit + 1` rows; an extra row means that there is a next. */
  of<Item extends { readonly id: string }>(rows: readonly Item[]): Page<Item>;
}

/** Reads the query of a list; throws `Unprocessable` for a forged cursor. */
export const pageRequest = (
  request: Pick<FastifyRequest, "query" | "requestContext">,
  keys: Keys,
): PageRequest => {
  const { limit, cursor } = request.query as Static<typeof PageQuery>;
  // A cursor is valid for its own list only.
  const { path } = request.requestContext;
  return {
    limit,
    after: cursor === undefined ? undefined : verify(keys, path, cursor),
    of(rows) {
      const items = rows.slice(0, limit);
      const last = rows.length > limit ? items.at(-1) : undefined;
      return { items, next_cursor: last === undefined ? null : sign(keys, path, last.id) };
    },
  };
};

const sign = (keys: Keys, path: string, id: string): string => {
  const bytes = Buffer.from(id.replaceAll("-", ""), "hex");
  const mac = keys.mac(PURPOSE, Buffer.concat([bytes, Buffer.from(path)]));
  return Buffer.concat([bytes, mac]).toString("base64url");
};

const verify = (keys: Keys, path: string, cursor: string): string => {
  const raw = Buffer.from(cursor, "base64url");
  const id = raw.subarray(0, ID_BYTES);
  const isOurs = keys.verify(
    PURPOSE,
    Buffer.concat([id, Buffer.from(path)]),
    raw.subarray(ID_BYTES),
  );
  if (id.length < ID_BYTES || !isOurs) {
    throw new Unprocessable("cursor", "is not a cursor of this service");
  }
  return id.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
};
