import { createHash } from "node:crypto";

/** What can be found, as a page of help has it. */
export type SarifRule = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** What to do about it. */
  readonly help: string;
  /** Such as CWE-862. */
  readonly tags?: readonly string[];
};

export type SarifResult = {
  /** The id of its rule. */
  readonly rule: string;
  readonly level: "error" | "warning" | "note";
  readonly message: string;
  /** Below the project. */
  readonly path: string;
  /** From 1; absent: the file as a whole. */
  readonly line?: number | undefined;
  /** What makes it the same finding in the next run, whatever line it is on. */
  readonly key: readonly string[];
  /** Why it does not count; absent: it does. */
  readonly waived?: string | undefined;
};

const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** A path as a relative reference (RFC 3986): what is no part of a name in it is escaped. */
const uriOf = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

/** Equal for the same finding in every run, and for no other. */
const fingerprintOf = ({ rule, key }: SarifResult): string =>
  createHash("sha256")
    .update(JSON.stringify([rule, ...key]))
    .digest("hex")
    .slice(0, 32);

/**
 * A log of SARIF 2.1.0 with one run.
 * @param prefix where the project lies below the root of its repository, such as `services/orders/`
 */
export const sarifLog = (
  version: string,
  rules: readonly SarifRule[],
  results: readonly SarifResult[],
  prefix = "",
): object => {
  const ids = [...new Set(rules.map(({ id }) => id))];
  const known = ids.flatMap((id) => rules.find((rule) => rule.id === id) ?? []);
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "create-secure-api",
            semanticVersion: version,
            rules: known.map(ruleOf),
          },
        },
        columnKind: "utf16CodeUnits",
        results: results.map((result) => ({
          ruleId: result.rule,
          ruleIndex: ids.indexOf(result.rule),
          level: result.level,
          message: { text: result.message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: uriOf(`${prefix}${result.path}`), uriBaseId: "%SRCROOT%" },
                region: { startLine: result.line ?? 1 },
              },
            },
          ],
          partialFingerprints: { "createSecureApi/v1": fingerprintOf(result) },
          ...(result.waived === undefined
            ? {}
            : { suppressions: [{ kind: "external", justification: result.waived }] }),
        })),
      },
    ],
  };
};

/** Whether a text is a log of SARIF, of any version and tool. */
export const isSarif = (text: string): boolean => {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null && "version" in data && "runs" in data;
  } catch {
    return false;
  }
};

const ruleOf = ({ id, title, description, help, tags = [] }: SarifRule): object => ({
  id,
  name: id,
  shortDescription: { text: title },
  fullDescription: { text: description },
  help: { text: help },
  properties: { tags: ["security", ...tags] },
});
