/** Makes a value when it is first asked for, and keeps it. */
export const once = <Value>(make: () => Value): (() => Value) => {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/** Makes a value of each file that is asked for. */
export const oncePerFile = <Value>(
  files: ReadonlyMap<string, string>,
  make: (path: string, text: string) => Value,
): ((path: string) => Value | undefined) => {
  const values = new Map([...files].map(([path, text]) => [path, once(() => make(path, text))]));
  return (path) => values.get(path)?.();
};

const MOST_KEPT = 2_000;

/** Keeps what was made of a text: a project has most texts twice, as rendered and as they are. */
export const oncePerText = <Value>(make: (text: string) => Value): ((text: string) => Value) => {
  const kept = new Map<string, Value>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    if (kept.size >= MOST_KEPT) kept.clear();
    const value = make(text);
    kept.set(text, value);
    return value;
  };
};
