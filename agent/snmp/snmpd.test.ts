// Against Debian's snmpd, with Debian's own tools as the witness of what it says: every version over every address family.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { ask } from "../../firmware-sims/snmp/net-snmp-tools.ts";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import { parseOid } from "./oid.ts";
import type { SnmpPeer } from "./peer.ts";
import {
  because,
  ipv6Missing,
  meaning,
  printable,
  type Snmpd,
  snmpdMissing,
  startSnmpd,
  suffixText,
  userLines,
  userMissing,
  userOptions,
} from "./snmpd-suite.ts";

const CONFIG = `
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

const authPassword = "十分 secret";
const password = "another one";
const USERS: readonly SnmpUser[] = [
  { name: "nobody" },
  { name: "sha1", auth: { protocol: "sha1", password: authPassword } },
  { name: "sha224", auth: { protocol: "sha224", password: authPassword } },
  { name: "sha384", auth: { protocol: "sha384", password: authPassword } },
  {
    name: "sha1aes128",
    auth: { protocol: "sha1", password: authPassword },
    privacy: { protocol: "aes128", password },
  },
  {
    name: "sha256aes128",
    auth: { protocol: "sha256", password: authPassword },
    privacy: { protocol: "aes128", password },
  },
  { name: "sha1aes256", auth: { protocol: "sha1", password: authPassword }, privacy: { protocol: "aes256", password } },
  {
    name: "sha512aes256",
    auth: { protocol: "sha512", password: authPassword },
    privacy: { protocol: "aes256", password },
  },
];

const PRESENT = USERS.filter((user) => userMissing(user) === undefined);

type Tool = Parameters<typeof ask>[0];

interface Way {
  what: string;
  /** Why this machine's snmpd cannot be asked so. */
  absent?: string | undefined;
  asks: { version: "v1" | "v2c"; community: string } | { version: "v3"; user: SnmpUser };
  tool: string[];
}

const WAYS: readonly Way[] = [
  { what: "v1", asks: { version: "v1", community: "public" }, tool: [] },
  { what: "v2c", asks: { version: "v2c", community: "public" }, tool: [] },
  ...USERS.map(
    (user): Way => ({
      what: `v3 ${user.name}`,
      absent: userMissing(user),
      asks: { version: "v3", user },
      tool: userOptions(user),
    }),
  ),
];
const FAMILIES = [
  { family: "IPv4", host: "127.0.0.1", toolHost: "127.0.0.1", absent: undefined },
  { family: "IPv6", host: "::1", toolHost: "udp6:[::1]", absent: ipv6Missing },
];

const ROUTES = FAMILIES.flatMap((family) =>
  WAYS.map((way) => ({ ...family, ...way, absent: family.absent ?? way.absent })),
);

describe.skipIf(snmpdMissing !== undefined)(`Debian's snmpd${because(snmpdMissing)}`, () => {
  let snmpd: Snmpd;
  let engine: SnmpEngine;

  beforeAll(async () => {
    snmpd = await startSnmpd(CONFIG + PRESENT.map(userLines).join(""));
    engine = createSnmpEngine({ tickMs: 20 });
  });
  afterAll(async () => {
    await engine.close();
    await snmpd.close();
  });

  for (const { what, family, host, toolHost, asks, tool, absent } of ROUTES) {
    describe.skipIf(absent !== undefined)(`with ${what} over ${family}${because(absent)}`, () => {
      const peer = (): SnmpPeer => ({ host, port: snmpd.port, timeoutMs: 500, retries: 20, ...asks });
      const say = (name: Tool, oids: readonly string[]) =>
        ask(name, { host: toolHost, port: snmpd.port, community: "public" }, [...tool, ...oids]);

      it("says in a GET what snmpget prints", async () => {
        const { values } = await engine.get(peer(), SINGLE.map(parseOid), AbortSignal.timeout(10_000));
        const printed = await say("snmpget", SINGLE);
        expect(values.map(printable)).toEqual(printed.map(({ said }) => meaning(said)));
      });

      it("says in a walk what snmpbulkwalk prints", async () => {
        const columns = INTERFACES.map(parseOid);
        const table = await engine.walkColumns(peer(), columns, AbortSignal.timeout(10_000));
        const printed = await Promise.all(["2", "31"].map((group) => say("snmpbulkwalk", [`1.3.6.1.2.1.${group}`])));
        for (const [i, column] of INTERFACES.entries()) {
          const ours = table.rowKeys.flatMap((key, row) => {
            const value = table.columns[i]?.[row];
            return value === undefined ? [] : [[`.${column}.${suffixText(key)}`, printable(value)]];
          });
          const theirs = printed.flat().filter(({ oid }) => oid.startsWith(`.${column}.`));
          expect(ours.sort()).toEqual(theirs.map(({ oid, said }) => [oid, meaning(said)]).sort());
          expect(theirs.length).toBeGreaterThan(0);
        }
      });

      it("finds nothing below an object that snmpd does not have", async () => {
        const columns = [parseOid("1.3.6.1.4.1.4881.1.1.10.2.56.2.1.1.1.48")];
        const { rowKeys } = await engine.walkColumns(peer(), columns, AbortSignal.timeout(10_000));
        expect(rowKeys).toEqual([]);
      });
    });
  }

  it("gets no answer with a wrong community", async () => {
    const stranger: SnmpPeer = { host: "127.0.0.1", port: snmpd.port, community: "wrong", timeoutMs: 50, retries: 0 };
    const answered = engine.get(stranger, SINGLE.map(parseOid), AbortSignal.timeout(10_000));
    await expect(answered).rejects.toMatchObject({ reason: "timeout" });
  });
});
