/** The strength of passwords, estimated in bounded time. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isGuessable } from "../../src/auth/guessing.ts";

const KNOWN = ["My Größe-Dienst", "ann.lee", "bücher.example"];
const SIGNS = "4@({[<69!1|7$5+%2380";

test("a common password is guessable", () => {
  for (const password of [
    "passwordpassword",
    "123456789012",
    "Password1234!",
    "P@$$w0rd1234",
    "qwertyuiop123",
    "!QAZ2wsx#EDC",
    "abcabcabcabcabcabc",
    "iloveyou123456",
    "football football",
    "dragon.dragon.dragon",
    "\uff50\uff41\uff53\uff53\uff57\uff4f\uff52\uff441234",
  ]) {
    assert.ok(isGuessable(password, KNOWN), password);
  }
});

test("a password is judged by its beginning", () => {
  const strong = "x7$kQ!m2pW9zT4vB";
  assert.ok(isGuessable("a".repeat(48) + strong, KNOWN));
  assert.ok(!isGuessable("a".repeat(32) + strong, KNOWN));
});

test("a word between digits and signs is guessable", () => {
  for (const password of [
    "Winter2026!!",
    "!!Winter2026",
    "Monday2025!?",
    "Liverpool2026!",
    "2026-Summer!1",
    "hello12345678!",
  ]) {
    assert.ok(isGuessable(password, KNOWN), password);
  }
});

test("the name of the service is guessable in any language", () => {
  for (const name of ["my-api", "Größe", "天気サービス", "İstanbul", "Погода"]) {
    for (const spelt of [name, name.toUpperCase(), name.normalize("NFD")]) {
      for (const password of [
        `${spelt}${spelt}${spelt}`,
        `${spelt}-${spelt}-${spelt}`,
        `${spelt}${spelt}2026!!`,
      ]) {
        assert.ok(isGuessable(password, [name]), password);
      }
    }
  }
});

test("the parts of the address are guessable", () => {
  for (const password of ["annlee-annlee-annlee", "bücherbücher2026!", "Annlee2026!!"]) {
    assert.ok(isGuessable(password, KNOWN), password);
  }
});

test("what is known is guessable with anything between its repetitions", () => {
  for (const password of [
    "1zorblickvex2zorblickvex3",
    "zorblickvex-zorblickvex_zorblickvex",
    "a1ZORBLICKVEXb2zorblickvexc3",
  ]) {
    assert.ok(isGuessable(password, ["Zorblickvex"]), password);
  }
  assert.ok(!isGuessable("zorblickvex42", []));
});

test("a passphrase or a random password is not", () => {
  for (const password of [
    "correct horse battery staple",
    "zwölf Bären im Wald",
    "正确的马电池订书钉长口令句",
    "x7$kQ!m2pW9z",
    "82736498127364",
    "4829-horse-1937",
    "three blue teapots sing",
    "my api has 3 quiet owls",
    SIGNS,
  ]) {
    assert.ok(!isGuessable(password, KNOWN), password);
  }
});

test("checking a password takes bounded time", () => {
  const texts = [SIGNS, [...SIGNS].reverse().join(""), "4@6957!1$+", "1234567890", "p4ssw0rd"];
  const others = ["12/12/2012", "qwertyuiop", "a", "🐎é"];
  isGuessable("what is compiled before it is timed", KNOWN);
  for (const text of [...texts, ...others]) {
    for (const length of [12, 24, 48, 64, 96, 128]) {
      const password = text.repeat(128).slice(0, length);
      const started = process.cpuUsage();
      isGuessable(password, KNOWN);
      const { user, system } = process.cpuUsage(started);
      assert.ok(user + system < 2_000_000, `${password}: ${user + system} us`);
    }
  }
});
