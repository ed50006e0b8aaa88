import type { Setting } from "../plan/manifest.ts";
import { namesInExample } from "./env.ts";

/** A setting that a version or a choice brings, asks for or takes away. */
export type SettingChange = {
  readonly name: string;
  readonly change: "new" | "required" | "gone";
  /** What it is, as one line; absent where it is gone. */
  readonly doc?: string;
  /** Whether the service does not start without it, in production at least. */
  readonly required: boolean;
};

/**
 * Compares the settings of a project with those that it will have.
 * @param before its `.env.example` as it was rendered then
 * @param now its settings from now on
 * @param earlier its settings then, where they are known
 */
export const settingChanges = (
  before: string,
  now: readonly Setting[],
  earlier?: readonly Setting[],
): readonly SettingChange[] => {
  const known = namesInExample(before);
  const wasRequired = (name: string) =>
    earlier === undefined ||
    earlier.some((setting) => setting.name === name && isRequired(setting));
  const there = now.flatMap((setting): readonly SettingChange[] => {
    const { name, doc } = setting;
    const required = isRequired(setting);
    if (!known.has(name)) return [{ name, change: "new", doc, required }];
    return required && !wasRequired(name) ? [{ name, change: "required", doc, required }] : [];
  });
  const names = new Set(now.map(({ name }) => name));
  const gone = [...known]
    .filter((name) => !names.has(name))
    .map((name): SettingChange => ({ name, change: "gone", required: false }));
  return [...there, ...gone];
};

const isRequired = ({ default: usual, production }: Setting): boolean =>
  usual === undefined || production === "required";
