import type { Writable } from "node:stream";

type Stream = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** Everything that the generator says. Colour only where a person reads it and did not refuse it. */
export type Terminal = {
  /** Whether it is a terminal, as opposed to a pipe or a file. */
  readonly isPerson: boolean;
  readonly columns: () => number;
  readonly line: (text?: string) => void;
  /** A sentence, which a person reads without a word that is broken. */
  readonly say: (text: string) => void;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Takes back the last lines, none of which was wider than the terminal. */
  readonly takeBack: (lines: number) => void;
  /** Says what is being done, then in place of it how that ended and how long it took. */
  readonly step: <Result>(doing: string, work: () => Promise<Result>) => Promise<Result>;
};

const WIDTH = 80;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what the rest of a sequence follows
const SEQUENCE = /\u001B\[[\d;?]*[A-Za-z]/g;

/** Text of other programs, with nothing in it that moves the cursor or rings. */
export const plain = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what it takes out
  text.replace(SEQUENCE, "").replace(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "");

/** A text in one line of a terminal, cut with an ellipsis where it is too long. */
export const cut = (text: string, width: number): string => {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text;
};

/** Breaks prose between words; what follows is indented as its first line is. */
export const wrap = (text: string, width: number): readonly string[] => {
  const [indent = ""] = /^ *(?:\d+\. )?/.exec(text) ?? [];
  const rows: string[] = [];
  let row = indent;
  for (const word of text.slice(indent.length).split(" ")) {
    const isFirst = row.trim() === indent.trim();
    if (!isFirst && row.length + 1 + word.length > width) {
      rows.push(row);
      row = `${" ".repeat(indent.length)}${word}`;
    } else row += isFirst ? word : ` ${word}`;
  }
  return [...rows, row];
};

export function createTerminal(stream: Stream, env: NodeJS.ProcessEnv): Terminal {
  const isPerson = stream.isTTY === true && env.TERM !== "dumb";
  const isColoured = isPerson && !env.NO_COLOR;
  const style = (code: number) => (text: string) =>
    isColoured ? `\u001B[${code}m${text}\u001B[22m` : text;
  const line = (text = "") => void stream.write(`${text}\n`);
  const dim = style(2);
  const columns = () => stream.columns || WIDTH;
  const say = (text: string) => {
    for (const row of isPerson ? wrap(text, columns()) : [text]) line(row);
  };

  const step = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    if (!isPerson) {
      line(doing);
      return work();
    }
    const started = Date.now();
    const show = () => {
      const time = `${Math.round((Date.now() - started) / 1000)} s`;
      // A line that reached the last column would begin another one with each second.
      stream.write(`\r${cut(doing, columns() - time.length - 2)} ${dim(time)}\u001B[K`);
    };
    show();
    const timer = setInterval(show, 1000);
    try {
      return await work();
    } finally {
      clearInterval(timer);
      line();
    }
  };

  const takeBack = (lines: number) => {
    if (isPerson && lines > 0) stream.write(`\u001B[${lines}A\r\u001B[J`);
  };

  return { isPerson, columns, line, say, bold: style(1), dim, takeBack, step };
}

/** The same terminal, of which nothing is heard. */
export const silent = (terminal: Terminal): Terminal => ({
  ...terminal,
  line: () => undefined,
  say: () => undefined,
  step: (_, work) => work(),
});
