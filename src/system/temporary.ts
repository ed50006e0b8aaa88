import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

const places = new Set<string>();

const remove = (place: string): void => {
  rmSync(place, { recursive: true, force: true });
  places.delete(place);
};

process.once("exit", () => {
  for (const place of places) remove(place);
});

/** A folder for whatever is made on the way. */
export type TemporaryFolder = {
  readonly place: string;
  /** Is done at the end of the process if it was not done before, as when that is interrupted. */
  readonly remove: () => void;
};

export function temporaryFolder(): TemporaryFolder {
  const place = realpathSync(mkdtempSync(join(tmpdir(), "create-secure-api-")));
  places.add(place);
  return { place, remove: () => remove(place) };
}
