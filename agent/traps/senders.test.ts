import { describe, expect, it } from "vitest";
import { plainAddress, Senders } from "./senders.ts";

describe("the sender", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["fe80::1%eth0", "fe80::1"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
  ])("%s is looked for as %s", (text, want) => {
    expect(plainAddress(text)).toBe(want);
  });

  it("is known by any address of its name, and keeps it while the resolver is away", async () => {
    let isAway = false;
    const senders = new Senders([{ id: "ac", host: "ac.school", port: 161 }], async () => {
      if (isAway) throw new Error("no resolver");
      return [{ address: "192.0.2.5" }, { address: "2001:db8::5" }];
    });
    expect(senders.find("192.0.2.5")).toEqual({ kind: "stranger" });
    await senders.refresh();
    isAway = true;
    await senders.refresh();
    expect(senders.find("192.0.2.5")).toEqual({ kind: "target", id: "ac" });
    expect(senders.find("2001:db8::5")).toEqual({ kind: "target", id: "ac" });
  });

  it("is ambiguous where targets share an address, however they write it", () => {
    const targets = [
      { id: "a", host: "2001:db8::1", port: 161 },
      { id: "b", host: "2001:db8:0::1", port: 1161 },
    ];
    expect(new Senders(targets, async () => []).find("2001:db8::1")).toEqual({ kind: "ambiguous" });
  });

  it("is the first of the targets that are one device asked in several ways", async () => {
    const targets = ["a", "b", "c"].map((id) => ({ id, host: "192.0.2.1", port: 161 }));
    expect(new Senders(targets, async () => []).find("192.0.2.1")).toEqual({ kind: "target", id: "a" });
  });
});
