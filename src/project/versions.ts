const PARTS = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/;

/** Whether a text is a version, such as 1.2.3 or 1.2.3-rc.1. */
export const isVersion = (text: string): boolean => text.length <= 40 && PARTS.test(text);

/** Which of two versions comes later: positive where the first does, 0 where they are one. */
export const compareVersions = (left: string, right: string): number => {
  const [, ...a] = PARTS.exec(left) ?? [];
  const [, ...b] = PARTS.exec(right) ?? [];
  for (const index of [0, 1, 2]) {
    const difference = Number(a[index]) - Number(b[index]);
    if (difference !== 0) return difference;
  }
  return comparePreviews(a[3], b[3]);
};

/** What comes before a release has parts by which it is ordered. */
const comparePreviews = (left: string | undefined, right: string | undefined): number => {
  if (left === right) return 0;
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  const a = left.split(".");
  const b = right.split(".");
  for (const [index, part] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (part !== other) return comparePreviewParts(part, other);
  }
  return -1;
};

const comparePreviewParts = (left: string, right: string): number => {
  const [a, b] = [Number(left), Number(right)];
  if (Number.isInteger(a) && Number.isInteger(b)) return a - b;
  if (Number.isInteger(a) !== Number.isInteger(b)) return Number.isInteger(a) ? -1 : 1;
  return left < right ? -1 : 1;
};
