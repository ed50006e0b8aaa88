/** Queries that are run on every request, and take no longer than finding a row does. */

import type { Session } from "./session.ts";

/**
 * Builds a query once for each session: on every request, it would cost more than running it.
 * `name` is for a driver that keeps prepared statements.
 */
export const prepared = <Prepared>(
  name: string,
  build: (session: Session) => { prepare(name: string): Prepared },
) => {
  const known = new WeakMap<Session, Prepared>();
  return (session: Session): Prepared => {
    const found = known.get(session) ?? build(session).prepare(name);
    known.set(session, found);
    return found;
  };
};
