import { expect, test } from "vitest";
import { everySelection } from "../../src/options/matrix.ts";
import { chosen } from "../../src/options/resolve.ts";
import {
  type KubernetesObject,
  objectsIn,
  podFaults,
  settingsIn,
  workloadsIn,
} from "../fixtures/kubernetes.ts";
import { type Cell, cellOf, faultsIn } from "../fixtures/matrix.ts";

const FOLDER = "deploy/kubernetes";
const OVERLAYS = ["staging", "production"] as const;
const LONGEST = `a${"-b".repeat(31)}`;
/** Kinds of settings that hold a secret, or a URL with a password. */
const CONFIDENTIAL = /^(?:secrets?|encryption-keys|(?:database|redis|smtp)-url)$/;
/** A server of PostgreSQL allows 100 connections by default, and keeps 3 for its administrators. */
const CONNECTIONS = 97;
const COMPONENT = "app.kubernetes.io/component";

const cells = everySelection()
  .filter(({ deploy }) => deploy === "kubernetes")
  .map((selection) => cellOf(selection));

const textOf = ({ texts }: Cell, path: string): string => {
  const text = texts.get(path);
  if (text === undefined) throw new Error(`there is no ${path}`);
  return text;
};

const manifests = new Map<string, readonly KubernetesObject[]>();
const objectsOf = (cell: Cell, path: string): readonly KubernetesObject[] => {
  const text = textOf(cell, `${FOLDER}/${path}`);
  const known = manifests.get(text) ?? objectsIn(text);
  manifests.set(text, known);
  return known;
};

/** The file that says what belongs together. */
const kustomization = (cell: Cell, folder: string): KubernetesObject => {
  const [found] = objectsOf(cell, `${folder}/kustomization.yaml`);
  if (found === undefined) throw new Error(`${folder}: an empty kustomization`);
  return found;
};

const base = (cell: Cell): readonly KubernetesObject[] =>
  kustomization(cell, "base").resources.flatMap((file: string) => objectsOf(cell, `base/${file}`));

const workloads = (cell: Cell) => workloadsIn(base(cell));

const settingsOf = (cell: Cell, overlay: string) =>
  settingsIn([kustomization(cell, "base"), kustomization(cell, `overlays/${overlay}`)]);

const named = (cell: Cell, kind: string, name: string): KubernetesObject => {
  const found = base(cell).find((object) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`there is no ${kind} ${name}`);
  return found;
};

const dockerfile = (cell: Cell, pattern: RegExp): string => {
  const [, found = ""] = pattern.exec(textOf(cell, "Dockerfile")) ?? [];
  return found;
};

/** Expects a judge to find no fault in any project, and looks that there are some. */
const expectNoFault = (judge: (cell: Cell) => readonly string[]): void => {
  expect(cells.length).toBeGreaterThan(10);
  expect(faultsIn(cells, judge)).toEqual([]);
};

test("each manifest is listed, and each that is listed is there", () => {
  expectNoFault((cell) => {
    const listed: readonly string[] = kustomization(cell, "base").resources;
    const there = [...cell.texts.keys()]
      .filter((path) => path.startsWith(`${FOLDER}/base/`))
      .map((path) => path.slice(`${FOLDER}/base/`.length))
      .filter((path) => path !== "kustomization.yaml");
    return [...listed, ...there].filter((file) => !listed.includes(file) || !there.includes(file));
  });
});

