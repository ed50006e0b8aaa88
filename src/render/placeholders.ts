import type { RandomBytes } from "./types.ts";

/** Fills the `{{…}}` of an environment variable's text. */
export type Fill = (text: string) => string;

/** What a placeholder may say of a project: its name, that name in snake case, and whom to tell. */
export type ProjectFacts = {
  readonly name: string;
  readonly database: string;
  readonly contact?: string;
};

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/**
 * Fills placeholders with fresh development secrets and with facts of the project.
 * @param random supplies the randomness of each secret
 */
export const filler = (facts: ProjectFacts, random: RandomBytes): Fill => {
  const values: Readonly<Record<string, () => string>> = {
    // 36 bytes are 48 url-safe characters, 18 bytes are 24: no padding.
    secret: () => Buffer.from(random(36)).toString("base64url"),
    password: () => Buffer.from(random(18)).toString("base64url"),
    key: () => Buffer.from(random(32)).toString("base64"),
    ...factual(facts),
  };
  return fillWith(values);
};

/** Fills placeholders in text that is shown to everyone: a secret there is an error. */
export const publicFiller = (facts: ProjectFacts): Fill => fillWith(factual(facts));

const factual = (facts: ProjectFacts) => ({
  name: () => facts.name,
  database: () => facts.database,
  // In a GRANT of MySQL, a bare `_` stands for any character.
  databasePattern: () => facts.database.replaceAll("_", "\\_"),
  // The longest name of an account that every database server takes.
  account: () => facts.database.slice(0, 32),
  contact: () => facts.contact ?? "",
});

const fillWith =
  (values: Readonly<Record<string, () => string>>): Fill =>
  (text) =>
    text.replace(PLACEHOLDER, (whole, name: string) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined) {
        throw new Error(`'${whole}' is none of ${Object.keys(values).join(", ")}`);
      }
      return value();
    });
