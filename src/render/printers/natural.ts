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

/** The order of the characters themselves. */
export const codeOrder = (left: string, right: string): number =>
  left < right ? -1 : Number(left > right);
