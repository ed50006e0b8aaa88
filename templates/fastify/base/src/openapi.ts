/**
 * The OpenAPI document: what the routes declare, and what else clients need.
 *
 * It is derived from package.json, the table of permissions, and the schemas and access of each
 * route.
 */

import { readFileSync } from "node:fs";
import type { FastifySchema, RouteOptions } from "fastify";
import { TAGS } from "./api.ts";
import { explain, permissionsOf } from "./auth/access.ts";
import { SIGN_IN } from "./auth/authenticator.ts";
import { securityOf, securitySchemes } from "./auth/openapi.ts";
import { ALL_PERMISSIONS, PERMISSIONS, ROLES } from "./auth/permissions.ts";
import {
  type AppErrorClass,
  BadRequest,
  ContentTooLarge,
  Crashed,
  Forbidden,
  phraseOf,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  Unprocessable,
  UnsupportedMediaType,
} from "./errors.ts";
import { errorResponse, problemSchemas } from "./openapi-errors.ts";
import { HEADERS, headersOf } from "./openapi-headers.ts";
import { Components, type Schema } from "./openapi-schemas.ts";
import type { RouteTable } from "./security/known-routes.ts";
import { mediaTypeOf } from "./security/parsing.ts";
import type { Settings } from "./settings/index.ts";

export type Document = Readonly<Record<string, unknown>>;

const PACKAGE = new URL("../package.json", import.meta.url);
const ANY_ROUTE = [
  BadRequest,
  ContentTooLarge,
  Unprocessable,
  TooManyRequests,
  Crashed,
  Unavailable,
];
const CONVENTIONS = `\
## Lists

Lists are paginated, newest first. Send the \`next_cursor\` of a page as \`cursor\` to get the next
one; it is null on the last page.

## Errors

Every error is a problem document (RFC 9457). Its \`request_id\` is also in the service log and in
the header \`X-Request-ID\` of every response.

## Rate limits

Over the limit, the response is 429, and \`Retry-After\` gives the seconds to wait.
`;

/** Returns a function that builds the document of the routes of a table. */
export const documenting = (table: RouteTable, settings: Settings): (() => Document) => {
  let document: Document | undefined;
  return () => {
    document ??= documentOf(table.all.filter(isOperation), settings);
    return document;
  };
};

const isOperation = ({ schema, method }: RouteOptions): boolean =>
  schema?.operationId !== undefined && method !== "HEAD";

const documentOf = (routes: readonly RouteOptions[], settings: Settings): Document => {
  const components = new Components();
  const errors = new Map<string, AppErrorClass>();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.url.replace(/:(\w+)/g, "{$1}");
    const method = String(route.method).toLowerCase();
    paths[path] = { ...paths[path], [method]: operationOf(route, components, errors) };
  }
  for (const schema of problemSchemas) components.refer(schema as Schema);
  return {
    openapi: "3.1.0",
    info: infoOf(settings),
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: securitySchemes(settings),
      responses: Object.fromEntries(
        [...errors].map(([name, error]) => [
          name,
          { ...errorResponse(error), headers: headersOf(error.status) },
        ]),
      ),
      headers: HEADERS,
    },
    tags: TAGS,
    servers: [{ url: settings.rootPath || "/" }],
  };
};

const operationOf = (
  route: RouteOptions,
  components: Components,
  errors: Map<string, AppErrorClass>,
): object => {
  const { schema = {}, config = {} } = route;
  const access = config.access ?? "public";
  const permissions = permissionsOf(access);
  const isPublic = access === "public";
  const details = [schema.description, explain(access)].filter((text) => text !== undefined);
  return {
    tags: schema.tags,
    summary: schema.summary,
    description: details.join("\n\n"),
    operationId: schema.operationId,
    security: isPublic ? [] : securityOf(String(route.method), permissions),
    ...(isPublic ? {} : { "x-permissions": permissions }),
    ...parametersOf(schema, components),
    ...bodyOf(schema, components),
    responses: responsesOf(route, components, errors),
  };
};

