/** What Redis answers. */

/** Returns the kind of an answer that is an error, such as OOM; undefined if it is no answer. */
export const replyOf = ({ message }: Error): string | undefined =>
  /^[A-Z]+(?= )/.exec(message)?.[0];
