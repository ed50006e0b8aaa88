import { UserError } from "../errors.ts";
import { settingChanges } from "../life/settings.ts";
import type { ProjectOptions } from "../options/types.ts";
import type { Setting } from "../plan/manifest.ts";
import type { News } from "../project/news.ts";
import type { ProjectRecord } from "../project/parse-record.ts";
import type { RenderedFile } from "../render/types.ts";
import { type MissingSecrets, missingSecrets } from "../system/renewal/env-files.ts";
import type { Prepared } from "../system/renewal/update-project.ts";
import type { RenewRequest } from "./renew.ts";

/** Shows every setting of a project. */
const EXAMPLE = ".env.example";

/** What the secrets of a checkout lack; nothing where that cannot be told and was not asked for. */
export const secretsOf = (
  { env, directory }: RenewRequest,
  folder: string,
  files: readonly RenderedFile[],
): MissingSecrets => {
  try {
    return missingSecrets(folder, files, directory);
  } catch (error) {
    if (env || !(error instanceof UserError)) throw error;
    return { variables: [], files: [], writes: [] };
  }
};

type Looked = Pick<News, "changes" | "secrets"> & {
  readonly record: ProjectRecord;
  /** The version whose files the project gets; undefined where it gets none of them whole. */
  readonly to: string | undefined;
  readonly options: ProjectOptions;
  readonly settings: readonly Setting[];
  /** What this version would have with the options of then. */
  readonly earlier: readonly Setting[];
  readonly prepared: Prepared;
};

/** What a team has to know of what becomes of its project, beside the files. */
export async function newsOf(looked: Looked): Promise<News> {
  const { record, to, options, prepared, changes, secrets } = looked;
  const { migrations } = prepared;
  if (to === undefined) return { releases: [], changes, settings: [], migrations, secrets };
  const { releasesBetween } = await import("../life/releases.ts");
  const releases = releasesBetween(record.version, to, options.selection);
  return { releases, changes, settings: await settingsOf(looked), migrations, secrets };
}

async function settingsOf(looked: Looked): Promise<News["settings"]> {
  const { record, to, settings, earlier, prepared } = looked;
  const entry = prepared.base.get(EXAMPLE);
  const texts = await prepared.store.read(entry === undefined ? [] : [entry.id]);
  const [text] = [...texts.values()].map((bytes) => bytes.toString("utf8"));
  // Without the file of then, only what the options change is known.
  const before = text ?? earlier.map(({ name }) => `${name}=`).join("\n");
  return settingChanges(before, settings, record.version === to ? earlier : undefined);
}
