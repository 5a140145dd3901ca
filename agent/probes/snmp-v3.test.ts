// The SNMP probe with an SNMPv3 target, from the URL to the log.
import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { parseTargetUrl } from "../../contract/target.ts";
import { loadProfiles } from "../profiles/load.ts";
import { createSnmpEngine, type SnmpEngine } from "../snmp/engine.ts";
import { because, type Snmpd, snmpdMissing, startSnmpd, userLines } from "../snmp/snmpd-suite.ts";
import { createProbes } from "./table.ts";

let engine: SnmpEngine;
let snmpd: Snmpd;
beforeEach(() => {
  engine = createSnmpEngine();
});
afterEach(async () => {
  await engine.close();
  await snmpd.close();
});

it.skipIf(snmpdMissing !== undefined)(
  `reads a device, goes on when another one is in its place, and says so with the target's id${because(snmpdMissing)}`,
  async () => {
    const user = {
      name: "monitor",
      auth: { protocol: "sha512", password: "the first one" },
      privacy: { protocol: "aes128", password: "the second one" },
    } as const;
    snmpd = await startSnmpd(`sysName lib-2\n${userLines(user)}`);
    const { snmp } = createProbes({ engine, profiles: await loadProfiles() });
    const query = "auth=sha512&privacy=aes128&privacyPassword=the%20second%20one";
    const address = parseTargetUrl(`snmpv3://monitor:the%20first%20one@127.0.0.1:${snmpd.port}?${query}`);
    const target = { id: "gateway", address, segment: "main", timeoutMs: 2_000, retries: 1 };
    const lines: string[] = [];
    const log = pino({ base: null }, { write: (line: string) => void lines.push(line) }).child({ targetId: "gateway" });
    const run = () => snmp(target, { signal: AbortSignal.timeout(20_000), log, nowMs: () => 1 });

    const facts = [{ device: "gateway", texts: { name: "lib-2" } }];
    await expect(run()).resolves.toMatchObject({ facts });
    expect(lines).toEqual([]);
    await snmpd.restart(true);
    await expect(run()).resolves.toMatchObject({ facts });
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ targetId: "gateway", level: 40, from: expect.any(String), to: expect.any(String) }),
    ]);
  },
);
