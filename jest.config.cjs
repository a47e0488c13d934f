/** Pure tests live beside the code; what needs root and the lab lives under tests/e2e. */
const common = {
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
};
module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      setupFilesAfterEnv: ["<rootDir>/tools/test/pure.ts"],
      roots: ["<rootDir>/provider/src", "<rootDir>/tools"],
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/"],
    },
    {
      ...common,
      displayName: "e2e",
      globalSetup: "<rootDir>/tests/e2e/setup/stack.ts",
      globalTeardown: "<rootDir>/tests/e2e/setup/remove.ts",
      setupFilesAfterEnv: ["<rootDir>/tests/e2e/setup/deadline.ts"],
      roots: ["<rootDir>/tests/e2e"],
      testMatch: ["**/*.test.ts"],
    },
  ],
};
