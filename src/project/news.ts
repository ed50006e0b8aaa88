import type { Release } from "../life/releases.ts";
import type { SettingChange } from "../life/settings.ts";
import type { AnswerChange } from "../options/change.ts";

/** What a team has to know of an update or a change, beside its files. */
export type News = {
  /** What the versions between have changed, oldest first. */
  readonly releases: readonly Release[];
  /** Answers that become others. */
  readonly changes: readonly AnswerChange[];
  readonly settings: readonly SettingChange[];
  /** Migrations that are new, in the order in which they are applied. */
  readonly migrations: readonly string[];
  /** Variables and files that the secrets of this checkout lack, and whether they are added. */
  readonly secrets: {
    readonly variables: readonly string[];
    readonly files: readonly string[];
    readonly added: boolean;
  };
};

/** The news for a person, in paragraphs; nothing where there is none. */
export const newsLines = (news: News): readonly string[] =>
  [
    ...news.releases.flatMap(releaseLines),
    section("Options", news.changes.flatMap(changeLines)),
    section("Settings", news.settings.map(settingLine)),
    section("Migrations", news.migrations),
    section(...secretLines(news)),
  ].flatMap((lines) => (lines.length === 0 ? [] : ["", ...lines]));

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`)];

const releaseLines = ({
  version,
  date,
  fixes,
  changes,
}: Release): readonly (readonly string[])[] => {
  const told = ({ text, do: work }: Release["changes"][number]) =>
    work === undefined ? [`- ${text}`] : [`- ${text}`, `  To do: ${work}`];
  return [
    section(`Faults of security that ${version} ends`, fixes.flatMap(told)),
    section(`What ${version} (${date}) changes`, changes.flatMap(told)),
  ];
};

const changeLines = ({ label, from, to, byHand }: AnswerChange): readonly string[] => [
  `${label}: ${from} -> ${to}`,
  ...(byHand === undefined ? [] : [`  To do: ${byHand}`]),
];

const settingLine = ({ name, change, doc, required }: SettingChange): string => {
  const what = { new: required ? "new, required" : "new", required: "required now", gone: "gone" };
  return `${name} (${what[change]})${doc === undefined ? "" : `: ${doc}`}`;
};

const secretLines = ({ secrets }: News): readonly [string, readonly string[]] => {
  const names = [...secrets.variables, ...secrets.files];
  return secrets.added
    ? ["Added to the secrets of this checkout", names]
    : ["Missing in the secrets of this checkout; --env adds them", names];
};

/** The same for a program. */
export const newsJson = ({ releases, changes, settings, migrations, secrets }: News): object => ({
  releases,
  options: changes,
  settings,
  migrations,
  env: secrets,
});
