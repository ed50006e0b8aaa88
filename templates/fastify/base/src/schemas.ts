/**
 * Builders of request and response schemas: the same object validates, types and
 * documents. The title of a schema is its name in the OpenAPI document.
 */

import {
  type ObjectOf,
  type OptionalSchema,
  type Properties,
  type Schema,
  type Static,
  Type,
} from "./json-schema.ts";

/** A request body. Unknown fields are refused, never ignored (OWASP API3:2023). */
export const input = <Given extends Properties>(
  title: string,
  properties: Given,
  description?: string,
): Schema<ObjectOf<Given>> => named(title, properties, false, description);

type Omittable<Given extends Properties> = {
  [Name in keyof Given]: OptionalSchema<Static<Given[Name]>>;
};

/** A partial update: fields may be omitted, and omitted ones are not changed. */
export const patch = <Given extends Properties>(
  title: string,
  properties: Given,
  description?: string,
): Schema<ObjectOf<Omittable<Given>>> => {
  const optional = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  ) as Omittable<Given>;
  return named(title, optional, false, description);
};

/** A response body: only the declared fields, and no other property of the source. */
export const output = <Given extends Properties>(
  title: string,
  properties: Given,
  description?: string,
): Schema<ObjectOf<Given>> => named(title, properties, undefined, description);

/** One of a few words. */
export const oneOf = <const Words extends readonly string[]>(
  words: Words,
  options: Readonly<Record<string, unknown>> = {},
) => Type.Unsafe<Words[number]>({ type: "string", enum: [...words], ...options });

/** A value or null. */
export const nullable = <Value>(schema: Schema<Value>) =>
  Type.Unsafe<Value | null>({ anyOf: [schema, { type: "null" }] });

/** The id of a resource, as text. */
export const id = () => Type.String({ format: "uuid" });

/** A point in time of a response; RFC 3339 with milliseconds, in UTC. */
export const moment = () => Type.Unsafe<Date>({ type: "string", format: "date-time" });

/** No body. */
export const nothing = () => Type.Null({ description: "Successful Response" });

const named = <Given extends Properties>(
  title: string,
  properties: Given,
  additionalProperties: false | undefined,
  description: string | undefined,
): Schema<ObjectOf<Given>> =>
  Type.Object(properties, {
    title,
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
    ...(description === undefined ? {} : { description }),
  });
