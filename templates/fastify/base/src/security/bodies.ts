/** Reads request bodies within the limits. */

import type { FastifyInstance } from "fastify";
import { type AppError, BadRequest, ContentTooLarge } from "../errors.ts";
import type { Settings } from "../settings/index.ts";
import { parseBody } from "./parsing.ts";

// Each chunk of a body costs as much as a thousand bytes.
const MANY_PIECES = 1_000;
const SMALL_PIECE_BYTES = 32;

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
        done(null, parseBody(request, Buffer.concat(pieces)));
      } catch (error) {
        done(error as Error);
      }
    });
  });
};
