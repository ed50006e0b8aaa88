import { expect, test } from "vitest";
import { parseAnswers } from "../../src/options/schema.ts";
import { checkCell, type Edits } from "../fixtures/checked.ts";
import { cellOf } from "../fixtures/matrix.ts";

const cell = cellOf(parseAnswers({ stack: "fastify" }).selection);
const NOTES = "src/notes/routes.ts";
const API = "src/api.ts";
const SIGN_IN = "tests/support/sign-in.ts";

/** Replaces a text that a file has. */
const swap = (before: string, after: string) => (text: string) => text.replace(before, () => after);

const routesTold = (edits: Edits) =>
  checkCell(cell, edits)
    .findings.map(({ finding }) => finding)
    .filter(({ rule }) => rule === "weakened/route");

const ADDED = `export const noteRoutes: Routes = async (app) => {
  app.get(
    "/notes/all",
    { schema: { summary: "All notes", response: { 200: NotePage } } },
    async () => [],
  );
`;
const line = (path: string, text: string) =>
  (cell.texts.get(path) ?? "").split("\n").findIndex((one) => one.includes(text)) + 1;

test("a route that names no permission is told with its file, its line and what to do", () => {
  const edits = { [NOTES]: swap("export const noteRoutes: Routes = async (app) => {\n", ADDED) };
  expect(routesTold(edits)).toEqual([
    {
      verdict: "weakened",
      rule: "weakened/route",
      of: "GET /api/v1/notes/all",
      path: NOTES,
      line: line(NOTES, "export const noteRoutes") + 1,
      what: "GET /api/v1/notes/all asks for no permission: every caller who is signed in may use it.",
      fix: "Name the permission that it needs (config: { access: … }), or put it on the list of public routes of the tests.",
    },
  ]);
});

test.each<[string, string, (text: string) => string]>([
  ["names it no more", NOTES, swap('config: { access: "notes:read" },\n', "")],
  ["is for everybody now", NOTES, swap('access: "notes:read"', 'access: "public"')],
])("a route that %s is told", (_, file, edit) => {
  expect(routesTold({ [file]: edit }).map(({ of, line }) => [of, line])).toEqual([
    ["GET /api/v1/notes", line(NOTES, "app.get(")],
  ]);
});

test("routes that are registered where nobody is asked are told", () => {
  const edit = (text: string) =>
    text
      .replace("      await closed.register(noteRoutes);\n", "")
      .replace(
        "      await open.register",
        "      await open.register(noteRoutes);\n      await open.register",
      );
  const told = routesTold({ [API]: edit });
  expect(told.map(({ of }) => of)).toEqual([
    "GET /api/v1/notes",
    "POST /api/v1/notes",
    "GET /api/v1/notes/:note_id",
    "PATCH /api/v1/notes/:note_id",
    "DELETE /api/v1/notes/:note_id",
  ]);
  expect(told[0]?.what).toBe("GET /api/v1/notes is open to everybody.");
});

const PUBLIC_ROUTE = swap(
  "      await open.register",
  '      open.get("/news", { config: { access: "public" } }, async () => []);\n      await open.register',
);

test("a public route is told until the tests say that it is one", () => {
  expect(routesTold({ [API]: PUBLIC_ROUTE }).map(({ of }) => of)).toEqual(["GET /api/v1/news"]);
  const listed = swap(
    "PUBLIC_ROUTES: ReadonlySet<string> = new Set([",
    'PUBLIC_ROUTES: ReadonlySet<string> = new Set([\n  "GET /api/v1/news",',
  );
  expect(routesTold({ [API]: PUBLIC_ROUTE, [SIGN_IN]: listed })).toEqual([]);
});
