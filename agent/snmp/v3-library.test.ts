// Against the agent of the npm library net-snmp, another reading of the same standards: every protocol there is.
import snmp from "net-snmp";
import { describe, expect, it } from "vitest";
import type { AuthProtocol, PrivacyProtocol } from "../../contract/snmp-user.ts";
import { AUTH_PROTOCOLS, PRIVACY_PROTOCOLS } from "../../contract/snmp-user.ts";
import { createSnmpEngine } from "./engine.ts";
import { boundSocket, closeSocket } from "./hostile-suite.ts";
import { parseOid } from "./oid.ts";

const AUTH = {
  sha1: snmp.AuthProtocols.sha,
  sha224: snmp.AuthProtocols.sha224,
  sha256: snmp.AuthProtocols.sha256,
  sha384: snmp.AuthProtocols.sha384,
  sha512: snmp.AuthProtocols.sha512,
} as const satisfies Record<AuthProtocol, unknown>;
const PRIVACY = {
  aes128: snmp.PrivProtocols.aes,
  aes256: snmp.PrivProtocols.aes256b,
  aes256c: snmp.PrivProtocols.aes256r,
} as const satisfies Record<PrivacyProtocol, unknown>;
const PAIRS = AUTH_PROTOCOLS.flatMap((auth) => PRIVACY_PROTOCOLS.map((privacy) => ({ auth, privacy })));
const authKey = "authentication";
const privKey = "confidential";

describe("the npm library's agent", () => {
  it.each(PAIRS)("is read with $auth and $privacy", async ({ auth, privacy }) => {
    const port = await freePort();
    const agent = snmp.createAgent(
      { port, address: "127.0.0.1", engineID: "80001f8804736368756c652d31" },
      () => undefined,
    );
    const level = snmp.SecurityLevel.authPriv;
    agent
      .getAuthorizer()
      .addUser({ name: "u", level, authProtocol: AUTH[auth], authKey, privProtocol: PRIVACY[privacy], privKey });
    agent.registerProvider({
      name: "sysName",
      type: snmp.MibProviderType.Scalar,
      oid: "1.3.6.1.2.1.1.5",
      scalarType: snmp.ObjectType.OctetString,
      maxAccess: snmp.MaxAccess["read-only"],
    });
    agent.getMib().setScalarValue("sysName", "lib-2");
    const engine = createSnmpEngine();
    const user = {
      name: "u",
      auth: { protocol: auth, password: authKey },
      privacy: { protocol: privacy, password: privKey },
    };
    try {
      // It does not say when it listens.
      const peer = { host: "127.0.0.1", port, version: "v3", user, timeoutMs: 50, retries: 20 } as const;
      const { values } = await engine.get(peer, [parseOid("1.3.6.1.2.1.1.5.0")], AbortSignal.timeout(10_000));
      expect(values).toEqual(["lib-2"]);
    } finally {
      await engine.close();
      agent.close();
    }
  });
});

async function freePort(): Promise<number> {
  const free = await boundSocket("127.0.0.1");
  const { port } = free.address();
  await closeSocket(free);
  return port;
}
