import { proveSelections } from "./covering.ts";

proveSelections("drizzle");
