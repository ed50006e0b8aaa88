/** Shapes of notes over HTTP. */

import { type Static, Type } from "../json-schema.ts";
import { page } from "../pagination.ts";
import { id, input, moment, nullable, output, patch } from "../schemas.ts";
import type { Note } from "./model.ts";

const TITLE = { minLength: 1, maxLength: 200 };
const BODY = { maxLength: 10_000 };
const title = () => Type.String({ ...TITLE, examples: ["Groceries"] });
const body = () => Type.String({ ...BODY, examples: ["Milk, bread, coffee"] });

export type NoteOut = Static<typeof NoteOut>;
export const NoteOut = output(
  "NoteOut",
  {
    id: id(),
    owner_id: id(),
    title: Type.String(TITLE),
    body: nullable(Type.String(BODY)),
    created_at: moment(),
    updated_at: moment(),
  },
  "`body` is null if it can no longer be decrypted; it can be replaced.",
);

export const NotePage = page("NotePage", NoteOut, "A page of notes.");

export type NoteCreate = Static<typeof NoteCreate>;
export const NoteCreate = input(
  "NoteCreate",
  {
    title: title(),
    body: Type.Optional(Type.String({ ...BODY, default: "", examples: ["Milk, bread, coffee"] })),
  },
  "A note without a `body` has an empty one.",
);

export type NoteUpdate = Static<typeof NoteUpdate>;
export const NoteUpdate = patch("NoteUpdate", { title: title(), body: body() });

/** A note as a response has it. */
export const noteOut = (note: Note): NoteOut => ({
  id: note.id,
  owner_id: note.ownerId,
  title: note.title,
  body: note.body ?? null,
  created_at: note.createdAt,
  updated_at: note.updatedAt,
});
