import { UserError } from "../errors.ts";
import { catalogue as ours } from "../options/catalogue.ts";
import { choicesOf, chosen, labelsOf, statedDefault } from "../options/resolve.ts";
import type { Catalogue, ProjectOptions, Selection } from "../options/types.ts";
import { pathClash } from "../render/paths.ts";
import { matches, termsOf } from "./condition.ts";
import { mergeControls } from "./controls.ts";
import { mergeDependencies } from "./dependencies.ts";
import type { AuditEvent, Service, Statements } from "./manifest.ts";
import { mergeOwned, Owners } from "./owners.ts";
import { mergeParts } from "./parts.ts";
import { phases } from "./phases.ts";
import type { Layer, PlannedFile, ProjectPlan, StackPins } from "./types.ts";
import { mergeWiring } from "./wiring.ts";

/**
 * Chooses the layers that the options ask for and merges what they contribute.
 * @param layers every layer of the stack, in order
 * @throws Error when a path, setting, control, package or pin has two owners, a package has no pin,
 *   or a choice has no layer or pins of its own; UserError when the project has the name of one of
 *   its dependencies
 */
export const plan = (
  options: ProjectOptions,
  layers: readonly Layer[],
  pins: StackPins,
  catalogue: Catalogue = ours,
): ProjectPlan => {
  const { selection } = options;
  checkCoverage(selection, layers, catalogue);
  checkReleases(selection, pins, catalogue);
  const chosen = layers.filter((layer) => matches(layer.condition, selection));
  const dependencies = mergeDependencies(chosen, pins, selection);
  checkName(options.name, dependencies);
  return {
    options,
    labels: labels(selection, catalogue),
    layers: chosen.map((layer) => layer.name),
    hashes: Object.fromEntries(chosen.map((layer) => [layer.name, layer.hash])),
    files: mergeFiles(chosen),
    dependencies,
    settings: mergeOwned(chosen, "setting", (layer) => layer.manifest.settings, "name"),
    services: mergeServices(chosen, pins),
    images: pins.images,
    actions: pins.actions,
    wiring: mergeWiring(layers, chosen),
    controls: mergeControls(chosen),
    auditEvents: mergeEvents(chosen),
    ...mergeMigrations(chosen),
    statements: mergeStatements(chosen),
    parts: mergeParts(layers, chosen),
    documentation: chosen.flatMap((layer) => layer.manifest.documentation),
    needs: chosen.flatMap((layer) => layer.manifest.needs),
    steps: phases.flatMap((phase) =>
      chosen.flatMap((layer) => layer.manifest.steps.filter((step) => step.phase === phase)),
    ),
  };
};

const mergeServices = (layers: readonly Layer[], pins: StackPins): readonly Service[] =>
  mergeOwned<Service, "id">(layers, "service", (layer) => layer.manifest.services, "id").map(
    (service) => ({ ...service, image: imageOf(pins, service) }),
  );

const imageOf = ({ images }: StackPins, { id, image }: Service): string => {
  const pinned = images.get(image);
  if (pinned !== undefined) return pinned;
  throw new Error(`The image '${image}' of the service '${id}' has no pin in src/versions/.`);
};

/** Where an option has layers, each of its choices has one, unless it is marked as bare. */
const checkCoverage = (
  selection: Selection,
  layers: readonly Layer[],
  catalogue: Catalogue,
): void => {
  const terms = layers.flatMap((layer) => layer.condition.flat());
  for (const option of catalogue) {
    if (option.kind === "text") continue;
    const named = terms.filter((term) => term.option === option.id);
    const layered = choicesOf(option, selection[option.id]).filter(({ bare }) => bare !== true);
    const open = layered.find(({ id }) => !named.some((term) => term.choices.includes(id)));
    if (named.length > 0 && open !== undefined) {
      throw new Error(
        `No layer for ${option.id}=${open.id}: make the folder ` +
          `templates/${selection.stack}/${option.id}=${open.id}/, or mark the choice as bare.`,
      );
    }
  }
};

/** Where choices are releases, each has pins of its own, but for the default. */
const checkReleases = (
  selection: Selection,
  { file, instead }: StackPins,
  catalogue: Catalogue,
): void => {
  const terms = instead.flatMap((pins) => pins.condition.flat());
  for (const option of catalogue) {
    const [choice] = chosen(selection[option.id]);
    if (option.kind !== "choice" || option.releases === undefined || choice === undefined) continue;
    const pinned = terms.some((term) => term.option === option.id && term.choices.includes(choice));
    if (!pinned && choice !== statedDefault(option, selection)) {
      throw new Error(
        `No pins for ${option.id}=${choice}: make the file ` +
          `src/versions/${selection.stack}/${option.id}=${choice}/${file}.`,
      );
    }
  }
};

/** A package that has the name of one that it depends on cannot be installed. */
const checkName = (name: string, dependencies: ProjectPlan["dependencies"]): void => {
  if (
    Object.values(dependencies)
      .flat()
      .some((dependency) => dependency.name === name)
  ) {
    const what = `'${name}' is the name of a package that the project depends on.`;
    throw new UserError(what, "--name", "Choose another name.");
  }
};

const labels = (selection: Selection, catalogue: Catalogue): Readonly<Record<string, string>> =>
  Object.fromEntries(
    catalogue.flatMap((option) => {
      const answer = selection[option.id];
      if (option.kind === "text" || answer === undefined) return [];
      return [[option.id, labelsOf(option, answer)]];
    }),
  );

const mergeFiles = (layers: readonly Layer[]): ReadonlyMap<string, PlannedFile> => {
  const owners = new Owners("path");
  const files = new Map<string, PlannedFile>();
  for (const layer of layers) {
    for (const [path, file] of layer.files) {
      owners.claim(path, layer);
      files.set(path, { ...file, layer: layer.name });
    }
  }
  const clash = pathClash([...files.keys()]);
  if (clash !== undefined) {
    const [left, right] = clash.map((path) => files.get(path)?.template);
    throw new Error(`'${left}' and '${right}' cannot lie in one folder; rename one.`);
  }
  return files;
};

const mergeMigrations = (layers: readonly Layer[]): Pick<ProjectPlan, "migrations"> => {
  const owners = new Owners("place");
  const [migrations] = layers.flatMap((layer) => {
    if (layer.manifest.migrations === undefined) return [];
    owners.claim("migrations", layer);
    return [layer.manifest.migrations];
  });
  return migrations === undefined ? {} : { migrations };
};

const mergeEvents = (layers: readonly Layer[]): ProjectPlan["auditEvents"] => {
  const events = mergeOwned<AuditEvent, "name">(
    layers,
    "audit event",
    (layer) => layer.manifest.auditEvents,
    "name",
  );
  return events.toSorted((a, b) => (a.name < b.name ? -1 : 1));
};

/** What is always so gives way to what a choice says; two choices cannot both have a say. */
const mergeStatements = (layers: readonly Layer[]): Statements => {
  const owners = new Owners("statement on ASVS");
  const ours = layers.filter(({ condition }) => termsOf(condition) === 0);
  const theirs = layers.filter(({ condition }) => termsOf(condition) > 0);
  for (const layer of theirs) {
    for (const requirement of Object.keys(layer.statements)) owners.claim(requirement, layer);
  }
  return Object.assign({}, ...[...ours, ...theirs].map(({ statements }) => statements));
};
