/** Starts what takes longest first, so that no worker is left alone with it at the end. */
const { default: Sequencer } = require("@jest/test-sequencer");

const longest = [
  "cloudinit",
  "domain",
  "lifecycle",
  "cut",
  "sdk/go",
  "sdk/python",
  "sdk/typescript",
  "volume",
  "network",
];
const rank = ({ path }) => {
  const at = longest.findIndex((name) => path.endsWith(`/e2e/${name}.test.ts`));
  return at < 0 ? longest.length : at;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
