import { proveStack } from "./covering.ts";

proveStack("fastify");
