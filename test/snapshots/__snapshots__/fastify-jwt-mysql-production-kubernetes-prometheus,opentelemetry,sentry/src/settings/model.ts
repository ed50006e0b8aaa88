/** Every setting of the service. README.md has the same list. */

import { breachUrl } from "./breach-url.ts";
import { contacts, httpsUrls, languages } from "./contacts.ts";
import { databaseUrl } from "./database-url.ts";
import { encryptionKeys } from "./encryption-keys.ts";
import { mailbox } from "./mailbox.ts";
import { hosts, networks, origins, rootPath } from "./network.ts";
import { otlpEndpoint } from "./otlp-endpoint.ts";
import { otlpHeaders } from "./otlp-headers.ts";
import { boolean, integer, text, word } from "./plain.ts";
import { rate } from "./rate.ts";
import { ratio } from "./ratio.ts";
import { redisUrl } from "./redis-url.ts";
import { secret, secrets } from "./secret.ts";
import { sentryDsn } from "./sentry-dsn.ts";
import { optional } from "./setting.ts";
import { smtpUrl } from "./smtp-url.ts";

/** One entry per environment variable, whose name is the entry's in upper case. */
export const SETTINGS = {
  // Service
  environment: word(["development", "test", "staging", "production"], { default: "production" }),
  appName: text({ default: "my-api" }),
  host: text({ default: "127.0.0.1" }),
  port: integer({ min: 1, max: 65535, default: "8000" }),
  rootPath: rootPath({ default: "" }),
  keepAliveSeconds: integer({ min: 1, max: 3600, default: "75" }),
  shutdownDelaySeconds: integer({ min: 0, max: 300, default: "0" }),
  debug: boolean({ offInProduction: true, default: "false" }),
  docsEnabled: boolean({ offInProduction: true, default: "false" }),
  logLevel: word(["debug", "info", "warning", "error"], { default: "info" }),
  logFormat: word(["json", "console"], { default: "json" }),
  logClientAddress: word(["full", "truncated", "off"], { default: "full" }),
  auditRetentionDays: integer({ min: 1, max: 36500, default: "400" }),

  // Vulnerability reports
  securityContact: contacts({ default: "" }),
  securityTxtUrls: httpsUrls({ default: "" }),
  securityLanguages: languages({ default: "en" }),

  // Secrets
  secretKey: secret(),
  secretKeyFallbacks: secrets({ default: "" }),
  fieldEncryptionKeys: encryptionKeys(),

  // Network
  corsOrigins: origins({ requiredInProduction: true, default: "" }),
  allowedHosts: hosts({ requiredInProduction: true, default: "localhost,127.0.0.1" }),
  trustedProxies: networks({ default: "" }),
  maxHeaderBytes: integer({ min: 4096, max: 1048576, default: "32768" }),
  maxBodyBytes: integer({ min: 1024, max: 104857600, default: "1048576" }),
  requestTimeoutSeconds: integer({ min: 1, max: 600, default: "30" }),

  // Rate limits
  rateLimitEnabled: boolean({ default: "true" }),
  rateLimitDefault: rate({ default: "100/minute" }),
  rateLimitAuth: rate({ default: "5/minute" }),

  // Database
  databasePoolSize: integer({ min: 1, max: 1000, default: "10" }),
  databaseMaxOverflow: integer({ min: 0, max: 1000, default: "10" }),
  databasePoolTimeout: integer({ min: 1, max: 60, default: "5" }),
  databasePoolRecycle: integer({ min: 60, max: 86400, default: "1800" }),
  allowPlaintextBackends: boolean({ default: "false" }),
  databaseUrl: databaseUrl(),
  migrationDatabaseUrl: optional(databaseUrl()),

  // Accounts
  reauthMaxAgeSeconds: integer({ min: 60, max: 86400, default: "900" }),
  requireEmailVerification: optional(boolean()),
  passwordMinLength: integer({ min: 8, max: 64, default: "12" }),
  passwordRequireUppercase: boolean({ default: "false" }),
  passwordRequireLowercase: boolean({ default: "false" }),
  passwordRequireDigit: boolean({ default: "false" }),
  passwordRequireSymbol: boolean({ default: "false" }),
  passwordBreachUrl: breachUrl({ default: "" }),

  // Mail
  mailBackend: word(["console", "file", "smtp"], {
    default: "console",
    discouraged: ["console", "file"],
  }),
  mailDir: text({ default: "./mail" }),
  mailFrom: mailbox({ default: "no-reply@example.com" }),
  smtpUrl: smtpUrl({ default: "" }),

  // Tokens
  accessTokenTtlSeconds: integer({ min: 60, max: 3600, default: "900" }),
  refreshTokenTtlSeconds: integer({ min: 3600, max: 7776000, default: "604800" }),
  refreshAbsoluteTtlSeconds: integer({ min: 3600, max: 31536000, default: "2592000" }),
  refreshReuseLeewaySeconds: integer({ min: 0, max: 60, default: "0" }),
  jwtAlgorithm: word(["HS256"], { default: "HS256" }),
  jwtIssuer: text({ default: "my-api" }),
  jwtAudience: text({ default: "my-api" }),

  // Redis
  redisUrl: redisUrl(),
  redisKeyPrefix: text({ default: "my-api" }),

  // Telemetry
  metricsPort: optional(integer({ min: 1, max: 65535 })),
  metricsHost: text({ default: "127.0.0.1" }),
  otelExporterOtlpEndpoint: otlpEndpoint({ default: "" }),
  otelExporterOtlpHeaders: otlpHeaders({ default: "" }),
  otelTracesSamplerArg: ratio({ default: "1" }),
  sentryDsn: sentryDsn({ default: "" }),
};
