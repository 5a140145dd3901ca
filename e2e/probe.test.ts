// The two commands of a supplier at a desk: replay a recorded device, ask it once. What its tables mean in detail is
// compared in agent/probes/recordings.test.ts; here the programs themselves run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Program, ROOT, start } from "./programs.ts";

const RECORDINGS = join(ROOT, "../shared/devices/librenms");

/** Clients and access points as LibreNMS reads them from the same recording (`wireless_sensors` in the .json beside it). */
const PEER_SAYS = [
  { recording: "vrp_ac6605-26", clients: 7, accessPoints: 1 },
  { recording: "unifi_nanohd", clients: 18 },
  { recording: "unifi_ukultra", clients: 0 },
];

let replay: Program | undefined;

afterEach(async () => {
  await replay?.end("SIGTERM");
});

describe.skipIf(!existsSync(RECORDINGS))(
  "campanile-agent probe (skipped where ../shared/devices/librenms is absent)",
  () => {
    it.each(PEER_SAYS)("reads $recording as the peer does", async ({ recording, clients, accessPoints }) => {
      replay = start("sims", ["snmp", "--walk", join(RECORDINGS, `${recording}.snmprec`), "--port", "0"]);
      const [url] = /snmp:\/\/\S+/.exec(await replay.line((line) => line.startsWith("listening"))) ?? [];
      const probe = start("agent", ["probe", `${url?.replace("//", "//public@")}`, "--json"]);
      expect(await probe.finished(), probe.output()).toBe(0);
      const values = ofDevice(probe.output());
      expect(values.wifi_clients).toBe(clients);
      expect(values.wifi_aps_claimed).toBe(accessPoints);
      expect(values.probe_ok).toBe(1);
    });

    it("says who did not answer and why, with exit status 1", async () => {
      const probe = start("agent", ["probe", "snmp://public@127.0.0.1:9", "--timeout", "100ms"]);
      expect(await probe.finished()).toBe(1);
      expect(probe.output()).toContain("127.0.0.1:9");
      expect(probe.output()).toContain("timeout");
    });
  },
);

/** All values without an instance, of the asked device, from NDJSON. */
function ofDevice(ndjson: string): Record<string, number> {
  const readings = ndjson
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as { kind: string; device: string; instance?: string; values?: object }); // our own NDJSON
  return Object.assign(
    {},
    ...readings.filter(({ kind, instance }) => kind === "reading" && !instance).map(({ values }) => values),
  );
}
