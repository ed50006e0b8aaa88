import type { InputOutputAdapter } from "@yeoman/types";
import { chosen, NONE } from "../../src/options/resolve.ts";
import type { Answer, Answers } from "../../src/options/types.ts";
import { cut, type Terminal } from "../../src/system/terminal.ts";
import type { CheckboxConfig } from "./prompts/checkbox.ts";
import type { SelectConfig } from "./prompts/select.ts";
import type { TextConfig } from "./prompts/text.ts";
import { BACK, CANCEL, Cancelled, type Turn } from "./prompts/turn.ts";

export type Prompt =
  | ({ readonly type: "select" } & SelectConfig)
  | ({ readonly type: "checkbox" } & CheckboxConfig)
  | ({ readonly type: "input" } & TextConfig);

/** One question of an interview. */
export type Item = {
  readonly name: string;
  /** What the answer is about, for the line that tells it. */
  readonly label: string;
  /** Whether it is asked, given the other answers. */
  readonly when: (answers: Answers) => boolean | Promise<boolean>;
  readonly prompt: (answers: Answers) => Prompt;
};

/**
 * Asks one thing.
 * @throws Cancelled when the answer is that nothing is to be made
 */
export async function ask(
  adapter: InputOutputAdapter,
  name: string,
  prompt: Prompt,
): Promise<Answer | Turn> {
  const answers = await adapter.prompt<Record<string, Answer | Turn>>([{ ...prompt, name }]);
  const answer = answers[name];
  if (answer === undefined || answer === CANCEL) throw new Cancelled();
  return answer;
}

/** Questions one after the other, of which each can be gone back to. */
export class Interview {
  readonly #adapter: InputOutputAdapter;
  readonly #terminal: Terminal;
  readonly #items: readonly Item[];
  #asked: readonly string[] = [];
  readonly #earlier: Record<string, Answer> = {};
  #answers: Record<string, Answer> = {};

  constructor(adapter: InputOutputAdapter, terminal: Terminal, items: readonly Item[]) {
    this.#adapter = adapter;
    this.#terminal = terminal;
    this.#items = items;
  }

  get answers(): Answers {
    return this.#answers;
  }

  /** Asks whatever is open. */
  async run(): Promise<void> {
    for (let item = await this.#open(); item !== undefined; item = await this.#open()) {
      await this.#ask(item);
    }
  }

  /** Takes the last answer back, so that it is asked for again. */
  back(): void {
    const last = this.#asked.at(-1);
    if (last === undefined) return;
    this.#forget(last);
    this.#terminal.takeBack(1);
  }

  /** Asks which answer to change, and opens it with all that no longer fits. */
  async change(): Promise<void> {
    const choices = this.#items
      .filter(({ name }) => this.#answers[name] !== undefined)
      .map((item) => ({
        value: item.name,
        name: item.label,
        description: this.#shown(item, this.#answers[item.name] ?? ""),
      }));
    const wanted = await ask(this.#adapter, "change", {
      type: "select",
      message: "Which answer?",
      choices,
      back: true,
    });
    if (wanted === BACK) return;
    this.#forget(String(wanted));
  }

  #forget(name: string): void {
    const { [name]: answer, ...others } = this.#answers;
    if (answer !== undefined) this.#earlier[name] = answer;
    this.#answers = others;
    this.#asked = this.#asked.filter((asked) => asked !== name);
  }

  async #ask(item: Item): Promise<void> {
    const prompt = item.prompt(this.#before(item));
    const earlier = this.#earlier[item.name];
    const answer = await ask(this.#adapter, item.name, {
      ...prompt,
      ...(earlier === undefined ? {} : { default: earlier }),
      back: this.#asked.length > 0,
    } as Prompt);
    if (typeof answer === "symbol") return this.back();
    this.#answers[item.name] = answer;
    this.#asked = [...this.#asked, item.name];
    const told = `✔ ${item.label}: ${this.#shown(item, answer)}`;
    this.#terminal.line(cut(told, this.#terminal.columns()));
    await this.#drop();
  }

  /** The first question that is asked and not answered. */
  async #open(): Promise<Item | undefined> {
    for (const item of this.#items) {
      if (this.#answers[item.name] !== undefined) continue;
      if (await item.when(this.#before(item))) return item;
    }
    return undefined;
  }

  /** Forgets answers that do not fit the others any more. */
  async #drop(): Promise<void> {
    for (const item of this.#items) {
      const answer = this.#answers[item.name];
      if (answer === undefined) continue;
      const before = this.#before(item);
      const prompt = item.prompt(before);
      const isOffered =
        prompt.type === "input" ||
        chosen(answer).every((id) => prompt.choices.some(({ value }) => value === id));
      if (isOffered && (await item.when(before))) continue;
      this.#forget(item.name);
    }
  }

  /** Of two answers that do not go together, the later one has to give way. */
  #before(item: Item): Answers {
    const names = this.#items.slice(0, this.#items.indexOf(item)).map(({ name }) => name);
    return Object.fromEntries(
      Object.entries(this.#answers).filter(([name]) => names.includes(name)),
    );
  }

  #shown(item: Item, answer: Answer): string {
    const prompt = item.prompt(this.#before(item));
    if (prompt.type === "input") return String(answer);
    const { choices } = prompt;
    const names = chosen(answer).map((id) => choices.find(({ value }) => value === id)?.name ?? id);
    return names.join(", ") || NONE;
  }
}
