// Every recorded device read whole, by our engine, by the npm library net-snmp and by Debian's snmpbulkwalk: all three must say
// the same, and what the recording holds. The recordings stand beside the project and are not part of it.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import snmp, { type Varbind } from "net-snmp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SnmpDevice, startSnmpDevice } from "../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../firmware-sims/snmp/mib.ts";
import { ask, toolsMissing } from "../../firmware-sims/snmp/net-snmp-tools.ts";
import { readSnmprec } from "../../firmware-sims/snmp/snmprec.ts";
import type { Value } from "../../firmware-sims/snmp/value.ts";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import { parseOid } from "./oid.ts";
import type { CommunityPeer } from "./peer.ts";
import { because, suffixText } from "./snmpd-suite.ts";

const FOLDER = fileURLToPath(new URL("../../../shared/devices/librenms/", import.meta.url));
const NAMES = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => name.endsWith(".snmprec")) : [];
const missing = NAMES.length > 0 ? undefined : "recordings not present (../shared/devices/librenms)";
/** All that devices have is below these: iso(1).std(0), where LLDP is, member-body(2), where IEEE 802.11 is, and org(3). */
const ROOTS = ["1.0", "1.2", "1.3"];
const REPETITIONS = 40;
/** Some hold texts that no Ethernet frame carries. */
const LARGEST = 65_507;

/** What somebody read: OID to type and value, in a form that does not depend on who read it. */
type Tree = Map<string, string>;

const number = (value: number | bigint | string): string => `number ${Number(value)}`;
const octets = (bytes: Uint8Array): string => `octets ${Buffer.from(bytes).toString("hex")}`;
const text = (value: string): string => octets(Buffer.from(value, "latin1"));
/** A damaged recording holds an OID that begins with 14859771.8, and the library reads 2.N so where N is above 79. */
const oid = (value: string): string => {
  const [first = 0, second = 0, ...rest] = value.split(".").map(Number);
  return text((first > 2 ? [2, first * 40 + second - 80, ...rest] : [first, second, ...rest]).join("."));
};
const NOTHING = "nothing";

describe.skipIf(missing !== undefined)(`a recorded device${because(missing)}`, () => {
  let engine: SnmpEngine;
  beforeAll(() => {
    engine = createSnmpEngine({ tickMs: 20 });
  });
  afterAll(() => engine.close());

  it("is there 47 times", () => expect(NAMES.length).toBeGreaterThanOrEqual(47));

  it.each(NAMES)("%s reads the same for everybody", async (name) => {
    const { rows } = readSnmprec(readFileSync(`${FOLDER}${name}`, "utf8"));
    const device = await startSnmpDevice({ mib: createStaticMib(rows), community: "public", maxMessageBytes: LARGEST });
    try {
      const recorded: Tree = new Map(rows.map((row) => [row.oid.join("."), saidByRecording(row.value)]));
      const ours = await readWithEngine(engine, device);
      expect(differences(ours, recorded)).toEqual([]);
      expect(differences(ours, await readWithLibrary(device))).toEqual([]);
      if (toolsMissing === undefined) expect(differences(ours, await readWithTool(device))).toEqual([]);
      expect(ours.size).toBe(recorded.size);
    } finally {
      await device.close();
    }
  });

  if (toolsMissing !== undefined) it.skip(`was not compared with snmpbulkwalk${because(toolsMissing)}`);
});

async function readWithEngine(engine: SnmpEngine, { host, port }: SnmpDevice): Promise<Tree> {
  const peer: CommunityPeer = { host, port, community: "public", timeoutMs: 2_000, retries: 3 };
  const tree: Tree = new Map();
  for (const root of ROOTS) {
    const table = await engine.walkColumns(peer, [parseOid(root)], AbortSignal.timeout(60_000));
    expect(table.refused).toBe(0);
    table.rowKeys.forEach((key, row) => {
      const value = table.columns[0]?.[row];
      const said = typeof value === "number" ? number(value) : value === undefined ? NOTHING : text(value);
      tree.set(`${root}.${suffixText(key)}`, said);
    });
  }
  return tree;
}

async function readWithLibrary({ host, port }: SnmpDevice): Promise<Tree> {
  const options = { port, version: snmp.Version2c, timeout: 2_000, retries: 3, backwardsGetNexts: false };
  const session = snmp.createSession(host, "public", options);
  const tree: Tree = new Map();
  const take = (varbinds: Varbind[], root: string): boolean => {
    for (const varbind of varbinds) {
      if (snmp.isVarbindError(varbind) || !varbind.oid.startsWith(`${root}.`)) return true;
      tree.set(varbind.oid, saidByLibrary(varbind));
    }
    return false;
  };
  try {
    for (const root of ROOTS) await walkWithLibrary(session, root, (varbinds) => take(varbinds, root));
  } finally {
    session.close();
  }
  return tree;
}

function walkWithLibrary(session: snmp.Session, root: string, isOver: (varbinds: Varbind[]) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    session.on("error", reject);
    const feed = (varbinds: Varbind[]): true | undefined => (isOver(varbinds) ? true : undefined);
    session.walk(root, REPETITIONS, feed, (error) => (error ? reject(error) : resolve()));
  });
}

function saidByLibrary({ type, value }: Varbind): string {
  if (value === null || value === undefined) return NOTHING;
  if (Buffer.isBuffer(value)) {
    return type === snmp.ObjectType.Counter64 ? number(BigInt(`0x${value.toString("hex")}`)) : octets(value);
  }
  if (typeof value === "number") return number(value);
  return type === snmp.ObjectType.OID ? oid(String(value)) : text(String(value));
}

async function readWithTool({ host, port }: SnmpDevice): Promise<Tree> {
  const tree: Tree = new Map();
  for (const root of ROOTS) {
    const lines = await ask("snmpbulkwalk", { host, port, community: "public" }, [`-Cr${REPETITIONS}`, root]);
    for (const line of lines) {
      if (line.oid.startsWith(`.${root}.`)) tree.set(line.oid.slice(1), saidByTool(line.said));
    }
  }
  return tree;
}

function saidByTool(said: string): string {
  if (said === '""') return text("");
  if (said === "NULL") return NOTHING;
  const [, type = "", value = said] = /^([A-Za-z0-9-]+): ?(.*)$/.exec(said) ?? [];
  switch (type) {
    case "Hex-STRING":
    case "OPAQUE":
      return octets(Buffer.from(value.replaceAll(" ", ""), "hex"));
    case "OID":
      return text(value.replace(/^\./, ""));
    case "IpAddress":
      return text(value);
    default:
      return number(value);
  }
}

function saidByRecording(value: Value): string {
  switch (value.type) {
    case "octets":
    case "opaque":
      return octets(value.value);
    case "oid":
      return oid(value.value.join("."));
    case "address":
      return text(value.value.join("."));
    case "integer":
    case "counter32":
    case "gauge32":
    case "timeticks":
    case "counter64":
      return number(value.value);
    default:
      return NOTHING;
  }
}

/** What one says and the other does not, both ways; the first few of each. */
function differences(ours: Tree, theirs: Tree): string[] {
  const lines: string[] = [];
  for (const [name, said] of ours) {
    const other = theirs.get(name);
    if (other !== said) lines.push(`${name}: we read ${said}, expected ${other ?? "no such variable"}`);
  }
  for (const [oid, said] of theirs)
    if (!ours.has(oid)) lines.push(`${oid}: we read no such variable, expected ${said}`);
  return lines.slice(0, 10);
}
