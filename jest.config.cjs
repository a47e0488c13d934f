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
      roots: ["<rootDir>/provider/src", "<rootDir>/tools"],
      testMatch: ["**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/"],
    },
    {
      ...common,
      displayName: "e2e",
      setupFilesAfterEnv: ["<rootDir>/tests/e2e/setup.ts"],
      roots: ["<rootDir>/tests/e2e"],
      testMatch: ["**/*.test.ts"],
    },
  ],
};
