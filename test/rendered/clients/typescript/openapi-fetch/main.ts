import { client } from "./client";
import { refresh, signIn } from "./sign-in";
import { walk } from "./walk";

await walk({
  signIn,
  refresh,
  create: async (title) => {
    const { data, error } = await client.POST("/api/v1/notes", { body: { title } });
    if (data === undefined) throw new Error(error.detail);
    return data.id;
  },
  page: async (cursor) => {
    const query = cursor === undefined ? { limit: 2 } : { limit: 2, cursor };
    const { data, error } = await client.GET("/api/v1/notes", { params: { query } });
    if (data === undefined) throw new Error(error.detail);
    return { ids: data.items.map(({ id }) => id), next: data.next_cursor };
  },
});
