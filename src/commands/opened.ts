import { resolve } from "node:path";
import type { CommandArguments } from "../options/command-flags.ts";
import { parseAnswers } from "../options/schema.ts";
import type { ProjectOptions } from "../options/types.ts";
import type { Stack } from "../plan/types.ts";
import type { ProjectRecord } from "../project/parse-record.ts";
import type { Preset } from "../project/preset.ts";
import { readRecord } from "../system/records.ts";
import { loadStack } from "../system/stacks.ts";
import { namedPreset } from "./preset.ts";
import { type Surroundings, start } from "./surroundings.ts";

/** A project that exists, and what it was made of. */
export type Opened = {
  readonly cwd: string;
  /** As the user wrote it. */
  readonly shown: string;
  readonly folder: string;
  readonly record: ProjectRecord;
  readonly preset: Preset | undefined;
  readonly options: ProjectOptions;
  readonly stack: Stack;
};

/**
 * Opens the project that a command is about.
 * @throws UserError when there is none, or its record or the preset is not valid
 */
export async function openProject(
  given: CommandArguments,
  { root, version }: Pick<Surroundings, "root" | "version">,
): Promise<Opened> {
  const { cwd } = start(root, version);
  const shown = given.directory ?? ".";
  const folder = resolve(cwd, shown);
  const { record } = readRecord(folder, shown, version);
  const preset = await namedPreset(given.value("preset"), cwd);
  const options = parseAnswers(record.options);
  const stack = await loadStack(String(options.selection.stack), root);
  return { cwd, shown, folder, record, preset, options, stack };
}
