import fc from "fast-check";
import { consoleReader, readResult } from "./cloudInit";

describe("the files in the guest", () => {
  test("an end without errors", () => {
    const json = '{"v1": {"datasource": "DataSourceNoCloud [seed=/dev/sr0][dsmode=net]", "errors": []}}';
    expect(readResult(json)).toEqual({ errors: [], warnings: [] });
  });

  test("an end with errors keeps cloud-init's own words", () => {
    const words = "('scripts_user', RuntimeError('Runparts: 1 failures (runcmd) in 1 attempted commands'))";
    expect(readResult(JSON.stringify({ v1: { errors: [words] } }))?.errors).toEqual([words]);
  });

  test("what it passed over is told once", () => {
    const stage = {
      errors: [],
      recoverable_errors: { WARNING: ["Unhandled non-multipart\n(text/x-not-multipart) userdata"] },
    };
    const status = JSON.stringify({ v1: { datasource: "x", stage: null, init: stage, "modules-final": stage } });
    expect(readResult('{"v1":{"errors":[]}}', status)?.warnings).toEqual([
      "Unhandled non-multipart (text/x-not-multipart) userdata",
    ]);
  });

  test.each(["", '{"v1": {"datasou'])("half a file is no end: %j", (json) => expect(readResult(json)).toBeUndefined());

  test("nothing that a guest writes there throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (result, status) => {
        expect(readResult(JSON.stringify(result), JSON.stringify(status))).toBeDefined();
      }),
    );
  });
});

const console_ = [
  "[   41.20] cloud-init[402]: Cloud-init v. 22.4.2 running 'modules:final' at Sun, 22 Nov 2026 22:00:00 +0000. Up 41.10 seconds.",
  "[   42.51] cloud-init[402]: 2026-11-22 22:00:01,123 - cc_scripts_user.py[WARNING]: Failed to run module scripts-user (scripts in /var/lib/cloud/instance/scripts)",
  "[   42.53] cloud-init[402]: Cloud-init v. 22.4.2 finished at Sun, 22 Nov 2026 22:00:01 +0000. Datasource DataSourceNoCloud [seed=/dev/sr0][dsmode=net].  Up 42.50 seconds",
  "",
].join("\r\n");

describe("the console", () => {
  test("tells the end and what failed before it, however its bytes are cut", () => {
    const bytes = Buffer.from(console_);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: bytes.length })), (cuts) => {
        const reader = consoleReader();
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const ends = edges.slice(1).map((edge, i) => reader.feed(bytes.subarray(edges[i], edge)));
        expect(
          [...new Set(ends.filter((end) => end !== undefined).map((end) => JSON.stringify(end)))].map((end) =>
            JSON.parse(end),
          ),
        ).toEqual([
          {
            sure: false,
            ended: {
              errors: [
                "2026-11-22 22:00:01,123 - cc_scripts_user.py[WARNING]: Failed to run module scripts-user (scripts in /var/lib/cloud/instance/scripts)",
              ],
              warnings: [],
            },
          },
        ]);
      }),
    );
  });

  test("hears systemd where cloud-init has another last word, through the colours", () => {
    const end = consoleReader().feed(
      Buffer.from(
        "[\u001b[0;32m  OK  \u001b[0m] Reached target \u001b[0;1;39mcloud-init.target\u001b[0m - Cloud-init target.\r\n",
      ),
    );
    expect(end).toEqual({ sure: true, ended: { errors: [], warnings: [] } });
  });

  test("hears systemd say, after the last word, that a stage failed", () => {
    const reader = consoleReader();
    expect(
      reader.feed(Buffer.from("Cloud-init v. 22.4.2 finished at Sun, 22 Nov 2026. Up 42.50 seconds\r\n"))?.sure,
    ).toBe(false);
    const said =
      "[\u001b[0;1;31mFAILED\u001b[0m] Failed to start \u001b[0;1;39mcloud-final.service\u001b[0m - Execute cloud user/final scripts.\r\n";
    expect(reader.feed(Buffer.from(said))).toEqual({
      sure: true,
      ended: {
        errors: ["[FAILED] Failed to start cloud-final.service - Execute cloud user/final scripts."],
        warnings: [],
      },
    });
  });

  test("takes the start of a stage for no end", () => {
    expect(consoleReader().feed(Buffer.from(`${console_.split("\r\n")[0]}\r\n`))).toBeUndefined();
  });
});
