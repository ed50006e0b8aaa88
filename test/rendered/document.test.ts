import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { build } from "esbuild";
import { execa } from "execa";
import { beforeAll, expect, test } from "vitest";
import { catalogue } from "../../src/options/catalogue.ts";
import { findings } from "./clients/findings.ts";
import { compared, differences } from "./documents.ts";
import { app, install, missingPython } from "./fastapi.ts";
import { fastify } from "./fastify.ts";
import { makeProject, type Variables } from "./project.ts";
import { type Service, startService } from "./service.ts";
import { makeAdmin } from "./sign-in/accounts.ts";
import { openIssuer } from "./sign-in/oidc-issuer.ts";
import { toolsOf } from "./tools.ts";

const tools = toolsOf("clients");
const CLIENTS = "test/rendered/clients";
const EMAIL = "ada@example.com";
const PASSWORD = "violet kettle drifts north";

const choicesOf = (id: string): readonly string[] => {
  const option = catalogue.find((candidate) => candidate.id === id);
  const choices = option?.kind === "choice" ? option.choices : [];
  return choices.flatMap(({ id, stacks }) => (stacks?.includes("fastapi") === false ? [] : [id]));
};
const [methods, orms] = [choicesOf("auth"), choicesOf("orm")];
// Either ORM has its turn: type checkers read what each of them is given.
const cases = methods.map((method, at) => [method, orms[at % orms.length] ?? ""] as const);
/** Which of the programs of each generator signs in. */
const programs: Readonly<Record<string, string>> = { jwt: "bearer", opaque: "bearer" };

/** Which entries of `findings` are found by now, in any document. */
const found = new Set<(typeof findings)[number]>();

beforeAll(async () => {
  const missing = await missingPython();
  if (missing !== undefined) throw new Error(missing);
  await tools.install();
}, 10 * 60_000);

