import process from "node:process";
import type { Preset } from "../project/preset.ts";

/** Names a preset for every run, where no flag does. */
const VARIABLE = "CREATE_SECURE_API_PRESET";

/**
 * The preset given by the flag, or by the variable for every run.
 * @param otherwise the preset to use otherwise
 * @throws UserError that says what is wrong with it
 */
export async function namedPreset(
  flag: string | undefined,
  cwd: string,
  otherwise?: string,
): Promise<Preset | undefined> {
  const from = flag ?? (process.env[VARIABLE] || otherwise);
  return from === undefined ? undefined : loadPreset(from, cwd);
}

async function loadPreset(from: string, cwd: string): Promise<Preset> {
  const [{ parsePolicy }, { checkPossible, offeredBy }, presets] = await Promise.all([
    import("../options/preset.ts"),
    import("../options/policy.ts"),
    import("../system/presets.ts"),
  ]);
  const file = presets.readPreset(from, cwd);
  const { shown, text } = file;
  const policy = parsePolicy(text, shown);
  const catalogue = offeredBy(policy);
  checkPossible(policy, shown, catalogue);
  const entries = policy.layers === undefined ? [] : presets.readLayerFiles(file, policy.layers);
  const { name, version } = policy;
  const mark = { name, version, hash: presets.presetHash(text, entries) };
  return { from, mark, policy, catalogue, overlay: { policy, shown, entries } };
}
