import { gitBlobHash } from "../../project/record.ts";

/** The files of a project as they are now. Content is read when it is asked for. */
export type OwnTree = {
  readonly paths: readonly string[];
  /** Undefined where there is no such file. */
  readonly read: (path: string) => Uint8Array | undefined;
};

const CARRIAGE_RETURN = 13;

/** The content with the line ends of a repository, which git may change in a work tree. */
const withPlainEnds = (content: Uint8Array): Uint8Array => {
  if (!content.includes(CARRIAGE_RETURN)) return content;
  return Buffer.from(Buffer.from(content).toString("latin1").replaceAll("\r\n", "\n"), "latin1");
};

/** Whether a file holds what a hash says, line ends aside. */
export const isContent = (content: Uint8Array, hash: string): boolean =>
  gitBlobHash(content) === hash || gitBlobHash(withPlainEnds(content)) === hash;

const texts = new WeakMap<Uint8Array, string>();

/** A file as text, with the line ends of a repository. */
export const textIn = (tree: OwnTree, path: string): string | undefined => {
  const content = tree.read(path);
  if (content === undefined) return undefined;
  const known = texts.get(content);
  if (known !== undefined) return known;
  const text = Buffer.from(content)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
  texts.set(content, text);
  return text;
};
