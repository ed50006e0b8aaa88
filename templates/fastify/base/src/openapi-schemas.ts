/** The schemas in the OpenAPI document: those with a title are components. */

import { documentedFormat } from "./formats.ts";

/** The parts of a JSON Schema, or of a declared response, that matter here. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly type?: unknown;
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly headers?: Readonly<Record<string, Schema>>;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

export class Components {
  readonly schemas: Record<string, object> = {};

  /** Returns a schema for the document; one with a title becomes a component. */
  refer(schema: Schema, { isBody = false } = {}): object {
    if (schema.title === undefined) return this.#plain(schema, isBody);
    this.schemas[schema.title] ??= this.#plain(schema, isBody);
    return { $ref: `#/components/schemas/${schema.title}` };
  }

  #plain(schema: Schema, isBody: boolean): object {
    const plain: Record<string, unknown> = {};
    for (const [keyword, value] of Object.entries(schema)) {
      if (keyword === "format") {
        const format = documentedFormat(String(value));
        if (format !== undefined) plain[keyword] = format;
      } else if (keyword === "properties") {
        plain[keyword] = Object.fromEntries(
          Object.entries(value as Record<string, Schema>).map(([name, property]) => [
            name,
            this.refer(property, { isBody }),
          ]),
        );
      } else if (keyword === "anyOf" || keyword === "oneOf") {
        plain[keyword] = (value as Schema[]).map((each) => this.refer(each, { isBody }));
      } else if (keyword === "items" || keyword === "additionalProperties") {
        plain[keyword] = isSchema(value) ? this.refer(value, { isBody }) : value;
      } else if (!(isBody && keyword === "default")) {
        // Generated clients treat a field with a default as required.
        plain[keyword] = value;
      }
    }
    return plain;
  }
}

const isSchema = (value: unknown): value is Schema => typeof value === "object" && value !== null;
