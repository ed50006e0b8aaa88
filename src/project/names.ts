import { excerpt, UserError } from "../errors.ts";

const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)$/;
const SYSTEM_DATABASE = /^(postgres|template[01]|mysql|sys|(information|performance)_schema)$/;

/**
 * Why a name of the right form cannot name a project, as a clause that follows the name; undefined
 * when it can.
 */
export const nameFault = (name: string): string | undefined => {
  if (WINDOWS_DEVICE.test(name)) return "is the name of a Windows device";
  if (SYSTEM_DATABASE.test(snakeCase(name))) return "is the name of a system database";
  if (name === "root") return "is the name of a system account";
  if (name.includes("--")) return "has two hyphens in a row";
  return undefined;
};

const NAME = /^[a-z][a-z0-9-]*[a-z0-9]$/;
const LONGEST = 63;

/**
 * The name that a text most likely means and that can be used: `My_Api` → `my-api`.
 * @param isTaken whether a name is taken
 */
export const usableName = (
  text: string,
  isTaken: (name: string) => boolean = () => false,
): string | undefined => {
  const plain = slug(text)
    .replace(/-{2,}/g, "-")
    .slice(0, LONGEST - 4)
    .replace(/-$/, "");
  const longer = plain.endsWith("-api") ? `${plain}-2` : `${plain}-api`;
  return [plain, longer].find(
    (name) => NAME.test(name) && nameFault(name) === undefined && !isTaken(name),
  );
};

/** `my-api` → `my_api`: the name as an identifier, for the package and the database. */
export const snakeCase = (name: string): string => name.replaceAll("-", "_");

/** The project name that a folder's name suggests; empty when it suggests none. */
export const slug = (text: string): string =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "");

/**
 * A directory as a plan has it. Emoji are joined by characters that cannot be seen either (Cf); those
 * that turn the order of a text around would show another command than the one that is printed.
 */
export const DIRECTORY = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+$/u;

/**
 * Refuses a directory that no plan can have.
 * @param directory as the user wrote it
 * @throws UserError when it has control characters
 */
export const checkDirectory = (directory: string): void => {
  if (DIRECTORY.test(directory)) return;
  const fix = "Give a directory without them, such as tabs and line ends.";
  throw new UserError("It has control characters.", excerpt(directory), fix, { code: "directory" });
};
