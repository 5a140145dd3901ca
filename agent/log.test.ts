import { beforeEach, expect, it } from "vitest";
import { parseTargetUrl } from "../contract/target.ts";
import { createLog } from "./log.ts";

const SECRET = "Geheim77";
const ADDRESS = parseTargetUrl(`snmpv3://u:${SECRET}@h?auth=sha1&privacy=aes128&privacyPassword=${SECRET}`);
const AS_WRITTEN = { id: "t", url: "snmpv3://u@h", auth: { protocol: "sha1", password: SECRET } };
const USERS = [{ name: "t", auth: { protocol: "sha1", password: SECRET } }];

let text: string;
const log = createLog("info", {
  write: (line: string) => {
    text += line;
  },
});
beforeEach(() => {
  text = "";
});

it.each<{ what: string; logged: object }>([
  { what: "an address", logged: ADDRESS },
  { what: "a target", logged: { target: { id: "t", address: ADDRESS } } },
  { what: "targets", logged: { targets: [{ id: "t", address: ADDRESS }, AS_WRITTEN] } },
  { what: "a configuration", logged: { config: { targets: [{ id: "t", address: ADDRESS }, AS_WRITTEN] } } },
  { what: "what is written in the file", logged: AS_WRITTEN },
  { what: "users of traps", logged: { file: { config: { traps: { communities: [SECRET], users: USERS } } } } },
  { what: "what is deeply nested", logged: { a: [[{ b: { c: { d: [{ e: { community: SECRET } }] } } }]] } },
  { what: "a URL as text", logged: { urls: [`snmp://${SECRET}@h`, `SNMPv1://${SECRET}:@h`] } },
  {
    what: "a URL as an object",
    logged: { url: new URL(`snmpv3://u:${SECRET}@h/?privacyPassword=${SECRET}&privacy=aes128`) },
  },
  {
    what: "an error, its cause and what hangs on it",
    logged: {
      err: Object.assign(new Error(`not snmp://${SECRET}@h`, { cause: new Error(`snmpv1://${SECRET}@h`) }), {
        target: { address: ADDRESS },
      }),
    },
  },
])("does not show a secret in $what", ({ logged }) => {
  log.info(logged, "with it");
  log.child({ bound: logged }).info("bound");
  log.info(`snmpv3://u:${SECRET}@h?auth=sha1&privacyPassword=${SECRET}&privacy=aes128`);
  expect(text.trim().split("\n")).toHaveLength(3);
  expect(text).not.toContain(SECRET);
  expect(text).toContain("[secret]");
});

it("shows everything else as it is", () => {
  log.warn({ targetId: "t", refused: { community: 3 }, community: { env: "NAME" }, url: "snmp://h:161" }, "a sentence");
  expect(JSON.parse(text)).toEqual({
    level: 40,
    time: expect.any(Number),
    targetId: "t",
    refused: { community: 3 },
    community: { env: "NAME" },
    url: "snmp://h:161",
    msg: "a sentence",
  });
});

it("is written even where what is logged refers to itself or cannot be JSON", () => {
  const circle: Record<string, unknown> = { community: SECRET, large: 1n };
  circle.self = circle;
  log.info(circle, "a circle");
  expect(JSON.parse(text)).toMatchObject({ msg: "a circle" });
  expect(text).not.toContain(SECRET);
});
