import * as z from "zod/mini";
import { list, matching, some } from "../shapes.ts";
import { threatIds } from "../standards/threats.ts";
import { phases } from "./phases.ts";

/** The closed list of what an environment variable can hold. */
const settingKinds = [
  "secret",
  "secrets",
  "string",
  "mailbox",
  "path",
  "root-path",
  "url",
  "issuer-url",
  "discovery-url",
  "audiences",
  "role-mapping",
  "database-url",
  "redis-url",
  "smtp-url",
  "breach-url",
  "sentry-dsn",
  "otlp-endpoint",
  "otlp-headers",
  "ratio",
  "origins",
  "hosts",
  "networks",
  "duration",
  "int",
  "bool",
  "enum",
  "rate",
  "encryption-keys",
  "strings",
  "contacts",
  "languages",
  "https-urls",
] as const;

const line = matching(/^[^\p{Cc}]+$/u, "must be one line of text");
const variable = matching(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, "must be UPPER_CASE words");
const slot = matching(/^[a-z][A-Za-z0-9-]*$/, "must be one word");
export const identifier = matching(/^[a-z][a-z0-9-]*$/, "must be lower-case words joined by '-'");
/** A test: its file, and its name in there, behind those of what it is in. */
export const proofName = matching(
  /^[^\s:]+(?:::(?!\s)(?:[^\p{Cc}:]|:(?!:))+(?<!\s))+$/u,
  "must be 'path::test_name'",
);
const requirement = matching(/^V\d+\.\d+\.\d+$/, "must be like V6.2.1");

/** A list that is empty where nothing is said. */
const maybe = <Item extends z.ZodMiniType>(item: Item) => z._default(list(item), []);

const setting = z.readonly(
  z
    .strictObject({
      name: variable,
      group: line,
      kind: z.enum(settingKinds),
      doc: line,
      default: z.optional(z.union([z.string(), z.int(), z.boolean(), z.null()])),
      min: z.optional(z.int()),
      max: z.optional(z.int()),
      values: z.optional(some(line)),
      production: z.optional(z.enum(["required", "off"])),
      discouraged: z.optional(some(line)),
      /** Which other defaults are as safe as this one: only itself, or those on one side. */
      safer: z.optional(z.enum(["same", "lower", "higher", "on", "off"])),
      env: z.optional(z.union([z.string(), z.record(z.string(), z.string())])),
      example: z.optional(z.string()),
    })
    .check(
      z.superRefine((value, context) => {
        for (const message of settingFaults(value)) context.addIssue({ code: "custom", message });
      }),
    ),
);

/** Where a control is in the code, and the test that fails without it. */
const proof = { file: line, test: proofName };

const control = z.readonly(
  z
    .strictObject({
      id: identifier,
      title: line,
      /** What it stops. */
      threat: z.enum(threatIds),
      asvs: list(requirement),
      apiTop10: list(matching(/^API(10|[1-9])$/, "must be API1 to API10")),
      cwe: list(matching(/^CWE-\d+$/, "must be like CWE-521")),
      ...z.partial(z.object(proof)).shape,
    })
    .check(
      z.refine(
        ({ file, test }) => (file === undefined) === (test === undefined),
        "a control has both file and test, or a layer of the stack has its proof",
      ),
    ),
);

const auditEvent = z.readonly(
  z.strictObject({
    name: z
      .string()
      .check(
        z.maxLength(50),
        z.regex(/^[a-z][a-z_]*(\.[a-z][a-z_]*)+$/, "must be dotted lower-case words"),
      ),
    when: line,
    actor: z._default(line, "–"),
    subject: z._default(line, "–"),
    details: maybe(matching(/^[a-z][a-z_]*$/, "must be one word")),
  }),
);

