import { lstatSync } from "node:fs";
import { join } from "node:path";
import { excerpt } from "../errors.ts";
import { type FoundRecord, parseRecord, recordError } from "../project/parse-record.ts";
import { RECORD_PATH } from "../project/record.ts";
import { readText } from "./files.ts";

const MOST_BYTES = 4_000_000;

/**
 * Reads the record of the project in a folder.
 * @param shown the folder as the user wrote it, for messages
 * @param version of create-secure-api that reads it
 * @throws UserError that says why it cannot be used
 */
export function readRecord(folder: string, shown: string, version: string): FoundRecord {
  const place = join(folder, RECORD_PATH);
  const where = shown === "." ? RECORD_PATH : `${excerpt(shown)}/${RECORD_PATH}`;
  let entry: ReturnType<typeof lstatSync>;
  try {
    entry = lstatSync(place);
  } catch (error) {
    const what = "There is no project of create-secure-api here.";
    const fix = "Give the folder that holds the project's .yo-rc.json.";
    throw recordError(what, excerpt(shown), fix, error);
  }
  if (!entry.isFile()) throw recordError("It is no file.", where);
  if (entry.size > MOST_BYTES) throw recordError("It is too large for a record.", where);
  return parseRecord(readText(place), where, version);
}
