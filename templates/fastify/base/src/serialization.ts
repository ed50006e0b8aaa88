/** Writes responses by the schemas of routes: of their objects, only the declared fields. */

import stringifierOf from "fast-json-stringify";
import type { FastifyInstance } from "fastify";

type Stringify = (value: unknown) => string;

const known = new WeakMap<object, Stringify>();

/** Makes the routes of the application write responses by their schemas. */
export const serializeBySchema = (app: FastifyInstance): void => {
  app.setSerializerCompiler<object>(({ schema }) => {
    return (value) => serializerOf(schema)(value);
  });
};

/** Returns the serializer of a schema, which is compiled once in a process, when it is needed. */
const serializerOf = (schema: object): Stringify => {
  let stringify = known.get(schema);
  if (stringify === undefined) {
    stringify = stringifierOf(schema);
    known.set(schema, stringify);
  }
  return stringify;
};
