// The yardstick of Fastify: the same query with the same driver, and no security at all.
// Run in a rendered service, whose packages and tables it uses, with DATABASE_URL and PORT set.
import { env } from "node:process";
import Fastify from "fastify";
import pg from "pg";

const pool = new pg.Pool({ connectionString: env.DATABASE_URL, max: 20 });
const app = Fastify();

const User = {
  type: "object",
  properties: {
    id: { type: "string" },
    email: { type: "string" },
    full_name: { type: "string" },
    role: { type: "string" },
    is_active: { type: "boolean" },
    email_verified: { type: "boolean" },
    created_at: { type: "string", format: "date-time" },
  },
};
const READ_USER = {
  name: "read_user",
  text:
    "SELECT id, email, full_name, role, is_active, email_verified, created_at " +
    "FROM users WHERE id = $1",
};

app.get("/users/:id", { schema: { response: { 200: User } } }, async (request, reply) => {
  const { rows } = await pool.query({ ...READ_USER, values: [request.params.id] });
  return rows[0] ?? reply.code(404).send();
});

app.get("/health/live", async () => ({ status: "ok" }));

await app.listen({ host: "127.0.0.1", port: Number(env.PORT) });
