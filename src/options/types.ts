/** What a choice cannot be combined with. Stated on one of the two sides; it holds for both. */
type Incompatibility = {
  readonly option: string;
  readonly choices: readonly string[];
  /** Why, as a clause that can follow "because". */
  readonly reason: string;
};

export type Choice = {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** What people type who mean it. */
  readonly also?: readonly string[];
  /** The stacks that have it; absent: all of them. */
  readonly stacks?: readonly string[];
  readonly incompatible?: readonly Incompatibility[];
  /** True when a project with this choice needs no layer for it. */
  readonly bare?: true;
};

/** A choice id, or a choice id for each choice of an earlier option. */
type ChoiceDefault = string | { readonly by: string; readonly [choice: string]: string };

type AppliesWhen = {
  /** Each of these options has one of the listed choices. */
  readonly has: Readonly<Record<string, readonly string[]>>;
  /** Why not without, as a clause that can follow "because". */
  readonly reason: string;
};

/** Why an answer has to be given, as a sentence. */
type Demand = { readonly reason: string };

/** What a change of an answer means in a project that exists. Nothing said: its files change. */
type Change = {
  /** Present where data or other systems depend on the answer. */
  readonly fixed?: {
    /** Why it stays as it is, as a sentence. */
    readonly reason: string;
    /** Choices between which it can change all the same. */
    readonly among?: readonly string[];
  };
  /** What is left to be done by hand, as a sentence. */
  readonly byHand?: string;
};

/** What every option that offers choices says. */
type Offer = {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** The question, as a sentence, and the group of questions that it belongs to. */
  readonly question: string;
  readonly group: string;
  readonly choices: readonly Choice[];
  readonly change: Change;
  /** Present where an answer has to be given: no default is taken. */
  readonly required?: Demand;
  /** Asked only of those who want to customise: the default serves everybody else. */
  readonly custom?: true;
  /**
   * Packages, ships or watches the service and is no part of it: tests combine its choices with
   * those of the other options in turn, not each with each.
   */
  readonly beside?: true;
  /** Future choices, which the name of a layer may already list. They cannot be chosen. */
  readonly reserved?: readonly string[];
  /** Absent: it always applies. An option that does not apply is not asked and not selected. */
  readonly appliesWhen?: AppliesWhen;
};

export type ChoiceOption = Offer & {
  readonly kind: "choice";
  readonly default: ChoiceDefault;
  /** Its choices are releases, each with pins of its own, but for the default: the stack's. */
  readonly releases?: {
    /** Why there is no other, as a clause that can follow ":". */
    readonly reason: string;
    /** By stack, what keeps its older ones away. */
    readonly of?: Readonly<Record<string, string>>;
  };
};

/** An option of which several choices can be had, or none. */
export type ManyOption = Offer & {
  readonly kind: "many";
  readonly default: readonly string[];
  /** Present where an organisation has decided: the default is the only answer. */
  readonly locked?: true;
};

export type TextOption = {
  readonly kind: "text";
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** The question, as a sentence, and the group of questions that it belongs to. */
  readonly question: string;
  readonly group: string;
  readonly default: string;
  readonly change: Change;
  /** Present where an answer has to be given: no default is taken. */
  readonly required?: Demand;
  /** A regular expression that the whole text matches. */
  readonly pattern: string;
  readonly maxLength: number;
  /** The rule in words, as a clause that can follow "it must have". */
  readonly rule: string;
  /** Asked only of those who want to customise. */
  readonly custom?: true;
};

export type Option = ChoiceOption | ManyOption | TextOption;

/** Every option, in the order of the questions. */
export type Catalogue = readonly Option[];

/** Raw values by option id, from flags, prompts or a file. Nothing is known about them yet. */
export type Answers = Readonly<Record<string, unknown>>;

/** A text, a choice id, or the ids of several choices in the order of the catalogue. */
export type Answer = string | readonly string[];

/** One choice id, or several, for each option with choices that applies. */
export type Selection = Readonly<Record<string, Answer>>;

/** Validated answers: the only input of a plan. */
export type ProjectOptions = {
  readonly name: string;
  readonly description: string;
  /** Where vulnerabilities are reported; absent: not given. */
  readonly securityContact?: string;
  readonly selection: Selection;
};
