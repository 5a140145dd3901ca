// Against Debian's snmpd, with Debian's own tools as the witness of what it says.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, toolsMissing } from "../../firmware-sims/snmp/net-snmp-tools.ts";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import type { SnmpPeer } from "./exchange.ts";
import { boundSocket, closeSocket } from "./hostile-suite.ts";
import { oidText, parseOid } from "./oid.ts";
import { bytesOf, type SnmpValue } from "./value.ts";

const SNMPD = "/usr/sbin/snmpd";
const missing = toolsMissing ?? (existsSync(SNMPD) ? undefined : "Debian's package snmpd is not installed");

const CONFIG = `
rocommunity public
sysName lib-2
sysLocation 图书馆 2
override 1.3.6.1.4.1.99.1.1.0 integer -17
override 1.3.6.1.4.1.99.1.2.0 integer -2147483648
override 1.3.6.1.4.1.99.1.3.0 uinteger 4294967295
override 1.3.6.1.4.1.99.1.4.0 octet_str ""
override 1.3.6.1.4.1.99.1.5.0 object_id 1.3.6.1.4.1.4294967295.1
`;
const SINGLE = [
  "1.3.6.1.2.1.1.1.0",
  "1.3.6.1.2.1.1.2.0",
  "1.3.6.1.2.1.1.5.0",
  "1.3.6.1.2.1.1.6.0",
  "1.3.6.1.2.1.1.99.0",
  "1.3.6.1.2.1.4.1.0",
  "1.3.6.1.4.1.99.1.1.0",
  "1.3.6.1.4.1.99.1.2.0",
  "1.3.6.1.4.1.99.1.3.0",
  "1.3.6.1.4.1.99.1.4.0",
  "1.3.6.1.4.1.99.1.5.0",
];
/** ifName, ifDescr, ifType, ifMtu, ifOperStatus, and ifPhysAddress, which not every interface has. */
const INTERFACES = ["31.1.1.1.1", "2.2.1.2", "2.2.1.3", "2.2.1.4", "2.2.1.8", "2.2.1.6"].map((c) => `1.3.6.1.2.1.${c}`);

describe.skipIf(missing !== undefined)(`Debian's snmpd${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  let folder: string;
  let snmpd: ChildProcess;
  let engine: SnmpEngine;
  let peer: SnmpPeer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-snmpd-"));
    await writeFile(join(folder, "snmpd.conf"), CONFIG);
    const free = await boundSocket("127.0.0.1");
    const { port } = free.address();
    await closeSocket(free);
    const args = ["-f", "-Lo", "-C", "-c", join(folder, "snmpd.conf"), `--agentXSocket=${join(folder, "agentx")}`];
    snmpd = spawn(SNMPD, [...args, `udp:127.0.0.1:${port}`], {
      stdio: "ignore",
      env: { SNMP_PERSISTENT_DIR: folder },
    });
    engine = createSnmpEngine({ tickMs: 20 });
    peer = { host: "127.0.0.1", port, community: "public", timeoutMs: 500, retries: 20 };
    await engine.get(peer, [parseOid("1.3.6.1.2.1.1.3.0")], AbortSignal.timeout(30_000));
  });

  afterAll(async () => {
    await engine.close();
    const ended = once(snmpd, "exit");
    snmpd.kill();
    await ended;
    await rm(folder, { recursive: true });
  });

  it.each(["v1", "v2c"] as const)("says in a GET over %s what snmpget prints", async (version) => {
    const { values } = await engine.get({ ...peer, version }, SINGLE.map(parseOid), AbortSignal.timeout(10_000));
    const printed = await ask("snmpget", peer, SINGLE);
    expect(values.map(printable)).toEqual(printed.map(({ said }) => meaning(said)));
  });

  it.each(["v1", "v2c"] as const)("says in a walk over %s what snmpbulkwalk prints", async (version) => {
    const columns = INTERFACES.map(parseOid);
    const table = await engine.walkColumns({ ...peer, version }, columns, AbortSignal.timeout(10_000));
    for (const [i, column] of INTERFACES.entries()) {
      const printed = await ask("snmpbulkwalk", peer, [column]);
      const ours = table.rowKeys.flatMap((key, row) => {
        const value = table.columns[i]?.[row];
        return value === undefined ? [] : [[`.${column}.${suffixText(key)}`, printable(value)]];
      });
      expect(ours.sort()).toEqual(printed.map(({ oid, said }) => [oid, meaning(said)]).sort());
      expect(printed.length).toBeGreaterThan(0);
    }
  });

  it("finds nothing below an object that snmpd does not have", async () => {
    const columns = [parseOid("1.3.6.1.4.1.4881.1.1.10.2.56.2.1.1.1.48")];
    const { rowKeys } = await engine.walkColumns(peer, columns, AbortSignal.timeout(10_000));
    expect(rowKeys).toEqual([]);
  });

  it("gets no answer with a wrong community", async () => {
    const stranger = { ...peer, community: "wrong", timeoutMs: 50, retries: 0 };
    const answered = engine.get(stranger, SINGLE.map(parseOid), AbortSignal.timeout(10_000));
    await expect(answered).rejects.toMatchObject({ reason: "timeout" });
  });
});

/** Numbers as digits, texts as their bytes, so that both sides can be compared whatever the type's name is. */
function printable(value: SnmpValue | undefined): string | undefined {
  if (typeof value === "string" && !/^[\d.]+$/.test(value)) return bytesOf(value).toString("hex");
  return value?.toString();
}

/** The same of `TYPE: value` as the tools print it with numbers and hexadecimal texts only. */
function meaning(said: string): string | undefined {
  const [, type = "", value = ""] = /^([A-Za-z0-9-]+): ?(.*)$/.exec(said) ?? ["", said, ""];
  if (said === '""') return "";
  if (type.startsWith("No Such")) return undefined;
  if (type === "Hex-STRING") return value.replaceAll(" ", "").toLowerCase();
  return value.replace(/^\./, "");
}

function suffixText(key: string): string {
  const bytes = Buffer.concat([Buffer.of(0x2b), bytesOf(key)]);
  return (oidText(bytes, 0, bytes.length) ?? "").replace(/^1\.3\./, "");
}
