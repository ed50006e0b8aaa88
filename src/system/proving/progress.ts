import type { Progress } from "../../proofs/prove.ts";
import { durationOf } from "../../proofs/report.ts";
import { cut, type Terminal } from "../terminal.ts";

const SAY_EVERY_MS = 30_000;
const NAMES = { proofs: "Tests without an edit", mutants: "Mutants" } as const;

/** Says how far it is: in one line that changes for a person, and now and then for a file. */
export const tellProgress = (terminal: Terminal): ((progress: Progress) => void) => {
  let said = Date.now();
  let lines = 0;
  const leftOf = timer();
  return (progress) => {
    const { doing, done, of } = progress;
    const left = leftOf(progress);
    if (!terminal.isPerson && done < of && Date.now() - said < SAY_EVERY_MS) return;
    said = Date.now();
    terminal.takeBack(lines);
    lines = done < of ? 1 : 0;
    const text = `${NAMES[doing]}: ${done} of ${of}${left === undefined ? "" : `, ${left} left`}`;
    terminal.line(cut(text, terminal.columns()));
  };
};

/** Tells the time that is left from the time of those that are done. */
const timer = () => {
  let began: number | undefined;
  return ({ doing, done, of }: Progress): string | undefined => {
    if (doing === "proofs") return undefined;
    began ??= Date.now();
    if (done === 1 || done === of) return undefined;
    const each = (Date.now() - began) / (done - 1);
    return durationOf((each * (of - done)) / 1000);
  };
};
