import { proveSelections } from "./covering.ts";

proveSelections("sqlalchemy");
