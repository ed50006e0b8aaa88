import type { Setting } from "../plan/manifest.ts";
import type { Dependency, Pins, ProjectPlan, WiringRecord } from "../plan/types.ts";
import { snakeCase } from "../project/names.ts";
import { nextSteps } from "../project/steps.ts";
import type { Command } from "../project/toolchain.ts";
import { asvsChapters } from "./asvs.ts";
import { servedBy } from "./ci.ts";
import { composed } from "./compose.ts";
import { exampleVariables, givenVariables, groupSettings } from "./environment.ts";
import { type Fill, filler, publicFiller } from "./placeholders.ts";
import { json, toml, yaml } from "./printers/data.ts";
import { dockerfile } from "./printers/dockerfile.ts";
import { env } from "./printers/env.ts";
import { md } from "./printers/md.ts";
import { type Printed, printed } from "./printers/printed.ts";
import { py } from "./printers/py.ts";
import { sh } from "./printers/sh.ts";
import { ts } from "./printers/ts.ts";
import { threatModel } from "./threats.ts";
import type { RandomBytes } from "./types.ts";

/** Tells which contributions the templates have asked for, so that one left over is found. */
export type Uses = { readonly slots: Set<string>; readonly parts: Set<string> };

export type Context = Readonly<ReturnType<typeof sharedContext>> & {
  /** Where the file lies in the project. */
  readonly path: string;
  readonly part: (slot: string) => Printed;
  readonly parts: (slot: string) => readonly Printed[];
  /** The lines of all parts as one block of commands; nothing where there are none. */
  readonly commands: (slot: string) => readonly Printed[];
};

/** Of the 63 characters of a namespace of Kubernetes, those before `-production`. */
const NAMESPACE = 52;

/** The group of the packages that the service runs on. */
const RUNTIME = "runtime";

/** What every template of a project sees as `it`. */
export const sharedContext = (plan: ProjectPlan, random: RandomBytes, uses: Uses) => {
  const { name, description, securityContact, selection } = plan.options;
  const database = snakeCase(name);
  const environment = String(selection.environment);
  const { dependencies, controls, auditEvents, labels } = plan;
  const facts = { name, database, contact: securityContact ?? "" };
  const settings = plan.settings.map((setting) => withFacts(setting, publicFiller(facts)));
  return {
    project: {
      name,
      description,
      package: database,
      namespace: name.slice(0, NAMESPACE),
      securityContact: securityContact ?? "the owners of this repository",
    },
    labels,
    dependencies,
    /** Packages that are none of the service's own, by group. */
    groups: Object.entries(dependencies).flatMap(([name, packages]) =>
      name === RUNTIME ? [] : [{ name, packages }],
    ),
    /** The pin of each package by its name, by group. */
    pinned: Object.fromEntries(
      Object.entries(dependencies).map(([group, packages]) => [group, pinsOf(packages)]),
    ),
    settings,
    settingGroups: groupSettings(settings),
    env: { ...env, groups: givenVariables(settings, environment, filler(facts, random)) },
    example: { groups: exampleVariables(settings, environment, publicFiller(facts)) },
    wiring: (slot: string): readonly WiringRecord[] => {
      const records = plan.wiring.get(slot);
      if (records === undefined) {
        throw new Error(`no layer contributes to the wiring slot '${slot}'; is it misspelt?`);
      }
      uses.slots.add(slot);
      return records;
    },
    controls,
    auditEvents,
    needs: plan.needs,
    steps: (program: Command): readonly Printed[] =>
      nextSteps(plan.steps, name, program).map(({ text, commands }) => md.step(text, commands)),
    asvs: asvsChapters(controls, plan.statements),
    threatModel: threatModel(controls),
    /** An image with tag and digest, as a Dockerfile and a list of services name it. */
    image: (name: string): Printed => printed(pinOf(plan.images, "image", name)),
    /** The version that an image has as its tag, as a value of YAML. */
    version: (name: string): Printed => {
      const [, version = ""] = /:([\d.]+)@/.exec(pinOf(plan.images, "image", name)) ?? [];
      return yaml(version);
    },
    /** An action of GitHub with its commit, and its tag as a comment. */
    action: (name: string): Printed => printed(pinOf(plan.actions, "action", name)),
    ci: servedBy(plan.services),
    /** A development secret, for a file of its own. */
    fresh: (text: string): Printed => printed(filler(facts, random)(text)),
    compose: () => {
      for (const slot of plan.wiring.keys()) if (slot.startsWith("compose")) uses.slots.add(slot);
      return composed(plan, publicFiller(facts));
    },
    files: [...plan.files.keys()].sort(),
    py,
    ts,
    toml,
    yaml,
    json,
    sh,
    md,
    dockerfile,
  };
};

const pinsOf = (packages: readonly Dependency[]): Readonly<Record<string, string>> =>
  Object.fromEntries(packages.map(({ name, pin }) => [name, pin]));

const pinOf = (pins: Pins, kind: string, name: string): string => {
  const pin = pins.get(name);
  if (pin === undefined) throw new Error(`the ${kind} '${name}' has no pin in src/versions/`);
  return pin;
};

/** A default may speak of the project: the name of the service is one. */
const withFacts = (setting: Setting, fill: Fill): Setting =>
  typeof setting.default === "string" ? { ...setting, default: fill(setting.default) } : setting;

/** The context of one file, which has its own parts. */
export const fileContext = (
  shared: ReturnType<typeof sharedContext>,
  plan: ProjectPlan,
  path: string,
  uses: Uses,
): Context => {
  const parts = (slot: string): readonly Printed[] => {
    const texts = plan.parts.get(path)?.get(slot);
    if (texts === undefined) {
      throw new Error(`no layer has parts/${path}/${slot}.md; is '${slot}' misspelt?`);
    }
    uses.parts.add(`${path}/${slot}`);
    return texts.map((text) => printed(text));
  };
  const part = (slot: string): Printed =>
    printed(
      parts(slot)
        .map((text) => text.text)
        .join("\n\n"),
    );
  const commands = (slot: string): readonly Printed[] => {
    const lines = parts(slot).map(({ text }) => text);
    return lines.length === 0 ? [] : [printed(["```sh", ...lines, "```"].join("\n"))];
  };
  return { ...shared, path, part, parts, commands };
};
