/** Watches the connections to the file. */

import type { Client, InStatement, Transaction, TransactionMode } from "@libsql/client/sqlite3";
import { countGivenBack, countTaken } from "./connections.ts";

/** Counts the connections of a client while they are used. */
export const watchPool = (client: Client): void => {
  const execute: (statement: InStatement) => Promise<unknown> = client.execute.bind(client);
  const begin = client.transaction.bind(client);
  Object.assign(client, {
    execute: async (statement: InStatement) => {
      countTaken();
      try {
        return await execute(statement);
      } finally {
        countGivenBack();
      }
    },
    transaction: async (mode: TransactionMode) => {
      const transaction = await begin(mode);
      countTaken();
      watchEnd(transaction);
      return transaction;
    },
  });
};

const watchEnd = (transaction: Transaction): void => {
  let isTaken = true;
  const end = (): void => {
    if (isTaken) countGivenBack();
    isTaken = false;
  };
  const { commit, rollback, close } = transaction;
  Object.assign(transaction, {
    commit: () => commit.call(transaction).finally(end),
    rollback: () => rollback.call(transaction).finally(end),
    close: () => {
      close.call(transaction);
      end();
    },
  });
};
