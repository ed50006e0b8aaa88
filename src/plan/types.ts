import type { ProjectOptions } from "../options/types.ts";
import type {
  AuditEvent,
  Control,
  LayerManifest,
  Migrations,
  Service,
  Setting,
  Statements,
  Step,
} from "./manifest.ts";
import type { Toolchain } from "./toolchain.ts";

/** One term of a layer's condition: the option has one of these choices. */
export type ConditionTerm = { readonly option: string; readonly choices: readonly string[] };

/** All terms hold, in one alternative at least. No term: the layer is always in (`base`). */
export type Condition = readonly (readonly ConditionTerm[])[];

/** A file of a layer as it lies on disk. */
export type TemplateFile = {
  /** Where it lies, for messages: `templates/<stack>/<layer>/<path>`. */
  readonly template: string;
  readonly content: Uint8Array;
  /** True for `*.ejs`; everything else is copied byte for byte. */
  readonly rendered: boolean;
  readonly executable: boolean;
};

/** A folder of a stack's templates, checked, with what it contributes. */
export type Layer = {
  /** The folder's name, which is the condition as text. */
  readonly name: string;
  /** `templates/<stack>/<name>`, for messages. */
  readonly folder: string;
  readonly condition: Condition;
  readonly manifest: LayerManifest;
  /** SHA-256 over its files. */
  readonly hash: string;
  /** By requirement of ASVS. */
  readonly statements: Statements;
  /** By path in the rendered project. */
  readonly files: ReadonlyMap<string, TemplateFile>;
  /** Text for list-files: rendered path → slot → text. */
  readonly parts: ReadonlyMap<string, ReadonlyMap<string, string>>;
};

/** The pin of each package, by its name; how both are written, its ecosystem knows. */
export type Pins = ReadonlyMap<string, string>;

/** Pins that take the place of the stack's own where a condition holds. */
export type PinsInstead = {
  /** Where they lie below the package, for messages. */
  readonly file: string;
  readonly condition: Condition;
  readonly pins: Pins;
};

/** Every pin of a stack: what all projects have, and what some have instead. */
export type StackPins = {
  /** The name of the file that they lie in, which tells the ecosystem. */
  readonly file: string;
  readonly common: Pins;
  readonly instead: readonly PinsInstead[];
  /** Images of containers with tag and digest, by name. */
  readonly images: Pins;
  /** Actions of GitHub with commit and tag, by name. */
  readonly actions: Pins;
};

/** What a stack's projects are made of, and what runs them. */
export type Stack = {
  readonly layers: readonly Layer[];
  readonly pins: StackPins;
  readonly toolchain: Toolchain;
};

export type PlannedFile = TemplateFile & {
  /** The layer that owns the path. */
  readonly layer: string;
};

export type Dependency = {
  readonly name: string;
  readonly pin: string;
  /** The dependency with its pin, in one word. */
  readonly requirement: string;
};

export type WiringRecord = Readonly<Record<string, string>>;

/** Everything a project will hold, merged and free of conflicts, before any text is written. */
export type ProjectPlan = {
  readonly options: ProjectOptions;
  /** Label of the chosen choice by option id. */
  readonly labels: Readonly<Record<string, string>>;
  /** Names of the chosen layers, in order. */
  readonly layers: readonly string[];
  /** A SHA-256 hash of each, by its name. */
  readonly hashes: Readonly<Record<string, string>>;
  readonly files: ReadonlyMap<string, PlannedFile>;
  /** By group, each sorted by name. */
  readonly dependencies: Readonly<Record<string, readonly Dependency[]>>;
  readonly settings: readonly Setting[];
  /** Servers that the project needs beside it. */
  readonly services: readonly Service[];
  /** Images of containers with tag and digest, by name. */
  readonly images: Pins;
  /** Actions of GitHub with commit and tag, by name. */
  readonly actions: Pins;
  /** By slot; a slot that only layers left out contribute to is here with an empty list. */
  readonly wiring: ReadonlyMap<string, readonly WiringRecord[]>;
  readonly controls: readonly Control[];
  /** Absent: the project has no database whose schema changes with it. */
  readonly migrations?: Migrations;
  /** What is said of requirements of ASVS, by requirement. */
  readonly statements: Statements;
  /** By name. */
  readonly auditEvents: readonly AuditEvent[];
  readonly needs: readonly string[];
  readonly documentation: readonly string[];
  /** In the order in which they are done. */
  readonly steps: readonly Step[];
  /** Rendered path → slot → texts; a slot that only layers left out know is here, empty. */
  readonly parts: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>;
};
