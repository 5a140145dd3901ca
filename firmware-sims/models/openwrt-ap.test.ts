import { describe, expect, it } from "vitest";
import { textIndex } from "../snmp/oid.ts";
import { exampleAps } from "./example-aps.ts";
import { handClock, managedDeviceSuite, valueAt } from "./model-suite.ts";
import { createOpenwrtAp } from "./openwrt-ap.ts";

const [spec = { mac: "02:00:00:00:01:00", serial: "S", name: "A" }] = exampleAps(1);

function create() {
  const clock = handClock();
  return { clock, ...createOpenwrtAp({ ap: spec, clock }) };
}

managedDeviceSuite("an OpenWrt access point", create);

describe("an OpenWrt access point", () => {
  const line = (mib: ReturnType<typeof create>["mib"], script: string) =>
    valueAt(mib, `1.3.6.1.4.1.8072.1.3.2.3.1.1.${textIndex(script).join(".")}`);

  it("says what it is by its system and its scripts", () => {
    const { mib } = create();
    expect(valueAt(mib, "1.3.6.1.2.1.1.1.0")).toMatch(/^Linux OpenWrt /);
    expect(line(mib, "distro")).toBe("OpenWrt 23.05.3");
    expect(line(mib, "hardware")).toBe("Xiaomi Redmi Router AX6S");
  });

  it("prints clients, frequency, noise, SNR and channel use of each radio", () => {
    const { mib, setAp } = create();
    setAp({ radios: [{ clients: 4, busyPercent: 31, noiseDbm: -90, snrDb: 27 }, { clients: 9 }] });
    expect(line(mib, "clients-wlan")).toBe("13");
    expect(
      ["clients-wlan0", "frequency-wlan0", "noise-floor-wlan0", "snr-wlan0-avg", "busy-wlan0"].map((s) => line(mib, s)),
    ).toEqual(["4", "2412", "-90", "27", "31"]);
    expect(line(mib, "frequency-wlan1")).toBe("5180");
  });

  it("prints an empty line for the SNR of nobody, and for a radio that is off", () => {
    const { mib, setAp } = create();
    setAp({ radios: [{ clients: 0 }, { enabled: false }] });
    expect(line(mib, "snr-wlan0-avg")).toBe("");
    expect(["frequency-wlan1", "noise-floor-wlan1", "busy-wlan1"].map((s) => line(mib, s))).toEqual(["", "", ""]);
    expect(line(mib, "clients-wlan1")).toBe("0");
  });

  it("has a weaker mean signal in a room that is crowded than in one that is not", () => {
    const { mib, setAp } = create();
    const snrWith = (clients: number) => {
      setAp({ radios: [{}, { clients }] });
      return Number(line(mib, "snr-wlan1-avg"));
    };
    expect(snrWith(140)).toBeLessThan(snrWith(10));
  });
});
