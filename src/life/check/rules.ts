import { UserError } from "../../errors.ts";
import { checkDecided } from "../../options/policy.ts";
import type { Policy } from "../../options/preset.ts";
import type { Answer } from "../../options/types.ts";
import type { Setting } from "../../plan/manifest.ts";
import { policyName } from "../../project/preset.ts";
import type { Finding } from "./finding.ts";
import { editedText, isUnedited, type Judged, placeOf } from "./project.ts";
import { textIn } from "./tree.ts";

/** The settings whose rules are looser than what was rendered. */
export const loosenedSettings = (judged: Judged): readonly Finding[] => {
  const { code, reader, plan, isCurrent } = judged;
  const own = isCurrent ? editedText(judged, code.settings) : undefined;
  if (own === undefined) return [];
  return reader.loosened(own, plan.settings).map(({ setting, at, what }) => ({
    verdict: "weakened",
    rule: "weakened/setting",
    of: setting,
    path: placeOf(judged, code.settings) ?? code.settings,
    line: at,
    what: `The rule of ${setting} was loosened: ${what}.`,
    fix: "Restore the rule; set another value in the environment.",
  }));
};

/** The bounds of an organisation that a project does not keep. */
const brokenBounds = (judged: Judged, policy: Policy): readonly Finding[] => {
  const { code, reader, plan, tree } = judged;
  const place = placeOf(judged, code.settings);
  const own = place === undefined ? undefined : textIn(tree, place);
  if (own === undefined || place === undefined) return [];
  const bound = plan.settings.flatMap((setting): readonly Setting[] => {
    const bounds = policy.settings[setting.name];
    if (bounds === undefined) return [];
    const { kind, name, group, doc } = setting;
    return [{ kind, name, group, doc, min: bounds.min, max: bounds.max }];
  });
  return reader.loosened(own, bound).map(({ setting, at, what }) => ({
    verdict: "weakened",
    rule: "weakened/policy",
    of: `policy/${setting}`,
    path: place,
    line: at,
    what: `${setting} breaks the policy of ${policyName(policy)}: ${what}. ${policy.settings[setting]?.reason ?? ""}`.trim(),
    fix: `Put the limits of ${policyName(policy)} back.`,
  }));
};

/** What a project has chosen that an organisation has decided against. */
const brokenDecisions = (
  options: Readonly<Record<string, Answer>>,
  policy: Policy,
  shown: string,
): readonly Finding[] =>
  Object.entries(options).flatMap(([option, answer]) => {
    try {
      checkDecided(policy, { [option]: answer });
      return [];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [
        {
          verdict: "weakened",
          rule: "weakened/policy",
          of: `policy/${option}`,
          path: shown,
          what: `The choice of ${option} breaks the policy of ${policyName(policy)}: ${error.what}`,
          fix: error.fix,
        } satisfies Finding,
      ];
    }
  });

/** The floors of an organisation that a project breaks. */
export const brokenPolicy = (
  options: Readonly<Record<string, Answer>>,
  policy: Policy,
  shown: string,
  judged: Judged | undefined,
): readonly Finding[] => [
  ...brokenDecisions(options, policy, shown),
  ...(judged === undefined ? [] : brokenBounds(judged, policy)),
];

/** The routes that ask for no permission, or that anybody can call. */
export const openRoutes = (judged: Judged): readonly Finding[] => {
  const { tree, reader, code, plan, rendered, isCurrent } = judged;
  const { access } = code;
  const isCode = (path: string) => path.endsWith(reader.extension);
  const isSame = (path: string) =>
    textIn(tree, path) === rendered(path) || isUnedited(judged, path);
  const own = tree.paths.filter(isCode);
  if (access === undefined || own.every(isSame)) return [];
  const texts = (paths: readonly string[], read: (path: string) => string | undefined) =>
    new Map(
      paths.flatMap((path) => {
        const text = read(path);
        return text === undefined ? [] : [[path, text] as const];
      }),
    );
  const now = reader.routes(
    texts(own, (path) => textIn(tree, path)),
    access,
  );
  const then = reader.routes(texts([...plan.files.keys()].filter(isCode), rendered), access);
  const how = access.written === undefined ? "" : ` (${access.written})`;
  const before = new Map(then.map((route) => [`${route.method} ${route.route}`, route]));
  const overridden = own
    .filter((path) => !path.startsWith(code.tests) && !isSame(path))
    .flatMap((path) =>
      reader.overrides(textIn(tree, path) ?? "").map(
        ({ at, what }): Finding => ({
          verdict: "weakened",
          rule: "weakened/route",
          of: `${path} ${what}`,
          path,
          line: at,
          what: `${what} takes the place of what routes ask of their callers.`,
          fix: "Leave it to tests.",
        }),
      ),
    );
  const open = now
    .filter(({ path }) => !path.startsWith(code.tests))
    .filter(({ path }) => isCurrent || !isUnedited(judged, path))
    .flatMap(({ method, route, path, at, grants, authenticates, published }) => {
      const name = `${method} ${route}`;
      const known = before.get(name);
      if (grants) return [];
      const wasPublic = known !== undefined && !known.grants && !known.authenticates;
      const isNewlyPublic = known === undefined && published;
      if (!authenticates && (wasPublic || isNewlyPublic)) return [];
      return [
        {
          verdict: "weakened",
          rule: "weakened/route",
          of: name,
          path,
          line: at,
          what: authenticates
            ? `${name} asks for no permission: every caller who is signed in may use it.`
            : `${name} is open to everybody.`,
          fix: `Name the permission that it needs${how}, or put it on the list of public routes of the tests.`,
        } satisfies Finding,
      ];
    });
  return [...overridden, ...open];
};
