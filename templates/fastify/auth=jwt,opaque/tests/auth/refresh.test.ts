/** Refresh tokens are single-use; reuse ends the session (RFC 9700, 4.14.2). */

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import * as oneTime from "../../src/auth/one-time.ts";
import { REFRESH } from "../../src/auth/refresh-tokens.ts";
import type { Resources } from "../../src/resources.ts";
import { findToken } from "../../src/tokens/redemption.ts";
import { TokenRepository } from "../../src/tokens/repository.ts";
import type { User } from "../../src/users/model.ts";
import { UserRepository } from "../../src/users/repository.ts";
import { problemOf } from "../support/accounts.ts";
import { audited } from "../support/audited.ts";
import type { Answer, Client } from "../support/client.ts";
import { makeUser } from "../support/factories.ts";
import { mailingService } from "../support/mailbox.ts";
import { giveUsualPassword, OTHER_PASSWORD } from "../support/passwords.ts";
import { auditEvents } from "../support/queries.ts";
import {
  ME_URL,
  REFRESH_URL,
  refreshed,
  statusWith,
  type Tokens,
  tokensOf,
} from "../support/sign-in.ts";
import { storedDigests } from "../support/stored-tokens.ts";
import { travel } from "../support/time.ts";

const REUSED = "auth.refresh.reused";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Started {
  readonly client: Client;
  readonly resources: Resources;
  readonly account: User;
  readonly mailbox: Awaited<ReturnType<typeof mailingService>>["mailbox"];
}

const start = async (t: TestContext, settings: Record<string, string> = {}): Promise<Started> => {
  const { client, resources, mailbox } = await mailingService(t, settings);
  const account = await makeUser(resources);
  await giveUsualPassword(resources, account);
  return { client, resources, account, mailbox };
};

const statusOf = async (client: Client, { refresh_token }: Tokens): Promise<number> =>
  (await refreshed(client, refresh_token)).statusCode;

const next = async (client: Client, { refresh_token }: Tokens): Promise<Tokens> => {
  const answer = await refreshed(client, refresh_token);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Tokens>();
};

const countReuses = async (resources: Resources, { id }: User): Promise<number> =>
  (await audited(resources, id)).filter((event) => event === REUSED).length;

test("a refresh token gets the next pair", async (t) => {
  const { client, account } = await start(t);
  const first = await tokensOf(client, account);
  const answer = await refreshed(client, first.refresh_token);
  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers["cache-control"], "no-store");
  const second = answer.json<Tokens>();
  assert.deepEqual(Object.keys(second), Object.keys(first));
  assert.notEqual(second.refresh_token, first.refresh_token);
  assert.equal(await statusWith(client, second.access_token), 200);
  assert.equal(await statusOf(client, second), 200);
});

test("a reused refresh token ends its family", async (t) => {
  const { client, account, resources } = await start(t);
  const first = await tokensOf(client, account);
  const elsewhere = await tokensOf(client, account);
  const second = await next(client, first);
  const third = await next(client, second);
  assert.equal(await statusOf(client, first), 401);
  for (const tokens of [first, second, third]) {
    assert.equal(await statusWith(client, tokens.access_token), 401);
    assert.equal(await statusOf(client, tokens), 401);
  }
  assert.equal(await statusWith(client, elsewhere.access_token), 200);
  assert.equal(await countReuses(resources, account), 1);
});

test("of many refreshes at once one wins and the session ends", async (t) => {
  const { client, account, resources } = await start(t);
  const tokens = await tokensOf(client, account);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => refreshed(client, tokens.refresh_token)),
  );
  const statuses = answers.map(({ statusCode }) => statusCode).sort();
  assert.deepEqual(statuses, [200, ...Array(7).fill(401)]);
  const won = answers.find(({ statusCode }) => statusCode === 200)?.json<Tokens>();
  assert.ok(won);
  assert.equal(await statusWith(client, won.access_token), 401);
  assert.equal(await statusOf(client, won), 401);
  assert.equal(await countReuses(resources, account), 1);
});

test("a refresh token lives seven days", async (t) => {
  const { client, account, resources } = await start(t);
  const tokens = await tokensOf(client, account);
  const other = await tokensOf(client, account);
  travel(t, 7 * DAY - MINUTE);
  assert.equal(await statusOf(client, other), 200);
  travel(t, MINUTE + SECOND);
  assert.equal(await statusOf(client, tokens), 401);
  // Late is not stolen.
  assert.equal(await countReuses(resources, account), 0);
});

