import assert from "node:assert/strict";
import { after, test } from "node:test";
import { parseForm } from "../../src/security/forms.ts";
import { startService } from "../support/service.ts";
import { TOKEN_URL } from "../support/sign-in.ts";
import { costOf, fill, longestStep, MICROSECONDS } from "../support/steps.ts";

// Before any test is declared: the file's end would otherwise be the first pause.
const { client } = await startService({ after }, { RATE_LIMIT_ENABLED: "false" });

test("no form takes long to parse", () => {
  for (const unit of ["a=1&", "&", "%41", "+", "a", "0,", '"', "\\", "[", '{"a":']) {
    const body = Buffer.from(fill(unit));
    assert.ok(costOf(() => parseForm(body)) < MICROSECONDS, unit);
  }
});

test("no form blocks other requests", async () => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  for (const unit of ["a=1&", "%41", "a"]) {
    const send = () => client.post(TOKEN_URL, { content: fill(unit), headers });
    await send();
    // Other work of the machine may come in between once, but not each time.
    const steps = [await longestStep(send), await longestStep(send), await longestStep(send)];
    assert.ok(Math.min(...steps) < MICROSECONDS, `${unit}: ${steps}`);
  }
});
