import { expect, test } from "vitest";
import { parse } from "yaml";
import { type Cell, everyCell, faultsIn } from "../fixtures/matrix.ts";
import { remembered } from "../fixtures/remembered.ts";

type Container = {
  readonly image: string;
  readonly build?: string;
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly network_mode?: string;
  readonly depends_on?: Readonly<Record<string, object>>;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly mem_limit: string;
  readonly pids_limit: number;
  readonly healthcheck?: object;
  readonly stop_grace_period?: string;
};
type Compose = {
  readonly services: Readonly<Record<string, Container>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes?: Readonly<Record<string, object>>;
  readonly networks: Readonly<Record<string, object>>;
};

const read = remembered((text): Compose => parse(text, { merge: true }));
const cells = everyCell();
const packed = cells.filter(({ texts }) => texts.has("compose.yaml"));
const composeOf = ({ texts }: Cell): Compose => read(texts.get("compose.yaml") ?? "");

/** What a judge finds wrong with a container of any project. */
const faultsOf = (judge: (container: Container, cell: Cell, id: string) => readonly string[]) =>
  faultsIn(packed, (cell) =>
    Object.entries(composeOf(cell).services).flatMap(([id, container]) =>
      judge(container, cell, id).map((fault) => `${id}: ${fault}`),
    ),
  );

test("a project has containers unless it was made without", () => {
  expect(packed.length).toBeGreaterThan(100);
  for (const { selection, texts } of cells) {
    for (const path of ["Dockerfile", "compose.yaml", ".dockerignore"]) {
      expect(texts.has(path)).toBe(selection.container === "docker");
    }
  }
});

// The development server of the identity provider compiles itself anew into its own folders.
const WRITABLE = ["keycloak"];
const BOUNDS: Readonly<Record<string, (container: Container, id: string) => boolean>> = {
  "can be written to": ({ read_only }, id) => !read_only && !WRITABLE.includes(id),
  "keeps capabilities": ({ cap_drop }) => !cap_drop.includes("ALL"),
  "can get privileges": ({ security_opt }) => !security_opt.includes("no-new-privileges:true"),
  "is root": ({ build, user = "" }) => build === undefined && !/^[1-9]\d*:\d+$/.test(user),
  "has no bound on memory": ({ mem_limit }) => !/^\d+[mg]$/.test(mem_limit),
  "has no bound on processes": ({ pids_limit }) => !(pids_limit > 0),
  "is never asked whether it works": ({ build, healthcheck }) =>
    (build ?? healthcheck) === undefined,
};

test("each container has no more rights than it needs", () => {
  expect(
    faultsOf((container, _, id) =>
      Object.keys(BOUNDS).filter((fault) => BOUNDS[fault]?.(container, id)),
    ),
  ).toEqual([]);
});

test("what is stopped has the time to finish its work", () => {
  expect(
    faultsOf(({ build, stop_grace_period: time }) =>
      build === undefined || time === "30s" ? [] : [String(time)],
    ),
  ).toEqual([]);
});

test("each image that is not built here has a tag and a digest", () => {
  expect(
    faultsOf(({ build, image }) =>
      build === "." || /:[\w.-]+@sha256:[0-9a-f]{64}$/.test(image) ? [] : [image],
    ),
  ).toEqual([]);
});

test("nobody else on the network reaches a port, and servers with data have none", () => {
  expect(
    faultsOf(({ ports = [] }) => ports.filter((port) => !port.startsWith("127.0.0.1:"))),
  ).toEqual([]);
  expect(
    faultsOf(({ ports = [] }, _, id) => (["database", "redis"].includes(id) ? ports : [])),
  ).toEqual([]);
});

test("each variable of the service is a setting, and a file of one is a secret of the container", () => {
  const faults = faultsOf(({ build, environment = {}, secrets = [] }, { planned }) => {
    const settings = new Map(planned.settings.map(({ name, kind }) => [name, kind]));
    return Object.entries(environment).flatMap(([name, value]) => {
      const setting = name.replace(/_FILE$/, "");
      if (build !== undefined && !settings.has(setting)) return [`${name} is no setting`];
      if (!name.endsWith("_FILE")) return [];
      return secrets.some((secret) => value === `/run/secrets/${secret}`)
        ? []
        : [`${name}: ${value}`];
    });
  });
  expect(faults).toEqual([]);
});

test("no secret is in the file", () => {
  const NAMES = /PASSWORD|SECRET|TOKEN|_KEYS?$/;
  expect(
    faultsOf(({ environment = {} }) =>
      Object.entries(environment)
        .filter(
          ([name, value]) => (NAMES.test(name) && !name.endsWith("_FILE")) || /:.+@/.test(value),
        )
        .map(([name]) => name),
    ),
  ).toEqual([]);
});

test("each secret, volume, network, file and container that is named is there, and used", () => {
  const used = (cell: Cell, key: "secrets" | "networks"): ReadonlySet<string> =>
    new Set(Object.values(composeOf(cell).services).flatMap((container) => container[key] ?? []));
  expect(
    faultsIn(packed, (cell) => {
      const { services, secrets, volumes = {}, networks } = composeOf(cell);
      const mounts = Object.values(services).flatMap((container) => container.volumes ?? []);
      const [files, named] = [true, false].map((isFile) =>
        mounts
          .filter((mount) => mount.startsWith("./") === isFile)
          .map((mount) => mount.replace(/^\.\//, "").split(":")[0] ?? ""),
      );
      const present = [...cell.texts.keys()];
      const folder = present.filter((path) => path.startsWith(".secrets/"));
      return [
        ...differences("secret", [...used(cell, "secrets")], Object.keys(secrets)),
        ...differences(
          "file of a secret",
          Object.values(secrets).map(({ file }) => file.slice(2)),
          folder,
        ),
        ...differences(
          "network",
          [...used(cell, "networks")],
          [...Object.keys(networks), "default"],
        ),
        ...differences("volume", named ?? [], Object.keys(volumes)),
        ...(files ?? []).filter((file) => !present.includes(file)),
        ...Object.values(services).flatMap(({ depends_on = {}, network_mode = "" }) =>
          [...Object.keys(depends_on), ...network_mode.split(":").slice(1)].filter(
            (id) => services[id] === undefined,
          ),
        ),
      ];
    }),
  ).toEqual([]);
});

const differences = (what: string, ones: readonly string[], others: readonly string[]) => [
  ...ones.filter((one) => !others.includes(one)).map((one) => `${what} ${one} is not there`),
  ...others.filter((one) => !ones.includes(one)).map((one) => `${what} ${one} is not used`),
];

test("the owner's rights are for migrations, and only the servers that need them see passwords", () => {
  const OWNERS = ["migrate", "database"];
  expect(
    faultsOf(({ secrets = [] }, _, id) =>
      secrets.includes("migration_database_url") && !OWNERS.includes(id) ? ["is the owner"] : [],
    ),
  ).toEqual([]);
});

test("a fresh clone has a command for each secret", () => {
  expect(
    faultsIn(packed, ({ texts }) => {
      const made = [...(texts.get("README.md") ?? "").matchAll(/> \.secrets\/(\w+)$/gm)].map(
        ([, name = ""]) => `.secrets/${name}`,
      );
      return differences(
        "secret",
        made,
        [...texts.keys()].filter((path) => path.startsWith(".secrets/")),
      );
    }),
  ).toEqual([]);
});
