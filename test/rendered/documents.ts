// Two OpenAPI documents of one contract, compared.

type Value =
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [key: string]: Value };
type Fields = { readonly [key: string]: Value };

/** What stays different between two stacks, with why. */
export const differences: readonly { readonly at: RegExp; readonly because: string }[] = [
  {
    at: / grant_type enum: /,
    because:
      "An unknown grant is refused in OAuth's own words, which the schema that is checked leaves to " +
      "the route.",
  },
  {
    at: /password[^:]* maxLength: /,
    because:
      "A password has 128 characters when it is composed (NFC); as it is typed it may have more, and " +
      "one of the documents states that bound.",
  },
];

const METHODS = ["get", "post", "put", "patch", "delete"];
/** What is for people. */
const WORDS = new Set(["title", "description", "examples", "example", "default"]);

const fieldsOf = (value: Value | undefined): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const listOf = (value: Value | undefined): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [];

/** What a document says of each operation to a machine, by method and path. */
const operationsOf = (document: Fields): Fields => {
  const target = (value: Value | undefined): Fields => {
    const { $ref, ...own } = fieldsOf(value);
    if (typeof $ref !== "string") return own;
    const names = $ref.slice(2).split("/");
    return target(names.reduce<Value>((at, name) => fieldsOf(at)[name] ?? null, document));
  };
  const schemaOf = (value: Value | undefined, depth = 0): Value => {
    const kept = Object.entries(target(value)).filter(([name]) => !WORDS.has(name));
    // Schemas of errors refer to themselves.
    if (depth > 8) return {};
    return Object.fromEntries(
      kept.map(([name, part]) => {
        if (name === "properties") return [name, each(part, (one) => schemaOf(one, depth + 1))];
        if (name === "items") return [name, schemaOf(part, depth + 1)];
        if (name === "required") return [name, listOf(part).toSorted()];
        if (!/^(?:any|one|all)Of$/.test(name)) return [name, part];
        const parts = listOf(part).map((one) => JSON.stringify(schemaOf(one, depth + 1)));
        return [name, parts.toSorted()];
      }),
    );
  };
  const contentOf = (value: Value | undefined) =>
    each(target(value).content, (media) => schemaOf(fieldsOf(media).schema));
  const parametersOf = (operation: Fields): Fields =>
    Object.fromEntries(
      listOf(operation.parameters).map((parameter) => {
        const { in: place, name, required = false, schema } = target(parameter);
        return [`${String(place)} ${String(name)}`, { required, schema: schemaOf(schema) }];
      }),
    );
  return Object.fromEntries(
    Object.entries(fieldsOf(document.paths)).flatMap(([path, item]) =>
      Object.entries(fieldsOf(item))
        .filter(([method]) => METHODS.includes(method))
        .map(([method, value]) => {
          const operation = fieldsOf(value);
          const { operationId = null, tags = [], summary = null, security = null } = operation;
          const described: Fields = {
            ...{ operationId, tags, summary, security },
            permissions: operation["x-permissions"] ?? null,
            parameters: parametersOf(operation),
            body: contentOf(operation.requestBody),
            responses: each(operation.responses, contentOf),
          };
          return [`${method.toUpperCase()} ${path}`, described];
        }),
    ),
  );
};

const each = (value: Value | undefined, make: (part: Value) => Value): Fields =>
  Object.fromEntries(Object.entries(fieldsOf(value)).map(([name, part]) => [name, make(part)]));

/** Where two documents differ for a machine, and how. */
export const compared = (left: Fields, right: Fields): readonly string[] => {
  const walk = (
    at: string,
    one: Value | undefined,
    other: Value | undefined,
  ): readonly string[] => {
    const [mine, theirs] = [fieldsOf(one), fieldsOf(other)];
    const names = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
    if (names.length > 0 && one !== undefined && other !== undefined) {
      return names.flatMap((name) => walk(`${at} ${name}`, mine[name], theirs[name]));
    }
    const [shown, instead] = [one, other].map((value) => JSON.stringify(value) ?? "absent");
    return shown === instead ? [] : [`${at.trim()}: ${shown}, ${instead}`];
  };
  return walk("", operationsOf(left), operationsOf(right));
};
