import { brotliCompressSync, brotliDecompressSync, constants } from "node:zlib";
import { gitBlobHash } from "../project/record.ts";

/** A record cannot make us unpack more than this. */
const MOST_BYTES = 2_000_000;

/** A text for the record. */
export const packed = (content: Uint8Array): string =>
  brotliCompressSync(content, {
    params: {
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.byteLength,
    },
  }).toString("base64");

/** A text of the record; undefined when it is not the one that was recorded. */
export const unpacked = (text: string, hash: string): Buffer | undefined => {
  try {
    const content = brotliDecompressSync(Buffer.from(text, "base64"), {
      maxOutputLength: MOST_BYTES,
    });
    return gitBlobHash(content) === hash ? content : undefined;
  } catch {
    return undefined;
  }
};
