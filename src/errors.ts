/**
 * A mistake of the person who runs the generator. It is printed without a stack and ends the
 * process with exit code 2; every other error is a bug of ours and ends it with 1.
 */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly exitCode = 2;
  readonly what: string;
  readonly where: string;
  readonly fix: string;

  /**
   * @param what what is wrong, as one sentence
   * @param where the flag, file or directory in which it was found
   * @param fix what to do about it
   */
  constructor(what: string, where: string, fix: string, options?: ErrorOptions) {
    super(`${where}: ${what} ${fix}`, options);
    this.what = what;
    this.where = where;
    this.fix = fix;
  }
}
