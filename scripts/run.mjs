// Runs a TypeScript file: node scripts/run.mjs FILE [ARGUMENT…]
import { load } from "./load.mjs";

const [entry, ...rest] = process.argv.slice(2);
process.argv = [process.argv[0], entry, ...rest];
process.setSourceMapsEnabled(true);
await load(entry);
