import { excerpt } from "../errors.ts";
import { concerns } from "../life/check/advisories.ts";
import { bitsOf, type CheckInput, checkProject } from "../life/check/check.ts";
import { type Verdict, verdicts } from "../life/check/finding.ts";
import type { Expected } from "../life/check/project.ts";
import { textIn } from "../life/check/tree.ts";
import { WAIVERS_PATH } from "../life/check/waivers.ts";
import { catalogue } from "../options/catalogue.ts";
import type { CommandArguments } from "../options/command-flags.ts";
import type { ProjectOptions } from "../options/types.ts";
import { checkedJson, checkedLines, checkedSarif } from "../project/checked.ts";
import { plannedMutants } from "../proofs/mutants.ts";
import { readerOf } from "../render/readers/readers.ts";
import { rendererOf } from "../render/render.ts";
import { loadAdvisories } from "../system/advisories.ts";
import { loadMutants } from "../system/proving/mutants.ts";
import { planWith } from "../system/rendering.ts";
import { ownTree, placeInRepository } from "../system/trees.ts";
import { type Opened, openProject } from "./opened.ts";
import { writeSarif } from "./report.ts";
import type { Surroundings } from "./surroundings.ts";

/** Says how a project differs from what was rendered. Returns the exit code. */
export async function check(
  given: CommandArguments,
  { root, version, terminal }: Surroundings,
): Promise<number> {
  const opened = await openProject(given, { root, version });
  const { cwd, shown, folder, record, preset, options, stack } = opened;
  const ignored = stack.toolchain.code?.ignored ?? [];
  const tree = ownTree(folder, excerpt(shown), Object.keys(record.files), ignored);
  const advisories = loadAdvisories(root).filter((advisory) =>
    concerns(advisory, record.version, options.selection, catalogue),
  );
  const input: CheckInput = {
    version,
    today: new Date().toISOString().slice(0, 10),
    record,
    tree,
    expected: await expectedOf(opened, root),
    advisories,
    policy: preset?.policy,
    waivers: textIn(tree, WAIVERS_PATH),
    releases: await releasesSince(record.version, version, options),
  };
  const checked = checkProject(input);
  const counted = Object.fromEntries(
    verdicts.map(({ id, counts }) => [id, counts ? !given.has(`no-${id}`) : given.has(id)]),
  ) as Readonly<Record<Verdict, boolean>>;
  const sarif = given.value("sarif");
  if (sarif !== undefined) {
    const log = checkedSarif(checked, version, advisories, placeInRepository(folder));
    writeSarif(sarif, cwd, log);
  }
  if (given.has("json")) {
    const policy =
      preset !== undefined ? "checked" : record.preset === undefined ? "none" : "not-checked";
    const facts = { directory: folder, version, record, policy } as const;
    terminal.line(JSON.stringify(checkedJson(checked, counted, facts)));
  } else if (!given.has("quiet")) {
    for (const line of checkedLines(checked, counted, shown)) terminal.line(line);
  }
  return bitsOf(checked, counted);
}

/** What has changed since a project was rendered: read where something may have. */
async function releasesSince(from: string, to: string, { selection }: ProjectOptions) {
  if (from === to) return [];
  const { releasesBetween } = await import("../life/releases.ts");
  return releasesBetween(from, to, selection);
}

/** What this version would render with the options of a project. */
async function expectedOf(
  { options, stack, preset }: Opened,
  root: string,
): Promise<Expected | undefined> {
  const { code } = stack.toolchain;
  if (code === undefined) return undefined;
  const planned = await planWith(options, stack, preset);
  const renderOne = rendererOf(planned, (size) => new Uint8Array(size));
  const texts = new Map<string, string | undefined>();
  const rendered = (path: string): string | undefined => {
    if (!texts.has(path)) {
      const file = renderOne(path);
      texts.set(path, file === undefined ? undefined : Buffer.from(file.content).toString("utf8"));
    }
    return texts.get(path);
  };
  const mutants = plannedMutants(planned, loadMutants(String(options.selection.stack), root));
  return { plan: planned, mutants, code, reader: readerOf(code.reader), rendered };
}
