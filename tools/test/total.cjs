/** Prints the sum of what the runs counted, as the last line of a test run. */
const { readFileSync } = require("node:fs");

const sum = [0, 0, 0];
for (const line of readFileSync(process.argv[2], "utf8").trim().split("\n"))
  for (const [i, n] of line.split(" ").entries()) sum[i] += Number(n);
const [passed, failed, skipped] = sum;
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
