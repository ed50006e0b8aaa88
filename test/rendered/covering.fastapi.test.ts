import { proveStack } from "./covering.ts";

proveStack("fastapi");
