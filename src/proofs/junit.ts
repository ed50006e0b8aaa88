/** How tests ended, by their file or class and their own name, without parameters. */
export type TestRun = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly outcomeOf: (test: string) => "passed" | "failed" | "skipped" | undefined;
};

const ATTRIBUTE = /([\w:-]+)="([^"]*)"/g;
const TESTCASE =
  /<testcase((?:\s+[\w:-]+="[^"]*")*)\s*(?:\/>|>((?:(?!<testcase\b)[\s\S])*?)<\/testcase>)/g;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

const unescaped = (text: string): string =>
  text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);

type Outcome = "passed" | "failed" | "skipped";

const outcomeIn = (body: string): Outcome => {
  if (/<(?:failure|error)\b/.test(body)) return "failed";
  return /<skipped\b/.test(body) ? "skipped" : "passed";
};

/**
 * Reads a report of tests in the form of JUnit.
 * @returns undefined when it is none
 */
export const parseJunit = (xml: string): TestRun | undefined => {
  if (!/<testsuites?\b/.test(xml)) return undefined;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const outcomes = new Map<string, Set<Outcome>>();
  for (const [, attributes = "", body = ""] of xml.matchAll(TESTCASE)) {
    const given = Object.fromEntries(
      [...attributes.matchAll(ATTRIBUTE)].map(([, name, value = ""]) => [name, unescaped(value)]),
    );
    const outcome = outcomeIn(body);
    counts[outcome] += 1;
    for (const place of placesOf(given)) {
      const name = `${place} ${(given.name ?? "").replace(/\[.*\]$/s, "")}`;
      outcomes.set(name, (outcomes.get(name) ?? new Set()).add(outcome));
    }
  }
  return {
    ...counts,
    outcomeOf: (test) => {
      const found = namesOf(test).flatMap((name) => outcomes.get(name) ?? [])[0];
      return (["failed", "passed", "skipped"] as const).find((one) => found?.has(one));
    },
  };
};

/** A file may be named by its whole path, of which a project knows the end. */
const placesOf = ({
  classname = "",
  file,
}: Readonly<Record<string, string | undefined>>): readonly string[] => {
  if (file === undefined) return [classname];
  const folders = file.replaceAll("\\", "/").split("/");
  return [classname, ...folders.map((_, index) => folders.slice(index).join("/"))];
};

/** The class of a test is its file, as a path or with dots, and the classes in it. */
const namesOf = (test: string): readonly string[] => {
  const [path = "", ...names] = test.split("::");
  const dotted = path.replace(/\.\w+$/, "").replaceAll("/", ".");
  return [path, dotted].map(
    (place) => `${[place, ...names.slice(0, -1)].join(".")} ${names.at(-1) ?? ""}`,
  );
};
