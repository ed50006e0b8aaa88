import * as z from "zod/mini";
import { excerpt } from "../../errors.ts";
import { list, matching } from "../../shapes.ts";
import { type Finding, idOf } from "./finding.ts";

/** The file of a project in which a team accepts findings for a while. */
export const WAIVERS_PATH = "security-waivers.json";

/** How far ahead a waiver may end. */
const MOST_DAYS = 366;
const MOST_WAIVERS = 500;

const line = (most: number) =>
  z.string("must be text").check(
    z.trim(),
    z.minLength(1, "must not be empty"),
    z.maxLength(most, `must have at most ${most} characters`),
    z.refine((text) => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text), "must be one line"),
  );

const waiver = z.strictObject({
  id: matching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$/, "must be letters, digits, '.', '_' and '-'"),
  /** The finding, as it is listed: `weakened:rate-limits`. */
  of: line(200),
  owner: line(100),
  reason: line(300),
  /** The last day on which it holds. */
  expires: z
    .string("must be text")
    .check(z.refine((text) => dayOf(text) !== undefined, "must be a date like 2027-01-31")),
});
const waiversSchema = z.strictObject({ waivers: list(z.unknown()) });

/** An accepted finding. */
export type Waiver = z.infer<typeof waiver>;

/** The waivers that hold today, and what is wrong with the others, one sentence each. */
export type Waivers = { readonly valid: readonly Waiver[]; readonly faults: readonly string[] };

/** What an organisation lets nobody waive: findings, or all of a verdict, with its reasons. */
export type Unwaivable = Readonly<Record<string, string>>;

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days of a calendar date since one that is long ago; undefined for what is none. */
const dayOf = (text: string): number | undefined => {
  const [, year, month, day] = (DAY.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const most = (MONTHS[month - 1] ?? 0) + (month === 2 && isLeap ? 1 : 0);
  if (day < 1 || day > most) return undefined;
  const past = year - 1;
  const before = MONTHS.slice(0, month - 1).reduce((sum, days) => sum + days, 0);
  const leap = isLeap && month > 2 ? 1 : 0;
  const leaps = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  return past * 365 + leaps + before + leap + day;
};

/**
 * Reads the waivers of a project. One that is expired or malformed holds nothing.
 * @param today as 2027-01-31
 */
export const parseWaivers = (
  text: string | undefined,
  today: string,
  unwaivable: Unwaivable = {},
): Waivers => {
  if (text === undefined) return { valid: [], faults: [] };
  const file = fileOf(text);
  if (typeof file === "string") return { valid: [], faults: [`${WAIVERS_PATH}: ${file}`] };
  const valid: Waiver[] = [];
  const faults: string[] = [];
  for (const [index, data] of file.entries()) {
    const result = waiver.safeParse(data);
    const where = `${WAIVERS_PATH}: waivers.${index}`;
    if (!result.success) {
      faults.push(`${where}: ${problemOf(result.error)}`);
      continue;
    }
    const fault = faultOf(result.data, valid, today, unwaivable);
    if (fault === undefined) valid.push(result.data);
    else faults.push(`${where} (${excerpt(result.data.id)}): ${fault}`);
  }
  return { valid, faults };
};

const fileOf = (text: string): readonly unknown[] | string => {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return "It is not valid JSON, so no waiver holds.";
  }
  const result = waiversSchema.safeParse(data);
  if (!result.success) return `${problemOf(result.error)} No waiver holds.`;
  if (result.data.waivers.length > MOST_WAIVERS) return `It has more than ${MOST_WAIVERS} waivers.`;
  return result.data.waivers;
};

const problemOf = ({ issues }: z.core.$ZodError): string => {
  const [issue] = issues;
  const path = (issue?.path ?? []).map((key) => excerpt(String(key))).join(".");
  if (issue?.code === "unrecognized_keys")
    return `There is no key '${excerpt(issue.keys[0] ?? "")}'.`;
  if (issue?.message.startsWith("must") === true) return `${path} ${issue.message}.`;
  return `${path || "It"} is missing or of another type than a waiver has.`;
};

const faultOf = (
  { id, of, expires }: Waiver,
  others: readonly Waiver[],
  today: string,
  unwaivable: Unwaivable,
): string | undefined => {
  if (others.some((other) => other.id === id)) return "Its id is taken by another one.";
  const verdict = of.split(":", 1)[0] ?? "";
  if (!/^(?:weakened|missing|advisories)$/.test(verdict)) {
    return `'${excerpt(of)}' cannot be waived; findings that can begin with weakened:, missing: or advisories:.`;
  }
  const reason = unwaivable[of] ?? unwaivable[verdict];
  if (reason !== undefined) return `The preset lets nobody waive this: ${reason}`;
  const left = (dayOf(expires) ?? 0) - (dayOf(today) ?? 0);
  if (left < 0) return `It expired on ${expires}.`;
  return left > MOST_DAYS
    ? `It ends in more than a year (${expires}); name a day within a year.`
    : undefined;
};

/** The waiver of a finding; undefined where there is none. */
export const waiverOf = (finding: Finding, { valid }: Waivers): Waiver | undefined =>
  valid.find(({ of }) => of === idOf(finding));
