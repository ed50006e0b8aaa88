/** A flag of a command: a switch, or one with a value. */
type CommandFlag = {
  readonly flag: string;
  readonly short?: string;
  /** The word that stands for its value in the help; absent: it takes none. */
  readonly value?: string;
  /** It can be given several times; its values are joined by commas. */
  readonly repeated?: true;
  readonly hint: string;
};

/** What is done with a project that exists. */
export type ProjectCommand = {
  readonly id: string;
  readonly words: string;
  readonly hint: string;
  readonly flags: readonly CommandFlag[];
  /** What its exit codes say, where they are its own. */
  readonly exitCodes?: readonly (readonly [codes: string, meaning: string])[];
  /** It takes the options of a project besides. */
  readonly takesOptions?: true;
};

/** The commands for a project that exists, each with the flags that it takes. */
export const projectCommands: readonly ProjectCommand[] = [];

/** What the first word says, if it is one of these commands. */
export const projectCommandOf = (
  word: string | undefined,
  commands: readonly ProjectCommand[] = projectCommands,
): ProjectCommand | undefined => commands.find(({ id }) => id === word);
