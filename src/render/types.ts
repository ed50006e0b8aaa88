/** A file of the rendered project. */
export type RenderedFile = {
  /** Relative, with `/`, and proven to stay inside the target. */
  readonly path: string;
  readonly content: Uint8Array;
  readonly executable: boolean;
};

/** A whole project in memory, sorted by path. */
export type RenderedProject = { readonly files: readonly RenderedFile[] };

/** Supplies `size` random bytes; given from outside, so that rendering is a pure function. */
export type RandomBytes = (size: number) => Uint8Array;
