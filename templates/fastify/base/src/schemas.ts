/**
 * Builders of request and response schemas (TypeBox): the same object validates, types and
 * documents. The title of a schema is its name in the OpenAPI document.
 */

import {
  type Static,
  type TObject,
  type TOptional,
  type TProperties,
  type TSchema,
  Type,
} from "typebox";

/** A request body. Unknown fields are refused, never ignored (OWASP API3:2023). */
export const input = <Properties extends TProperties>(
  title: string,
  properties: Properties,
  description?: string,
): TObject<Properties> => named(title, properties, false, description);

type Omittable<Properties extends TProperties> = {
  [Name in keyof Properties]: TOptional<Properties[Name]>;
};

/** A partial update: fields may be omitted, and omitted ones are not changed. */
export const patch = <Properties extends TProperties>(
  title: string,
  properties: Properties,
  description?: string,
): TObject<Omittable<Properties>> => {
  const optional = Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, Type.Optional(schema)]),
  ) as Omittable<Properties>;
  return named(title, optional, false, description);
};

/** A response body: only the declared fields, and no other property of the source. */
export const output = <Properties extends TProperties>(
  title: string,
  properties: Properties,
  description?: string,
): TObject<Properties> => named(title, properties, undefined, description);

/** One of a few words. */
export const oneOf = <const Words extends readonly string[]>(
  words: Words,
  options: Readonly<Record<string, unknown>> = {},
) => Type.Unsafe<Words[number]>({ type: "string", enum: [...words], ...options });

/** A value or null. */
export const nullable = <Schema extends TSchema>(schema: Schema) =>
  Type.Unsafe<Static<Schema> | null>({ anyOf: [schema, { type: "null" }] });

/** The id of a resource, as text. */
export const id = () => Type.String({ format: "uuid" });

/** A point in time of a response; RFC 3339 with milliseconds, in UTC. */
export const moment = () => Type.Unsafe<Date>({ type: "string", format: "date-time" });

/** No body. */
export const nothing = () => Type.Null({ description: "Successful Response" });

const named = <Properties extends TProperties>(
  title: string,
  properties: Properties,
  additionalProperties: false | undefined,
  description: string | undefined,
): TObject<Properties> =>
  Type.Object(properties, {
    title,
    ...(additionalProperties === undefined ? {} : { additionalProperties }),
    ...(description === undefined ? {} : { description }),
  });
