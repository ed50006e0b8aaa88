import type { Control, Statements } from "../plan/manifest.ts";
import { ASVS, ASVS_CHAPTERS } from "../standards/asvs.ts";

type Row = {
  readonly id: string;
  readonly level: number;
  readonly asks: string;
  /** How the project answers it; empty when nothing does. */
  readonly answers: readonly string[];
};

const WORDS = {
  met: "Met",
  deployment: "Yours",
  "not-applicable": "Not applicable",
  exception: "Exception",
} as const;

/** Levels 1 and 2 of ASVS by chapter, each requirement with the controls or the statement on it. */
export const asvsChapters = (
  controls: readonly Control[],
  statements: Statements,
): readonly { readonly title: string; readonly rows: readonly Row[] }[] => {
  const answersTo = (id: string): readonly string[] => {
    const met = controls
      .filter(({ asvs }) => asvs.includes(id))
      .map(({ title }) => `${WORDS.met}: ${title}.`);
    const statement = statements[id];
    // What a control answers does apply; it may be a part of the answer only.
    const isSaid = statement !== undefined && (statement.is !== "not-applicable" || !met.length);
    return isSaid ? [...met, `${WORDS[statement.is]}: ${statement.why}`] : met;
  };
  const rows = Object.entries(ASVS).flatMap(([id, { level, asks }]) =>
    asks === undefined ? [] : [{ id, level, asks, answers: answersTo(id) }],
  );
  return Object.entries(ASVS_CHAPTERS).map(([chapter, title]) => ({
    title: `${chapter} ${title}`,
    rows: rows.filter(({ id }) => id.startsWith(`${chapter}.`)),
  }));
};
