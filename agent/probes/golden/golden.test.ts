// What the agent says of every recorded device, beside what LibreNMS read from the same recording. A value of LibreNMS's
// that ours does not have stands in differences/*.yaml with the fact that explains it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { idleEverywhere, judge, loadDifferences } from "./differences.ts";
import { missing, openRecordings, type Recordings, recorded, recordedOids, recordingNames } from "./recording.ts";

/** Whose own uptime its profile reads instead of sysUpTime, which is the SNMP agent's. */
const HAS_OWN_UPTIME = new Set(["grandstream-ap_gwn7660"]);

describe.skipIf(missing !== undefined)(
  `recorded devices beside LibreNMS${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  () => {
    const differences = loadDifferences();
    const names = recordingNames();
    let recordings: Recordings;
    beforeAll(async () => {
      recordings = await openRecordings();
    });
    afterAll(() => recordings.close());

    it.each(names)("%s: the agent says what LibreNMS says, but for what is explained", async (name) => {
      const { differences: found, idle } = judge(name, await recordings.compare(name), differences);
      const unexplained = found.filter(({ explanation }) => explanation === undefined);
      expect(
        unexplained.map(({ peer, others }) => [
          peer.key,
          peer.value,
          ...others.map(({ key, value }) => `${key}: ${value}`),
        ]),
      ).toEqual([]);
      expect(idle.map(({ keys }) => keys)).toEqual([]);
    });

    it.each(names)("%s: what is said not to be recorded is not", (name) => {
      const oids = [...recordedOids(name)];
      for (const { keys, reason, absent } of differences.get(name) ?? []) {
        expect([keys, absent !== undefined]).toEqual([keys, reason === "unrecorded"]);
        const there = (absent ?? []).filter((root) => oids.some((oid) => `${oid}.`.startsWith(`${root}.`)));
        expect([keys, there]).toEqual([keys, []]);
      }
    });

    it("no explanation for all recordings is without use, and none is for a recording that is not there", async () => {
      const judged = [];
      for (const name of names) judged.push(judge(name, await recordings.compare(name), differences));
      expect(idleEverywhere(judged, differences)).toEqual([]);
      const known = new Set(["everywhere", ...names]);
      expect([...differences.keys()].filter((name) => !known.has(name))).toEqual([]);
    });

    it.each(names)("%s: everything is read, nothing had to be refused, and its uptime is sysUpTime", async (name) => {
      const { valuesRefused, unread, readings } = await recordings.probe(name);
      expect({ valuesRefused, unread }).toEqual({ valuesRefused: 0, unread: undefined });
      if (HAS_OWN_UPTIME.has(name)) return;
      const hundredths = recorded(name, "1.3.6.1.2.1.1.3.0");
      const own = readings.find(({ device, measurement }) => device === name && measurement === "device");
      expect(own?.values.uptime_seconds).toBe(hundredths === undefined ? undefined : Number(hundredths) / 100);
    });
  },
);
