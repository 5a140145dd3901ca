// Which profile a device is asked with, where makers' printers, UPSs, computers and switches have numbers in common.
import { beforeAll, describe, expect, it } from "vitest";
import { loadProfiles } from "./load.ts";
import type { Profiles } from "./profile.ts";

let profiles: Profiles;
beforeAll(async () => {
  profiles = await loadProfiles();
});

describe("the choice of a profile", () => {
  const chosen = (sysObjectId: string, sysDescr = "") => profiles.choose({ sysObjectId, sysDescr }).name;

  it.each([
    { device: "an HP printer", sysObjectId: "1.3.6.1.4.1.11.2.3.9.1", profile: "printer" },
    { device: "a Sharp copier", sysObjectId: "1.3.6.1.4.1.2385.3.1.112.1.2", profile: "printer" },
    { device: "a Brother printer", sysObjectId: "1.3.6.1.4.1.2435.2.3.9.1", profile: "printer" },
    { device: "a Kyocera printer", sysObjectId: "1.3.6.1.4.1.1347.41", profile: "printer" },
    { device: "a Pantum printer", sysObjectId: "1.3.6.1.4.1.40093.1.1", profile: "printer" },
    { device: "an Epson printer", sysObjectId: "1.3.6.1.4.1.1248.1.1.2.1.3", profile: "printer" },
    { device: "an Epson projector", sysObjectId: "1.3.6.1.4.1.1248.4.1", profile: "epson-projector" },
    { device: "an APC UPS", sysObjectId: "1.3.6.1.4.1.318.1.3.2.12", profile: "apc-ups" },
    { device: "an APC Smart-UPS of three phases", sysObjectId: "1.3.6.1.4.1.318.1.3.17.1", profile: "apc-ups" },
    { device: "a newer APC PDU", sysObjectId: "1.3.6.1.4.1.318.1.3.4.6", profile: "apc-pdu" },
    { device: "an older APC PDU", sysObjectId: "1.3.6.1.4.1.318.1.3.4.5", profile: "apc-rpdu" },
    { device: "an APC air conditioner", sysObjectId: "1.3.6.1.4.1.318.1.3.14.1", profile: "generic" },
    { device: "an Eaton UPS", sysObjectId: "1.3.6.1.4.1.534.1", profile: "eaton-ups" },
    { device: "an Eaton PDU", sysObjectId: "1.3.6.1.4.1.534.6.6.7", profile: "generic" },
    { device: "a Huawei UPS2000", sysObjectId: "1.3.6.1.4.1.2011.6.174.4.1.2.4", profile: "huawei-ups2000" },
    { device: "another Huawei UPS", sysObjectId: "1.3.6.1.4.1.2011.6.174.1", profile: "ups" },
    { device: "a Santak UPS", sysObjectId: "1.3.6.1.4.1.935.1.1", profile: "xppc-ups" },
    { device: "a PC with Windows", sysObjectId: "1.3.6.1.4.1.311.1.1.3.1.1", profile: "host" },
  ])("$device is asked as $profile", ({ sysObjectId, profile }) => {
    expect(chosen(sysObjectId)).toBe(profile);
  });

  it.each([
    { device: "an HP switch", sysObjectId: "1.3.6.1.4.1.11.2.3.7.11.104" },
    { device: "a Huawei switch", sysObjectId: "1.3.6.1.4.1.2011.2.23.291" },
    { device: "a Toshiba router", sysObjectId: "1.3.6.1.4.1.1129.1.1" },
    { device: "a Dell switch", sysObjectId: "1.3.6.1.4.1.674.10895.3031" },
    { device: "a Samsung switch", sysObjectId: "1.3.6.1.4.1.236.4.1" },
  ])("$device is not taken for a printer or a UPS", ({ sysObjectId }) => {
    expect(["printer", "ups", "host"]).not.toContain(chosen(sysObjectId));
  });

  it("an access point with Linux inside is not taken for a computer, and a computer not for an access point", () => {
    const linux = "1.3.6.1.4.1.8072.3.2.10";
    expect(chosen(linux, "Linux pc-17 6.1.0-37-amd64 #1 SMP")).toBe("host");
    expect(chosen(linux, "Linux OpenWrt 5.15.150 #0 SMP Fri Mar 22 2024 mips OpenWrt")).toBe("openwrt");
    expect(chosen(linux, "an appliance")).toBe("generic");
  });

  it("a print server without sysObjectID goes by what it says it is", () => {
    expect(profiles.choose({ sysDescr: "Brother NC-8300h, Firmware Ver.1.12" }).name).toBe("printer");
  });
});
