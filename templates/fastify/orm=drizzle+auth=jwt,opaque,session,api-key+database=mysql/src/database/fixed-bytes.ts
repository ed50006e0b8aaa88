import { customBytes } from "./columns.ts";

/** Bytes of one length, which can be indexed. */
export const fixedBytes = (name: string, length: number) =>
  customBytes(`varbinary(${length})`)(name);
