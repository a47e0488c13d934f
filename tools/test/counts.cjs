/** Adds a jest run's counts to the file that `total.cjs` sums up. */
const { appendFileSync } = require("node:fs");

module.exports = class Counts {
  onRunComplete(_contexts, results) {
    // A suite that could not even be loaded has no tests, and must count as a failure all the same.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    appendFileSync(process.env.TEST_COUNTS, `${results.numPassedTests} ${failed} ${results.numPendingTests}\n`);
  }
};
