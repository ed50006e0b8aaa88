import { bytes } from "./columns.ts";
import { GRAMMAR } from "./grammar.ts";

/** Bytes of one length, which can be indexed. */
export const fixedBytes = (length: number) => bytes().columnType(GRAMMAR.fixedBytes(length));
