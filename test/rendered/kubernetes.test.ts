import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cover, everySelection } from "../../src/options/matrix.ts";
import { objectsIn, podFaults, workloadsIn } from "../fixtures/kubernetes.ts";
import { type Cell, cellOf } from "../fixtures/matrix.ts";
import { findProgram } from "./daemon.ts";
import { findings } from "./kubernetes/findings.ts";
import { leftOut } from "./left-out.ts";
import { toolsOf } from "./tools.ts";

const tools = toolsOf("kubernetes");
const OVERLAYS = ["staging", "production"] as const;
/** The oldest release that the README promises, and the newest that is known here. */
const RELEASES = ["1.31.0", "1.37.0"] as const;
const NAME = "orders";

/** Few projects that together hold every layer of manifests. */
const cells: readonly Cell[] = cover(
  everySelection().filter(({ deploy }) => deploy === "kubernetes"),
  ({ stack, auth, database, jobs }) => [
    `stack=${stack}`,
    `auth=${auth}`,
    `database=${database}`,
    `jobs=${jobs}`,
  ],
).map((selection) => cellOf(selection, { name: NAME }));

const folder = mkdtempSync(join(tmpdir(), "kubernetes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let reason: string | undefined;
/** What kustomize makes of each overlay of each project: text by file. */
const built = new Map<string, string>();

beforeAll(async () => {
  const kubectl = findProgram("kubectl");
  reason = await leftOut({ deploy: "kubernetes" }, "kubectl", kubectl, "kubernetes");
  if (kubectl === undefined || reason !== undefined) return;
  await tools.install();
  for (const [index, { texts }] of cells.entries()) {
    for (const [path, text] of texts) {
      if (!path.startsWith("deploy/")) continue;
      const file = join(folder, `${index}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    for (const overlay of OVERLAYS) {
      const overlays = join(folder, `${index}`, "deploy/kubernetes/overlays");
      const { stdout } = await execa(kubectl, ["kustomize", join(overlays, overlay)]);
      const file = join(folder, `${index}-${overlay}.yaml`);
      writeFileSync(file, stdout);
      built.set(file, stdout);
    }
  }
}, 5 * 60_000);

test("Kustomize makes what the README says of each overlay", ({ skip }) => {
  skip(reason !== undefined, reason);
  expect(built.size).toBe(cells.length * OVERLAYS.length);
  for (const [file, text] of built) {
    const objects = objectsIn(text);
    const [, overlay = ""] = /-(\w+)\.yaml$/.exec(file) ?? [];
    const namespace = `${NAME}-${overlay}`;
    const [settings] = objects.filter(({ kind }) => kind === "ConfigMap");
    for (const { kind, metadata } of objects) {
      expect(kind === "Namespace" ? metadata.name : metadata.namespace, file).toBe(namespace);
      expect(metadata.labels["app.kubernetes.io/name"]).toBe(NAME);
    }
    expect(settings?.data.ENVIRONMENT).toBe(overlay);
    const workloads = workloadsIn(objects);
    expect(workloads.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["api", "migrate", "purge"]),
    );
    for (const { pod } of workloads) {
      expect(podFaults(pod), file).toEqual([]);
      const [{ image, envFrom }] = pod.containers;
      expect(image).toMatch(new RegExp(`^registry\\.example\\.com/${NAME}@sha256:[0-9a-f]{64}$`));
      expect(envFrom[0].configMapRef.name).toBe(settings?.metadata.name);
    }
    const [ingress] = objects.filter(({ kind }) => kind === "Ingress");
    const { rules, tls } = ingress?.spec ?? {};
    expect([rules[0].host]).toEqual(tls[0].hosts);
    expect(settings?.data.ALLOWED_HOSTS).toBe(rules[0].host);
  }
});

test.for(RELEASES)("Kubernetes %s knows each field", async (release, { skip }) => {
  skip(reason !== undefined, reason);
  const args = ["--strict", "--quiet", "--kubernetes-version", release, ...built.keys()];
  const { all } = await execa(join(tools.python, "kubernetes-validate"), args, {
    all: true,
    reject: false,
  });
  expect(all).toBe("");
});

test("checkov finds nothing that is not explained, and all that is", async ({ skip }) => {
  skip(reason !== undefined, reason);
  const files = [...built.keys()].flatMap((file) => ["--file", file]);
  const { stdout } = await execa(
    join(tools.python, "checkov"),
    [...files, "--framework", "kubernetes", "--output", "json", "--quiet", "--skip-download"],
    { reject: false },
  );
  const { results, summary } = JSON.parse(stdout);
  expect(summary.passed).toBeGreaterThan(100);
  expect(summary.parsing_errors).toBe(0);
  const found: readonly { check_id: string; resource: string }[] = results.failed_checks;
  const explanation = ({ check_id, resource }: (typeof found)[number]) =>
    findings.find(({ rule, at }) => rule === check_id && at.test(resource));
  const unexplained = found.filter((one) => explanation(one) === undefined);
  expect(unexplained.map(({ check_id, resource }) => `${check_id} ${resource}`)).toEqual([]);
  expect(findings.filter((finding) => !found.map(explanation).includes(finding))).toEqual([]);
});
