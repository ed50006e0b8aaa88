import { oncePerFile } from "../../once.ts";
import type { Access } from "../../plan/toolchain.ts";
import { bracketed, items } from "./brackets.ts";
import { type DeclaredRoute, METHODS } from "./reader.ts";
import { type Module, moduleOf, type Written } from "./ts-modules.ts";
import { entriesOf, stringOf, type Token } from "./ts-tokens.ts";

type Words = readonly Token[];
type Entries = ReadonlyMap<string, Words>;

/** How far names are followed. */
const DEPTH = 8;

/** An instance of the application, or a part of it: what a function calls it. */
type Scope = { readonly file: string; readonly owner: Written | undefined; readonly name: string };

/** What surrounds a route, once for each place where it is added. */
type Around = {
  readonly prefix: string;
  /** Whether its hooks find out who calls. */
  readonly knows: boolean;
  /** Whether its hooks demand what a route names. */
  readonly demands: boolean;
};

/** A call of a method of something, with its arguments. */
type Call = { readonly index: number; readonly on: string; readonly args: readonly Words[] };

/** The routes of an application of Fastify, with what they ask of their caller. */
export const fastifyRoutes = (
  files: ReadonlyMap<string, string>,
  access: Access,
): readonly DeclaredRoute[] => {
  const project = projectOf(oncePerFile(files, moduleOf));
  const spoken = new RegExp(
    `["']fastify["']|\\.(?:register|addHook|route|all|${[...METHODS].join("|")})\\b`,
  );
  const relevant = [...files]
    .filter(([path, text]) => !/\.test\.ts$/.test(path) && spoken.test(text))
    .map(([path]) => path);
  const { around, hooked } = surroundings(project, relevant, access);
  const published = publishedIn(project, files, access.published);
  const opens = new Set(access.opens);
  return relevant.flatMap((path) =>
    declarations(project, path).flatMap(({ call, methods, url, options }) =>
      around(path, call.index, call.on).flatMap((place) => {
        const hooks = hooked(
          path,
          [...HOOKS].flatMap((hook) => options.get(hook) ?? []),
        );
        const knows = place.knows || hooks.knows;
        const demands = place.demands || hooks.demands;
        const declared = project.entries(path, options.get("config")).get(access.declares ?? "");
        const words = declared === undefined ? [] : project.value(path, declared);
        const isNamed =
          declared !== undefined && !words.some((word) => opens.has(stringOf(word) ?? ""));
        const isAllowed = words.some((word) => access.allows.includes(stringOf(word) ?? ""));
        const route = `${place.prefix}${url}` || "/";
        return methods.map((method) => ({
          method,
          route,
          path,
          at: project.module(path)?.tokens[call.index]?.at ?? 1,
          grants: knows && isNamed && (demands || isAllowed),
          authenticates: knows,
          published: published.has(`${method} ${route.replace(/:(\w+)/g, "{$1}")}`),
        }));
      }),
    ),
  );
};

type Project = ReturnType<typeof projectOf>;