test("a refreshed session expires thirty days after its sign-in", async (t) => {
  const { client, account, resources } = await start(t);
  let tokens = await tokensOf(client, account);
  for (let days = 6; days < 30; days += 6) {
    travel(t, 6 * DAY);
    tokens = await next(client, tokens);
  }
  travel(t, 6 * DAY - 5 * MINUTE);
  tokens = await next(client, tokens);
  assert.ok(tokens.expires_in >= 285 && tokens.expires_in <= 300, String(tokens.expires_in));
  assert.equal(await statusWith(client, tokens.access_token), 200);
  travel(t, 5 * MINUTE + SECOND);
  assert.equal(await statusWith(client, tokens.access_token), 401);
  assert.equal(await statusOf(client, tokens), 401);
  assert.equal(await countReuses(resources, account), 0);
});

test("an end that is set earlier counts for sessions that have begun", async (t) => {
  const { client, account, resources } = await start(t);
  const tokens = await tokensOf(client, account);
  Object.assign(resources.settings, { refreshAbsoluteTtlSeconds: 3_600 });
  travel(t, HOUR + SECOND);
  assert.equal(await statusOf(client, tokens), 401);
});

test("within the leeway the token before the newest may come back", async (t) => {
  const settings = { REFRESH_REUSE_LEEWAY_SECONDS: "30" };
  const { client, account, resources } = await start(t, settings);
  const first = await tokensOf(client, account);
  const lost = await next(client, first);
  travel(t, 20 * SECOND);
  const second = await next(client, first);
  assert.equal(await statusWith(client, second.access_token), 200);
  const third = await next(client, second);
  // Not the one before the newest any more.
  assert.equal(await statusOf(client, first), 401);
  for (const tokens of [lost, second, third]) {
    assert.equal(await statusOf(client, tokens), 401);
  }
  assert.equal(await countReuses(resources, account), 1);
});

for (const seconds of [31, 0]) {
  const title = seconds ? "after the leeway" : "after a sign-out";
  test(`no token comes back ${title}`, async (t) => {
    const { client, account } = await start(t, { REFRESH_REUSE_LEEWAY_SECONDS: "30" });
    const first = await tokensOf(client, account);
    const second = await next(client, first);
    if (seconds === 0) {
      assert.equal((await logOut(client, second, "logout")).statusCode, 204);
    }
    travel(t, (seconds + 1) * SECOND);
    assert.equal(await statusOf(client, first), 401);
    assert.equal(await statusOf(client, second), 401);
  });
}

test("of two concurrent refreshes within the leeway one succeeds", async (t) => {
  const settings = { REFRESH_REUSE_LEEWAY_SECONDS: "60" };
  const { client, account, resources } = await start(t, settings);
  const tokens = await tokensOf(client, account);
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => refreshed(client, tokens.refresh_token)),
  );
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [200, 200, 200, 200],
  );
  const digests = await storedDigests(resources, account.id, REFRESH);
  const stored = await resources.database.reader((reader) =>
    Promise.all(digests.map((digest) => findToken(reader, REFRESH, [digest]))),
  );
  assert.equal(stored.filter((token) => token?.revokedAt === undefined).length, 1);
});

test("the owner is notified of a reused token", async (t) => {
  const { client, account, mailbox } = await start(t);
  const tokens = await tokensOf(client, account);
  await next(client, tokens);
  for (let attempt = 0; attempt < 3; attempt++) {
    assert.equal(await statusOf(client, tokens), 401);
  }
  const notice = await mailbox.only(account.email);
  assert.match(notice.headers.get("subject") ?? "", /A session has been ended/);
});

test("expired tokens do not pile up", async (t) => {
  const { client, account, resources } = await start(t);
  for (let number = 0; number < 3; number++) {
    await tokensOf(client, account);
  }
  assert.equal((await storedDigests(resources, account.id, REFRESH)).length, 3);
  travel(t, 8 * DAY);
  await tokensOf(client, account);
  assert.equal((await storedDigests(resources, account.id, REFRESH)).length, 1);
});

