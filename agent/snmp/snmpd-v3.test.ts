// What a user sees of Debian's snmpd with SNMPv3 when something is wrong, and when snmpd restarts or is replaced.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { createSnmpEngine, type SnmpEngine } from "./engine.ts";
import { parseOid } from "./oid.ts";
import type { EngineChange, UserPeer } from "./peer.ts";
import { because, type Snmpd, snmpdMissing, startSnmpd, userLines } from "./snmpd-suite.ts";

const NAME = [parseOid("1.3.6.1.2.1.1.5.0")];
const USER = {
  name: "monitor",
  auth: { protocol: "sha256", password: "the first one" },
  privacy: { protocol: "aes128", password: "the second one" },
} as const satisfies SnmpUser;
const CONFIG = `sysName lib-2\n${userLines(USER)}`;

let engine: SnmpEngine;
beforeEach(() => {
  engine = createSnmpEngine();
});
afterEach(() => engine.close());

function peerOf({ port }: Snmpd, user: SnmpUser = USER): UserPeer {
  return { host: "127.0.0.1", port, version: "v3", user, timeoutMs: 2_000, retries: 1 };
}

const read = async (peer: UserPeer) => (await engine.get(peer, NAME, AbortSignal.timeout(20_000))).values;

describe.skipIf(snmpdMissing !== undefined)(`Debian's snmpd and a user${because(snmpdMissing)}`, () => {
  let snmpd: Snmpd;
  beforeAll(async () => {
    snmpd = await startSnmpd(CONFIG);
  });
  afterAll(() => snmpd.close());

  const { auth, privacy } = USER;
  const wrong = "not the password";
  it.each<{ what: string; user: SnmpUser; reason: string; says: string }>([
    { what: "that it does not know", user: { ...USER, name: "x" }, reason: "auth", says: "usmStatsUnknownUserNames" },
    {
      what: "with a wrong password",
      user: { ...USER, auth: { ...auth, password: wrong } },
      reason: "auth",
      says: "usmStatsWrongDigests",
    },
    {
      what: "with another protocol of authentication",
      user: { ...USER, auth: { ...auth, protocol: "sha1" } },
      reason: "auth",
      says: "usmStatsWrongDigests",
    },
    { what: "without privacy", user: { name: USER.name, auth }, reason: "auth", says: "authorizationError" },
    { what: "without authentication", user: { name: USER.name }, reason: "auth", says: "authorizationError" },
  ])("says that a user $what is refused, and why", async ({ user, reason, says }) => {
    await expect(read(peerOf(snmpd, user))).rejects.toMatchObject({ reason, message: expect.stringContaining(says) });
  });

  it("says that the privacy password is wrong, although snmpd only becomes silent", async () => {
    const user: SnmpUser = { ...USER, privacy: { ...privacy, password: wrong } };
    const asked = read({ ...peerOf(snmpd, user), timeoutMs: 500, retries: 1 });
    await expect(asked).rejects.toMatchObject({ reason: "auth", message: expect.stringContaining("privacy") });
    // What snmpd was silent to does not keep it from being asked as it should be.
    await expect(read(peerOf(snmpd))).resolves.toEqual(["lib-2"]);
  });

  it("names the context that nobody answers in", async () => {
    await read(peerOf(snmpd));
    const asked = read({ ...peerOf(snmpd), context: "vlan-7", timeoutMs: 50, retries: 0 });
    await expect(asked).rejects.toMatchObject({ reason: "timeout", message: expect.stringContaining("vlan-7") });
  });
});

describe.skipIf(snmpdMissing !== undefined)(`Debian's snmpd between two polls${because(snmpdMissing)}`, () => {
  const LINES = [
    { what: "authPriv", user: USER },
    { what: "authNoPriv", user: { name: "auth", auth: USER.auth } },
    { what: "noAuthNoPriv", user: { name: "none" } },
  ] as const satisfies readonly { what: string; user: SnmpUser }[];
  const config = `sysName lib-2\n${LINES.map(({ user }) => userLines(user)).join("")}`;

  it.each(LINES)("restarts, and is read with $what at once", async ({ user }) => {
    const snmpd = await startSnmpd(config);
    try {
      await expect(read(peerOf(snmpd, user))).resolves.toEqual(["lib-2"]);
      await snmpd.restart();
      await expect(read(peerOf(snmpd, user))).resolves.toEqual(["lib-2"]);
      expect(engine.stats).toMatchObject({ enginesChanged: 0, timeouts: 0, notAuthentic: 0 });
    } finally {
      await snmpd.close();
    }
  });

  it.each(LINES)(
    "is replaced by one with another engine id, and is read with $what, which is told",
    async ({ user }) => {
      const snmpd = await startSnmpd(config);
      const changes: EngineChange[] = [];
      const peer: UserPeer = { ...peerOf(snmpd, user), onEngineChanged: (change) => changes.push(change) };
      try {
        await expect(read(peer)).resolves.toEqual(["lib-2"]);
        await snmpd.restart(true);
        await expect(read(peer)).resolves.toEqual(["lib-2"]);
        expect(changes).toEqual([{ from: expect.stringMatching(/^80/), to: expect.stringMatching(/^80/) }]);
        expect(changes[0]?.from).not.toBe(changes[0]?.to);
        expect(engine.stats).toMatchObject({ enginesChanged: 1, timeouts: 0 });
      } finally {
        await snmpd.close();
      }
    },
  );

  it("forgets how often it was started, keeps its engine id, and is read at once", async () => {
    const snmpd = await startSnmpd(`${CONFIG}exactEngineID 0x80001f8804636f6e7374616e74\n`);
    try {
      await snmpd.restart();
      await snmpd.restart();
      await expect(read(peerOf(snmpd))).resolves.toEqual(["lib-2"]);
      await snmpd.restart(true);
      await expect(read(peerOf(snmpd))).resolves.toEqual(["lib-2"]);
      expect(engine.stats).toMatchObject({ enginesChanged: 0, timeouts: 0, resynchronised: 1 });
    } finally {
      await snmpd.close();
    }
  });

  it("is away and comes back as another one", async () => {
    const snmpd = await startSnmpd(CONFIG);
    try {
      await read(peerOf(snmpd));
      const away: UserPeer = { ...peerOf(snmpd), port: 9, timeoutMs: 20, retries: 0 };
      await expect(read(away)).rejects.toMatchObject({ reason: "timeout" });
      await snmpd.restart(true);
      await expect(read(peerOf(snmpd))).resolves.toEqual(["lib-2"]);
    } finally {
      await snmpd.close();
    }
  });
});
