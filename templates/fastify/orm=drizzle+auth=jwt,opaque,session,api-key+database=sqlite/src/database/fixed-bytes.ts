import { bytes } from "./columns.ts";

/** Bytes of one length, which can be indexed. */
export const fixedBytes = (name: string, _length: number) => bytes(name);
