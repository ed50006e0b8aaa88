/** How a template's name begins in place of a dot, since npm drops some dotfiles from packages. */
export const DOTTED = "dot-";
/** How the name of a template ends that is rendered. */
export const RENDERED = ".ejs";

/** Where the template of a file of the project lies in its layer. */
export const templatePath = (path: string, rendered: boolean): string =>
  path.replace(/(^|\/)\./g, `$1${DOTTED}`) + (rendered ? RENDERED : "");
