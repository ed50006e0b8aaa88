import { excerpt } from "../errors.ts";
import { nearest } from "../options/nearest.ts";
import { type Bounds, type Policy, presetError } from "../options/preset.ts";
import type { Setting } from "./manifest.ts";
import type { Layer } from "./types.ts";

/**
 * The settings of layers within the bounds of a policy, which are never wider than ours.
 * @param shown the preset as the user named it, for messages
 * @throws UserError for a setting that is not there or no number, and for bounds that cannot be
 */
export const bounded = (
  layers: readonly Layer[],
  { settings }: Policy,
  shown: string,
): readonly Layer[] => {
  const known = layers.flatMap(({ manifest }) => manifest.settings.map(({ name }) => name));
  for (const name of Object.keys(settings)) {
    if (known.includes(name)) continue;
    const where = `${shown}: settings.${excerpt(name)}`;
    const meant = nearest(name, known);
    const fix =
      meant === undefined ? "A project's .env.example lists them." : `Did you mean ${meant}?`;
    throw presetError("There is no such setting.", where, fix);
  }
  return layers.map((layer) => ({
    ...layer,
    manifest: {
      ...layer.manifest,
      settings: layer.manifest.settings.map((setting) => {
        const bounds = settings[setting.name];
        return bounds === undefined ? setting : within(setting, bounds, shown);
      }),
    },
  }));
};

const within = (setting: Setting, bounds: Bounds, shown: string): Setting => {
  const { min = setting.min, max = setting.max } = bounds;
  const range = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  const clamp = (value: number) => Math.min(Math.max(value, min ?? value), max ?? value);
  checkBounds(setting, bounds, range, `${shown}: settings.${setting.name}`);
  const own = typeof setting.default === "number" ? clamp(setting.default) : undefined;
  const usual = bounds.default ?? own;
  return {
    ...setting,
    ...range,
    ...(usual === undefined ? {} : { default: usual }),
    doc: `${setting.doc} ${bounds.reason}`,
    ...givenWithin(setting, clamp),
  };
};

type Range = { readonly min?: number; readonly max?: number };

const isInside = (value: number | undefined, { min, max }: Range): boolean =>
  value === undefined || (value >= (min ?? value) && value <= (max ?? value));

const checkBounds = (setting: Setting, bounds: Bounds, range: Range, where: string): void => {
  if (setting.kind !== "int" && setting.kind !== "duration") {
    const fix = "Bounds are for numbers; take it out.";
    throw presetError(`It is no number but of the kind ${setting.kind}.`, where, fix);
  }
  const own: Range = {
    ...(setting.min === undefined ? {} : { min: setting.min }),
    ...(setting.max === undefined ? {} : { max: setting.max }),
  };
  if (!isInside(range.min, own) || !isInside(range.max, own)) {
    const limits = `${own.min ?? "any"} to ${own.max ?? "any"}`;
    const what = `Its bounds are wider than those of create-secure-api, ${limits}.`;
    throw presetError(what, where, "Stay within them.");
  }
  if (!isInside(bounds.default, range)) {
    const what = `Its default ${bounds.default} is outside of its bounds.`;
    throw presetError(what, where, "Correct one of the two.");
  }
};

/** What `.env` and its example hold is a number within the same bounds. */
const givenWithin = (
  { env, example }: Setting,
  clamp: (value: number) => number,
): Pick<Setting, "env" | "example"> => {
  const inside = (text: string) => (/^\d+$/.test(text) ? String(clamp(Number(text))) : text);
  const given =
    typeof env === "object"
      ? Object.fromEntries(Object.entries(env).map(([key, text]) => [key, inside(text)]))
      : env && inside(env);
  return {
    ...(given === undefined ? {} : { env: given }),
    ...(example === undefined ? {} : { example: inside(example) }),
  };
};