test("each pod keeps the Pod Security Standard restricted, which its namespace enforces", () => {
  expectNoFault((cell) => workloads(cell).flatMap(({ pod }) => podFaults(pod)));
  for (const cell of cells) {
    const { labels } = named(cell, "Namespace", "service").metadata;
    expect(labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
  }
});

test.each([
  ["hostNetwork: true", "no namespace of the host"],
  ["securityContext: {}", "no root"],
  ["securityContext: {runAsNonRoot: true, runAsUser: 0}", "a user who is not root"],
  ["volumes: [{name: node, hostPath: {path: /}}]", "only harmless volumes"],
  ["containers: [{name: a, securityContext: {privileged: true}}]", "a: no privileges"],
  ["containers: [{name: a, securityContext: {capabilities: {drop: []}}}]", "a: no capability"],
  ["containers: [{name: a, ports: [{hostPort: 1}]}]", "a: no port of the host"],
  ["initContainers: [{name: a}]", "a: no escalation"],
])("a pod with %s is found out", (broken, fault) => {
  const [pod] = workloadsIn(objectsIn(textOf(cells[0] as Cell, `${FOLDER}/base/api.yaml`)));
  expect(podFaults({ ...pod?.pod, ...objectsIn(broken)[0] })).toContain(fault);
});

const hasCommand = ({ texts }: Cell, name: string): boolean =>
  [`app/commands/${name}.py`, `src/commands/${name}.ts`].some((path) => texts.has(path));

test("pods run the image as the user, on the port and with commands that it has", () => {
  expectNoFault((cell) => {
    const user = dockerfile(cell, /^USER (\d+):\1$/m);
    const port = dockerfile(cell, /^EXPOSE (\d+)$/m);
    expect(dockerfile(cell, /\bPORT=(\d+)/)).toBe(port);
    return workloads(cell).flatMap(({ name, pod }) => {
      const { runAsUser, runAsGroup, fsGroup } = pod.securityContext;
      const [{ args, image, ports = [] }] = pod.containers;
      return [
        ...[runAsUser, runAsGroup, fsGroup].filter((id) => `${id}` !== user),
        ...ports.filter(
          (each: { name: string; containerPort: number }) =>
            each.name === "http" && `${each.containerPort}` !== port,
        ),
        ...(hasCommand(cell, args[0]) ? [] : [`${name}: no ${args[0]}`]),
        ...(image === "service" ? [] : [image]),
      ].map(String);
    });
  });
});

/** Where a stack says which probes there are, and how. */
const routesOf = ({ texts }: Cell) => {
  const python = texts.get("app/health/routes.py");
  if (python !== undefined) {
    return [/\["\/health\/live"\]/, /Router\(prefix="\/health"[\s\S]*@router.get\("\/ready"/].map(
      (pattern) => ({ text: python, pattern }),
    );
  }
  const text = texts.get("src/health/routes.ts") ?? "";
  return [/app\.get\(\s*"\/health\/live"/, /app\.get\(\s*"\/health\/ready"/].map((pattern) => ({
    text,
    pattern,
  }));
};

test("what probes, the Service, the Ingress and policies call is there", () => {
  expectNoFault((cell) => {
    const [container] = named(cell, "Deployment", "api").spec.template.spec.containers;
    const [{ name: port }] = container.ports;
    const called = [
      ...["startup", "readiness", "liveness"].map((kind) => container[`${kind}Probe`].httpGet.port),
      named(cell, "Service", "api").spec.ports[0].targetPort,
      named(cell, "Ingress", "api").spec.rules[0].http.paths[0].backend.service.port.name,
      named(cell, "NetworkPolicy", "from-ingress").spec.ingress[0].ports[0].port,
    ];
    for (const route of routesOf(cell)) expect(route.text).toMatch(route.pattern);
    expect(container.livenessProbe.httpGet.path).toBe("/health/live");
    expect(container.startupProbe.httpGet.path).toBe("/health/live");
    expect(container.readinessProbe.httpGet.path).toBe("/health/ready");
    return called.filter((each) => each !== port);
  });
});

test("each variable is a setting, secrets come from files, and production misses none", () => {
  expectNoFault((cell) =>
    OVERLAYS.flatMap((overlay) => {
      const given = settingsOf(cell, overlay);
      const { settings } = cell.planned;
      const isGiven = (name: string) => [name, `${name}_FILE`].some((each) => each in given);
      const isSecret = ({ kind }: (typeof settings)[number]) => CONFIDENTIAL.test(kind);
      const names = settings.map((one) => (isSecret(one) ? `${one.name}_FILE` : one.name));
      const required = settings.filter(
        (one) => one.default === undefined || one.production === "required",
      );
      expect(given.ENVIRONMENT).toBe(overlay);
      expect(required.length).toBeGreaterThan(4);
      return [
        ...Object.keys(given).filter((name) => !names.includes(name)),
        ...required.filter(({ name }) => !isGiven(name)).map(({ name }) => `no ${name}`),
        ...(given.MAIL_BACKEND === "smtp" && !isGiven("SMTP_URL") ? ["no SMTP_URL"] : []),
      ];
    }),
  );
});

test("no manifest holds a secret, and only migrate and purge have those of the owner", () => {
  expectNoFault((cell) => {
    const files = [...cell.texts].filter(([path]) => path.startsWith(FOLDER));
    const values = cell.planned.settings.filter(({ kind }) => CONFIDENTIAL.test(kind));
    const written = files.flatMap(([path, text]) =>
      values.flatMap(({ name }) =>
        [...text.matchAll(new RegExp(`\\b${name}\\b(?:=|: +).*`, "g"))].map(
          ([line]) => `${path}: ${line}`,
        ),
      ),
    );
    const owners = workloads(cell).filter(({ pod }) => JSON.stringify(pod).includes('"owner"'));
    expect(owners.map(({ name }) => name)).toEqual(["migrate", "purge"]);
    return [...written, ...base(cell).flatMap(({ kind }) => (kind === "Secret" ? [kind] : []))];
  });
});

test("each secret is a file of a Secret that its process mounts", () => {
  expectNoFault((cell) =>
    workloads(cell).flatMap(({ name, pod }) => {
      const [{ env = [], volumeMounts }] = pod.containers;
      const paths = [
        ...Object.entries(settingsOf(cell, "production")).filter(([key]) => key.endsWith("_FILE")),
        ...env.map((one: { name: string; value: string }) => [one.name, one.value]),
      ];
      const places: readonly string[] = volumeMounts.map(
        (mount: { name: string; mountPath: string }) => {
          const volume = pod.volumes.find((one: { name: string }) => one.name === mount.name);
          return volume.secret === undefined ? "" : `/run/secrets/${volume.secret.secretName}`;
        },
      );
      return paths.flatMap(([key = "", path = ""]) =>
        places.some((place) => path === `${place}/${key.slice(0, -"_FILE".length)}`)
          ? []
          : [`${name}: ${path}`],
      );
    }),
  );
});

test("a pod that stops has time for the requests in flight", () => {
  for (const cell of cells) {
    const { template } = named(cell, "Deployment", "api").spec;
    const delay = Number(settingsOf(cell, "production").SHUTDOWN_DELAY_SECONDS);
    expect(delay).toBeGreaterThan(0);
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(delay + 30);
  }
});

test("with the most replicas, the pools fit into a server as it comes", () => {
  for (const cell of cells) {
    const settings = settingsOf(cell, "production");
    const { maxReplicas } = named(cell, "HorizontalPodAutoscaler", "api").spec;
    const workers = workloads(cell).find(({ name }) => name === "worker")?.object.spec.replicas;
    // Each Deployment has one more while it is rolled out.
    const processes = maxReplicas + 1 + (workers === undefined ? 0 : workers + 1);
    const each = Number(settings.DATABASE_POOL_SIZE) + Number(settings.DATABASE_MAX_OVERFLOW);
    const beside = ["migrate", "purge"].length;
    expect(processes * each + beside).toBeLessThanOrEqual(CONNECTIONS);
  }
});

test("everything is denied to every pod, and labels select the pods that they mean", () => {
  expectNoFault((cell) => {
    expect(named(cell, "NetworkPolicy", "deny-all").spec).toEqual({
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
    });
    const components = workloads(cell).map(({ name }) => name);
    return base(cell).flatMap(({ kind, metadata, spec }) => {
      const { matchLabels = {}, matchExpressions = [] } =
        (kind === "NetworkPolicy" ? spec.podSelector : spec?.selector) ?? {};
      const listed = matchExpressions.flatMap(({ values }: { values: string[] }) => values);
      return [...listed, matchLabels[COMPONENT], metadata.labels?.[COMPONENT]]
        .filter((component) => component !== undefined && !components.includes(component))
        .map((component) => `${kind} ${metadata.name}: ${component}`);
    });
  });
});

/** The components that a policy is for. */
const selected = ({ podSelector }: KubernetesObject): readonly string[] =>
  podSelector.matchExpressions?.[0].values ?? [podSelector.matchLabels[COMPONENT]];

test("who sends mails, reads tokens or reports crashes reaches a server for it, and nobody else", () => {
  for (const cell of cells) {
    const { auth, jobs, telemetry } = cell.selection;
    const outside = base(cell)
      .filter(({ kind, spec }) => kind === "NetworkPolicy" && JSON.stringify(spec).includes("::/0"))
      .map(({ spec }) => [
        ...selected(spec),
        ...spec.egress[0].ports.map(({ port }: { port: number }) => port),
      ]);
    const hasWorker = jobs !== undefined && jobs !== "in-process";
    const processes = hasWorker ? ["api", "worker"] : ["api"];
    const mail = jobs === undefined ? [] : [[processes.at(-1), 465, 587]];
    const provider = auth === "oidc" ? [["api", 443]] : [];
    const sentry = chosen(telemetry).includes("sentry") ? [[...processes, 443]] : [];
    expect(outside).toEqual([...mail, ...provider, ...sentry]);
  }
});

test("only Prometheus reaches the port of the metrics", () => {
  const scraped = cells.filter(({ selection }) =>
    chosen(selection.telemetry).includes("prometheus"),
  );
  expect(scraped.length).toBeGreaterThan(10);
  for (const cell of scraped) {
    const settings = settingsOf(cell, "production");
    const { spec } = named(cell, "NetworkPolicy", "from-prometheus");
    expect(selected(spec)).toContain("api");
    const containerPort = Number(settings.METRICS_PORT);
    expect(spec.ingress[0].ports).toEqual([{ port: containerPort }]);
    // What discovers pods by their ports finds each process that listens, and no other.
    for (const { name, pod } of workloads(cell)) {
      const ports = pod.containers[0].ports?.filter(
        ({ name: port }: { name: string }) => port === "metrics",
      );
      const own = selected(spec).includes(name) ? [{ name: "metrics", containerPort }] : [];
      expect(ports ?? [], name).toEqual(own);
    }
    expect(spec.ingress[0].from).toHaveLength(1);
    const open = base(cell).filter(
      ({ kind, spec: { ingress } = {} }) => kind === "NetworkPolicy" && ingress,
    );
    expect(open.map(({ metadata }) => metadata.name)).toEqual(["from-ingress", "from-prometheus"]);
    expect(JSON.stringify(named(cell, "Service", "api"))).not.toContain(settings.METRICS_PORT);
  }
});

test("a process reaches the collector of traces and no other server on its port", () => {
  const traced = cells.filter(({ selection }) =>
    chosen(selection.telemetry).includes("opentelemetry"),
  );
  expect(traced.length).toBeGreaterThan(10);
  for (const cell of traced) {
    const { spec } = named(cell, "NetworkPolicy", "to-collector");
    expect(selected(spec)).toContain("api");
    expect(spec.policyTypes).toEqual(["Egress"]);
    expect(spec.egress[0].ports).toEqual([{ port: 4318 }]);
    expect(spec.egress[0].to).toHaveLength(1);
    // Off, until an overlay says where it is.
    expect(settingsOf(cell, "production").OTEL_EXPORTER_OTLP_ENDPOINT).toBe("");
  }
});

test("the longest name makes names that Kubernetes takes", () => {
  expect(LONGEST).toHaveLength(63);
  const [any] = cells;
  const cell = cellOf(any?.selection ?? {}, { name: LONGEST });
  const namespaces = OVERLAYS.map((name) => kustomization(cell, `overlays/${name}`).namespace);
  expect(new Set(namespaces).size).toBe(OVERLAYS.length);
  const [labels] = kustomization(cell, "base").labels;
  for (const name of [...namespaces, labels.pairs["app.kubernetes.io/name"]]) {
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
  }
});

test("the README runs commands as the image does", () => {
  expectNoFault((cell) => {
    const entry = JSON.parse(dockerfile(cell, /^ENTRYPOINT (.*)$/m));
    const words = `-- ${entry.join(" ")} `;
    return textOf(cell, `${FOLDER}/README.md`).includes(words) ? [] : [words];
  });
});