const parametersOf = (schema: FastifySchema, components: Components): object => {
  const parameters = (["params", "querystring"] as const).flatMap((part) => {
    const { properties = {}, required = [] } = (schema[part] ?? {}) as Schema;
    return Object.entries(properties).map(([name, property]) => ({
      name,
      in: part === "params" ? "path" : "query",
      required: required.includes(name) && property["default"] === undefined,
      schema: components.refer(property),
      ...(property.description === undefined ? {} : { description: property.description }),
    }));
  });
  return parameters.length > 0 ? { parameters } : {};
};

const bodyOf = (schema: FastifySchema, components: Components): object => {
  const mediaType = mediaTypeOf(schema);
  if (mediaType === undefined) return {};
  const body = schema.body as Schema;
  // Generated examples are often invalid.
  const example = Object.fromEntries(
    Object.entries(body.properties ?? {})
      .filter(([, { examples = [] }]) => examples.length > 0)
      .map(([name, { examples = [] }]) => [name, examples[0]]),
  );
  const content = {
    schema: components.refer(body, { isBody: true }),
    ...(Object.keys(example).length > 0 ? { example } : {}),
  };
  return { requestBody: { required: true, content: { [mediaType]: content } } };
};

const responsesOf = (
  { schema = {}, config = {} }: RouteOptions,
  components: Components,
  errors: Map<string, AppErrorClass>,
): object => {
  const responses: Record<string, object> = {};
  for (const [status, declared] of Object.entries(schema.response ?? {})) {
    const { headers = {} } = declared as Schema;
    responses[status] = {
      ...declaredResponse(Number(status), declared as Schema, components),
      headers: { ...headersOf(Number(status)), ...declaredHeaders(headers) },
    };
  }
  for (const error of errorsOf(schema, config)) {
    if (responses[error.status] !== undefined) continue;
    errors.set(error.name, error);
    responses[error.status] = { $ref: `#/components/responses/${error.name}` };
  }
  return responses;
};

const declaredResponse = (status: number, declared: Schema, components: Components): object => {
  const description = status < 300 ? "Successful Response" : phraseOf(status);
  if (declared.content !== undefined) {
    const content = Object.entries(declared.content).map(([type, { schema, ...rest }]) => [
      type,
      { schema: components.refer(schema), ...rest },
    ]);
    return {
      description: declared.description ?? description,
      content: Object.fromEntries(content),
    };
  }
  return declared.type === "null"
    ? { description }
    : { description, content: { "application/json": { schema: components.refer(declared) } } };
};

const declaredHeaders = (headers: Readonly<Record<string, Schema>>): object =>
  Object.fromEntries(
    Object.entries(headers).map(([name, { description, ...schema }]) => [
      name,
      { description, schema },
    ]),
  );

const errorsOf = (
  schema: FastifySchema,
  { access, errors = [] }: NonNullable<RouteOptions["config"]>,
): readonly AppErrorClass[] => {
  // Probes: only a query can be wrong.
  if (access === undefined) return [Unprocessable];
  return [
    ...ANY_ROUTE,
    // Only a body can have an unsupported type.
    ...(schema.body === undefined ? [] : [UnsupportedMediaType]),
    ...(access === "public" ? [] : [Unauthenticated, Forbidden]),
    ...errors,
  ];
};

const infoOf = (settings: Settings): object => {
  const { version, description, author, license } = JSON.parse(readFileSync(PACKAGE, "utf8"));
  return {
    title: settings.appName,
    version,
    description: [description, `## Sign in\n\n${SIGN_IN}`, permissionTable(), CONVENTIONS].join(
      "\n\n",
    ),
    contact: author,
    license: { name: license.replace(/^LicenseRef-/, ""), identifier: license },
  };
};

/** Renders the table of permissions as Markdown. */
const permissionTable = (): string => {
  const rows = [
    ["Permission", ...ROLES],
    ["---", ...ROLES.map(() => "---")],
    ...ALL_PERMISSIONS.map((permission) => [
      `\`${permission}\``,
      ...ROLES.map((role) => (PERMISSIONS[role].has(permission) ? "yes" : "")),
    ]),
  ];
  return [
    "## Permissions",
    "",
    "Each operation lists the permission that it requires. These are the permissions of each role:",
    "",
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");
};
