/** Parses request bodies: those that a route declares, of its content type. */

import type { FastifyRequest, FastifySchema } from "fastify";
import { parseForm } from "./forms.ts";
import { parseJson } from "./json.ts";
import { checkMediaType, JSON_TYPE } from "./media-types.ts";

const FORM_TYPE = "application/x-www-form-urlencoded";

declare module "fastify" {
  interface FastifySchema {
    /** The media type of the body, if it is a form. */
    consumes?: typeof FORM_TYPE;
  }
}

/** Returns the media type that a route takes; undefined if it takes no body. */
export const mediaTypeOf = ({ body, consumes }: FastifySchema): string | undefined =>
  body === undefined ? undefined : (consumes ?? JSON_TYPE);

/** Parses the body of a request; throws `UnsupportedMediaType` or `BadRequest`. */
export const parseBody = ({ routeOptions, headers }: FastifyRequest, body: Buffer): unknown => {
  const expected = mediaTypeOf(routeOptions.schema ?? {});
  const given = headers["content-type"] ?? "";
  if (expected === undefined) return undefined;
  if (expected === FORM_TYPE) {
    if (body.length > 0 || given !== "") checkMediaType(given, expected);
    return parseForm(body);
  }
  if (body.length === 0) return undefined;
  checkMediaType(given, expected);
  return parseJson(body);
};
