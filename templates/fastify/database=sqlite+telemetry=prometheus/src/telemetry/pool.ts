/** Watches the connections to the file. */

import type { FileClient } from "../database/driver.ts";
import { countGivenBack, countTaken } from "./connections.ts";

/** Counts the connections of a client while they are used. */
export const watchPool = (client: FileClient): void => {
  const { query } = client;
  const inTurn: FileClient["inTurn"] = client.inTurn.bind(client);
  client.query = (...statement) => counted(() => query(...statement));
  client.inTurn = (work) => inTurn(() => counted(work));
};

const counted = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  countTaken();
  try {
    return await work();
  } finally {
    countGivenBack();
  }
};
