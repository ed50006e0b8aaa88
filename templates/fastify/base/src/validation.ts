/** Validates what clients send, against the schemas of routes, and says what is wrong with it. */

import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import type { FastifyInstance } from "fastify";
import { type FieldError, Unprocessable } from "./errors.ts";
import { formatNames, formatOf } from "./formats.ts";

/** A part of a request: `body`, `querystring`, `params` or `headers`. */
type Part = string | undefined;
type Values = Record<string, unknown>;

// Formats that say something to clients, and check nothing.
const DOCUMENTED_FORMATS = ["int32", "password"];
const NO_QUERY = { type: "object", additionalProperties: false };
// No field takes more. Longer texts are refused without a look at them, and `maxLength` says why:
// all faults are looked for, and searching a megabyte would hold up everybody (CWE-1333).
const MAX_SEARCHED = 20_000;
const WHOLE_NUMBER = /^-?(0|[1-9]\d{0,14})$/;

/** Makes the routes of the application validate strictly: nothing is converted or left out. */
export const validateStrictly = (app: FastifyInstance): void => {
  app.setValidatorCompiler<Readonly<Record<string, unknown>>>(({ schema, httpPart }) => {
    const prepare = preparationOf(schema, httpPart);
    return (given: unknown) => {
      const validate = validatorOf(schema);
      if (validate(prepare(given))) return { value: given };
      return { error: refusalOf(validate.errors ?? [], given, httpPart) };
    };
  });
  app.addHook("onRoute", (route) => {
    // A route without a query refuses any (CWE-20).
    route.schema = {
      querystring: NO_QUERY,
      ...route.schema,
    };
  });
};

let shared: Ajv | undefined;

/** Returns the validator of a schema, which is compiled once in a process, when it is needed. */
export const validatorOf = (schema: object): ValidateFunction => {
  shared ??= strictAjv();
  return shared.compile(schema);
};

const strictAjv = (): Ajv => {
  // All faults are listed: bodies have few values.
  const ajv = new Ajv({
    strict: true,
    allErrors: true,
    // The messages of formats look at the value; none repeats it.
    verbose: true,
    useDefaults: true,
    coerceTypes: false,
    // The compiler has seen the schemas: compiling a schema of schemas would take longer than all else.
    meta: false,
    validateSchema: false,
  });
  for (const name of DOCUMENTED_FORMATS) ajv.addFormat(name, true);
  for (const name of formatNames()) {
    ajv.addFormat(
      name,
      (text: string) => text.length <= MAX_SEARCHED && formatOf(name).fault(text) === undefined,
    );
  }
  return ajv;
};

/** Returns the error of a value that a schema refuses. */
export const refusalOf = (
  faults: readonly ErrorObject[],
  given: unknown,
  part: Part,
): Unprocessable | undefined => {
  const errors = new Map<string, FieldError>();
  for (const fault of faults) {
    const field = fieldOf(fault, part);
    // One message a field, the most specific, which comes first.
    if (!errors.has(field)) errors.set(field, { field, message: messageOf(fault, given, part) });
  }
  const [first, ...others] = errors.values();
  return first && new Unprocessable(first.field, first.message, others);
};

/** Returns what a part needs before it is validated: numbers of a query are text. */
const preparationOf = (schema: Values, part: Part): ((given: unknown) => unknown) => {
  const properties = Object.entries((schema["properties"] ?? {}) as Record<string, Values>);
  const numbers = properties.filter(([, { type }]) => type === "integer").map(([name]) => name);
  const ids = properties.filter(([, { format }]) => format === "uuid").map(([name]) => name);
  if (part !== "querystring" && part !== "params") return (given) => given;
  return (given) => {
    const values = given as Values;
    for (const name of numbers) {
      const text = values[name];
      if (typeof text === "string" && WHOLE_NUMBER.test(text)) values[name] = Number(text);
    }
    for (const name of ids) {
      const text = values[name];
      if (typeof text === "string") values[name] = text.toLowerCase();
    }
    return values;
  };
};

const fieldOf = ({ instancePath, params, keyword }: ErrorObject, part: Part): string => {
  const path = instancePath
    .split("/")
    .slice(1)
    .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (keyword === "required") path.push(String(params["missingProperty"]));
  if (keyword === "additionalProperties") path.push(String(params["additionalProperty"]));
  return path.join(".") || (part === "querystring" ? "query" : (part ?? "body"));
};

const TYPES: Readonly<Record<string, string>> = {
  string: "Input should be a valid string",
  integer: "Input should be a valid integer",
  number: "Input should be a valid number",
  boolean: "Input should be a valid boolean",
  array: "Input should be a valid list",
  object: "Input should be a valid object",
};

const messageOf = (
  { keyword, params, instancePath, data }: ErrorObject,
  given: unknown,
  part: Part,
): string => {
  const limit = Number(params["limit"]);
  switch (keyword) {
    case "required":
      return "Field required";
    case "additionalProperties":
      return part === "querystring"
        ? "is not a parameter of this path"
        : "Extra inputs are not permitted";
    case "type":
      if (instancePath === "" && given == null) return "Field required";
      if (part === "querystring" && Array.isArray(data)) return "is given more than once";
      return typeMessage(String(params["type"]), part);
    case "minLength":
      return `String should have at least ${limit} ${limit === 1 ? "character" : "characters"}`;
    case "maxLength":
      return `String should have at most ${limit} ${limit === 1 ? "character" : "characters"}`;
    case "minItems":
      return `List should have at least ${limit} ${limit === 1 ? "item" : "items"}`;
    case "maxItems":
      return `List should have at most ${limit} ${limit === 1 ? "item" : "items"}`;
    case "minimum":
      return `Input should be greater than or equal to ${limit}`;
    case "maximum":
      return `Input should be less than or equal to ${limit}`;
    case "enum":
      return `Input should be ${alternatives(params["allowedValues"])}`;
    case "const":
      return `Input should be ${alternatives([params["allowedValue"]])}`;
    case "format":
      return formatOf(String(params["format"])).fault(String(data)) ?? "Input should be valid";
    default:
      return "Input should be valid";
  }
};

const typeMessage = (type: string, part: Part): string => {
  const message = TYPES[type] ?? "Input should be valid";
  return part === "querystring" && type === "integer"
    ? `${message}, unable to parse string as an integer`
    : message;
};

const alternatives = (values: unknown): string => {
  const words = (Array.isArray(values) ? values : []).map((value) => `'${value}'`);
  const last = words.pop() ?? "";
  return words.length > 0 ? `${words.join(", ")} or ${last}` : last;
};
