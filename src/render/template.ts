import ejs from "ejs";
import { Printed } from "./printers/printed.ts";

export type Template = (context: object) => string;

/**
 * Compiles the text of an `.ejs` file, in which `it` is the context.
 * @param name where the template lies, for messages
 */
export const compileTemplate = (text: string, name: string): Template => {
  // EJS passes the file's name through `escape` when it reports an error. The NUL marks that call:
  // no text from a person holds one, so none can pass for the name.
  const filename = `\0${name}`;
  const print = (value: unknown): string => {
    if (value instanceof Printed) return value.text;
    if (value === filename) return filename.slice(1);
    throw new Error(
      `a tag prints ${describe(value)}; put the printer of the file's language around it`,
    );
  };
  const compile = (compileDebug: boolean) =>
    ejs.compile(text, {
      filename,
      escape: print,
      strict: true,
      _with: false,
      localsName: "it",
      compileDebug,
    }) as Template;
  const template = compile(false);
  return (context) => {
    try {
      return template(context);
    } catch {
      // What counts its lines takes far longer: only a fault is worth that, for its message.
      return compile(true)(context);
    }
  };
};

const describe = (value: unknown): string =>
  value === undefined || value === null
    ? "nothing (is the name misspelt?)"
    : `raw text (${typeof value})`;
