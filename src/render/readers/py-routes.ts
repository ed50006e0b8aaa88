import { oncePerFile } from "../../once.ts";
import type { Access } from "../../plan/toolchain.ts";
import { bracketed, items } from "./brackets.ts";
import { assigned, type Block, blocksOf, deep, hasName, importsOf, tokensIn } from "./py-blocks.ts";
import { stringOf, type Token } from "./py-tokens.ts";
import { type DeclaredRoute, METHODS } from "./reader.ts";

const ANY = new Set([
  "api_route",
  "route",
  "websocket",
  "add_api_route",
  "add_route",
  "add_websocket_route",
  "websocket_route",
  "add_api_websocket_route",
]);

/** A router: where it is made, and below which others it is included. */
type Mount = { readonly file: string; readonly parent: string; readonly tokens: readonly Token[] };

/** The routes of an application of FastAPI, with what they ask of their caller. */
export const fastapiRoutes = (
  files: ReadonlyMap<string, string>,
  access: Access,
): readonly DeclaredRoute[] => {
  const module = oncePerFile(files, moduleOf);
  const grants = resolver(module, files, access.home, new Set(access.grants));
  const allows = resolver(module, files, access.home, new Set(access.allows));
  const knows = resolver(module, files, access.home, new Set(access.authenticates));
  const routers = new Set(access.routers);
  const spoken = new RegExp(
    `\\b(?:include_router|${[...routers].join("|")}|add_api_route|add_route)\\b|@\\w+\\.\\w+\\(`,
  );
  const relevant = [...files].filter(([, text]) => spoken.test(text)).map(([path]) => path);
  const mounts = mountsIn(relevant, module, files);
  const published = publishedIn(files, access.published);

  const above = (
    file: string,
    router: string,
    depth = 0,
  ): readonly (readonly [file: string, tokens: readonly Token[]])[] => {
    if (depth > 8) return [];
    const own = module(file)?.constants.get(router) ?? [];
    const parents = mounts.get(`${file}:${router}`) ?? [];
    return [
      [file, own],
      ...parents.flatMap((mount) => [
        [mount.file, mount.tokens] as const,
        ...above(mount.file, mount.parent, depth + 1),
      ]),
    ];
  };

  return relevant.flatMap((path) => {
    const known = module(path);
    if (known === undefined) return [];
    return declarations(known.blocks).flatMap(({ at, router, method, tokens, asked }) => {
      const made = known.constants.get(router);
      const isRouter = made !== undefined && hasName(made, routers);
      if (isRouter && mounts.get(`${path}:${router}`) === undefined) return [];
      const chain = isRouter ? above(path, router) : [];
      const all: readonly (readonly [string, readonly Token[]])[] = [
        [path, tokens],
        [path, asked],
        ...chain,
      ];
      const place = stringOf(tokens[0]) ?? "";
      const prefixes = chain.map(([, around]) => prefixOf(around)).reverse();
      const permits = all.some(([file, words]) => grants(file, words));
      const authenticates = all.some(([file, words]) => knows(file, words));
      const route = `${prefixes.join("")}${place}` || "/";
      return [
        {
          method,
          route,
          path,
          at,
          grants: permits || (authenticates && all.some(([file, words]) => allows(file, words))),
          authenticates,
          published: published.some(
            (one) => route.endsWith(one) || (one.endsWith(place) && place.length > 1),
          ),
        },
      ];
    });
  });
};

type Module = {
  readonly blocks: readonly Block[];
  /** What each name of the module was given last. */
  readonly constants: ReadonlyMap<string, readonly Token[]>;
  readonly functions: ReadonlyMap<string, Block>;
  /** The file and the name there, by the name here. */
  readonly imports: ReadonlyMap<string, readonly [modules: readonly string[], name: string]>;
};

const moduleOf = (path: string, text: string): Module => {
  const blocks = blocksOf(text);
  return {
    blocks,
    constants: new Map(
      deep(blocks.filter(({ defines }) => defines?.kind !== "class")).flatMap((block) => {
        const given = assigned(block);
        return given?.value === undefined ? [] : [[given.name, given.value] as const];
      }),
    ),
    functions: new Map(
      blocks.flatMap((block) =>
        block.defines === undefined ? [] : [[block.defines.name, block] as const],
      ),
    ),
    imports: new Map(
      importsOf(deep(blocks)).map(({ module, name, as }) => [
        as,
        [filesOf(path, module, name), name],
      ]),
    ),
  };
};

/** The files in which a module may lie. */
const filesOf = (path: string, module: string, name: string): readonly string[] => {
  const [dots = ""] = /^\.*/.exec(module) ?? [];
  const folders = dots === "" ? [] : path.split("/").slice(0, -dots.length);
  const place = [...folders, ...module.slice(dots.length).split(".")]
    .filter((part) => part !== "")
    .join("/");
  return [`${place}.py`, `${place}/__init__.py`, `${place}/${name}.py`];
};

type Find = (path: string) => Module | undefined;

