import { proveSelections } from "./covering.ts";

proveSelections("tortoise");
