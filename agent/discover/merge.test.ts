import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ID_PATTERN } from "../../contract/batch.ts";
import type { FoundDevice } from "./found.ts";
import { idOf, realSerial } from "./identity.ts";
import { mergeSame, withIds } from "./merge.ts";

const ACCESS = { kind: "community", version: "v2c", reference: "CAMPANILE_COMMUNITY_1" } as const;
const NO_IDS = { byAddress: new Map<string, string>(), byName: new Map<string, string>() };

function direct(address: string, texts: Partial<FoundDevice> = {}): FoundDevice {
  return { address, otherAddresses: [], kind: "unknown", access: ACCESS, warnings: [], profile: "generic", ...texts };
}

function child(childKey: string, texts: Partial<FoundDevice> = {}): FoundDevice {
  const access = { kind: "controller" } as const;
  return { childKey, controller: "10.0.0.1", otherAddresses: [], kind: "ap", access, warnings: [], ...texts };
}

describe("devices found more than once", () => {
  it("are one when serial or MAC are the same", () => {
    const mac = "00:e0:fc:00:00:01";
    const merged = mergeSame([direct("10.0.0.1", { mac }), direct("10.0.0.2", { mac, name: "b" }), direct("10.0.0.3")]);
    expect(merged).toMatchObject([
      { address: "10.0.0.1", otherAddresses: ["10.0.0.2"], name: "b" },
      { address: "10.0.0.3" },
    ]);
  });

  it("are two when they share a serial number and not the MAC", () => {
    const serial = "2102359999";
    const found = [
      direct("10.0.0.1", { serial, mac: "00:e0:fc:00:00:01" }),
      direct("10.0.0.2", { serial, mac: "00:e0:fc:00:00:02" }),
    ];
    const devices = withIds(mergeSame(found), NO_IDS);
    expect(devices.map(({ id }) => id)).toEqual(["sn-2102359999", "00-e0-fc-00-00-02"]);
  });

  it("are two when all they share is what stands in place of a serial number", () => {
    expect(
      mergeSame([direct("10.0.0.1", { serial: "0000000000" }), direct("10.0.0.2", { serial: "0000000000" })]),
    ).toHaveLength(2);
  });

  it.each([
    { by: "MAC", own: { mac: "00:e0:fc:00:00:05" }, listed: { mac: "00:e0:fc:00:00:05" } },
    { by: "serial", own: { serial: "SN0005" }, listed: { serial: "SN0005" } },
    { by: "address", own: {}, listed: { address: "10.0.0.5" } },
  ])("directly and through a controller, by $by, are the controller's", ({ own, listed }) => {
    const itself = direct("10.0.0.5", { ...own, warnings: [{ code: "SNMP_DEFAULT_COMMUNITY", message: "public" }] });
    const seen = child("00:e0:fc:00:00:05", { ...listed, name: "AP-5" });
    for (const order of [
      [itself, seen],
      [seen, itself],
    ]) {
      const merged = mergeSame(order);
      expect(merged).toMatchObject([
        {
          address: "10.0.0.5",
          name: "AP-5",
          childKey: seen.childKey,
          controller: "10.0.0.1",
          access: { kind: "controller" },
        },
      ]);
      const codes = merged[0]?.warnings.map(({ code }) => code).sort();
      expect(codes).toEqual(["CONTROLLER_KNOWS_IT", "SNMP_DEFAULT_COMMUNITY"]);
    }
  });

  it("are two when an access point is the controller that lists it", () => {
    const mac = "00:e0:fc:00:00:06";
    const devices = withIds(mergeSame([direct("10.0.0.1", { mac }), child(mac, { mac })]), NO_IDS);
    expect(devices).toMatchObject([{ access: ACCESS }, { access: { kind: "controller" } }]);
    expect(new Set(devices.map(({ id }) => id)).size).toBe(2);
  });

  it("are two when a controller remembers one address for two access points", () => {
    const listed = [child("SN0001", { address: "10.0.0.7" }), child("SN0002", { address: "10.0.0.7" })];
    expect(mergeSame(listed)).toHaveLength(2);
  });
});

describe("ids", () => {
  it.each([
    { device: direct("10.0.0.1", { serial: "SN 1/2-3", mac: "00:e0:fc:00:00:01" }), id: "SN-1-2-3" },
    { device: direct("10.0.0.1", { serial: "N/A", mac: "00:e0:fc:00:00:01" }), id: "00-e0-fc-00-00-01" },
    { device: direct("10.0.0.1"), id: "ip-10.0.0.1" },
    { device: direct("fe80::1%eth0"), id: "ip-fe80-1-eth0" },
    { device: child("00:e0:fc:00:00:02"), id: "00-e0-fc-00-00-02" },
    { device: child("SN0009"), id: "SN0009" },
    { device: direct("10.0.0.1", { serial: "210235123456789012345" }), id: "sn-210235123456789012345" },
    { device: direct("10.0.0.1", { serial: "0012E34" }), id: "sn-0012E34" },
    { device: child("00:e0:fc:00:00:02", { serial: "SN0010" }), id: "SN0010" },
  ])("$id is made of serial, else MAC, else address", ({ device, id }) => expect(idOf(device)).toBe(id));

  it("are always ids, whatever a device calls its serial, and never twice the same", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 90 }), { maxLength: 5 }), (serials) => {
        const found = serials.map((serial, i) => direct(`10.0.0.${i}`, { serial }));
        const ids = withIds(found, NO_IDS).map(({ id }) => id);
        for (const id of ids) expect(id).toMatch(new RegExp(ID_PATTERN));
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  it("that exist already are kept: by address from a configuration, by serial or MAC from an earlier run", () => {
    const known = {
      byAddress: new Map([["10.0.0.1", "gateway"]]),
      byName: new Map([["serial sn0002", "core-switch"]]),
    };
    const found = [
      direct("10.0.0.1", { serial: "SN0001" }),
      direct("10.0.0.9", { serial: "SN0002" }),
      direct("10.0.0.3"),
    ];
    expect(withIds(found, known).map(({ id }) => id)).toEqual(["gateway", "core-switch", "ip-10.0.0.3"]);
  });

  it("of a configuration are not given to another device", () => {
    const known = { byAddress: new Map([["10.0.0.2", "SN0001"]]), byName: new Map<string, string>() };
    const found = [direct("10.0.0.1", { serial: "SN0001", mac: "00:e0:fc:00:00:01" }), direct("10.0.0.2")];
    expect(withIds(found, known).map(({ id }) => id)).toEqual(["00-e0-fc-00-00-01", "SN0001"]);
  });
});

describe("a serial number", () => {
  it.each(["", "123", "0000", "n/a", "None", "To be filled by O.E.M.", "Default string", "xxxxxxxx", "<private>"])(
    "is not %j",
    (text) => {
      expect(realSerial(text)).toBeUndefined();
    },
  );
  it.each(["SN01", " 2102351234 "])("is %j", (text) => expect(realSerial(text)).toBe(text.trim()));
});
