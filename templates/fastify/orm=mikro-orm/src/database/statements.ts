/** Every statement that is sent to the database, for those who watch. */

import { channel } from "node:diagnostics_channel";
import { log } from "../logging.ts";

/** Publishes the text of each statement, never its parameters: they are addresses and hashes. */
export const statements = channel("app.database.statement");

/** Hands a statement to those who watch. */
export const publish = (statement: string): void => {
  if (statements.hasSubscribers) {
    statements.publish(statement);
  }
};

/** Logs every statement; returns how to stop. */
export const logStatements = (): (() => void) => {
  const write = (statement: unknown): void => {
    log.info({ event: "database.statement", statement });
  };
  statements.subscribe(write);
  return () => {
    statements.unsubscribe(write);
  };
};
