import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkProject } from "../../src/life/check/check.ts";
import { catalogue as ours } from "../../src/options/catalogue.ts";
import { everySelection } from "../../src/options/matrix.ts";
import { questions } from "../../src/options/questions.ts";
import { parseAnswers } from "../../src/options/schema.ts";
import type { Answers, Catalogue, Choice } from "../../src/options/types.ts";
import { packageRoot } from "../../src/package-root.ts";
import { packStack, unpackStack } from "../../src/plan/archive.ts";
import { isPackage } from "../../src/plan/pins.ts";
import { plan } from "../../src/plan/plan.ts";
import { readStack } from "../../src/plan/read-stack.ts";
import { projectRecord } from "../../src/project/record.ts";
import { nextSteps } from "../../src/project/steps.ts";
import { chooseWay } from "../../src/project/toolchain.ts";
import { unproven } from "../../src/render/proofs.ts";
import { render } from "../../src/render/render.ts";
import { readMutants } from "../../src/system/proving/mutants.ts";
import { counting } from "../fixtures/stack.ts";

const STACK = "loom";
/** A language and a package manager that nobody has heard of, in folders alone. */
const root = join(packageRoot(), "test/fixtures/third-stack");
const added: Readonly<Record<string, Choice>> = {
  stack: { id: STACK, label: "Loom", hint: "woven" },
  "framework-version": { id: "7", label: "7", hint: "the latest loom", stacks: [STACK] },
  orm: { id: "spindle", label: "Spindle", hint: "spins tables", stacks: [STACK] },
};
const catalogue: Catalogue = ours.map((option) => {
  const choice = added[option.id];
  if (option.kind !== "choice" || choice === undefined) return option;
  const choices = [...option.choices, choice];
  if (option.id === "stack") return { ...option, choices };
  const before =
    typeof option.default === "string" ? { by: "stack", fastapi: option.default } : option.default;
  return { ...option, choices, default: { ...before, [STACK]: choice.id } };
});

const { layers, pins, toolchain } = readStack(STACK, catalogue, root);
const planned = (answers: Answers = {}) =>
  plan(parseAnswers({ stack: STACK, ...answers }, catalogue), layers, pins, catalogue);
const textsOf = (answers: Answers = {}) =>
  new Map(
    render(planned(answers), counting).files.map(({ path, content }) => [
      path,
      Buffer.from(content).toString("utf8"),
    ]),
  );

describe("a stack in folders of its own takes no other change", () => {
  test("it is asked for, with what it has", () => {
    const asked = questions({ stack: STACK }, catalogue).filter(({ when }) => when({}));
    expect(asked.map(({ name }) => name)).not.toContain("orm");
    expect(asked.map(({ name }) => name)).toContain("database");
    expect(parseAnswers({ stack: STACK }, catalogue).selection).toMatchObject({
      stack: STACK,
      "framework-version": "7",
      orm: "spindle",
    });
    expect(parseAnswers({}, catalogue).selection.stack).not.toBe(STACK);
  });

  test("every project of it is rendered, and its controls are proven", () => {
    const selections = everySelection(catalogue).filter(({ stack }) => stack === STACK);
    expect(selections.length).toBeGreaterThan(20);
    for (const selection of selections) {
      const project = planned(selection);
      expect(unproven(project, render(project, counting))).toEqual([]);
    }
  });

  test("its files are made of its layers, settings, wiring and pins", () => {
    const texts = textsOf({ state: "redis" });
    expect([...texts.keys()]).toEqual([
      ".env",
      "README.md",
      "loom.json",
      "src/main.loom",
      "src/state.loom",
      "src/tables.loom",
      "src/threads.loom",
      "tests/main.loom",
    ]);
    expect(JSON.parse(texts.get("loom.json") ?? "")).toEqual({
      name: "my-api",
      about: "A secured API service.",
      needs: { "@loom/web": "7.0.9", spindle: "3.2.1", spool: "0.9.0-beta.2" },
      tools: { "loom-lint": "1.0.0" },
    });
    expect(texts.get("src/threads.loom")).toBe('thread "health"\nthread "tables"\n');
    expect(texts.get("src/state.loom")).toBe("keep there\n");
    expect(texts.get("README.md")).toContain("- `PORT`: Port to listen on.\n");
    expect(texts.get("README.md")).toContain("loom serve");
    expect(texts.get("README.md")).toContain("Tables are spun.");
    expect(texts.get(".env")).toMatch(/^SECRET_KEY=\S+$/m);
    expect(textsOf().get("loom.json")).toContain('"@loom/web": "7.1.0"');
  });

  test("no project has the name of one of its packages", () => {
    expect(isPackage(pins, "spindle")).toBe(true);
    expect(() => planned({ name: "spindle" })).toThrow("the name of a package");
  });

  test("its next steps are those of the way that this machine has", () => {
    const stepsWith = (found: Parameters<typeof chooseWay>[1]) => {
      const { ready, note, install, lock, program } = chooseWay(toolchain, found);
      const commands = nextSteps(planned().steps, "my-api", program).flatMap(
        (step) => step.commands,
      );
      return { ready, note, install, lock, commands };
    };
    expect(stepsWith({ shuttle: { command: "shuttle2" } })).toEqual({
      ready: true,
      note: undefined,
      install: [["shuttle2", "fetch"]],
      lock: [["shuttle2", "lock"]],
      commands: ["shuttle2 run weave", "shuttle2 run serve"],
    });
    expect(stepsWith({ loom: { command: "loom" } })).toMatchObject({
      note: "loom fetches into its own folder.",
      lock: undefined,
      commands: ["loom weave", "loom serve"],
    });
    expect(stepsWith({})).toMatchObject({
      ready: false,
      note: "Not found: shuttle 2 or newer, loom. Install shuttle: https://loom.example/",
      commands: ["shuttle run weave", "shuttle run serve"],
    });
  });

  test("it can be packed with the package", () => {
    const stack = { layers, pins, toolchain };
    expect(unpackStack(packStack(stack))).toEqual(stack);
    expect(readMutants(STACK, root)).toEqual({});
  });

  test("its projects are checked, though nothing reads its code", () => {
    const project = render(planned(), counting);
    const contents = new Map(project.files.map(({ path, content }) => [path, content]));
    const options = parseAnswers({ stack: STACK }, catalogue);
    const check = () =>
      checkProject({
        version: "1.0.0",
        today: "2027-01-15",
        record: projectRecord("1.0.0", options, project),
        tree: { paths: [...contents.keys()], read: (path) => contents.get(path) },
        expected: undefined,
        advisories: [],
        policy: undefined,
        waivers: undefined,
      }).findings.map(({ finding }) => `${finding.rule} ${finding.path}`);
    expect(check()).toEqual([]);
    contents.set("src/main.loom", Buffer.from("weave nothing\n"));
    contents.delete("tests/main.loom");
    expect(check()).toEqual(["edited/file src/main.loom", "missing/file tests/main.loom"]);
  });
});
