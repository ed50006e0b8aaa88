import type { Service } from "../plan/manifest.ts";
import type { ProjectPlan, WiringRecord } from "../plan/types.ts";
import type { Fill } from "./placeholders.ts";
import type { Data } from "./printers/printed.ts";

type Keys = { readonly [key: string]: Data };
/** A container of `compose.yaml`: what it is for, and its keys but for what all have in common. */
type Container = { readonly id: string; readonly doc: readonly string[]; readonly keys: Keys };

/** Where a project listens, and the secrets that every one has. */
const PORT = 8000;
const OWN_SECRETS = ["field_encryption_keys", "secret_key"];
/** Enough for what a server keeps in memory instead of on a disk. */
const TESTS_MEMORY = "2g";
/** How often a server is asked whether it answers, and when it is given up. */
export const HEALTH = { interval: "5s", timeout: "5s", retries: 24 } as const;
const HEALTHY = "service_healthy";
const MIGRATED = "service_completed_successfully";

/** The secret that a setting is read from: its own name in lower case. */
const secretOf = (setting: string): string => setting.toLowerCase();
const mountOf = (secret: string): string => `/run/secrets/${secret}`;
const loopback = (port: number, inside = port): string => `127.0.0.1:${port}:${inside}`;
/** Keys without those that would be empty. */
const present = (keys: Keys): Keys =>
  Object.fromEntries(Object.entries(keys).filter(([, value]) => !isEmpty(value)));
const isEmpty = (value: Data): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
/** For a template, in which a list of one stands for what may be missing. */
const maybe = <Value extends Data>(value: Value): readonly Value[] =>
  isEmpty(value) ? [] : [value];

/** What `compose.yaml` says of the servers beside a project, and what follows for its processes. */
export const composed = (
  { services, files, wiring }: Pick<ProjectPlan, "services" | "files" | "wiring">,
  fill: Fill,
) => {
  const records = (slot: string): readonly WiringRecord[] => wiring.get(slot) ?? [];
  const host = services.find(({ shared }) => shared === true);
  const ports = [loopback(PORT)];
  const servers = [
    ...services.map((service) => server(service, host === service ? ports : [], fill)),
    ...services.flatMap((service) => forTests(service, fill)),
  ];
  for (const path of servers.flatMap(({ keys }) => sources(keys))) {
    if (!files.has(path)) throw new Error(`A container reads '${path}', which no layer brings.`);
  }
  const owner = services.flatMap(({ ownerSettings }) => ownerSettings);
  const secrets = [...OWN_SECRETS, ...services.flatMap(settingSecrets)].sort();
  const place = (published: readonly string[]): Keys =>
    host === undefined
      ? present({ networks: ["default", "backend"], ports: published })
      : { network_mode: `service:${host.id}` };
  const started = {
    ...onceThey(services, HEALTHY),
    ...onceThey([{ id: "migrate" }], MIGRATED),
  };
  const volumes = records("composeVolumes");
  return {
    servers,
    /** Variables of every process, by name. */
    settings: Object.entries({
      ...Object.fromEntries(
        records("composeSettings").map(({ name = "", value = "" }) => [name, value]),
      ),
      ...Object.assign({}, ...services.map(({ settings }) => filled(settings, fill))),
      ...asFiles(services.flatMap(({ secretSettings }) => secretSettings)),
    }),
    ownerSettings: Object.entries(asFiles(owner)),
    secrets,
    service: { ...place(ports), depends_on: started },
    processes: records("composeProcesses").map(
      ({ name = "", command = "", doc = "" }): Container => ({
        id: name,
        doc: [doc],
        keys: {
          command: [command],
          depends_on: started,
          healthcheck: { disable: true },
          ...place([]),
        },
      }),
    ),
    migrate: present({
      command: ["migrate"],
      depends_on: onceThey(
        services.filter(({ ownerSettings }) => ownerSettings.length > 0),
        HEALTHY,
      ),
      healthcheck: { disable: true },
      networks: ["backend"],
      restart: "no",
      secrets: isEmpty(owner) ? [] : [...secrets, ...owner.map(secretOf)].sort(),
    }),
    mounts: maybe(volumes.map(({ name, path }) => `${name}:${path}`)),
    secretFiles: Object.fromEntries(
      [
        ...new Set([
          ...secrets,
          ...owner.map(secretOf),
          ...services.flatMap((service) => [...Object.values(service.secrets), ...service.reads]),
        ]),
      ]
        .sort()
        .map((name) => [name, { file: `./.secrets/${name}` }]),
    ),
    volumes: maybe(
      Object.fromEntries(
        [
          ...services.filter(({ data }) => data !== undefined).map(({ id }) => id),
          ...volumes.map(({ name = "" }) => name),
        ].map((name) => [name, {}]),
      ),
    ),
  };
};