/** Tells whether words lead to one of some names, through what the names in them stand for. */
const resolver = (
  module: Find,
  files: ReadonlyMap<string, string>,
  home: string,
  base: ReadonlySet<string>,
) => {
  const known = new Map<string, boolean>();
  const isOne = (file: string, name: string): boolean => {
    const key = `${file}:${name}`;
    const kept = known.get(key);
    if (kept !== undefined) return kept;
    known.set(key, false);
    const result = judge(file, name);
    known.set(key, result);
    return result;
  };
  const judge = (file: string, name: string): boolean => {
    const here = module(file);
    if (base.has(name) && isHome(file, here, name)) return true;
    const block = here?.functions.get(name);
    if (block?.defines?.kind === "class") return leads(file, block.tokens.slice(2));
    if (block !== undefined) {
      const asked = [...block.decorators.flat(), ...block.tokens.slice(2)];
      return leads(file, asked) || block.body.some((one) => hasName(tokensIn(one), base));
    }
    const constant = here?.constants.get(name);
    if (constant !== undefined) return leads(file, constant);
    const imported = here?.imports.get(name);
    if (imported === undefined) return false;
    const [places, original] = imported;
    const place = places.find((one) => files.has(one));
    return place === undefined ? base.has(original) : isOne(place, original);
  };
  /** Whether a file defines a name that others take from it. */
  const isHome = (file: string, here: Module | undefined, name: string): boolean =>
    (file === home || !files.has(home)) &&
    (here?.functions.has(name) === true || here?.constants.has(name) === true);
  const leads = (file: string, words: readonly Token[]): boolean =>
    words.some(
      ({ kind, text }, index) =>
        kind === "name" && words[index - 1]?.text !== "." && isOne(file, text),
    ) ||
    words.some(
      ({ kind, text }, index) =>
        kind === "name" && words[index - 1]?.text === "." && base.has(text),
    );
  return leads;
};

/** The routers that are included, by file and name, with those around them. */
const mountsIn = (
  paths: readonly string[],
  module: Find,
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly Mount[]> => {
  const mounts = new Map<string, Mount[]>();
  for (const file of paths) {
    for (const [home, mount] of mountsOf(file, module(file), files)) {
      mounts.set(home, [...(mounts.get(home) ?? []), mount]);
    }
  }
  return mounts;
};

const mountsOf = (
  file: string,
  here: Module | undefined,
  files: ReadonlyMap<string, string>,
): readonly (readonly [home: string, mount: Mount])[] =>
  deep(here?.blocks ?? []).flatMap(({ tokens }) => {
    const index = tokens.findIndex(({ text }) => text === "include_router");
    if (index === -1) return [];
    const words = bracketed(tokens, index + 1);
    const [first = []] = items(words);
    const name = first.at(-1)?.text ?? "";
    const owner = first.length > 1 ? first[0]?.text : undefined;
    const home = homeOf(file, here, owner ?? name, owner === undefined ? undefined : name, files);
    return [[home, { file, parent: tokens[index - 2]?.text ?? "", tokens: words }] as const];
  });

const homeOf = (
  file: string,
  here: Module | undefined,
  name: string,
  attribute: string | undefined,
  files: ReadonlyMap<string, string>,
): string => {
  const imported = here?.imports.get(name);
  const place = imported?.[0].find((one) => files.has(one));
  if (imported === undefined || place === undefined) return `${file}:${attribute ?? name}`;
  const own = attribute === undefined ? place : (imported[0][2] ?? place);
  return `${files.has(own) ? own : place}:${attribute ?? imported[1]}`;
};

type Declaration = {
  readonly at: number;
  readonly router: string;
  readonly method: string;
  readonly tokens: readonly Token[];
  /** The parameters of its function. */
  readonly asked: readonly Token[];
};

const declarations = (blocks: readonly Block[]): readonly Declaration[] =>
  deep(blocks).flatMap((block) => {
    const decorated = block.decorators.flatMap((tokens) => {
      const found = declared(tokens);
      return found === undefined ? [] : [{ ...found, at: block.at, asked: block.tokens.slice(2) }];
    });
    const added =
      block.defines === undefined && block.tokens.some(({ text }) => /^add_/.test(text))
        ? declared(block.tokens)
        : undefined;
    const handler = added === undefined ? undefined : items(added.tokens)[1]?.at(-1)?.text;
    const target = blocks.find(({ defines }) => defines?.name === handler);
    return added === undefined
      ? decorated
      : [...decorated, { ...added, at: block.at, asked: target?.tokens.slice(2) ?? [] }];
  });

const declared = (
  tokens: readonly Token[],
): Pick<Declaration, "router" | "method" | "tokens"> | undefined => {
  const index = tokens.findIndex(
    ({ text }, place) =>
      (METHODS.has(text) || ANY.has(text)) &&
      tokens[place - 1]?.text === "." &&
      tokens[place + 1]?.text === "(",
  );
  if (index === -1) return undefined;
  const words = bracketed(tokens, index + 1);
  if (words[0]?.kind !== "string") return undefined;
  const verb = tokens[index]?.text ?? "";
  return {
    router: tokens[index - 2]?.text ?? "",
    method: METHODS.has(verb) ? verb.toUpperCase() : "ANY",
    tokens: words,
  };
};

const prefixOf = (tokens: readonly Token[]): string => {
  const index = tokens.findIndex(
    ({ text }, place) => text === "prefix" && tokens[place + 1]?.text === "=",
  );
  return index === -1 ? "" : (stringOf(tokens[index + 2]) ?? "");
};

/** The paths in lists of public routes. */
const publishedIn = (files: ReadonlyMap<string, string>, name: string): readonly string[] =>
  [...files].flatMap(([, text]) => {
    if (!text.includes(name)) return [];
    return blocksOf(text).flatMap((block) => {
      const given = assigned(block);
      if (given?.value === undefined || !given.name.includes(name)) return [];
      return given.value
        .flatMap((token) => stringOf(token) ?? [])
        .filter((one) => one.startsWith("/"));
    });
  });
