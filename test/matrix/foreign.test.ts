import { expect, test } from "vitest";
import { everyCell, faultsIn } from "../fixtures/matrix.ts";
import { remembered } from "../fixtures/remembered.ts";

/** Words that a project may hold only beside one of these choices. */
const words: readonly { readonly word: RegExp; readonly of: readonly string[] }[] = [
  { word: /sqlalchemy|alembic/i, of: ["sqlalchemy"] },
  { word: /tortoise|pypika/i, of: ["tortoise"] },
  { word: /drizzle/i, of: ["drizzle"] },
  { word: /mikro/i, of: ["mikro-orm"] },
  { word: /sqlite/i, of: ["sqlite"] },
  { word: /postgres|asyncpg|plpgsql|\bpg_/i, of: ["postgresql"] },
  { word: /mysql|mariadb|asyncmy|innodb/i, of: ["mysql"] },
  { word: /redis\b/i, of: ["redis"] },
  { word: /taskiq/i, of: ["taskiq"] },
  { word: /bullmq/i, of: ["bullmq"] },
  { word: /bullmq/i, of: ["bullmq"] },
  { word: /\bjwt/i, of: ["jwt", "oidc"] },
  { word: /refresh[-_ ]token|token family/i, of: ["jwt", "opaque"] },
  { word: /csrf|__Host-/i, of: ["session"] },
  { word: /api[-_ ]keys?\b|csa_/i, of: ["api-key"] },
  { word: /oidc|openid|jwks|keycloak|identity provider/i, of: ["oidc"] },
  {
    word: /pwdlib|forgot-|smtp|mail_(?:backend|dir|from)/i,
    of: ["jwt", "opaque", "session"],
  },
  {
    word: /\b(?:and|or|failed) jobs?\b|\bqueues\b|(?<!-)\bmails\b/i,
    of: ["in-process", "taskiq", "bullmq"],
  },
  { word: /\bapi, worker\b/i, of: ["taskiq", "bullmq"] },
  { word: /argon2/i, of: ["argon2"] },
  { word: /bcrypt/i, of: ["bcrypt"] },
  { word: /prometheus|grafana|metrics/i, of: ["prometheus"] },
  { word: /opentelemetry|otel|otlp|trace_id|\bspans?\b/i, of: ["opentelemetry"] },
  { word: /sentry/i, of: ["sentry"] },
  { word: /docker|\bcompose\b|distroless|mailpit|(?<!\.)\.secrets\b/i, of: ["docker"] },
  { word: /kubernetes|kubectl|kustom|\bk8s\b/i, of: ["kubernetes"] },
  { word: /github|zizmor/i, of: ["github"] },
  { word: /gitlab/i, of: ["gitlab"] },
  { word: /renovate|kingfisher/i, of: ["github", "gitlab"] },
  { word: /create-secure-api|yeoman|\bejs\b|<%/i, of: [] },
];

/** Where a word stands for something else: what is redacted, refused or derived, or an attack. */
const exceptions: Readonly<Record<string, RegExp>> = {
  // CI checks and proves a project with the version that the project is from.
  ".github/workflows/ci.yml": /^create-secure-api$/,
  ".github/workflows/evidence.yml": /^create-secure-api$/,
  ".gitlab-ci.yml": /^create-secure-api$/,
  "SECURITY.md": /^create-secure-api$/,
  // Where hooks come from, whatever the project itself is kept in.
  ".pre-commit-config.yaml": /^github$/,
  "app/redaction.py": /csrf/,
  "app/security/keys.py": /create-secure-api/,
  "src/redaction.ts": /csrf/,
  "src/security/keys.ts": /create-secure-api/,
  // Everybody can have a page below it.
  "app/settings/types.py": /^github$/,
  "src/settings/registries.ts": /^github$/,
  "tests/settings/kinds.test.ts": /^github$/,
  // Passwords that everybody tries are refused of every server, whichever it is.
  "app/settings/backends.py": /^(?:docker|mariadb|mysql|postgres|redis)$/,
  // Types of an ORM name the drivers of every database.
  "src/database/peers.d.ts": /^mysql$/,
  "src/settings/backends.ts": /^(?:docker|mariadb|mysql|postgres|redis)$/,
  // The standard asks about every way of signing in, and each of its requirements has an answer.
  "docs/asvs.md": /^(?:__Host-|[Rr]efresh token|identity provider|OpenID)$/,
  // An autoscaler reads metrics of pods, whatever else there is.
  "deploy/kubernetes/README.md": /^metrics$/,
  "deploy/kubernetes/base/api.yaml": /^metrics$/,
  "tests/auth/test_access_tokens.py": /csrf|api-key/i,
  "tests/health/test_routes.py": /postgres/,
  "tests/security/test_keys.py": /create-secure-api|csrf|api-key/,
  "tests/settings/test_database_url.py": /sqlite|postgres|mysql/,
  // What an orchestrator sets beside the service's own variables.
  "tests/settings/test_environment.py": /^KUBERNETES$/,
  "tests/settings/test_server_url.py": /^(?:mariadb|MySQL|postgres)$/,
  "tests/support/event_loop.py": /sqlite/,
  "tests/test_logging.py": /postgres|jwt|csrf|api_key/i,
  "tests/auth/access-tokens.test.ts": /csrf|api-key/i,
  "tests/logging.test.ts": /postgres|jwt|csrf|refresh_token|api-key/i,
  "tests/security/keys.test.ts": /create-secure-api|csrf|api-key/,
  "tests/settings/database-url.test.ts": /sqlite|postgres|mysql/,
  "tests/settings/server-url.test.ts": /^(?:mariadb|MySQL|postgres)$/,
  // Whoever should not use the password grant is told what to use instead (RFC 9700).
  // And what a proxy has to do is said of every proxy.
  // And a project says what checks, proves and updates it.
  "README.md": /openid|kubernetes|create-secure-api/i,
  "docs/proxies.md": /kubernetes|k8s/i,
};

const cells = everyCell();

test.each(words)("$word is only where it belongs", ({ word, of }) => {
  const strangers = cells.filter(({ selection }) =>
    Object.values(selection)
      .flat()
      .every((choice) => !of.includes(choice)),
  );
  const every = new RegExp(word, `${word.flags}g`);
  const find = remembered((text) => text.match(every) ?? []);
  const faults = faultsIn(strangers, ({ texts }) =>
    [...texts].flatMap(([path, text]) => {
      const found = [...find(path), ...find(text)].find((each) => !exceptions[path]?.test(each));
      return found === undefined ? [] : [`${path}: ${found}`];
    }),
  );
  expect(faults).toEqual([]);
});
