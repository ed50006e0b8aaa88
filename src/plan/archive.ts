import { templatePath } from "./template-path.ts";
import type { Layer, Stack } from "./types.ts";

/** A file as the index of an archive has it; the content lies behind the index. */
type Stored = {
  readonly path: string;
  readonly bytes: number;
  readonly rendered?: true;
  readonly executable?: true;
};
type StoredLayer = Omit<Layer, "files" | "parts"> & {
  readonly files: readonly Stored[];
  readonly parts: readonly (readonly [string, readonly (readonly [string, string])[]])[];
};

/** The length of the index, in bytes, as an unsigned number of this size. */
const LENGTH_BYTES = 4;

/**
 * A stack in one piece: the length of an index, the index as JSON, and the files one after the
 * other. Its content has been checked and is not checked again when it is unpacked.
 */
export const packStack = ({ layers, pins, toolchain }: Stack): Uint8Array => {
  const contents: Uint8Array[] = [];
  const stored = layers.map(
    (layer): StoredLayer => ({
      ...layer,
      files: [...layer.files].map(([path, { content, rendered, executable }]) => {
        contents.push(content);
        return {
          path,
          bytes: content.length,
          ...(rendered ? { rendered } : {}),
          ...(executable ? { executable } : {}),
        };
      }),
      parts: [...layer.parts].map(([path, slots]) => [path, [...slots]]),
    }),
  );
  const index = Buffer.from(
    JSON.stringify({
      layers: stored,
      pins: {
        file: pins.file,
        common: [...pins.common],
        images: [...pins.images],
        actions: [...pins.actions],
        instead: pins.instead.map((other) => ({ ...other, pins: [...other.pins] })),
      },
      toolchain,
    }),
  );
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32LE(index.length);
  return Buffer.concat([length, index, ...contents]);
};

/** The stack that `packStack` made an archive of. */
export const unpackStack = (archive: Uint8Array): Stack => {
  const bytes = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let at = LENGTH_BYTES + bytes.readUInt32LE();
  const { layers, pins, toolchain } = JSON.parse(bytes.toString("utf8", LENGTH_BYTES, at));
  return {
    layers: layers.map(
      (layer: StoredLayer): Layer => ({
        ...layer,
        files: new Map(
          layer.files.map(({ path, bytes: size, rendered = false, executable = false }) => {
            const content = bytes.subarray(at, at + size);
            at += size;
            const template = `${layer.folder}/${templatePath(path, rendered)}`;
            return [path, { template, content, rendered, executable }];
          }),
        ),
        parts: new Map(layer.parts.map(([path, slots]) => [path, new Map(slots)])),
      }),
    ),
    pins: {
      file: pins.file,
      common: new Map(pins.common),
      images: new Map(pins.images),
      actions: new Map(pins.actions),
      instead: pins.instead.map((other: { readonly pins: readonly [string, string][] }) => ({
        ...other,
        pins: new Map(other.pins),
      })),
    },
    toolchain,
  };
};
