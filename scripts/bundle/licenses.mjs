import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The folder of the installed package that a bundled file comes from, or undefined for ours. */
function packageFolder(input) {
  const start = input.lastIndexOf("node_modules/");
  if (start === -1) return undefined;
  const [first, second] = input.slice(start + "node_modules/".length).split("/");
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  return `${input.slice(0, start)}node_modules/${name}`;
}

function notice(root, folder) {
  const files = readdirSync(join(root, folder));
  const { name, version, license, author } = JSON.parse(
    readFileSync(join(root, folder, "package.json"), "utf8"),
  );
  const texts = files
    .filter((file) => /^(licen[cs]e|copying|notice)([.-]|$)/i.test(file))
    .map((file) => readFileSync(join(root, folder, file), "utf8").trim());
  if (texts.length === 0 && typeof license !== "string") {
    throw new Error(`${name} ${version} is bundled and states no license`);
  }
  const holder = typeof author === "string" ? author : author?.name;
  const fallback = `License: ${license}${holder ? `\nAuthor: ${holder}` : ""}`;
  return { title: `${name} ${version} (${license})`, text: texts.join("\n\n") || fallback };
}

const HOLDER = /^\s*copyright\b.*(\(c\)|©|\d{4})/i;
const HEADING = /^\s*(the )?(mit|isc) license( \(mit\))?:?\s*$/i;

/** Packages whose licenses differ in the holder alone: who holds what, and the text once. */
function grouped(notices) {
  const groups = new Map();
  for (const { title, text } of notices) {
    const lines = text.split("\n");
    const holders = lines.filter((line) => HOLDER.test(line)).map((line) => line.trim());
    const terms = lines.filter((line) => !HOLDER.test(line) && !HEADING.test(line)).join("\n");
    const key = terms
      .replaceAll(/[\s>]+/g, " ")
      .trim()
      .toLowerCase();
    const group = groups.get(key) ?? { heads: [], terms: terms.trim() };
    group.heads.push([title, ...holders.map((holder) => `  ${holder}`)].join("\n"));
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The notices of every package of which the bundle holds a part. */
export function thirdPartyLicenses(root, metafile) {
  const inputs = Object.values(metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );
  const folders = [...new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined))];
  const notices = folders
    .map((folder) => notice(root, folder))
    .sort((a, b) => a.title.localeCompare(b.title, "en"));
  const rule = "-".repeat(80);
  return [
    "create-secure-api contains parts of the packages below, under their own licenses.",
    ...grouped(notices).map(({ heads, terms }) => `${rule}\n${heads.join("\n")}\n\n${terms}`),
    "",
  ].join("\n\n");
}
