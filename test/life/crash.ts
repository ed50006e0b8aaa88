import process from "node:process";
import { openRepository } from "../../src/system/git/repository.ts";
import { undoChanges } from "../../src/system/renewal/undo.ts";
import { carryOut } from "../../src/system/renewal/update-project.ts";
import { prepared } from "./engine.ts";

/** Is killed at a step of an update, or of its undoing. */
const [folder = "", last = "", command, files = "{}"] = process.argv.slice(2);

let step = 0;
const onStep = () => {
  if (step === Number(last)) process.kill(process.pid, "SIGKILL");
  step += 1;
};

if (command === "undo") {
  await undoChanges(await openRepository(folder, "my-api"), "my-api", onStep);
} else {
  const wanted = await prepared(folder, JSON.parse(files));
  await carryOut(wanted, [], onStep);
  wanted.store.remove();
}
