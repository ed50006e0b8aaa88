/**
 * The order of names in imports: without case, and with runs of digits as numbers; upper case first
 * where nothing else differs.
 */
export const natural = (left: string, right: string): number => {
  const a = left.toLowerCase().match(/\d+|\D/g) ?? [];
  const b = right.toLowerCase().match(/\d+|\D/g) ?? [];
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    const difference = Number(part) - Number(other);
    if (part !== other) return Number.isNaN(difference) ? codeOrder(part, other) : difference;
  }
  return a.length < b.length ? -1 : codeOrder(left, right);
};

/**
 * The order of names in imports of TypeScript: as above, but that upper case comes first where a
 * letter is the first that differs (`Stream` before `state`, and `Stop` before `stop`).
 */
export const collated = (left: string, right: string): number => {
  const a = left.match(/\d+|\D/g) ?? [];
  const b = right.match(/\d+|\D/g) ?? [];
  const index = a.findIndex((part, at) => part !== b[at]);
  const [part, other] = [a[index], b[index]];
  if (part === undefined || other === undefined) return a.length - b.length;
  return natural(part, other);
};

/** The order of the characters themselves. */
export const codeOrder = (left: string, right: string): number =>
  left < right ? -1 : Number(left > right);
