/** The arrows of the design: what is not listed here may not be imported. Each room names those it may look into. */
const open = [
  "provider/src/path\\.ts",
  "provider/src/failure\\.ts",
  "provider/src/nearest\\.ts",
  "provider/src/unknown\\.ts",
];
const rooms = {
  "main\\.ts": ["chunk\\.ts", "serving\\.ts", "commands"],
  "serving\\.ts": ["chunk\\.ts", "plugin", "provider\\.ts"],
  commands: ["plugin/resource\\.ts", "resources/documents", "vocabulary", "xml\\.ts"],
  "provider\\.ts": ["plugin", "resources", "host", "model", "vocabulary"],
  plugin: [],
  vocabulary: ["xml\\.ts"],
  model: ["vocabulary", "xml\\.ts"],
  resources: ["plugin/resource\\.ts", "model", "vocabulary", "xml\\.ts", "host", "images", "qmp", "libvirt/index\\.ts"],
  host: ["libvirt", "transport", "qmp"],
  libvirt: ["transport"],
  qmp: [],
  transport: [],
  images: [],
};
const inside = (room) => `^provider/src/${room}${room.includes(".") ? "$" : "/"}`;
const arrow = ([room, allowed]) => ({
  name: `arrows-of-${room.replace(/\W.*/, "")}`,
  comment: `This room may import only: ${allowed.join(", ") || "nothing but itself"}.`,
  severity: "error",
  from: { path: inside(room), pathNot: "\\.(test|test-d|arbitrary)\\.ts$" },
  to: { path: "^provider/src/", pathNot: [inside(room), ...allowed.map(inside), ...open.map((f) => `^${f}$`)] },
});
module.exports = {
  forbidden: [
    ...Object.entries(rooms).map(arrow),
    {
      name: "plans-see-no-host",
      severity: "error",
      comment: "Plans and defaults are pure.",
      from: { path: "^provider/src/resources/.*/(plan|defaults)\\.ts$" },
      to: { path: "^provider/src/(host|libvirt|transport)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-cycles",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-test-in-product",
      severity: "error",
      from: { path: "^provider/src/", pathNot: "\\.(test|test-d|arbitrary)\\.ts$|/testing/" },
      to: { path: "\\.(test|arbitrary)\\.ts$|/testing/|^tests/|^tools/" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    exclude: { path: "^sdk/" },
  },
};
