import { createHmac } from "node:crypto";
import snmp from "net-snmp";
import { describe, expect, it } from "vitest";
import { AUTH_PROTOCOLS, PRIVACY_PROTOCOLS } from "../../contract/snmp-user.ts";
import { decrypt, encrypt, isSigned, localizedKeys, sign } from "./v3-keys.ts";

const ENGINE_ID = Buffer.from("000000000000000000000002", "hex");
const user = (protocol: (typeof AUTH_PROTOCOLS)[number], privacy: (typeof PRIVACY_PROTOCOLS)[number] = "aes128") => ({
  name: "u",
  auth: { protocol, password: "maplesyrup" },
  privacy: { protocol: privacy, password: "maplesyrup" },
});

describe("keys of a user at one engine", () => {
  it("are those of RFC 3414 appendix A.3.2", () => {
    const { auth } = localizedKeys(user("sha1"), ENGINE_ID);
    expect(auth?.key.toString("hex")).toBe("6695febc9288e36282235fc7151f128497b38f3f");
  });

  it("stretch a short key in two ways, which are the same where it is long enough", () => {
    const key = (...of: Parameters<typeof user>) => localizedKeys(user(...of), ENGINE_ID).privacy?.key.toString("hex");
    expect(key("sha1", "aes256")).not.toBe(key("sha1", "aes256c"));
    expect(key("sha1", "aes256")?.slice(0, 40)).toBe("6695febc9288e36282235fc7151f128497b38f3f");
    expect(key("sha1", "aes256c")?.slice(0, 40)).toBe("6695febc9288e36282235fc7151f128497b38f3f");
    expect(key("sha256", "aes256")).toBe(key("sha256", "aes256c"));
  });

  it("are not kept by the library, for every engine id that somebody claims", () => {
    for (const protocol of PRIVACY_PROTOCOLS) localizedKeys(user("sha1", protocol), ENGINE_ID);
    expect(Object.keys(snmp.Authentication.authToKeyCache)).toEqual([]);
  });

  it("are none for a user without authentication", () => {
    expect(localizedKeys({ name: "u" }, ENGINE_ID)).toEqual({});
  });
});

describe.each(AUTH_PROTOCOLS)("a digest with %s", (protocol) => {
  it("is found right as it was written, and wrong after any change", () => {
    const { auth } = localizedKeys(user(protocol), ENGINE_ID);
    if (!auth) throw new Error("no key");
    const message = Buffer.alloc(200, "a message");
    message.fill(0, 50, 50 + auth.digestBytes);
    sign(auth, message, 50);
    const signed = Buffer.from(message);
    const unsigned = Buffer.from(message).fill(0, 50, 50 + auth.digestBytes);
    const digest = createHmac(protocol, auth.key).update(unsigned).digest();
    expect(signed.subarray(50, 50 + auth.digestBytes)).toEqual(digest.subarray(0, auth.digestBytes));
    expect(isSigned(auth, message, 50, auth.digestBytes)).toBe(true);
    expect(message).toEqual(signed);
    expect(isSigned(auth, message, 50, auth.digestBytes - 1)).toBe(false);
    for (let at = 0; at < message.length; at++) {
      const changed = Buffer.from(message);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(isSigned(auth, changed, 50, auth.digestBytes)).toBe(false);
    }
  });
});

describe.each(PRIVACY_PROTOCOLS)("privacy with %s", (protocol) => {
  const parameters = { boots: 3, time: 1_000, salt: Buffer.from("12345678") };
  const { privacy } = localizedKeys(user("sha1", protocol), ENGINE_ID);
  if (!privacy) throw new Error("no key");

  it.each([0, 1, 15, 16, 17, 1_400])("gives %i bytes back as they were", (length) => {
    const plain = Buffer.alloc(length, "plain");
    const secret = encrypt(privacy, parameters, plain);
    expect(secret.length).toBe(length);
    expect(decrypt(privacy, parameters, secret)).toEqual(plain);
  });

  it("gives nothing back with another clock or salt", () => {
    const secret = encrypt(privacy, parameters, Buffer.from("plain text"));
    expect(decrypt(privacy, { ...parameters, time: 1_001 }, secret).toString()).not.toBe("plain text");
    expect(decrypt(privacy, { ...parameters, salt: Buffer.from("12345679") }, secret).toString()).not.toBe(
      "plain text",
    );
  });
});
