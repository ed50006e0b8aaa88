import { describe, expect, test } from "vitest";
import { parseAnswers } from "../../src/options/schema.ts";
import { offered, overlay } from "../fixtures/example-preset.ts";
import { app, codeChecks, install, missingPython, runTests } from "./fastapi.ts";
import { makeProject, type Variables } from "./project.ts";
import { missingServer, serversOf } from "./servers.ts";

const description = "Takes orders.";

describe.concurrent.each([
  { auth: "jwt" },
  { environment: "development", orm: "tortoise", database: "sqlite", auth: "oidc" },
])("a project of the example preset with %j", (choices) => {
  const { selection } = parseAnswers({ description, ...choices }, offered);

  test("is clean, passes its tests and keeps within the bounds", async ({ skip }) => {
    const missing = (await missingPython()) ?? (await missingServer(selection));
    skip(missing !== undefined, missing);
    const project = makeProject({ description, ...selection }, overlay);
    const cleanUps: (() => unknown)[] = [project.remove];
    try {
      await install(project);
      let variables: Variables = {};
      for (const server of serversOf(selection)) {
        const place = await server.open(project);
        cleanUps.unshift(place.remove);
        variables = { ...variables, ...place.tests };
      }
      for (const check of Object.values(codeChecks)) await check(project);
      await runTests(project, variables, "--numprocesses=0");
      const tooLittle = { AUDIT_RETENTION_DAYS: "729", MAX_BODY_BYTES: "10485761" };
      const start = project.run(...app(project, "check-config"), { variables: tooLittle });
      await expect(start).rejects.toThrow(
        /AUDIT_RETENTION_DAYS: .* 730\s+MAX_BODY_BYTES: .* 10485760/,
      );
    } finally {
      for (const cleanUp of cleanUps) await cleanUp();
    }
  });
});
