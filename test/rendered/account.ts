/** Files as text, by path. */
export type Texts = ReadonlyMap<string, string>;

/** How often a text has each of its lines. */
const counted = (text: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const line of text.split("\n")) {
    const key = line.trimEnd();
    if (key.trim() !== "") counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
};

/** Lines that a text has more often than another one, and how much more. */
const more = (text: string, than: string): ReadonlyMap<string, number> => {
  const other = counted(than);
  return new Map(
    [...counted(text)].flatMap(([line, count]) => {
      const extra = count - (other.get(line) ?? 0);
      return extra > 0 ? [[line, extra] as const] : [];
    }),
  );
};

/**
 * What is lost of what one side has made of files: each line that it added and that is not there,
 * and each that it took out and that is there again.
 * @param places where a file of the side is in the result
 * @param allowed lines that the other side may have changed or brought
 */
export const lost = (
  base: Texts,
  side: Texts,
  result: Texts,
  places: (path: string) => string | undefined,
): readonly string[] =>
  [...side].flatMap(([path, text]) => {
    const place = places(path);
    if (place === undefined) return [];
    const now = result.get(place);
    const own = more(text, base.get(path) ?? "");
    if (now === undefined) return own.size === 0 ? [] : [`${path} is gone`];
    const there = counted(now);
    return [...own].flatMap(([line, count]) => {
      const kept = there.get(line) ?? 0;
      return kept < count ? [`${path}: ${line}`] : [];
    });
  });

/** Lines that a side took out of a file and that are there again, though the other never had more. */
export const returned = (
  base: Texts,
  side: Texts,
  other: Texts,
  result: Texts,
): readonly string[] =>
  [...base].flatMap(([path, text]) => {
    const [own, now] = [side.get(path), result.get(path)];
    if (own === undefined || now === undefined) return [];
    const removed = more(text, own);
    const brought = more(other.get(path) ?? "", text);
    const [left, there] = [counted(own), counted(now)];
    return [...removed.keys()].flatMap((line) => {
      const most = (left.get(line) ?? 0) + (brought.get(line) ?? 0);
      return (there.get(line) ?? 0) > most ? [`${path}: ${line}`] : [];
    });
  });
