/** What is done when a transaction has been committed. */

import type { Transaction } from "./session.ts";

const waiting = new WeakMap<Transaction, (() => void)[]>();

/** Runs a callback after the commit; never after a rollback. */
export const afterCommit = (transaction: Transaction, action: () => void): void => {
  const actions = waiting.get(transaction);
  if (actions === undefined) {
    waiting.set(transaction, [action]);
  } else {
    actions.push(action);
  }
};

/** Runs the callbacks that waited for the commit. */
export const committed = (transaction: Transaction): void => {
  for (const action of waiting.get(transaction) ?? []) {
    action();
  }
};
