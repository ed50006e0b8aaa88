import {
  createPrompt,
  isBackspaceKey,
  isEnterKey,
  isTabKey,
  type KeypressEvent,
  useKeypress,
  useState,
} from "@inquirer/core";
import type { Fault } from "../../../src/options/questions.ts";
import { type Asked, BACK, CANCEL, heading, keys, prose, style, type Turn } from "./turn.ts";

export type TextConfig = Asked & {
  readonly default?: string;
  readonly judge: (value: string) => Fault | undefined;
};

/** A line of text. What cannot be taken is answered with what can, which Enter then takes. */
export const text = createPrompt<string | Turn, TextConfig>((config, done) => {
  const [value, setValue] = useState("");
  const [offered, setOffered] = useState(config.default ?? "");
  const [fault, setFault] = useState("");

  /** Ends the question, or says why not. Returns what the line goes on with. */
  const take = (wanted: string): string => {
    const refused = config.judge(wanted);
    if (refused === undefined) {
      done(wanted);
      return wanted;
    }
    setFault(refused.fault);
    if (refused.instead === undefined) return wanted;
    setOffered(refused.instead);
    return "";
  };
  const isBack = (key: KeypressEvent) =>
    value === "" && (key.name === "left" || isBackspaceKey(key));

  useKeypress((key, line) => {
    const write = (wanted: string) => {
      line.clearLine(0);
      line.write(wanted);
      setValue(wanted);
    };
    if (key.name === "escape") return done(CANCEL);
    if (isEnterKey(key)) return write(take(value || offered));
    if (isTabKey(key)) return write(value || offered);
    if (isBack(key)) return config.back === true ? done(BACK) : undefined;
    setValue(line.line);
    setFault("");
  });

  const usual = offered === "" ? "" : `${style.dim(`(${offered})`)} `;
  const shown = value === "" ? usual : value;
  return [
    `${heading(config)}\n❯ ${shown}`,
    [...(fault === "" ? [] : [prose(`✖ ${fault}`)]), keys(config.back, "Enter select")].join("\n"),
  ];
});
