// Against Debian's snmptrap and snmpinform (package snmp): three versions, both ways of sending, both address families.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { toolsMissing } from "../../firmware-sims/snmp/net-snmp-tools.ts";
import { type TestReceiver, type TestReceiverOptions, testReceiver } from "./receiver-suite.ts";

const LINK_DOWN = [
  "",
  "1.3.6.1.6.3.1.1.5.3",
  "1.3.6.1.2.1.2.2.1.1.24",
  "i",
  "24",
  "1.3.6.1.2.1.31.1.1.1.1.24",
  "s",
  "Gi1/0/24",
];
const SAID = { device: "switch", kind: "link_down", text: "ifName Gi1/0/24, ifIndex 24" };

const [AUTH, PRIVACY] = ["a password", "another password"];
const USERS: { user: SnmpUser; options: string[] }[] = [
  { user: { name: "open" }, options: ["-l", "noAuthNoPriv"] },
  {
    user: { name: "signed", auth: { protocol: "sha1", password: AUTH } },
    options: ["-l", "authNoPriv", "-a", "SHA", "-A", AUTH],
  },
  ...(["sha1", "sha256", "sha512"] as const).flatMap((auth) =>
    (["aes128", "aes256", "aes256c"] as const).map((privacy) => ({
      user: {
        name: `${auth}-${privacy}`,
        auth: { protocol: auth, password: AUTH },
        privacy: { protocol: privacy, password: PRIVACY },
      },
      options: [
        ...["-l", "authPriv", "-a", { sha1: "SHA", sha256: "SHA-256", sha512: "SHA-512" }[auth], "-A", AUTH],
        ...["-x", { aes128: "AES", aes256: "AES-256", aes256c: "AES-256-C" }[privacy], "-X", PRIVACY],
      ],
    })),
  ),
];
const REMOTE_ENGINE = ["-e", "0x8000000001020304"];

describe.skipIf(toolsMissing !== undefined)(
  `Debian's snmptrap${toolsMissing ? ` (skipped: ${toolsMissing})` : ""}`,
  () => {
    let folder: string;
    let test: TestReceiver;
    let port: number;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "campanile-traps-"));
    });
    afterAll(() => rm(folder, { recursive: true }));
    afterEach(() => test.receiver.close());

    async function listen(options: TestReceiverOptions = {}) {
      test = await testReceiver({ ...options, users: USERS.map(({ user }) => user) });
      port = await test.receiver.listen();
    }

    /** The exit status of the tool: 0 when it was sent, and for an inform only when it was answered. */
    function send(
      tool: "snmptrap" | "snmpinform",
      args: string[],
      host = "127.0.0.1",
      after = LINK_DOWN,
    ): Promise<number> {
      const at = host.includes(":") ? `udp6:[${host}]:${port}` : `${host}:${port}`;
      return new Promise((resolve) => {
        execFile(
          `/usr/bin/${tool}`,
          ["-m", "", "-t", "5", ...args, at, ...after],
          { env: { SNMP_PERSISTENT_DIR: folder } },
          (error) => resolve(typeof error?.code === "number" ? error.code : error ? 1 : 0),
        );
      });
    }

    it("sends a v1 trap: a generic one and one of an enterprise", async () => {
      await listen();
      const generic = ["1.3.6.1.4.1.9", "192.0.2.9", "2", "0", "", ...LINK_DOWN.slice(2)];
      const specific = ["1.3.6.1.4.1.318", "192.0.2.9", "6", "5", "", "1.3.6.1.4.1.318.2.3.3.0", "s", "市电中断"];
      expect(await send("snmptrap", ["-v", "1", "-c", "public"], "127.0.0.1", generic)).toBe(0);
      expect(await send("snmptrap", ["-v", "1", "-c", "public"], "127.0.0.1", specific)).toBe(0);
      expect(await test.untilEvents(2)).toMatchObject([
        SAID,
        { device: "switch", kind: "ups_on_battery", text: "text 市电中断" },
      ]);
    });

    it("sends a v2c trap and an inform, over IPv4", async () => {
      await listen();
      expect(await send("snmptrap", ["-v", "2c", "-c", "public"])).toBe(0);
      expect(await send("snmpinform", ["-v", "2c", "-c", "public"])).toBe(0);
      expect(await test.untilEvents(2)).toMatchObject([SAID, SAID]);
    });

    it("sends over IPv6, and over IPv4 to a port that listens for both", async () => {
      await listen({
        address: "::",
        targets: [
          { id: "switch", host: "0:0::1" },
          { id: "four", host: "127.0.0.1" },
        ],
      });
      expect(await send("snmpinform", ["-v", "2c", "-c", "public"], "::1")).toBe(0);
      expect(await send("snmpinform", [...user("sha256-aes128")], "::1")).toBe(0);
      expect(await send("snmpinform", ["-v", "2c", "-c", "public"], "127.0.0.1")).toBe(0);
      expect(await test.untilEvents(3)).toMatchObject([SAID, SAID, { ...SAID, device: "four" }]);
    });

    it.each(USERS)("sends a v3 trap and an inform as $user.name", async ({ user: { name } }) => {
      await listen();
      expect(await send("snmptrap", [...user(name), ...REMOTE_ENGINE])).toBe(0);
      await test.untilEvents(1);
      expect(await send("snmpinform", user(name))).toBe(0);
      expect(await test.untilEvents(2)).toMatchObject([SAID, SAID]);
      expect(test.receiver.stats().refused).toEqual({});
    });

    it.each([
      { case: "another community", args: ["-v", "2c", "-c", "other"], refused: "community" },
      { case: "a user nobody knows", args: [...user("open").slice(0, -1), "nobody"], refused: "user" },
      { case: "a wrong password", args: [...user("signed"), "-A", "a wrong password"], refused: "digest" },
      {
        case: "a wrong privacy password",
        args: [...user("sha256-aes128"), "-X", "a wrong password"],
        refused: "decryption",
      },
      { case: "less security than the user has", args: [...user("signed"), "-l", "noAuthNoPriv"], refused: "user" },
    ])("is not answered with $case", async ({ args, refused }) => {
      await listen();
      const code = await send("snmpinform", [...args, "-r", "0", "-t", "0.5"]);
      expect(code).not.toBe(0);
      const { refused: counted } = test.receiver.stats();
      expect(counted).toEqual({ [refused]: expect.any(Number) });
      expect(test.events).toMatchObject([{ device: "switch", kind: "trap_refused" }]);
    });

    it("gets no answer from a receiver that does not know it as a target", async () => {
      await listen({ targets: [{ id: "switch", host: "192.0.2.1" }] });
      expect(await send("snmpinform", ["-v", "2c", "-c", "public", "-r", "0", "-t", "0.5"])).not.toBe(0);
      expect(test.receiver.stats().refused).toEqual({ stranger: 1 });
      expect(await send("snmpinform", [...user("signed"), "-r", "0", "-t", "0.5"])).not.toBe(0);
      expect(test.receiver.stats().refused).toEqual({ stranger: expect.any(Number) });
      expect(test.events).toEqual([]);
    });

    function user(name: string): string[] {
      return ["-v", "3", ...(USERS.find((known) => known.user.name === name)?.options ?? []), "-u", name];
    }
  },
);
