import { once } from "../../once.ts";
import type { Control } from "../../plan/manifest.ts";
import { missingProof } from "../../render/proofs.ts";
import type { ProofReader } from "../../render/readers/reader.ts";
import type { Finding } from "./finding.ts";
import { editedText, isOfExample, isUnedited, type Judged, placeOf } from "./project.ts";
import { isMade, plainWords } from "./switched-off.ts";
import { textIn } from "./tree.ts";

/** The controls of a project that are gone, switched off, or not proven any more. */
export const weakenedControls = (judged: Judged): readonly Finding[] => {
  const proofs: Proofs = {
    own: once(() => judged.reader.proofs(sourcesOf(judged))),
    rendered: once(() => judged.reader.proofs(renderedCode(judged))),
    isDecidedAnew: once(() => isDecidedAnew(judged)),
  };
  return judged.plan.controls
    .filter(({ file, test }) => !isOfExample(judged, file) && !isOfExample(judged, test))
    .flatMap((control) => [
      ...goneFaults(judged, control),
      ...mutantFaults(judged, control),
      ...proofFaults(judged, control, proofs),
    ]);
};

/** The tests of a project, each read once. */
type Proofs = {
  readonly own: () => ProofReader;
  readonly rendered: () => ProofReader;
  /** Whether a file that decides which tests are run is another than was rendered. */
  readonly isDecidedAnew: () => boolean;
};

const isDecidedAnew = ({ tree, reader, rendered }: Judged): boolean =>
  tree.paths.some((path) => {
    const isRead = path.endsWith(reader.extension) || reader.configures.test(path);
    const text = isRead ? textIn(tree, path) : undefined;
    return text !== undefined && text !== rendered(path) && reader.decides(path, text);
  });

const sourcesOf = ({ tree, reader }: Judged): ReadonlyMap<string, string> =>
  new Map(
    tree.paths
      .filter((path) => path.endsWith(reader.extension) || reader.configures.test(path))
      .flatMap((path) => {
        const text = textIn(tree, path);
        return text === undefined ? [] : [[path, text] as const];
      }),
  );

const renderedCode = ({ plan, reader, rendered }: Judged): ReadonlyMap<string, string> =>
  new Map(
    [...plan.files.keys()]
      .filter((path) => path.endsWith(reader.extension))
      .flatMap((path) => {
        const text = rendered(path);
        return text === undefined ? [] : [[path, text] as const];
      }),
  );

/** Below this many words, a file of code does nothing. */
const NOTHING = 4;

const goneFaults = (judged: Judged, { id, title, file }: Control): readonly Finding[] => {
  const { record, reader } = judged;
  const place = placeOf(judged, file);
  const finding = (what: string): Finding => ({
    verdict: "weakened",
    rule: "weakened/control-gone",
    of: id,
    path: place ?? file,
    what: `${what} (${title}).`,
    fix: "Restore the file, or waive the control if another one has taken its place.",
  });
  if (place === undefined) {
    // What the record does not know is new, and no weaker.
    return Object.hasOwn(record.files, file)
      ? [finding(`The file of the control '${id}' is gone`)]
      : [];
  }
  const own = editedText(judged, file);
  if (own === undefined || !file.endsWith(reader.extension)) return [];
  const then = judged.rendered(file) ?? "";
  if (reader.words(then).length < NOTHING) return [];
  const isEmptied = reader.words(own).length < NOTHING;
  if (isEmptied) return [finding(`The file of the control '${id}' is empty`)];
  return isReplaced(judged, place, then, own)
    ? [finding(`Nearly nothing is left of the file of the control '${id}'`)]
    : [];
};

/** A word that says what code deals with, not how it is laid out. */
const NAME = /^[a-z_]\w{2,}$/i;
/** Of fewer names, most may go with a good reason. */
const ENOUGH_NAMES = 10;
/** Who rewrites a file keeps more of its names than this: of what it imports and offers. */
const LEFT_AFTER_ALL = 0.2;
/** Who moves what a file did keeps this many of its names at least. */
const MOVED = 0.5;