/** Next steps for the user of a new project, once it is installed. */
const step = z.readonly(
  z
    .strictObject({
      phase: z.enum(phases),
      /** What to do, as one sentence or two, without markup. */
      text: line,
      /** Commands as words; `{program}` stands for those that begin a command of the project. */
      run: z.optional(some(some(line))),
      /** Lines of a POSIX shell, where words alone do not do. */
      shell: z.optional(some(line)),
      /** True for a command that goes on until it is told to stop. */
      stays: z.optional(z.literal(true)),
    })
    .check(
      z.refine(
        ({ run, shell }) => run === undefined || shell === undefined,
        "a step has run or shell, not both",
      ),
    ),
);

const secretName = matching(/^[a-z]+(_[a-z]+)*$/, "must be lower_case words");
const absolute = matching(/^(\/[\w.-]+)+$/, "must be an absolute path");
const mounts = z._default(z.readonly(z.record(absolute, line)), {});
const texts = z._default(z.readonly(z.record(variable, z.string())), {});

/** A server that a project needs beside it: for compose files and CI. */
const service = z.readonly(
  z.strictObject({
    /** Its name, and that of its host. */
    id: identifier,
    /** What it is for, line by line. */
    doc: some(line),
    /** The name of its image in the stack's file of images; once planned, tag and digest. */
    image: line,
    port: z.int(),
    /** Whom it runs as, in numbers. */
    user: matching(/^\d+:\d+$/, "must be uid:gid"),
    environment: texts,
    /** The secret that a variable holds. With `_FILE` behind its name, it takes a file instead. */
    secrets: z._default(z.readonly(z.record(variable, secretName)), {}),
    entrypoint: z.optional(some(line)),
    command: z.optional(some(line)),
    /** Succeeds once it answers. */
    health: some(line),
    /** Where it keeps its data. */
    data: z.optional(absolute),
    /** Folders that it writes to besides. */
    scratch: maybe(absolute),
    memory: matching(/^\d+[mg]$/, "must be like 512m"),
    /** True where it writes all over its own image. */
    writable: z.optional(z.literal(true)),
    /** Settings of the project that lead to it from other containers; a secret one has a file. */
    settings: texts,
    secretSettings: maybe(variable),
    /** Those with the rights of the owner, for migrations alone. */
    ownerSettings: maybe(variable),
    /** Files of the project that it reads, by where it looks for them. */
    files: mounts,
    /** More secrets that it reads as files. */
    reads: maybe(secretName),
    /** Ports on this machine under which a person reaches it. */
    published: maybe(z.int()),
    /** True where it is trusted on this machine alone, so that the project shares its network. */
    shared: z.optional(z.literal(true)),
    /**
     * One of its own for tests: the variable with its URL, and the port on this machine. In a job
     * of CI nobody else reaches it, and its environment there opens it to all. Tests that stop one
     * start it themselves, from a package of Debian and Ubuntu.
     */
    tests: z.optional(
      z.readonly(
        z.strictObject({
          variable,
          url: line,
          port: z.int(),
          environment: texts,
          package: z.optional(line),
        }),
      ),
    ),
  }),
);

const packageWord = matching(
  /^[A-Za-z0-9@][\w./-]*(\[[\w,-]+\])?$/,
  "must be a name, without a version",
);

/** Where a project keeps its migrations. */
const migrations = z.readonly(
  z.strictObject({
    /** The tool that reads them. */
    tool: identifier,
    folder: matching(/^[\w-]+(\/[\w-]+)*$/, "must be a folder of the project"),
  }),
);

/** `layer.json`: what a layer adds to the files that many layers share. */
export const manifestSchema = z.strictObject({
  reason: z.optional(line),
  dependencies: z._default(z.readonly(z.record(identifier, list(packageWord))), {}),
  settings: maybe(setting),
  services: maybe(service),
  wiring: z._default(
    z.readonly(z.record(slot, list(z.readonly(z.record(z.string(), z.string()))))),
    {},
  ),
  controls: maybe(control),
  /** By control that another layer states without its file and test. */
  proofs: z._default(z.readonly(z.record(identifier, z.readonly(z.strictObject(proof)))), {}),
  auditEvents: maybe(auditEvent),
  migrations: z.optional(migrations),
  /** What has to be there before the first step. */
  needs: maybe(line),
  steps: maybe(step),
  /** Where to read on: files of the project, addresses. */
  documentation: maybe(line),
});

