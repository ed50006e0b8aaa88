/** Notes over HTTP. */

import { NotFound } from "../errors.ts";
import { PageQuery, pageRequest } from "../pagination.ts";
import { made, type Routes } from "../routing.ts";
import { id, input, nothing } from "../schemas.ts";
import { NoteRepository } from "./repository.ts";
import { NoteCreate, NoteOut, NotePage, NoteUpdate, noteOut } from "./schemas.ts";
import * as service from "./service.ts";

const TAGS = ["notes"];
const NotePath = input("NotePath", { note_id: id() });

export const noteRoutes: Routes = async (app) => {
  const { resources } = app;
  const { database, cipher, keys } = resources;

  app.get(
    "/notes",
    {
      config: { access: "notes:read" },
      schema: {
        operationId: "listNotes",
        tags: TAGS,
        summary: "List the caller's own notes",
        querystring: PageQuery,
        response: { 200: NotePage },
      },
    },
    async (request) => {
      const asked = pageRequest(request, keys);
      const ownerId = request.principal.user.id;
      const notes = await database.reader((reader) =>
        new NoteRepository(reader, cipher).page(ownerId, asked.limit + 1, asked.after),
      );
      return asked.of(notes.map(noteOut));
    },
  );

  app.post(
    "/notes",
    {
      config: { access: "notes:write" },
      schema: {
        operationId: "createNote",
        tags: TAGS,
        summary: "Create a note",
        body: NoteCreate,
        response: { 201: NoteOut },
      },
    },
    async (request, reply) => {
      const note = await database.transaction((transaction) =>
        service.create(transaction, cipher, request.principal, request.body),
      );
      made(reply, note.id);
      return noteOut(note);
    },
  );

  app.get(
    "/notes/:note_id",
    {
      config: { access: "notes:read", errors: [NotFound] },
      schema: {
        operationId: "readNote",
        tags: TAGS,
        summary: "Read a note",
        description: "It must belong to the caller, unless the caller has `notes:read_any`.",
        params: NotePath,
        response: { 200: NoteOut },
      },
    },
    async (request) =>
      noteOut(await service.read(resources, request.principal, request.params.note_id)),
  );

  app.patch(
    "/notes/:note_id",
    {
      config: { access: "notes:write", errors: [NotFound] },
      schema: {
        operationId: "updateNote",
        tags: TAGS,
        summary: "Change one of the caller's notes",
        params: NotePath,
        body: NoteUpdate,
        response: { 200: NoteOut },
      },
    },
    async (request) => {
      const { body, params, principal } = request;
      const note = await database.transaction((transaction) =>
        service.update(transaction, cipher, principal, params.note_id, body),
      );
      return noteOut(note);
    },
  );

  app.delete(
    "/notes/:note_id",
    {
      config: { access: "notes:write", errors: [NotFound] },
      schema: {
        operationId: "deleteNote",
        tags: TAGS,
        summary: "Delete a note",
        description: "It must belong to the caller, unless the caller has `notes:delete_any`.",
        params: NotePath,
        response: { 204: nothing() },
      },
    },
    async (request, reply) => {
      const { principal, params } = request;
      await database.transaction((transaction) =>
        service.deleteNote(transaction, cipher, principal, params.note_id),
      );
      return reply.code(204).send(null);
    },
  );
};
