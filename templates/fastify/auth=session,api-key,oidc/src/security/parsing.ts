/** Parses request bodies: those that a route declares, of its content type. */

import type { FastifyRequest, FastifySchema } from "fastify";
import { parseJson } from "./json.ts";
import { checkMediaType, JSON_TYPE } from "./media-types.ts";

/** Returns the media type that a route takes; undefined if it takes no body. */
export const mediaTypeOf = ({ body }: FastifySchema): string | undefined =>
  body === undefined ? undefined : JSON_TYPE;

/** Parses the body of a request; throws `UnsupportedMediaType` or `BadRequest`. */
export const parseBody = ({ routeOptions, headers }: FastifyRequest, body: Buffer): unknown => {
  const expected = mediaTypeOf(routeOptions.schema ?? {});
  if (expected === undefined || body.length === 0) return undefined;
  checkMediaType(headers["content-type"] ?? "", expected);
  return parseJson(body);
};