/** Whether a file was replaced by another of the same name, and what it did is nowhere else. */
const isReplaced = (
  { tree, reader, rendered, isCurrent }: Judged,
  place: string,
  then: string,
  own: string,
): boolean => {
  const namesIn = (text: string) => new Set(reader.words(text).filter((word) => NAME.test(word)));
  const wanted = namesIn(then);
  const shareIn = (text: string): number => {
    const names = namesIn(text);
    return [...wanted].filter((name) => names.has(name)).length / wanted.size;
  };
  if (!isCurrent || wanted.size < ENOUGH_NAMES || shareIn(own) >= LEFT_AFTER_ALL) return false;
  return !tree.paths.some((path) => {
    if (path === place || !path.endsWith(reader.extension)) return false;
    const text = textIn(tree, path) ?? "";
    return text !== rendered(path) && shareIn(text) >= MOVED;
  });
};

const mutantFaults = (judged: Judged, { id, title }: Control): readonly Finding[] => {
  const { mutants, rendered, reader, isCurrent } = judged;
  if (!isCurrent) return [];
  return mutants
    .filter(({ control }) => control === id)
    .flatMap((mutant) => {
      const then = rendered(mutant.file);
      const own = editedText(judged, mutant.file);
      const isCode = mutant.file.endsWith(reader.extension);
      if (then === undefined || own === undefined) return [];
      if (!isMade(mutant, then, own, isCode ? reader.words : plainWords)) return [];
      return [
        {
          verdict: "weakened",
          rule: "weakened/control-off",
          of: id,
          path: placeOf(judged, mutant.file) ?? mutant.file,
          line: lineOf(own, mutant.instead),
          what: `The control '${id}' is switched off or loosened: ${mutant.id} (${title}).`,
          fix: "Restore what was rendered there, and run the test that proves it.",
        } satisfies Finding,
      ];
    });
};

/** The line on which a text lies; undefined where it lies nowhere to the letter. */
const lineOf = (own: string, text: string): number | undefined => {
  const place = text.trim() === "" ? -1 : own.indexOf(text.trim());
  return place === -1 ? undefined : own.slice(0, place).split("\n").length;
};

const proofFaults = (judged: Judged, { id, test }: Control, proofs: Proofs): readonly Finding[] => {
  const named = judged.mutants.flatMap((mutant) => (mutant.control === id ? [mutant.test] : []));
  return [...new Set([test, ...named])]
    .filter((proof) => !isOfExample(judged, proof))
    .flatMap((proof) => proofFault(judged, id, proof, proofs));
};

const proofFault = (
  judged: Judged,
  id: string,
  test: string,
  proofs: Proofs,
): readonly Finding[] => {
  const [path = "", ...names] = test.split("::");
  const place = placeOf(judged, path);
  const isAsRendered = place !== undefined && textIn(judged.tree, place) === judged.rendered(path);
  if (isAsRendered && !proofs.isDecidedAnew()) return [];
  const judges = judged.isCurrent ? proofs.rendered().judges(path, names) : 0;
  const own = place === undefined ? undefined : proofs.own().fault(place, names, judges);
  const isProven = place !== undefined && own === undefined;
  if (
    isProven ||
    !isOurs(judged, path, place, names) ||
    isElsewhere(proofs, place, names, judges)
  ) {
    return [];
  }
  return [
    {
      verdict: "weakened",
      rule: place === undefined ? "weakened/proof-gone" : "weakened/proof-silent",
      of: id,
      path: place ?? path,
      line: own?.at,
      what: `The control '${id}' is not proven: ${own?.what ?? `${path}, which has ${names.at(-1)}, is gone`}.`,
      fix: "Restore the test, so that it is run and can fail.",
    },
  ];
};

/** Whether a test was rendered, as far as is known: another version may have had none. */
const isOurs = (
  judged: Judged,
  path: string,
  place: string | undefined,
  names: readonly string[],
): boolean => {
  if (judged.isCurrent) return true;
  if (place === undefined) return Object.hasOwn(judged.record.files, path);
  const isThere =
    missingProof(`${place}::${names.at(-1)}`, (file) => textIn(judged.tree, file)).length === 0;
  return isThere && !isUnedited(judged, path);
};

/** Whether a team has moved a test to another file, where it can fail. */
const isElsewhere = (
  proofs: Proofs,
  place: string | undefined,
  names: readonly string[],
  judges: number,
): boolean => {
  const own = proofs.own();
  return own
    .find(names.at(-1) ?? "")
    .some((file) => file !== place && own.fault(file, names.slice(-1), judges) === undefined);
};
