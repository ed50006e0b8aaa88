import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "./certificate.ts";
import { type Daemon, findProgram, startDaemon } from "./daemon.ts";
import type { Project } from "./project.ts";
import { freePort } from "./service.ts";

/** The name in the page on proxies of a rendered service. */
export const HOST = "api.example.com";
export const PREFIX = "/orders";

export type Nginx = Daemon & {
  /** The ports of the server as the page has it, and of one that leaves Host to nginx. */
  readonly plain: number;
  readonly tls: number;
  readonly ownHost: number;
  /** The certificate, for clients to trust. */
  readonly ca: Buffer;
};

/** Where nginx is on this machine. */
export const findNginx = (): string | undefined => findProgram("nginx");

/**
 * Starts nginx with what the service's own page on proxies has, word for word but for places,
 * ports and the time that idle connections are kept.
 */
export const startNginx = async (
  program: string,
  project: Project,
  upstreams: readonly number[],
  keptSeconds: number,
): Promise<Nginx> => {
  const { certificate, privateKey } = await makeCertificate(project, HOST);
  const [plain, tls, ownHost] = await Promise.all([freePort(), freePort(), freePort()]);
  const page = readFileSync(join(project.folder, "docs/proxies.md"), "utf8");
  const example = /```nginx\n(.*?)```/s.exec(page)?.[1] ?? "";
  const config = replaceEach(example, {
    "/etc/ssl/certs/api.example.com.pem": certificate,
    "/etc/ssl/private/api.example.com.key": privateKey,
    "127.0.0.1:8001": `127.0.0.1:${upstreams[0]}`,
    "127.0.0.1:8002": `127.0.0.1:${upstreams[1]}`,
    "keepalive_timeout 60s": `keepalive_timeout ${keptSeconds}s`,
    "listen 80;": `listen 127.0.0.1:${plain};`,
    "listen 443 ssl": `listen 127.0.0.1:${tls} ssl`,
  });
  const other = replaceEach(config.slice(config.indexOf("server {")), {
    "proxy_set_header Host $http_host;": "",
    [`listen 127.0.0.1:${plain};`]: "",
    [`listen 127.0.0.1:${tls} ssl`]: `listen 127.0.0.1:${ownHost} ssl`,
  });
  const file = join(project.folder, "nginx.conf");
  writeFileSync(
    file,
    [...frame(project.folder), "http {", config, other, "access_log off;", "}"].join("\n"),
  );

  const args = ["-e", "stderr", "-p", project.folder, "-c", file];
  const daemon = await startDaemon(program, args, plain);
  return { plain, tls, ownHost, ca: readFileSync(certificate), ...daemon };
};

/** What stands around a server's configuration: it runs here, and leaves nothing elsewhere. */
const frame = (folder: string): readonly string[] => [
  "daemon off;",
  ...(process.getuid?.() === 0 ? ["user root;"] : []),
  "worker_processes 2;",
  "error_log stderr warn;",
  `pid ${join(folder, "nginx.pid")};`,
  "events { worker_connections 1024; }",
];

const replaceEach = (text: string, replacements: Readonly<Record<string, string>>): string =>
  Object.entries(replacements).reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`docs/proxies.md: no ${from}`);
    return result.replaceAll(from, to);
  }, text);
