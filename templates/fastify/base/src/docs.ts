/** Interactive documentation, served from this host alone, under a policy of its own. */

import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";
import type { Document } from "./openapi.ts";

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; " +
  "base-uri 'none'; frame-ancestors 'none'";
const ASSETS = new URL("static/", import.meta.resolve("@fastify/swagger-ui/package.json"));
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API documentation</title>
<link rel="icon" href="docs-assets/favicon-32x32.png">
<link rel="stylesheet" href="docs-assets/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs-assets/swagger-ui-bundle.js"></script>
<script src="docs.js"></script>
</body>
</html>
`;
const HTML = "text/html; charset=utf-8";
const SCRIPT = "text/javascript; charset=utf-8";

/** Adds `/openapi.json` and the page that shows it, at both addresses where clients look. */
export const includeDocs = (app: FastifyInstance, document: () => Document): void => {
  for (const path of ["/docs", "/redoc"]) serve(app, path, HTML, () => PAGE);
  serve(app, "/docs.js", SCRIPT, () => readFileSync(new URL("docs.js", import.meta.url)));
  serve(app, "/docs-assets/swagger-ui-bundle.js", SCRIPT, asset("swagger-ui-bundle.js"));
  serve(app, "/docs-assets/swagger-ui.css", "text/css; charset=utf-8", asset("swagger-ui.css"));
  serve(app, "/docs-assets/favicon-32x32.png", "image/png", asset("favicon-32x32.png"));
  serve(app, "/openapi.json", "application/json; charset=utf-8", () => JSON.stringify(document()));
};

const asset = (name: string) => (): Buffer => readFileSync(new URL(name, ASSETS));

const serve = (
  app: FastifyInstance,
  path: string,
  type: string,
  read: () => string | Buffer,
): void => {
  let content: string | Buffer | undefined;
  app.get(path, { schema: {} }, async (_request, reply) => {
    content ??= read();
    if (type === HTML) reply.header("content-security-policy", POLICY);
    return reply.type(type).send(content);
  });
};
