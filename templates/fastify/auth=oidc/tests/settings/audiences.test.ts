/** OIDC_AUDIENCE: one identifier of this API, or several. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { audiences } from "../../src/settings/audiences.ts";
import { Fault } from "../../src/settings/setting.ts";

const setting = audiences();

test("one or several are named", () => {
  assert.deepEqual(setting.parse("my-api", {}), ["my-api"]);
  assert.deepEqual(setting.parse("my-api, api://9122040d", {}), ["my-api", "api://9122040d"]);
});

test("nobody is no audience", () => {
  for (const text of ["", " ", ",", " , "]) {
    assert.throws(
      () => setting.parse(text, {}),
      new Fault("must be the identifier of this API at the provider"),
    );
  }
});
