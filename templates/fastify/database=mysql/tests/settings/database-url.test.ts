/** What is particular to `DATABASE_URL` of MySQL. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { settingsFor } from "../support/service.ts";

test("any other scheme is refused", () => {
  for (const scheme of ["mariadb", "mysql+asyncmy", "postgresql"]) {
    const load = () => settingsFor(`${scheme}://u:p@h/db`);
    assert.throws(load, /DATABASE_URL: must look like mysql:\/\//);
  }
});

test("options say whom to trust", () => {
  const file = import.meta.filename;
  const url = `mysql://u:p@h/db?ssl_ca=${file}&ssl_cert=${file}&ssl_key=${file}`;
  assert.equal(settingsFor(url).databaseUrl.reveal(), url);
});

test("any other option is refused", () => {
  for (const options of [
    "ssl=true",
    "SSL_CA=ca.pem",
    "ssl_ca",
    "ssl_ca=",
    "local_infile=1",
    "charset=latin1",
    "multipleStatements=true",
  ]) {
    const load = () => settingsFor(`mysql://u:p@h/db?${options}`);
    assert.throws(load, /DATABASE_URL: takes these options/);
  }
});

test("a file that cannot be read is refused", () => {
  const file = import.meta.filename;
  for (const name of ["ssl_ca", "ssl_cert", "ssl_key"]) {
    const files = new URLSearchParams({ ssl_ca: file, [name]: "/no/such.pem" });
    const load = () => settingsFor(`mysql://u:p@h/db?${files}`);
    assert.throws(load, new RegExp(`DATABASE_URL: the file of ${name} cannot be read`));
  }
});

test("a certificate without a trusted CA is refused", () => {
  const load = () => settingsFor("mysql://u:p@h/db?ssl_cert=c.pem&ssl_key=k.pem");
  assert.throws(load, /DATABASE_URL: must name the CA to trust/);
});
