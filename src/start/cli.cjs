#!/usr/bin/env node
"use strict";

// The first file of all: whatever Node there is has to be able to read it (ES5).
var version = process.versions.node.split(".");
var major = Number(version[0]);
var minor = Number(version[1]);

if ((major === 20 && minor >= 19) || (major === 22 && minor >= 13) || major > 22) {
  require("./load.cjs");
} else {
  process.stderr.write(
    "create-secure-api needs Node 20.19, 22.13 or newer; this is Node " +
      process.versions.node +
      ": https://nodejs.org\n",
  );
  process.exitCode = 2;
}
