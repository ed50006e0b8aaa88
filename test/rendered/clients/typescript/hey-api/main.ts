import { createNote, listNotes } from "./client";
import { client } from "./client/client.gen";
import { refresh, signIn } from "./sign-in";
import { setting, walk } from "./walk";

client.setConfig({ baseUrl: setting("URL") });
await walk({
  signIn,
  refresh,
  create: async (title) => {
    const { data } = await createNote({ body: { title }, throwOnError: true });
    return data.id;
  },
  page: async (cursor) => {
    const query = cursor === undefined ? { limit: 2 } : { limit: 2, cursor };
    const { data } = await listNotes({ query, throwOnError: true });
    return { ids: data.items.map(({ id }) => id), next: data.next_cursor };
  },
});