test.concurrent.each(cases)(
  "%s: linters read the document, and generated clients work",
  async (method, orm) => {
    const project = makeProject({ auth: method, orm, database: "sqlite" });
    const folder = mkdtempSync(join(tools.folder, "made-"));
    const document = join(folder, "openapi.json");
    const identity = method === "oidc" ? await openIssuer(EMAIL) : undefined;
    let service: Service | undefined;
    try {
      await install(project);
      await run(project.folder, "pyright", ["--pythonpath", ".venv/bin/python", "app"]);
      writeFileSync(document, await project.run(...app(project, "openapi")));
      await expectCleanDocument(document);
      const other = await documentOfFastify(method);
      const unexplained = compared(JSON.parse(readFileSync(document, "utf8")), other).filter(
        (difference) => !differences.some(({ at }) => at.test(difference)),
      );
      expect(unexplained).toEqual([]);

      const settings = identity?.settings ?? {};
      await project.run(...app(project, "migrate"), { variables: settings });
      service = await startService(project, settings);
      const variables = {
        URL: service.url,
        EMAIL,
        PASSWORD,
        CREDENTIAL:
          (await identity?.token()) ?? (await makeAdmin(service.command, EMAIL, PASSWORD)),
      };
      const program = programs[method] ?? method;
      await walkHeyApi(document, program, variables);
      await walkOpenapiFetch(document, program, variables);
      await walkPython(document, program, variables);
    } finally {
      await service?.stop();
      await identity?.close();
      project.remove();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);

/** The same answers, on the other stack. */
const documentOfFastify = async (auth: string) => {
  const missing = await fastify.missing();
  if (missing !== undefined) throw new Error(missing);
  const project = makeProject({ stack: "fastify", auth, database: "sqlite" });
  try {
    await fastify.install(project);
    return JSON.parse(await project.run(...fastify.app(project, "openapi")));
  } finally {
    project.remove();
  }
};

test("every finding that is explained is there", () => {
  expect(findings.filter((finding) => !found.has(finding))).toEqual([]);
});

const run = async (folder: string, program: string, args: readonly string[], env: Variables = {}) =>
  (
    await execa(program, args, {
      cwd: folder,
      env: {
        PATH: [join(tools.folder, "node_modules/.bin"), tools.python, process.env.PATH].join(
          delimiter,
        ),
        NO_COLOR: "1",
        REDOCLY_TELEMETRY: "off",
        ...env,
      },
    })
  ).stdout;

const expectCleanDocument = async (document: string): Promise<void> => {
  const redocly = await run(tools.folder, "redocly", [
    ...["lint", document, "--extends=recommended", "--format=json"],
  ]);
  expect(JSON.parse(redocly).problems).toEqual([]);
  expect(await spectral(document, "spectral.yaml")).toEqual([]);
  const unexplained = (await spectral(document, "spectral-owasp.yaml")).filter(({ code, path }) => {
    const known = findings.filter(({ rule, at }) => rule === code && at.test(path.join(" ")));
    for (const finding of known) found.add(finding);
    return known.length === 0;
  });
  expect(unexplained.map(({ code, path }) => `${code} ${path.join(" ")}`)).toEqual([]);
};

type Finding = { readonly code: string; readonly path: readonly string[] };

const spectral = async (document: string, rules: string): Promise<readonly Finding[]> => {
  copyFileSync(join(CLIENTS, rules), join(tools.folder, rules));
  const args = [
    "lint",
    document,
    "--ruleset",
    join(tools.folder, rules),
    "--format=json",
    "--quiet",
  ];
  const said = await run(tools.folder, "spectral", [...args, "--fail-severity=error"]).catch(
    (fault: { stdout: string }) => fault.stdout,
  );
  return JSON.parse(said || "[]");
};

/** Makes a folder of a generator's programs, beside the document. */
const programFolder = (document: string, name: string): string => {
  const folder = mkdtempSync(join(document, `../${name}-`));
  copyFileSync(document, join(folder, "openapi.json"));
  return folder;
};

const walkHeyApi = async (document: string, program: string, variables: Variables) => {
  const folder = programFolder(document, "hey-api");
  await run(folder, "openapi-ts", ["--input", "openapi.json", "--output", "client"]);
  copyPrograms(folder, "typescript/hey-api", program, ["main.ts"]);
  await runTypeScript(folder, variables);
};

const walkOpenapiFetch = async (document: string, program: string, variables: Variables) => {
  const folder = programFolder(document, "openapi-fetch");
  await run(folder, "openapi-typescript", ["openapi.json", "--output", "schema.ts"]);
  copyPrograms(folder, "typescript/openapi-fetch", program, ["main.ts", "client.ts"]);
  await runTypeScript(folder, variables);
};

const copyPrograms = (folder: string, from: string, program: string, others: readonly string[]) => {
  for (const name of others) copyFileSync(join(CLIENTS, from, name), join(folder, name));
  copyFileSync(join(CLIENTS, from, `${program}.ts`), join(folder, "sign-in.ts"));
  copyFileSync(join(CLIENTS, "typescript/walk.ts"), join(folder, "walk.ts"));
};

const runTypeScript = async (folder: string, variables: Variables): Promise<void> => {
  await run(folder, "tsc", [
    ...["--strict", "--noEmit", "--target", "es2022", "--lib", "es2022,dom,dom.iterable"],
    ...["--module", "preserve", "--moduleResolution", "bundler", "main.ts"],
  ]);
  const outfile = join(folder, "main.mjs");
  await build({
    entryPoints: [join(folder, "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    logLevel: "error",
  });
  await run(folder, process.execPath, [outfile], variables);
};

const walkPython = async (document: string, program: string, variables: Variables) => {
  const folder = programFolder(document, "python");
  await run(folder, "openapi-python-client", [
    ...["generate", "--path", "openapi.json", "--output-path", "client"],
    ...["--meta", "none", "--fail-on-warning"],
  ]);
  copyFileSync(join(CLIENTS, "python/main.py"), join(folder, "main.py"));
  copyFileSync(join(CLIENTS, `python/${program}.py`), join(folder, "sign_in.py"));
  // The frame of the client is the generator's own; what it makes of the document is checked.
  const made = ["client/api", "client/models"];
  await run(folder, "mypy", [
    ...["--strict", "--follow-imports=silent", "main.py", "sign_in.py", ...made],
  ]);
  await run(folder, join(tools.python, "python"), ["main.py"], variables);
};
