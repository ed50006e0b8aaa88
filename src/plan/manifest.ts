import * as z from "zod";
import { phases } from "./phases.ts";

/** The closed list of what an environment variable can hold. */
const settingKinds = [
  "secret",
  "secrets",
  "string",
  "email",
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
] as const;

const line = z.string().regex(/^[^\p{Cc}]+$/u, "must be one line of text");
const slot = z.string().regex(/^[a-z][A-Za-z0-9-]*$/, "must be one word");
const identifier = z.string().regex(/^[a-z][a-z0-9-]*$/, "must be lower-case words joined by '-'");

const setting = z
  .strictObject({
    name: z.string().regex(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/, "must be UPPER_CASE words"),
    group: line,
    kind: z.enum(settingKinds),
    doc: line,
    default: z.union([z.string(), z.number().int(), z.boolean(), z.null()]).optional(),
    min: z.number().int().optional(),
    max: z.number().int().optional(),
    values: z.array(line).nonempty().optional(),
    production: z.enum(["required", "off"]).optional(),
    discouraged: z.array(line).nonempty().optional(),
    env: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
    example: z.string().optional(),
  })
  .superRefine((value, context) => {
    for (const message of settingFaults(value)) context.addIssue({ code: "custom", message });
  })
  .readonly();

const control = z
  .strictObject({
    id: identifier,
    title: line,
    asvs: z.array(z.string().regex(/^V\d+\.\d+\.\d+$/, "must be like V6.2.1")).readonly(),
    apiTop10: z.array(z.string().regex(/^API(10|[1-9])$/, "must be API1 to API10")).readonly(),
    cwe: z.array(z.string().regex(/^CWE-\d+$/, "must be like CWE-521")).readonly(),
    file: line,
    test: z.string().regex(/^[^\s:]+::\w+(::\w+)*$/, "must be 'path::test_name'"),
  })
  .readonly();

const auditEvent = z
  .strictObject({
    name: z
      .string()
      .max(50)
      .regex(/^[a-z][a-z_]*(\.[a-z][a-z_]*)+$/, "must be dotted lower-case words"),
    when: line,
    actor: line.default("–"),
    subject: line.default("–"),
    details: z
      .array(z.string().regex(/^[a-z][a-z_]*$/, "must be one word"))
      .readonly()
      .default([]),
  })
  .readonly();

/** What somebody does with a new project, once it is installed. */
const step = z
  .strictObject({
    phase: z.enum(phases),
    /** What to do, as one sentence or two, without markup. */
    text: line,
    /** Commands as words; `{program}` stands for those that begin a command of the project. */
    run: z.array(z.array(line).nonempty().readonly()).nonempty().readonly().optional(),
    /** Lines of a POSIX shell, where words alone do not do. */
    shell: z.array(line).nonempty().readonly().optional(),
    /** True for a command that goes on until it is told to stop. */
    stays: z.literal(true).optional(),
  })
  .refine(({ run, shell }) => run === undefined || shell === undefined, {
    message: "a step has run or shell, not both",
  })
  .readonly();

/** `layer.json`: what a layer adds to the files that many layers share. */
export const manifestSchema = z.strictObject({
  reason: line.optional(),
  dependencies: z
    .record(
      identifier,
      z
        .array(
          z
            .string()
            .regex(/^[A-Za-z0-9@][\w./-]*(\[[\w,-]+\])?$/, "must be a name, without a version"),
        )
        .readonly(),
    )
    .readonly()
    .default({}),
  settings: z.array(setting).readonly().default([]),
  wiring: z
    .record(slot, z.array(z.record(z.string(), z.string()).readonly()).readonly())
    .readonly()
    .default({}),
  controls: z.array(control).readonly().default([]),
  auditEvents: z.array(auditEvent).readonly().default([]),
  /** What has to be there before the first step. */
  needs: z.array(line).readonly().default([]),
  steps: z.array(step).readonly().default([]),
  /** Where to read on: files of the project, addresses. */
  documentation: z.array(line).readonly().default([]),
});

/** `asvs.json`: what a layer says of requirements of ASVS that none of its controls answers. */
export const statementsSchema = z
  .record(
    z.string().regex(/^V\d+\.\d+\.\d+$/, "must be like V6.2.1"),
    z
      .strictObject({
        is: z.enum(["met", "deployment", "not-applicable", "exception"]),
        why: line,
      })
      .readonly(),
  )
  .readonly();

export type Statements = z.infer<typeof statementsSchema>;
export type LayerManifest = Readonly<z.infer<typeof manifestSchema>>;
export type Setting = z.infer<typeof setting>;
export type SettingKind = (typeof settingKinds)[number];
export type Control = z.infer<typeof control>;
export type AuditEvent = z.infer<typeof auditEvent>;
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
