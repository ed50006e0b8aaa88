import { proveSelections } from "./covering.ts";

proveSelections("mikro-orm");
