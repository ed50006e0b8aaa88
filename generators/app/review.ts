import type { InputOutputAdapter } from "@yeoman/types";
import { catalogue } from "../../src/options/catalogue.ts";
import type { Policy } from "../../src/options/preset.ts";
import { brief } from "../../src/project/brief.ts";
import { canCommit } from "../../src/system/git/git.ts";
import { cut, type Terminal } from "../../src/system/terminal.ts";
import type { Decided } from "./decide.ts";
import { ask } from "./interview.ts";
import { BACK, Cancelled } from "./prompts/turn.ts";

export type Verdict = "write" | "change" | "customise" | "back";

/** The whole selection and the tree, in few lines. */
const lines = (
  { plan, place, steps, way, git, project, states }: Decided,
  policy: Policy | undefined,
): readonly string[] => {
  const chosen = (id: string): string | undefined => {
    const label = plan.labels[id];
    const isDecided = policy?.locked[id] !== undefined && label !== undefined;
    return isDecided ? `${label} (decided by ${policy.organisation})` : label;
  };
  const { name, description, securityContact } = plan.options;
  const texts: Readonly<Record<string, string | undefined>> = {
    name,
    description,
    "security-contact": securityContact,
  };
  const options = catalogue.map(({ id, label }) => [label, id in texts ? texts[id] : chosen(id)]);
  const rows = [
    ["Directory", place.shown],
    ...options.filter(([, value]) => value !== undefined),
    ["Install", steps.install && way.ready ? "yes" : "no"],
    ["Commit", steps.git && canCommit(git) ? "yes" : "no"],
  ];
  const width = Math.max(...rows.map(([label = ""]) => label.length));
  const folders = brief(project.map(({ path }) => path)).filter((line) => line.includes("/ "));
  const files = brief(project.map(({ path }) => path)).filter((line) => !line.includes("/ "));
  return [
    ...rows.map(([label = "", value = ""]) => `  ${label.padEnd(width)}  ${value}`),
    "",
    `  ${project.length} files:`,
    ...folders.map((line) => `    ${line}`),
    `    ${files.join(", ")}`,
    ...conflictLines(states),
  ];
};

const conflictLines = (states: Decided["states"]): readonly string[] => {
  const taken = [...states].filter(([, state]) => state === "conflict").map(([path]) => path);
  return taken.length === 0
    ? []
    : ["", `  Existing files, which you will be asked about: ${taken.join(", ")}`];
};

type Shown = {
  /** Whether everything was asked for. */
  readonly isCustom: boolean;
  /** Whether a plan is all that is written. */
  readonly isPlan: boolean;
  readonly policy: Policy | undefined;
};

/** Shows what would be written and asks whether to. */
export async function review(
  adapter: InputOutputAdapter,
  terminal: Terminal,
  decided: Decided,
  { isCustom, isPlan, policy }: Shown,
): Promise<Verdict> {
  const shown = ["", terminal.bold("This is what you get:"), ...lines(decided, policy), ""];
  for (const line of shown) terminal.line(cut(line, terminal.columns()));
  const verdict = await ask(adapter, "verdict", {
    type: "select",
    message: isPlan ? "Write the plan?" : "Write it?",
    default: "write",
    back: true,
    choices: [
      { value: "write", name: isPlan ? "Write the plan" : "Write it" },
      { value: "change", name: "Change an answer" },
      ...(isCustom ? [] : [{ value: "customise", name: "Customise more" }]),
      { value: "cancel", name: "Cancel" },
    ],
  });
  if (verdict === "cancel") throw new Cancelled();
  if (verdict === "write") return verdict;
  terminal.takeBack(shown.length);
  return verdict === BACK ? "back" : (verdict as Verdict);
}
