/**
 * JSON Schemas that carry the type of their values.
 *
 * Only what the service uses of JSON Schema: to load all of a library took an eighth of the time
 * until the first answer.
 */

declare const VALUE: unique symbol;
const OPTIONAL: unique symbol = Symbol("optional");

type Keywords = Readonly<Record<string, unknown>>;

/** A JSON Schema, and for the compiler the type of its values. */
export interface Schema<Value = unknown> extends Keywords {
  readonly [VALUE]?: Value;
}

/** The schema of a property that may be missing. */
export interface OptionalSchema<Value = unknown> extends Schema<Value> {
  readonly [OPTIONAL]: true;
}

export type Properties = Readonly<Record<string, Schema>>;

/** The type of the values of a schema. */
export type Static<Given> = Given extends Schema<infer Value> ? Value : never;

type OptionalNames<Given extends Properties> = {
  [Name in keyof Given]: Given[Name] extends OptionalSchema ? Name : never;
}[keyof Given];

type Flat<Value> = { [Name in keyof Value]: Value[Name] };

/** The type of an object with such properties. */
export type ObjectOf<Given extends Properties> = Flat<
  { [Name in Exclude<keyof Given, OptionalNames<Given>>]: Static<Given[Name]> } & {
    [Name in OptionalNames<Given>]?: Static<Given[Name]>;
  }
>;

/** Builders of schemas; each takes further keywords. */
export const Type = {
  String: (keywords: Keywords = {}): Schema<string> => ({ type: "string", ...keywords }),
  Integer: (keywords: Keywords = {}): Schema<number> => ({ type: "integer", ...keywords }),
  Boolean: (keywords: Keywords = {}): Schema<boolean> => ({ type: "boolean", ...keywords }),
  Null: (keywords: Keywords = {}): Schema<null> => ({ type: "null", ...keywords }),
  Array: <Item>(items: Schema<Item>, keywords: Keywords = {}): Schema<Item[]> => ({
    type: "array",
    items,
    ...keywords,
  }),
  Object: <Given extends Properties>(
    properties: Given,
    keywords: Keywords = {},
  ): Schema<ObjectOf<Given>> => {
    const required = Object.entries(properties)
      .filter(([, schema]) => !(OPTIONAL in schema))
      .map(([name]) => name);
    return {
      type: "object",
      ...(required.length > 0 ? { required } : {}),
      properties,
      ...keywords,
    };
  },
  /** Marks a property of an object as one that may be missing. */
  Optional: <Value>(schema: Schema<Value>): OptionalSchema<Value> => ({
    ...schema,
    [OPTIONAL]: true,
  }),
  /** A schema of other keywords, whose values are said to be of a type. */
  Unsafe: <Value>(keywords: Keywords): Schema<Value> => keywords,
};
