import { describe, expect, it } from "vitest";
import { trapSettings } from "./agent-config-traps.ts";
import type { Problem } from "./errors.ts";
import { parseTargetUrl } from "./target.ts";

const PASSWORD = "long enough";
const TARGETS = [
  "snmp://secret@192.0.2.1",
  "snmp://secret@192.0.2.2",
  `snmpv3://nms:${PASSWORD}@192.0.2.3?auth=sha256`,
  `snmpv3://nms:${PASSWORD}@192.0.2.4?auth=sha256`,
  `snmpv3://other:${PASSWORD}@192.0.2.5?auth=sha256`,
  `snmpv3://other:${PASSWORD}2@192.0.2.6?auth=sha256`,
].map((url) => parseTargetUrl(url));

async function settings(raw: unknown, targets = TARGETS) {
  const problems: Problem[] = [];
  const read = async ({ env }: { env?: string }) => `from ${env}`;
  return { settings: await trapSettings(raw, targets, read, problems), problems };
}

describe("the traps section", () => {
  it("believes whom the targets believe, save a user whose passwords differ", async () => {
    await expect(settings({ listen: "0.0.0.0:10162" })).resolves.toEqual({
      settings: {
        address: "0.0.0.0",
        port: 10_162,
        communities: ["secret"],
        users: [{ name: "nms", auth: { protocol: "sha256", password: PASSWORD } }],
      },
      problems: [],
    });
  });

  it("believes only those that it lists, where it lists some", async () => {
    const raw = {
      listen: "[::]:162",
      communities: ["a", { env: "TRAPS" }],
      users: [{ name: "u", auth: { protocol: "sha1", password: { env: "AUTH" } } }],
    };
    await expect(settings(raw)).resolves.toMatchObject({
      settings: {
        address: "::",
        port: 162,
        communities: ["a", "from TRAPS"],
        users: [{ name: "u", auth: { protocol: "sha1", password: "from AUTH" } }],
      },
    });
    const nobody = { listen: "0.0.0.0:162", communities: [], users: [] };
    await expect(settings(nobody)).resolves.toMatchObject({ settings: undefined, problems: [{ path: "traps" }] });
  });

  it.each(["0.0.0.0", "0.0.0.0:0", "0.0.0.0:65536", "::1:162", "[192.0.2.1]:162", "gateway:162", ":162", "1.2.3:162"])(
    "cannot listen at %s",
    async (listen) => {
      await expect(settings({ listen })).resolves.toMatchObject({ problems: [{ path: "traps.listen" }] });
    },
  );

  it("is not there unless it is written", async () => {
    await expect(settings(undefined)).resolves.toEqual({ settings: undefined, problems: [] });
  });
});
