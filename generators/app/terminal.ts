import type { Writable } from "node:stream";

type Stream = Writable & { readonly isTTY?: boolean };

/** Everything that the generator says. Colour only where a person reads it and did not refuse it. */
export type Terminal = {
  readonly line: (text?: string) => void;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  /** Says what is being done, then in place of it how that ended and how long it took. */
  readonly step: <Result>(doing: string, work: () => Promise<Result>) => Promise<Result>;
};

export function createTerminal(stream: Stream, env: NodeJS.ProcessEnv): Terminal {
  const isPerson = stream.isTTY === true && env.TERM !== "dumb";
  const isColoured = isPerson && !env.NO_COLOR;
  const style = (code: number) => (text: string) =>
    isColoured ? `\u001B[${code}m${text}\u001B[22m` : text;
  const line = (text = "") => void stream.write(`${text}\n`);
  const dim = style(2);

  const step = async <Result>(doing: string, work: () => Promise<Result>): Promise<Result> => {
    if (!isPerson) {
      line(doing);
      return work();
    }
    const started = Date.now();
    const show = () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      stream.write(`\r${doing} ${dim(`${seconds} s`)}`);
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

  return { line, bold: style(1), dim, step };
}
