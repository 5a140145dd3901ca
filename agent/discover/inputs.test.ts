import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readInputs } from "./inputs.ts";

const OPTIONS = { ranges: [], community: [], tryDefaults: false, neighbours: true, allowPublic: false };

describe("a configuration", () => {
  let folder: string;
  let config: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "campanile-inputs-"));
    config = join(folder, "agent.yaml");
    const targets = [
      `{ id: ac, url: "snmp://one@ac.school" }`,
      `{ id: gone, url: "snmp://two@gone.school" }`,
      `{ id: user, url: "snmpv3://u@[fd00:0::9]" }`,
      `{ id: elsewhere, url: "snmp://one@10.0.0.9:1161" }`,
    ];
    await writeFile(config, `agent: a\ncollector: http://127.0.0.1:9\ntargets: [${targets.join(", ")}]\n`);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("gives ids, communities and users by address, of names as well", async () => {
    const lookup = async (name: string) => {
      if (name === "ac.school") return ["10.0.0.1", "fd00::1"];
      throw new Error("ENOTFOUND");
    };
    const inputs = await readInputs({ ...OPTIONS, config, maxHosts: 10, port: 161 }, {}, lookup);
    expect(inputs.addresses).toEqual(["10.0.0.1", "fd00::1", "fd00::9"]);
    expect([...inputs.ids]).toEqual([
      ["10.0.0.1", "ac"],
      ["fd00::1", "ac"],
      ["fd00::9", "user"],
    ]);
    expect(inputs.known.get("fd00::1")?.value).toBe("one");
    expect(inputs.users.get("fd00::9")).toMatchObject({ host: "fd00::9" });
    expect(inputs.existing?.targets).toMatchObject([
      { id: "ac", addresses: ["10.0.0.1", "fd00::1"] },
      { id: "gone", addresses: [] },
      { id: "user", addresses: ["fd00::9"] },
      { id: "elsewhere", addresses: [] },
    ]);
  });
});