test("a body without a token, or with another field, is refused", async (t) => {
  const { client, account } = await start(t);
  const { refresh_token } = await tokensOf(client, account);
  for (const json of [
    {},
    { refresh_token: "" },
    { refresh_token: 1 },
    { token: "x" },
    { refresh_token, scope: "users:read" },
  ]) {
    assert.equal((await client.post(REFRESH_URL, { json })).statusCode, 422);
  }
});

for (const age of [0, 400 * DAY]) {
  test(`a token that is refused leaves an event: ${age ? "late" : "unknown"}`, async (t) => {
    const { client, account, resources } = await start(t);
    const tokens = await tokensOf(client, account);
    const secret = age ? tokens.refresh_token : "unknown";
    travel(t, age);
    const answers = [await refreshed(client, secret), await refreshed(client, secret)];
    assert.deepEqual(
      answers.map(({ statusCode }) => statusCode),
      [401, 401],
    );
    const events = await auditEvents(resources, "auth.credential.refused");
    const ids = answers.map(({ headers }) => headers["x-request-id"]);
    assert.equal(events.filter(({ requestId }) => ids.includes(requestId)).length, 1);
  });
}

test("other credentials are no refresh tokens", async (t) => {
  const { client, account, resources } = await start(t);
  const tokens = await tokensOf(client, account);
  const code = await codeFor(resources, account);
  for (const secret of [tokens.access_token.slice(0, 128), code, "unknown"]) {
    const answer = await refreshed(client, secret);
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers["www-authenticate"], "Bearer");
  }
  assert.equal(await statusOf(client, tokens), 200);
});

test("a disabled account refreshes nothing", async (t) => {
  const { client, account, resources } = await start(t);
  const tokens = await tokensOf(client, account);
  await resources.database.transaction((transaction) =>
    new UserRepository(transaction).update(account.id, { isActive: false }),
  );
  assert.equal(await statusOf(client, tokens), 401);
});

for (const way of ["logout", "logout-all", "reset"] as const) {
  test(`no refresh that is under way outlives the end of its session: ${way}`, async (t) => {
    const { client, account, resources } = await start(t);
    const tokens = await tokensOf(client, account);
    const code = await codeFor(resources, account);
    const halfWay = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const { add } = TokenRepository.prototype;
    t.mock.method(
      TokenRepository.prototype,
      "add",
      async function (this: TokenRepository, token: Parameters<typeof add>[0]) {
        halfWay.resolve();
        await goOn.promise;
        return add.call(this, token);
      },
    );
    const refreshing = refreshed(client, tokens.refresh_token);
    await halfWay.promise;
    const ending = way === "reset" ? reset(client, code) : logOut(client, tokens, way);
    // Until it is at the database, where it has to wait for the refresh.
    await new Promise((resolve) => setTimeout(resolve, 300));
    goOn.resolve();
    const [answer, ended] = await Promise.all([refreshing, ending]);
    assert.equal(ended.statusCode, 204);
    if (answer.statusCode === 200) {
      const following = answer.json<Tokens>();
      assert.equal(await statusWith(client, following.access_token), 401);
      assert.equal(await statusOf(client, following), 401);
    }
  });
}

test("a refresh is no sign-in", async (t) => {
  const { client, account } = await start(t);
  const tokens = await tokensOf(client, account);
  travel(t, 901 * SECOND);
  const pair = await next(client, tokens);
  const headers = { authorization: `Bearer ${pair.access_token}` };
  assert.equal((await client.get(ME_URL, { headers })).statusCode, 200);
  const refusal = await client.delete(ME_URL, { headers });
  assert.equal(refusal.statusCode, 401);
  assert.equal(problemOf(refusal)["detail"], "Sign in again to do this.");
});

const logOut = (
  client: Client,
  { access_token }: Tokens,
  path: "logout" | "logout-all",
): Promise<Answer> =>
  client.post(`/api/v1/auth/${path}`, { headers: { authorization: `Bearer ${access_token}` } });

const reset = (client: Client, token: string): Promise<Answer> =>
  client.post("/api/v1/auth/reset-password", { json: { token, new_password: OTHER_PASSWORD } });

const codeFor = (resources: Resources, { id }: User): Promise<string> =>
  resources.database.transaction((transaction) =>
    oneTime.issue(transaction, resources, oneTime.RESET_PASSWORD, id),
  );
