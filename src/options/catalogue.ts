import type { Catalogue } from "./types.ts";

/** The one statement of every option. Prompts, flags, schemas, help and tests derive from it. */
export const catalogue: Catalogue = [
  {
    kind: "text",
    id: "name",
    label: "Project name",
    hint: "names the package and the database",
    question: "What is the project called?",
    group: "Project",
    change: {
      fixed: {
        reason:
          "The database, tokens, volumes and deployments are named after it; APP_NAME is the name that people see.",
      },
    },
    default: "my-api",
    pattern: "[a-z][a-z0-9-]*[a-z0-9]",
    maxLength: 63,
    rule: "2 to 63 lower-case letters, digits and hyphens, starting with a letter and not ending with a hyphen",
  },
  {
    kind: "choice",
    id: "stack",
    label: "Stack",
    hint: "language and framework",
    question: "What is it written in?",
    group: "Project",
    change: {
      fixed: { reason: "Another stack is another program: create a new project for it." },
    },
    default: "fastapi",
    choices: [
      {
        id: "fastapi",
        label: "FastAPI",
        hint: "Python 3.11 or newer",
        also: ["python", "fast-api"],
      },
    ],
  },
  {
    kind: "text",
    id: "description",
    label: "Description",
    hint: "one line for the README and the API document",
    question: "What does it do?",
    group: "Project",
    change: {},
    default: "A secured API service.",
    pattern: "[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u{202A}-\\u{202E}\\u{2066}-\\u{2069}]*",
    maxLength: 200,
    rule: "at most 200 characters on one line, without control characters",
  },
  {
    kind: "text",
    id: "security-contact",
    label: "Security contact",
    hint: "e-mail address or https URL for reports of vulnerabilities",
    question: "Where are vulnerabilities reported?",
    group: "Project",
    change: {},
    default: "",
    custom: true,
    pattern:
      "(?:[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+|https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&%+-]*)?)?",
    maxLength: 200,
    rule: "the form of an e-mail address or an https URL",
  },
  {
    kind: "choice",
    id: "framework-version",
    label: "Framework version",
    hint: "release of the framework, with its latest patch",
    question: "Which release of the framework?",
    group: "Project",
    change: {},
    default: "0.165",
    custom: true,
    releases: {
      reason:
        "only tested releases are offered, and FastAPI before 0.133 " +
        "cannot use the security fixes of Starlette",
    },
    choices: [
      {
        id: "0.165",
        label: "0.165",
        hint: "the latest tested FastAPI",
        stacks: ["fastapi"],
      },
      {
        id: "0.141",
        label: "0.141",
        hint: "FastAPI without built-in telemetry",
        stacks: ["fastapi"],
      },
      {
        id: "0.136",
        label: "0.136",
        hint: "FastAPI with a flat list of routes, for libraries that iterate over it",
        stacks: ["fastapi"],
      },
    ],
  },
  {
    kind: "choice",
    id: "environment",
    label: "Environment",
    hint: "which defaults the new project gets; security does not depend on it",
    question: "Where will it run first?",
    group: "Project",
    change: {
      byHand: "The .env of this project stays as it is: compare it with the new .env.example.",
    },
    default: "development",
    choices: [
      {
        id: "development",
        label: "Development",
        hint: "runs immediately, without any set-up",
        also: ["dev", "local"],
      },
      {
        id: "staging",
        label: "Staging",
        hint: "defaults close to those of production",
        also: ["stage", "test"],
      },
      {
        id: "production",
        label: "Production",
        hint: "requires every production setting",
        also: ["prod", "live"],
      },
    ],
  },
  {
    kind: "choice",
    id: "orm",
    label: "ORM",
    hint: "how the service accesses the database",
    question: "Which ORM does it use?",
    group: "Data",
    change: {
      fixed: {
        reason:
          "Each ORM keeps its own history of migrations, and the code of your tables is written for it.",
      },
    },
    default: "sqlalchemy",
    choices: [
      {
        id: "sqlalchemy",
        label: "SQLAlchemy",
        hint: "SQLAlchemy 2, async, with Alembic migrations",
        also: ["sqla", "alchemy", "sqlmodel"],
        stacks: ["fastapi"],
      },
      {
        id: "tortoise",
        label: "Tortoise",
        hint: "Tortoise ORM, with its built-in migrations",
        also: ["tortoise-orm"],
        stacks: ["fastapi"],
      },
    ],
  },
  {
    kind: "choice",
    id: "database",
    label: "Database",
    hint: "where the service stores its data",
    question: "Which database does it use?",
    group: "Data",
    change: {
      byHand:
        "DATABASE_URL and the data stay as they are: create and migrate the new database, copy the rows, and review your own migrations.",
    },
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
        also: ["sqlite3", "file"],
        incompatible: [
          {
            option: "environment",
            choices: ["production"],
            reason: "the service refuses to start with SQLite in production",
          },
        ],
      },
      {
        id: "postgresql",
        label: "PostgreSQL",
        hint: "version 15 or newer",
        also: ["pg", "postgres", "psql"],
      },
      {
        id: "mysql",
        label: "MySQL",
        hint: "version 8.0.17 or newer, or MariaDB 10.11.5 or newer",
        also: ["mariadb", "maria"],
      },
    ],
  },
  {
    kind: "choice",
    id: "auth",
    label: "Sign-in",
    hint: "how callers authenticate",
    question: "How do callers sign in?",
    group: "Sign-in",
    change: {
      fixed: {
        reason: "The sign-in methods keep their accounts in different tables.",
        among: ["jwt", "opaque", "session"],
      },
      byHand:
        "Accounts stay, but everybody has to sign in again, and clients have to use the new method.",
    },
    default: "jwt",
    choices: [
      {
        id: "jwt",
        label: "JWT",
        hint: "accounts with passwords, short access tokens, rotating refresh tokens",
        also: ["token", "bearer"],
      },
      {
        id: "opaque",
        label: "Opaque tokens",
        hint: "like JWT, with random tokens that only the service can resolve",
        also: ["reference"],
      },
      {
        id: "session",
        label: "Session cookie",
        hint: "accounts with passwords, for web pages; with CSRF protection",
        also: ["cookie", "cookies"],
      },
      {
        id: "api-key",
        label: "API keys",
        hint: "hashed, with scopes; for machines, created by an administrator",
        also: ["apikey", "key", "keys"],
      },
      {
        id: "oidc",
        label: "OpenID Connect",
        hint: "tokens from an identity provider, such as Keycloak, Auth0 or Entra ID",
        also: ["oauth", "oauth2", "openid", "sso", "keycloak"],
      },
    ],
  },
  {
    kind: "choice",
    id: "password-hash",
    label: "Password hash",
    hint: "how the service stores passwords",
    question: "How are passwords hashed?",
    group: "Sign-in",
    change: {
      byHand:
        "Passwords that are stored already can no longer be verified: keep the old hasher beside the new one until they are replaced, or let everybody reset the password.",
    },
    default: "argon2",
    appliesWhen: {
      has: { auth: ["jwt", "opaque", "session"] },
      reason: "the other sign-in methods store no passwords",
    },
    choices: [
      {
        id: "argon2",
        label: "Argon2id",
        hint: "recommended by OWASP, with its parameters",
        also: ["argon2id", "argon"],
      },
      {
        id: "bcrypt",
        label: "bcrypt",
        hint: "cost 12; refuses passwords longer than 72 bytes",
        also: ["blowfish"],
      },
    ],
  },
  {
    kind: "choice",
    id: "jobs",
    label: "Jobs",
    hint: "what runs background work, such as sending mails",
    question: "How do background jobs run?",
    group: "Operation",
    change: {
      byHand: "Jobs that are waiting are not handed over: let the old version finish them first.",
    },
    default: "in-process",
    appliesWhen: {
      has: { auth: ["jwt", "opaque", "session"] },
      reason: "jobs send mails, and only accounts with passwords receive any",
    },
    choices: [
      {
        id: "in-process",
        label: "In process",
        hint: "in the service itself, nothing to install",
        also: ["none", "background", "inprocess"],
      },
      {
        id: "taskiq",
        label: "taskiq",
        hint: "separate workers with a queue in Redis; jobs survive the end of a process",
        also: ["celery", "queue", "worker"],
        stacks: ["fastapi"],
        incompatible: [
          { option: "state", choices: ["memory"], reason: "taskiq keeps its queue in Redis" },
        ],
      },
    ],
  },
  {
    kind: "choice",
    id: "state",
    label: "State",
    hint: "where rate limit counters and cached values are kept",
    question: "Where are counters and cached values kept?",
    group: "Operation",
    change: {},
    default: { by: "environment", development: "memory", staging: "redis", production: "redis" },
    choices: [
      {
        id: "memory",
        label: "Memory",
        hint: "in the process, nothing to install",
        also: ["ram", "in-memory", "none"],
      },
      {
        id: "redis",
        label: "Redis",
        hint: "shared by all processes; 6.2 or newer",
        also: ["valkey"],
      },
    ],
  },
  {
    kind: "choice",
    id: "container",
    label: "Container",
    hint: "how the service is packaged",
    question: "How is it packaged?",
    group: "Operation",
    change: {},
    default: "docker",
    custom: true,
    beside: true,
    choices: [
      { id: "none", label: "No container", hint: "no image; it runs from its folder", bare: true },
      {
        id: "docker",
        label: "Docker",
        hint: "a minimal image, and Docker Compose for development and tests",
        also: ["compose", "dockerfile", "oci", "podman"],
      },
    ],
  },
  {
    kind: "choice",
    id: "deploy",
    label: "Deployment",
    hint: "what the service is deployed with",
    question: "What is it deployed with?",
    group: "Operation",
    change: {},
    default: "none",
    custom: true,
    beside: true,
    choices: [
      { id: "none", label: "No manifests", hint: "deployed by other means", bare: true },
      {
        id: "kubernetes",
        label: "Kubernetes",
        hint: "hardened manifests for staging and production, made with Kustomize",
        also: ["k8s", "kustomize", "kubectl"],
        incompatible: [
          {
            option: "container",
            choices: ["none"],
            reason: "pods run the image, which Docker builds",
          },
          {
            option: "database",
            choices: ["sqlite"],
            reason: "pods share no disk, and each would have a database of its own",
          },
          {
            option: "state",
            choices: ["memory"],
            reason: "several replicas run, and only Redis lets them count requests together",
          },
        ],
      },
    ],
  },
  {
    kind: "choice",
    id: "ci",
    label: "CI",
    hint: "what checks every change, audits dependencies and publishes",
    question: "Which CI checks it?",
    group: "Operation",
    change: {},
    default: "github",
    custom: true,
    beside: true,
    choices: [
      { id: "none", label: "No CI", hint: "checked by other means", bare: true },
      {
        id: "github",
        label: "GitHub Actions",
        hint: "workflows with the least permissions, pinned by commit",
        also: ["actions", "gha", "github-actions"],
      },
      {
        id: "gitlab",
        label: "GitLab CI/CD",
        hint: "a pipeline with images pinned by digest",
        also: ["gitlab-ci"],
      },
    ],
  },
  {
    kind: "many",
    id: "telemetry",
    label: "Telemetry",
    hint: "what the service reports about itself; off until configured",
    question: "Which telemetry can it send?",
    group: "Operation",
    change: {},
    custom: true,
    beside: true,
    default: [],
    choices: [
      {
        id: "prometheus",
        label: "Prometheus",
        hint: "metrics, with a Grafana dashboard and alert rules",
        also: ["metrics", "grafana"],
        stacks: ["fastapi"],
      },
      {
        id: "opentelemetry",
        label: "OpenTelemetry",
        hint: "traces of requests, statements and jobs, without their values",
        also: ["otel", "otlp", "tracing", "traces"],
        stacks: ["fastapi"],
      },
      {
        id: "sentry",
        label: "Sentry",
        hint: "reports of crashes, without any value of a request",
        also: ["crashes", "errors"],
        stacks: ["fastapi"],
      },
    ],
  },
];
