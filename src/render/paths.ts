const WINDOWS_DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Why a relative path must not be written, as a clause that follows the path; undefined when it
 * may. A path that passes stays inside the folder that it is joined to, on every system.
 */
export const pathFault = (path: string): string | undefined => {
  for (const segment of path.split("/")) {
    if (segment === "") return "has an empty part";
    if (segment === "." || segment === "..") return "leaves its folder";
    if (!/^[\w.-]+$/.test(segment)) return "holds a character other than letters, digits, '_.-'";
    if (segment.endsWith(".")) return "has a part that ends with a dot";
    if (WINDOWS_DEVICE.test(segment)) return "has the name of a Windows device";
  }
  return undefined;
};

/** Two paths that are one on a file system without upper and lower case, or nest file in file. */
export const pathClash = (paths: readonly string[]): readonly [string, string] | undefined => {
  const seen = new Map<string, string>();
  for (const path of paths) {
    const other = seen.get(path.toLowerCase());
    if (other !== undefined) return [other, path];
    seen.set(path.toLowerCase(), path);
  }
  for (const path of paths) {
    const segments = path.toLowerCase().split("/");
    for (let length = 1; length < segments.length; length++) {
      const other = seen.get(segments.slice(0, length).join("/"));
      if (other !== undefined) return [other, path];
    }
  }
  return undefined;
};
