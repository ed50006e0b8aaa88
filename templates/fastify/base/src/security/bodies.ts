/** Reads request bodies: those that a route declares, of its content type, within the limits. */

import type { FastifyInstance, FastifyRequest } from "fastify";
import { type AppError, BadRequest, ContentTooLarge, UnsupportedMediaType } from "../errors.ts";
import type { Settings } from "../settings/index.ts";
import { parseForm } from "./forms.ts";
import { BadJson, parseJson } from "./json.ts";

export const JSON_TYPE = "application/json";
const FORM_TYPE = "application/x-www-form-urlencoded";
// Each chunk of a body costs as much as a thousand bytes.
const MANY_PIECES = 1_000;
const SMALL_PIECE_BYTES = 32;
const MAX_CONTENT_TYPE_CHARACTERS = 200;
const CHARSET = /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i;

/** Reads bodies instead of the framework, whose parsers take what others refuse. */
export const readBodies = (app: FastifyInstance, { maxBodyBytes }: Settings): void => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (request, payload, done) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    let isRefused = false;
    const refuse = (error: AppError): void => {
      isRefused = true;
      pieces.length = 0;
      done(error);
    };
    payload.on("data", (piece: Buffer) => {
      if (isRefused) return;
      pieces.push(piece);
      bytes += piece.length;
      if (bytes > maxBodyBytes) {
        refuse(new ContentTooLarge());
      } else if (pieces.length > MANY_PIECES && bytes < pieces.length * SMALL_PIECE_BYTES) {
        refuse(new BadRequest());
      }
    });
    payload.once("end", () => {
      if (isRefused) return;
      try {
        done(null, parse(request, Buffer.concat(pieces)));
      } catch (error) {
        done(error as Error);
      }
    });
  });
};

/** Returns the media type that a route takes; undefined if it takes no body. */
export const mediaTypeOf = (request: FastifyRequest): string | undefined => {
  const { schema } = request.routeOptions;
  return schema?.body === undefined ? undefined : (schema.consumes ?? JSON_TYPE);
};

const parse = (request: FastifyRequest, body: Buffer): unknown => {
  const expected = mediaTypeOf(request);
  const given = request.headers["content-type"] ?? "";
  if (expected === undefined) return undefined;
  if (expected === FORM_TYPE) {
    if (body.length > 0 || given !== "") checkMediaType(given, expected);
    return parseForm(body);
  }
  if (body.length === 0) return undefined;
  checkMediaType(given, expected);
  try {
    return parseJson(body);
  } catch (error) {
    if (!(error instanceof BadJson)) throw error;
    throw new BadRequest("The request body is not acceptable JSON.");
  }
};

const checkMediaType = (given: string, expected: string): void => {
  const [type = "", ...parameters] = given.slice(0, MAX_CONTENT_TYPE_CHARACTERS + 1).split(";");
  const isKnown =
    given.length <= MAX_CONTENT_TYPE_CHARACTERS && type.trim().toLowerCase() === expected;
  // Decoded as another charset, the bytes would be another text.
  const charsets = parameters.map((parameter) => CHARSET.exec(parameter)?.[1]?.toLowerCase());
  if (!isKnown || !charsets.every((charset) => charset === undefined || charset === "utf-8")) {
    throw new UnsupportedMediaType(`Send the body as ${expected}.`);
  }
};
