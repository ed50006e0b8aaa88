/** The thread that judges passwords. */

import { parentPort } from "node:worker_threads";
import { isGuessable } from "./guessing.ts";

interface Question {
  readonly password: string;
  readonly known: readonly string[];
}

parentPort?.on("message", ({ password, known }: Question) => {
  parentPort?.postMessage(isGuessable(password, known));
});
