import type { Setting } from "../../plan/manifest.ts";

/** A number that a declaration has; undefined where there is none, null if it cannot be read. */
export type Bound = number | null | undefined;

/** In what the bounds of a declaration are wider than those of a rule. */
export const boundFaults = (
  { min, max }: Setting,
  { low, high }: { readonly low: Bound; readonly high: Bound },
): readonly string[] => {
  const faults: string[] = [];
  if (min !== undefined && low !== null && (low === undefined || low < min)) {
    faults.push(
      low === undefined ? `its minimum of ${min} is gone` : `its minimum is ${low}, below ${min}`,
    );
  }
  if (max !== undefined && high !== null && (high === undefined || high > max)) {
    faults.push(
      high === undefined ? `its maximum of ${max} is gone` : `its maximum is ${high}, above ${max}`,
    );
  }
  return faults;
};

/** The words that a declaration takes besides, and those that nothing advises against. */
export const listFaults = (
  { kind, values = [], discouraged = [] }: Setting,
  words: readonly string[],
  kept: readonly string[],
): readonly string[] => {
  const more = words.filter((word) => !values.includes(word));
  const lost = discouraged.filter((word) => !kept.includes(word));
  return [
    ...(kind === "enum" && more.length > 0 ? [`it takes ${more.join(", ")} besides`] : []),
    ...(lost.length > 0 ? [`nothing advises against ${lost.join(", ")} in production`] : []),
  ];
};

export const productionFaults = ({ production }: Setting, hasRule: boolean): readonly string[] => {
  if (production === undefined || hasRule) return [];
  return [production === "off" ? "it can be on in production" : "production does not require it"];
};

const SECRET = new Set(["secret", "encryption-keys"]);

/**
 * In what a default is less safe than the one that was declared.
 * @param found as text, with true and false for a switch; undefined: none, null: cannot be read
 */
export const defaultFaults = (
  setting: Setting,
  found: string | null | undefined,
): readonly string[] => {
  if (found === undefined || found === null) return [];
  const isKnown = SECRET.has(setting.kind) || (setting.kind === "secrets" && found !== "");
  if (isKnown) return ["it has a default, which is a secret that everybody knows"];
  if (setting.kind === "secrets") return [];
  if (setting.discouraged?.includes(found) === true && setting.default !== found) {
    return [`its default is ${found}, which is not for production`];
  }
  return isLooser(setting, found)
    ? [`its default is ${found || "empty"}, not ${setting.default ?? "unset"}`]
    : [];
};

const isLooser = ({ kind, safer, default: usual }: Setting, text: string): boolean => {
  if (safer === undefined || text === String(usual ?? null)) return false;
  if (safer === "same") return true;
  if (safer === "on") return text === "false";
  if (safer === "off") return text === "true";
  const measure = kind === "rate" ? rateOf : Number;
  const [now, then] = [measure(text), measure(String(usual))];
  return safer === "lower" ? now > then : now < then;
};

const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
};

/** Requests in a second. */
const rateOf = (text: string): number => {
  const [, count, unit = ""] = /^(\d+)\s*\/\s*([a-z]+?)s?$/.exec(text) ?? [];
  return Number(count) / (SECONDS[unit] ?? Number.NaN);
};
