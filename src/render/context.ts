import type { Setting } from "../plan/manifest.ts";
import type { ProjectPlan, WiringRecord } from "../plan/types.ts";
import { snakeCase } from "../project/names.ts";
import { nextSteps } from "../project/steps.ts";
import type { Command } from "../project/toolchain.ts";
import { asvsChapters } from "./asvs.ts";
import { exampleVariables, givenVariables, groupSettings } from "./environment.ts";
import { type Fill, filler, publicFiller } from "./placeholders.ts";
import { json, toml, yaml } from "./printers/data.ts";
import { env } from "./printers/env.ts";
import { md } from "./printers/md.ts";
import { type Printed, printed } from "./printers/printed.ts";
import { py } from "./printers/py.ts";
import { sh } from "./printers/sh.ts";
import type { RandomBytes } from "./types.ts";

/** Tells which contributions the templates have asked for, so that one left over is found. */
export type Uses = { readonly slots: Set<string>; readonly parts: Set<string> };

export type Context = Readonly<ReturnType<typeof sharedContext>> & {
  readonly part: (slot: string) => Printed;
  readonly parts: (slot: string) => readonly Printed[];
};

/** What every template of a project sees as `it`. */
export const sharedContext = (plan: ProjectPlan, random: RandomBytes, uses: Uses) => {
  const { name, description, selection } = plan.options;
  const database = snakeCase(name);
  const environment = String(selection.environment);
  const { dependencies, controls, auditEvents, labels } = plan;
  const facts = { name, database };
  const settings = plan.settings.map((setting) => withFacts(setting, publicFiller(facts)));
  return {
    project: { name, description, package: database },
    labels,
    dependencies,
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
    files: [...plan.files.keys()].sort(),
    py,
    toml,
    yaml,
    json,
    sh,
    md,
  };
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
  return { ...shared, part, parts };
};
