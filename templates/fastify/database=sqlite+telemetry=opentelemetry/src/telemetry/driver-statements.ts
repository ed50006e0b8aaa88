/** Traces what the connections to the file send. */

import type { Client, InStatement, TransactionMode } from "@libsql/client/sqlite3";
import { traceStatement } from "./traced-statements.ts";

interface Runner {
  execute(statement: InStatement): Promise<unknown>;
}

/** Traces each statement of a client, and of its transactions. */
export const traceDriver = (client: Client): void => {
  const begin = client.transaction.bind(client);
  traceRunner(client);
  Object.assign(client, {
    transaction: async (mode: TransactionMode) => {
      const transaction = await begin(mode);
      traceRunner(transaction);
      return transaction;
    },
  });
};

const traceRunner = (runner: Runner): void => {
  const execute = runner.execute.bind(runner);
  Object.assign(runner, {
    execute: (statement: InStatement) =>
      traceStatement(textOf(statement), () => execute(statement)),
  });
};

const textOf = (statement: InStatement): string =>
  typeof statement === "string" ? statement : statement.sql;