const onceThey = (containers: readonly { readonly id: string }[], condition: string): Keys =>
  Object.fromEntries(containers.map(({ id }) => [id, { condition }]));

const settingSecrets = ({ secretSettings }: Service): readonly string[] =>
  secretSettings.map(secretOf);

const asFiles = (settings: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(settings.map((name) => [`${name}_FILE`, mountOf(secretOf(name))]));

const filled = (texts: Service["environment"], fill: Fill): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, fill(text)]));

/** The files of the project that a container reads, relative to it. */
const sources = ({ volumes }: Keys): readonly string[] =>
  (Array.isArray(volumes) ? volumes : []).flatMap((mount) =>
    [...String(mount).matchAll(/^\.\/([^:]+):/g)].map(([, path = ""]) => path),
  );

const mounted = (files: Service["files"]): readonly string[] =>
  Object.entries(files).map(([target, source]) => `./${source}:${target}:ro`);

/** What a server has in common with one for tests. */
const core = (service: Service, fill: Fill): Keys => ({
  image: service.image,
  entrypoint: service.entrypoint ?? [],
  command: service.command ?? [],
  environment: {
    ...filled(service.environment, fill),
    ...Object.fromEntries(
      Object.entries(service.secrets).map(([name, secret]) => [`${name}_FILE`, mountOf(secret)]),
    ),
  },
  healthcheck: {
    test: ["CMD", ...service.health],
    ...HEALTH,
  },
  mem_limit: service.memory,
  user: service.user,
});

const scratch = ({ user }: Service, paths: readonly string[]): readonly string[] => {
  const [uid, gid] = user.split(":");
  return ["/tmp", ...paths.map((path) => `${path}:uid=${uid},gid=${gid},mode=0700`)];
};

const server = (service: Service, ports: readonly string[], fill: Fill): Container => {
  const { id, doc, data, writable } = service;
  const published = [...ports, ...service.published.map((port) => loopback(port))];
  return {
    id,
    doc,
    keys: present({
      ...core(service, fill),
      networks: published.length === 0 ? ["backend"] : ["default", "backend"],
      ports: published,
      ...(writable === true ? { read_only: false } : {}),
      secrets: [...Object.values(service.secrets), ...service.reads],
      tmpfs: service.scratch.length === 0 ? [] : scratch(service, service.scratch),
      volumes: [...(data === undefined ? [] : [`${id}:${data}`]), ...mounted(service.files)],
    }),
  };
};

/** A server of its own for the tests: empty, in memory, and within reach of this machine. */
const forTests = (service: Service, fill: Fill): readonly Container[] => {
  const { id, port, data, tests } = service;
  if (tests === undefined) return [];
  return [
    {
      id: `tests-${id}`,
      doc: [`For ${tests.variable}: empty at each start, and in memory.`],
      keys: present({
        ...core(service, fill),
        mem_limit: TESTS_MEMORY,
        ports: [loopback(tests.port, port)],
        profiles: ["tests"],
        secrets: Object.values(service.secrets),
        tmpfs: scratch(service, [...service.scratch, ...(data === undefined ? [] : [data])]),
      }),
    },
  ];
};