/** `asvs.json`: what a layer says of requirements of ASVS that none of its controls answers. */
export const statementsSchema = z.readonly(
  z.record(
    requirement,
    z.readonly(
      z.strictObject({
        is: z.enum(["met", "deployment", "not-applicable", "exception"]),
        why: line,
      }),
    ),
  ),
);

export type Statements = z.infer<typeof statementsSchema>;
export type LayerManifest = Readonly<z.infer<typeof manifestSchema>>;
export type Setting = z.infer<typeof setting>;
export type SettingKind = (typeof settingKinds)[number];
export type Service = z.infer<typeof service>;
export type StatedControl = z.infer<typeof control>;
export type Proof = LayerManifest["proofs"][string];
export type Control = Omit<StatedControl, keyof Proof> & Proof;
export type AuditEvent = z.infer<typeof auditEvent>;
export type Migrations = z.infer<typeof migrations>;
export type Step = z.infer<typeof step>;

type RawSetting = {
  readonly kind: SettingKind;
  readonly default?: string | number | boolean | null | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly values?: readonly string[] | undefined;
  readonly production?: "required" | "off" | undefined;
  readonly discouraged?: readonly string[] | undefined;
};

/** What contradicts itself in a setting; empty when nothing does. */
const settingFaults = (setting: RawSetting): readonly string[] => {
  const faults: string[] = [];
  const number = setting.kind === "int" || setting.kind === "duration";
  if (!number && (setting.min ?? setting.max) !== undefined) {
    faults.push(`min and max are for int and duration, not for ${setting.kind}`);
  }
  if ((setting.kind === "enum") !== (setting.values !== undefined)) {
    faults.push("an enum needs values, and nothing else has them");
  }
  if (setting.production === "off" && setting.kind !== "bool") {
    faults.push('production "off" is for bool');
  }
  if (setting.discouraged?.every((value) => setting.values?.includes(value) === true) === false) {
    faults.push("discouraged holds values of an enum");
  }
  const fault = setting.default == null ? undefined : defaultFault(setting, setting.default);
  return fault === undefined ? faults : [...faults, fault];
};

/** The kinds whose default is no text. A secret that shipped with a default would be everyone's. */
const DEFAULT_FAULTS: Partial<
  Record<SettingKind, (setting: RawSetting, value: string | number | boolean) => string | undefined>
> = {
  secret: () => "a secret has no default",
  secrets: (_, value) => (value === "" ? undefined : "secrets have no default"),
  "encryption-keys": () => "an encryption key has no default",
  int: (setting, value) => boundsFault(setting, value),
  duration: (setting, value) => boundsFault(setting, value),
  bool: (_, value) =>
    typeof value === "boolean" ? undefined : "the default of bool must be true or false",
  enum: (setting, value) =>
    setting.values?.includes(String(value)) === true
      ? undefined
      : `the default ${value} is not among the values`,
};

const defaultFault = (
  setting: RawSetting,
  value: string | number | boolean,
): string | undefined => {
  const check = DEFAULT_FAULTS[setting.kind];
  if (check !== undefined) return check(setting, value);
  return typeof value === "string" ? undefined : `the default of ${setting.kind} must be text`;
};

const boundsFault = (
  { min, max }: RawSetting,
  value: string | number | boolean,
): string | undefined => {
  if (typeof value !== "number") return "the default must be a number";
  const inside = value >= (min ?? value) && value <= (max ?? value);
  return inside ? undefined : `the default ${value} is outside min and max`;
};
