declare const process: { readonly env: Readonly<Record<string, string | undefined>> };

/** What the test tells this program. */
export const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
};

/** What a generated client does in a few calls. */
export type Api = {
  readonly signIn: () => Promise<void>;
  readonly refresh?: (() => Promise<void>) | undefined;
  readonly create: (title: string) => Promise<string>;
  readonly page: (
    cursor: string | undefined,
  ) => Promise<{ readonly ids: readonly string[]; readonly next: string | null }>;
};

/** Signs in, makes notes, and pages through them, before and after a refresh. */
export const walk = async (api: Api): Promise<void> => {
  await api.signIn();
  const made: string[] = [];
  for (const title of ["one", "two", "three"]) made.unshift(await api.create(title));
  await expectNotes(api, made);
  await api.refresh?.();
  await expectNotes(api, made);
};

const expectNotes = async (api: Api, made: readonly string[]): Promise<void> => {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const { ids, next } = await api.page(cursor);
    found.push(...ids);
    cursor = next ?? undefined;
  } while (cursor !== undefined && found.length < 100);
  const newest = found.slice(0, made.length);
  if (newest.join() !== made.join()) throw new Error(`made ${made}, found ${newest}`);
};