/** Follows names through the files of a project. */
const projectOf = (module: (path: string) => Module | undefined) => {
  /** What a name is given where it is declared, and in which file that is. */
  const origin = (path: string, name: string, depth = 0): readonly [string, string] => {
    const imported = module(path)?.imports.get(name);
    if (imported === undefined || depth > DEPTH) return [path, name];
    return module(imported[0]) === undefined ? imported : origin(...imported, depth + 1);
  };
  const constant = (path: string, name: string): readonly [string, Words] | undefined => {
    const [file, original] = origin(path, name);
    const words = module(file)?.constants.get(original);
    return words === undefined ? undefined : [file, words];
  };
  /** The words that a value comes to, where it is the name of another. */
  const value = (path: string, words: Words, depth = 0): Words => {
    const [first, ...more] = words;
    if (first?.kind !== "name" || depth > DEPTH || /^[.([]/.test(more[0]?.text ?? "")) return words;
    const found = more.length === 0 ? constant(path, first.text) : undefined;
    return found === undefined ? words : value(...found, depth + 1);
  };
  /** The entries of an object, with those of others that are spread into it. */
  const entries = (path: string, words: Words = [], depth = 0): Entries => {
    const [first, open] = words;
    if (first === undefined || depth > DEPTH) return new Map();
    if (first.text === "{") {
      const inner = bracketed(words, 0);
      return new Map(
        items(inner).flatMap((item) =>
          item[0]?.text === "..."
            ? [...entries(path, item.slice(1), depth + 1)]
            : [...entriesOf(item)],
        ),
      );
    }
    if (first.kind !== "name") return new Map();
    if (open?.text === "(") return entries(...made(path, first.text), depth + 1);
    const found = constant(path, first.text);
    return found === undefined ? new Map() : entries(...found, depth + 1);
  };
  /** The object that a function makes. */
  const made = (path: string, name: string): readonly [string, Words] => {
    const written = functionOf(path, name);
    if (written === undefined) return [path, []];
    const [file, { from, to }] = written;
    const body = module(file)?.tokens.slice(from, to) ?? [];
    const result = body.findIndex(({ text }) => text === "return");
    const words = body.slice(result + 1);
    return [file, words[0]?.text === "(" ? bracketed(words, 0) : words];
  };
  const functionOf = (path: string, name: string): readonly [string, Written] | undefined => {
    const [file, original] = origin(path, name);
    const found = module(file)?.functions.find((written) => written.name === original);
    return found === undefined ? undefined : [file, found];
  };
  const text = (path: string, words: Words): string | undefined => {
    const [word, ...more] = value(path, words);
    const [, plain] = word?.kind === "template" ? (/^`([^`$\\]*)`$/.exec(word.text) ?? []) : [];
    return more.length === 0 || more[0]?.text === "as" ? (stringOf(word) ?? plain) : undefined;
  };
  return { module, origin, constant, value, entries, functionOf, text };
};

const callsIn = (tokens: Words, methods: ReadonlySet<string>): readonly Call[] =>
  tokens.flatMap(({ kind, text }, index) => {
    const isCall = kind === "name" && methods.has(text) && tokens[index - 1]?.text === ".";
    // Types may stand between: app.get<Shape>(…).
    const open = isCall ? openAfter(tokens, index) : undefined;
    if (open === undefined) return [];
    return [{ index, on: receiverOf(tokens, index - 2), args: items(bracketed(tokens, open)) }];
  });

const openAfter = (tokens: Words, index: number): number | undefined => {
  if (tokens[index + 1]?.text === "(") return index + 1;
  if (tokens[index + 1]?.text !== "<") return undefined;
  const open = tokens.findIndex(({ text }, at) => at > index && (text === "(" || text === ";"));
  return tokens[open]?.text === "(" && tokens[open - 1]?.text === ">" ? open : undefined;
};

/** The name on which a chain of calls begins. */
const receiverOf = (tokens: Words, last: number): string => {
  let index = last;
  while (tokens[index]?.text === ")") {
    let depth = 0;
    do {
      if (tokens[index]?.text === ")") depth += 1;
      if (tokens[index]?.text === "(") depth -= 1;
      index -= 1;
    } while (index >= 0 && depth > 0);
    // Before the bracket, a method of what is before it.
    if (tokens[index - 1]?.text === ".") index -= 2;
  }
  return tokens[index]?.text ?? "";
};

const HOOKS = new Set("onRequest preParsing preValidation preHandler".split(" "));
const ROUTES = new Set([...METHODS, "all", "route"]);

type Declaration = {
  readonly call: Call;
  readonly methods: readonly string[];
  readonly url: string;
  readonly options: Entries;
};

const declarations = (project: Project, path: string): readonly Declaration[] => {
  const tokens = project.module(path)?.tokens ?? [];
  return callsIn(tokens, ROUTES).flatMap((call) => {
    const verb = tokens[call.index]?.text ?? "";
    const found =
      verb === "route"
        ? inFull(project, path, call)
        : inShort(project, path, call, verb === "all" ? "ANY" : verb.toUpperCase());
    return found ?? [];
  });
};

/** `app.route({ method, url, … })` */
const inFull = (project: Project, path: string, call: Call): Declaration | undefined => {
  const options = project.entries(path, call.args[0]);
  const url = project.text(path, options.get("url") ?? options.get("path") ?? []);
  if (!options.has("method") || url === undefined) return undefined;
  const methods = project
    .value(path, options.get("method") ?? [])
    .flatMap((word) => stringOf(word)?.toUpperCase() ?? []);
  return { call, methods: methods.length === 0 ? ["ANY"] : methods, url, options };
};

/** `app.get(url, options, handler)`; a function may be among the options, or take their place. */
const inShort = (
  project: Project,
  path: string,
  call: Call,
  method: string,
): Declaration | undefined => {
  const [first = [], second = []] = call.args;
  const url = project.text(path, first);
  if (url === undefined || !/^(?:$|[/*])/.test(url) || call.args.length < 2) return undefined;
  const isShort = call.args.length === 2 && isHandler(project, path, second);
  const options = isShort ? new Map<string, Words>() : project.entries(path, second);
  const isRoute = isHandler(project, path, call.args.at(-1) ?? []) || options.has("handler");
  return isRoute ? { call, methods: [method], url, options } : undefined;
};

/** Whether an argument is a function, or the name of one. */
const isHandler = (project: Project, path: string, words: Words): boolean => {
  if (words[0]?.text === "{") return false;
  if (words.some(({ text }) => text === "=>" || text === "function")) return true;
  const name = words[0]?.text ?? "";
  return words.length === 1 && project.functionOf(path, name) !== undefined;
};

/** Tells what surrounds the calls on instances of an application. */
const surroundings = (project: Project, paths: readonly string[], access: Access) => {
  const leads = leadsIn(project, access.home);
  const knowing = new Set(access.authenticates);
  const demanding = new Set(access.grants);
  /** What hooks among some words ask for. */
  const hooked = (path: string, words: Words) => ({
    knows: words.some(({ kind, text }) => kind === "name" && leads(path, text, knowing)),
    demands: words.some(({ kind, text }) => kind === "name" && leads(path, text, demanding)),
  });
  const hooks = paths.flatMap((path) =>
    callsIn(project.module(path)?.tokens ?? [], new Set(["addHook"])).map(
      ({ index, on, args }) => ({
        scope: scopeOf(project, path, index, on),
        ...hooked(path, args[1] ?? []),
      }),
    ),
  );
  const mounts = paths.flatMap((path) => mountsIn(project, path));
  const above = (scope: Scope, depth = 0): readonly Around[] => {
    const own = hooks.filter((hook) => isSame(hook.scope, scope));
    const knows = own.some((hook) => hook.knows);
    const demands = own.some((hook) => hook.demands);
    if (scope.owner === undefined) return [{ prefix: "", knows, demands }];
    if (depth > DEPTH) return [];
    return mounts
      .filter(({ owner, name }) => owner === scope.owner && name === scope.name)
      .flatMap(({ parent, prefix }) =>
        above(parent, depth + 1).map((outer) => ({
          prefix: `${outer.prefix}${prefix}`,
          knows: knows || outer.knows,
          demands: demands || outer.demands,
        })),
      );
  };
  const around = (path: string, index: number, on: string) =>
    above(scopeOf(project, path, index, on));
  return { around, hooked };
};

const isSame = (one: Scope, other: Scope): boolean =>
  one.file === other.file && one.owner === other.owner && one.name === other.name;

/** The function whose parameter a name is, where it stands. */
const scopeOf = (project: Project, file: string, index: number, name: string, depth = 0): Scope => {
  const here = project.module(file);
  const owner = here?.functions
    .filter(({ from, to, params }) => from <= index && index < to && params.includes(name))
    .at(-1);
  const [other, next] = here?.constants.get(name) ?? [];
  const isAlias =
    owner === undefined && other?.kind === "name" && (next === undefined || next.text === ".");
  if (isAlias && depth < DEPTH) return scopeOf(project, file, index, other.text, depth + 1);
  return { file, owner, name };
};

type Mount = {
  readonly owner: Written;
  /** What the function calls the instance that it is given. */
  readonly name: string;
  readonly parent: Scope;
  readonly prefix: string;
};

/** The functions that are given an instance of the application, in a file. */
const mountsIn = (project: Project, path: string): readonly Mount[] => {
  const here = project.module(path);
  const tokens = here?.tokens ?? [];
  const registered = callsIn(tokens, new Set(["register"])).flatMap(({ index, on, args }) => {
    const parent = scopeOf(project, path, index, on);
    const prefix = project.text(path, project.entries(path, args[1]).get("prefix") ?? []) ?? "";
    const begins = tokens.indexOf(args[0]?.[0] as Token);
    const inline = here?.functions.filter(
      ({ start }) => start >= begins && start <= begins + 2 && begins !== -1,
    );
    const owners = inline?.length ? inline.slice(0, 1) : named(project, path, args[0] ?? []);
    return owners.flatMap((owner) => mount(owner, 0, parent, prefix));
  });
  const called = tokens.flatMap(({ kind, text }, index) => {
    if (kind !== "name" || tokens[index + 1]?.text !== "(" || tokens[index - 1]?.text === ".")
      return [];
    const owner = project.functionOf(path, text)?.[1];
    if (owner === undefined) return [];
    return items(bracketed(tokens, index + 1)).flatMap(([word, ...more], at) => {
      if (word?.kind !== "name" || more.length > 0) return [];
      return mount(owner, at, scopeOf(project, path, index, word.text), "");
    });
  });
  return [...registered, ...called];
};

const mount = (owner: Written, at: number, parent: Scope, prefix: string): readonly Mount[] => {
  const name = owner.params[at];
  return name === undefined ? [] : [{ owner, name, parent, prefix }];
};

/** The functions that a value stands for: one, or each of a list. */
const named = (project: Project, path: string, words: Words, depth = 0): readonly Written[] => {
  if (depth > DEPTH) return [];
  return words.flatMap(({ kind, text }) => {
    if (kind !== "name") return [];
    const found = project.functionOf(path, text);
    if (found !== undefined) return [found[1]];
    const list = project.constant(path, text);
    return list === undefined ? [] : named(project, ...list, depth + 1);
  });
};

/** Tells whether a name leads to one of some functions of a file. */
const leadsIn = (project: Project, home: string) => {
  const leads = (path: string, name: string, base: ReadonlySet<string>, depth = 0): boolean => {
    const [file, original] = project.origin(path, name);
    if (file === home && base.has(original)) return true;
    if (depth > DEPTH || file === home) return false;
    const written = project.functionOf(file, original)?.[1];
    const words =
      written === undefined
        ? project.constant(file, original)?.[1]
        : project.module(file)?.tokens.slice(written.from, written.to);
    return (words ?? []).some(
      ({ kind, text }) =>
        kind === "name" && text !== original && leads(file, text, base, depth + 1),
    );
  };
  return leads;
};

/** The routes in lists of public ones, as the tests name them. */
const publishedIn = (
  project: Project,
  files: ReadonlyMap<string, string>,
  name: string,
): ReadonlySet<string> =>
  new Set(
    [...files].flatMap(([path, text]) => {
      if (!text.includes(name)) return [];
      const lists = [...(project.module(path)?.constants ?? [])].filter(([key]) =>
        key.includes(name),
      );
      return lists.flatMap(([, words]) => words.flatMap((word) => stringOf(word) ?? []));
    }),
  );
