import type { Catalogue } from "./types.ts";

/** The one statement of every option. Prompts, flags, schemas, help and tests derive from it. */
export const catalogue: Catalogue = [
  {
    kind: "text",
    id: "name",
    label: "Project name",
    hint: "names the package and the database",
    default: "my-api",
    pattern: "[a-z][a-z0-9-]*[a-z0-9]",
    maxLength: 63,
    rule: "2 to 63 lower-case letters, digits and hyphens, a letter first, no hyphen last",
  },
  {
    kind: "text",
    id: "description",
    label: "Description",
    hint: "one line for the README and the API document",
    default: "A secured API service.",
    pattern: "[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u{202A}-\\u{202E}\\u{2066}-\\u{2069}]*",
    maxLength: 200,
    rule: "at most 200 characters on one line, without control characters",
  },
  {
    kind: "choice",
    id: "stack",
    label: "Stack",
    hint: "language and framework",
    default: "fastapi",
    choices: [{ id: "fastapi", label: "FastAPI", hint: "Python 3.11 or newer" }],
  },
  {
    kind: "choice",
    id: "framework-version",
    label: "Framework version",
    hint: "which release of the framework, with its newest patch",
    default: "0.165",
    releases: {
      reason:
        "only releases with which all of this is tested are offered, and FastAPI before 0.133 " +
        "cannot have the security fixes of Starlette",
    },
    choices: [
      {
        id: "0.165",
        label: "0.165",
        hint: "the newest FastAPI that is tested",
        stacks: ["fastapi"],
      },
      {
        id: "0.141",
        label: "0.141",
        hint: "FastAPI without telemetry built in",
        stacks: ["fastapi"],
      },
      {
        id: "0.136",
        label: "0.136",
        hint: "FastAPI whose routes are a flat list, for libraries that walk over them",
        stacks: ["fastapi"],
      },
    ],
  },
  {
    kind: "choice",
    id: "environment",
    label: "Environment",
    hint: "what the new project is made ready for; security does not depend on it",
    default: "development",
    choices: [
      { id: "development", label: "Development", hint: "runs at once, without any set-up" },
      { id: "staging", label: "Staging", hint: "defaults near to those of production" },
      { id: "production", label: "Production", hint: "asks for every production setting" },
    ],
  },
  {
    kind: "choice",
    id: "orm",
    label: "ORM",
    hint: "how the service speaks to the database",
    default: "sqlalchemy",
    choices: [
      {
        id: "sqlalchemy",
        label: "SQLAlchemy",
        hint: "SQLAlchemy 2, async, with Alembic migrations",
        stacks: ["fastapi"],
      },
      {
        id: "tortoise",
        label: "Tortoise",
        hint: "Tortoise ORM, with the migrations that it brings",
        stacks: ["fastapi"],
      },
    ],
  },
  {
    kind: "choice",
    id: "database",
    label: "Database",
    hint: "what the service stores its data in",
    default: {
      by: "environment",
      development: "sqlite",
      staging: "postgresql",
      production: "postgresql",
    },
    choices: [
      {
        id: "sqlite",
        label: "SQLite",
        hint: "a file, nothing to install",
        incompatible: [
          {
            option: "environment",
            choices: ["production"],
            reason: "a service in production refuses to start on SQLite",
          },
        ],
      },
      { id: "postgresql", label: "PostgreSQL", hint: "version 15 or newer" },
      { id: "mysql", label: "MySQL", hint: "version 8.0.17 or newer, or MariaDB 10.11.5 or newer" },
    ],
  },
  {
    kind: "choice",
    id: "state",
    label: "State",
    hint: "where counters and short-lived values are kept",
    default: { by: "environment", development: "memory", staging: "redis", production: "redis" },
    choices: [
      { id: "memory", label: "Memory", hint: "in the process, nothing to install" },
      { id: "redis", label: "Redis", hint: "shared by all processes; 6.2 or newer" },
    ],
  },
  {
    kind: "choice",
    id: "auth",
    label: "Sign-in",
    hint: "how callers prove who they are",
    default: "jwt",
    choices: [
      {
        id: "jwt",
        label: "JWT",
        hint: "accounts with passwords, short access tokens, rotating refresh tokens",
      },
      {
        id: "opaque",
        label: "Opaque tokens",
        hint: "the same with random tokens that only the service can read",
      },
      {
        id: "session",
        label: "Session cookie",
        hint: "accounts with passwords, for web pages; with CSRF protection",
      },
      {
        id: "api-key",
        label: "API keys",
        hint: "hashed, with scopes; for machines, made by an admin",
      },
      {
        id: "oidc",
        label: "OpenID Connect",
        hint: "tokens of an identity provider, such as Keycloak, Auth0 or Entra ID",
      },
    ],
  },
  {
    kind: "choice",
    id: "password-hash",
    label: "Password hash",
    hint: "how the service stores passwords",
    default: "argon2",
    appliesWhen: {
      has: { auth: ["jwt", "opaque", "session"] },
      reason: "the other ways of signing in store no password",
    },
    choices: [
      { id: "argon2", label: "Argon2id", hint: "what OWASP advises; with its parameters" },
      { id: "bcrypt", label: "bcrypt", hint: "cost 12; refuses passwords of more than 72 bytes" },
    ],
  },
  {
    kind: "choice",
    id: "jobs",
    label: "Jobs",
    hint: "what does the work that comes after the answer, such as sending mails",
    default: "in-process",
    appliesWhen: {
      has: { auth: ["jwt", "opaque", "session"] },
      reason: "jobs send mails, and only accounts with passwords get any",
    },
    choices: [
      { id: "in-process", label: "In process", hint: "the service itself, nothing to install" },
      {
        id: "taskiq",
        label: "taskiq",
        hint: "workers that take it from Redis; nothing is lost with a process",
        stacks: ["fastapi"],
        incompatible: [
          { option: "state", choices: ["memory"], reason: "taskiq keeps its queue in Redis" },
        ],
      },
    ],
  },
];
