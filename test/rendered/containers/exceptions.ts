/** Rules of linters that are off for files of containers, by linter, each with the reason. */
export const exceptions: Readonly<Record<"dclint", Readonly<Record<string, string>>>> = {
  dclint: {
    "service-dependencies-alphabetical-order": "in the order in which they start",
    "service-keys-order": "what a container has in common with others comes first, by `<<`",
    "services-alphabetical-order": "the service comes first, and then what it needs",
    "top-level-properties-order": "an anchor comes before its first use, the name before all",
  },
};
