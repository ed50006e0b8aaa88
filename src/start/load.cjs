"use strict";

const words = process.argv.slice(2);

// The one question whose answer needs nothing of what is loaded for the others.
if (words.length === 1 && ["--version", "-v"].includes(words[0])) {
  process.stdout.on("error", ({ code, message }) => {
    if (code === "EPIPE") return;
    process.stderr.write(`The output cannot be written (${message}).\n`);
    process.exitCode = 2;
  });
  process.stdout.write(`${require("../package.json").version}\n`);
} else {
  import("./main.js");
}
