import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { type Folder, foldersOf, type Tree, treeObject } from "../../life/tree.ts";
import type { Command } from "../../project/toolchain.ts";
import type { Ran } from "../programs.ts";
import { type TemporaryFolder, temporaryFolder } from "../temporary.ts";
import { git } from "./git-program.ts";
import type { Repository } from "./repository.ts";

type Kind = "blob" | "tree" | "commit";

/** Objects of git that lie beside a repository: it can be read with them, and gets none of them. */
export class ObjectStore {
  readonly repository: Repository;
  /** For whatever else is made on the way. */
  readonly folder: string;
  readonly #temporary: TemporaryFolder = temporaryFolder();

  constructor(repository: Repository) {
    this.repository = repository;
    this.folder = this.#temporary.place;
    mkdirSync(join(this.folder, "objects/info"), { recursive: true });
    writeFileSync(join(this.folder, "objects/info/alternates"), `${repository.objects}\n`);
  }

  /** Runs git at the top of the repository, with these objects. */
  git(words: Command, options: Parameters<typeof git>[2] = {}): Promise<Ran> {
    const env = { GIT_OBJECT_DIRECTORY: join(this.folder, "objects"), ...options.env };
    return git(this.repository.top, words, { ...options, env });
  }

  /** The same, for what has no reason to fail. */
  async must(words: Command, options: Parameters<typeof git>[2] = {}): Promise<Ran> {
    const ran = await this.git(words, options);
    if (!ran.ok) throw new Error(`git ${words.join(" ")} failed: ${ran.said}`);
    return ran;
  }

  /** Keeps an object and says its id. */
  put(kind: Kind, content: Uint8Array): string {
    const bytes = Buffer.concat([Buffer.from(`${kind} ${content.byteLength}\0`), content]);
    const id = createHash(this.repository.format).update(bytes).digest("hex");
    const folder = join(this.folder, "objects", id.slice(0, 2));
    const place = join(folder, id.slice(2));
    if (existsSync(place)) return id;
    mkdirSync(folder, { recursive: true });
    const temporary = join(folder, `tmp_${randomUUID()}`);
    writeFileSync(temporary, deflateSync(bytes, { level: 1 }));
    renameSync(temporary, place);
    return id;
  }

  /** Keeps the folders of a tree, at their place in the repository. */
  putTree(tree: Tree): string {
    const { prefix } = this.repository;
    return this.#putFolder(
      foldersOf(new Map([...tree].map(([path, entry]) => [`${prefix}${path}`, entry]))),
    );
  }

  #putFolder({ entries, folders }: Folder): string {
    const ids = new Map([...folders].map(([name, inner]) => [name, this.#putFolder(inner)]));
    return this.put("tree", treeObject(entries, ids));
  }

  putCommit(tree: string, parent: string | undefined, message: string): string {
    const who = "create-secure-api <> 0 +0000";
    const lines = [
      `tree ${tree}`,
      ...(parent === undefined ? [] : [`parent ${parent}`]),
      `author ${who}`,
      `committer ${who}`,
      "",
      message,
      "",
    ];
    return this.put("commit", Buffer.from(lines.join("\n")));
  }

  /** The contents of blobs, by id. */
  async read(ids: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    const contents = new Map<string, Buffer>();
    const input = [...new Set(ids)];
    if (input.length === 0) return contents;
    const { bytes } = await this.must(["cat-file", "--batch"], {
      input: `${input.join("\n")}\n`,
      bytes: true,
    });
    const all = Buffer.from(bytes ?? []);
    for (let at = 0; at < all.length; ) {
      const end = all.indexOf("\n", at);
      const [id = "", , size] = all.toString("utf8", at, end).split(" ");
      if (size === undefined) throw new Error(`git does not have ${id}`);
      contents.set(id, all.subarray(end + 1, end + 1 + Number(size)));
      at = end + 1 + Number(size) + 1;
    }
    return contents;
  }

  /** Those of the ids that the repository has. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { stdout } = await git(
      this.repository.top,
      ["cat-file", "--batch-check=%(objectname) %(objecttype)"],
      { input: `${ids.join("\n")}\n`, env: { GIT_NO_LAZY_FETCH: "1" } },
    );
    const lines = stdout.split("\n").map((line) => line.split(" "));
    return new Set(lines.flatMap(([id = "", type]) => (type === "blob" ? [id] : [])));
  }

  remove(): void {
    this.#temporary.remove();
  }
}
