import type { Service } from "../plan/manifest.ts";
import { HEALTH } from "./compose.ts";
import { type Data, printed } from "./printers/printed.ts";
import { shellWord } from "./printers/sh.ts";

type Place = { readonly host: string; readonly port: number };
type Tests = NonNullable<Service["tests"]>;
type Tested = Service & { readonly tests: Tests };

const isTested = (service: Service): service is Tested => service.tests !== undefined;

const urlOf = ({ url }: Tests, { host, port }: Place): string =>
  url.replace("{{host}}", host).replace("{{port}}", String(port));

/** For a template, in which a list of one stands for what may be missing. */
const maybe = <Value extends Data>(
  entries: readonly (readonly [string, Value])[],
): readonly { readonly [key: string]: Value }[] =>
  entries.length === 0 ? [] : [Object.fromEntries(entries)];

/** The servers that the tests of a project need, as jobs of CI name them. */
export const servedBy = (services: readonly Service[]) => {
  const tested = services.filter(isTested);
  const packages = tested.flatMap(({ tests }) => tests.package ?? []);
  const environment = (place: (service: Tested) => Place) =>
    maybe(tested.map((service) => [service.tests.variable, urlOf(service.tests, place(service))]));
  return {
    /** What tests start themselves; once, or not at all. */
    packages: packages.length === 0 ? [] : [printed(packages.map(shellWord).join(" "))],
    github: {
      services: maybe(tested.map((service) => [service.id, onGitHub(service)])),
      environment: environment(({ tests }) => ({ host: "127.0.0.1", port: tests.port })),
    },
    gitlab: {
      services: tested.length === 0 ? [] : [tested.map(onGitLab)],
      environment: environment(({ id, port }) => ({ host: id, port })),
    },
  };
};

const withVariables = (name: string, { environment, tests }: Tested) => {
  const given = { ...environment, ...tests.environment };
  return Object.keys(given).length === 0 ? {} : { [name]: given };
};

const onGitHub = (service: Tested): Data => ({
  image: service.image,
  ...withVariables("env", service),
  ports: [`${service.tests.port}:${service.port}`],
  options: [
    `--health-cmd "${service.health.join(" ")}"`,
    `--health-interval ${HEALTH.interval}`,
    `--health-timeout ${HEALTH.timeout}`,
    `--health-retries ${HEALTH.retries}`,
  ].join(" "),
});

const onGitLab = (service: Tested): Data => ({
  name: service.image,
  alias: service.id,
  ...withVariables("variables", service),
});
