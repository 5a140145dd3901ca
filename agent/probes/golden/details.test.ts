// What recorded devices say beyond what LibreNMS reads of them: access points behind controllers, their radios, their states.
// And how they are asked: tables of 1386 access points, and rows that hardly fit a datagram.
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Values } from "../../../contract/metrics.ts";
import { type SnmpDevice, startSnmpDevice } from "../../../firmware-sims/snmp/device.ts";
import { createStaticMib } from "../../../firmware-sims/snmp/mib.ts";
import { readSnmprec } from "../../../firmware-sims/snmp/snmprec.ts";
import { createSnmpEngine, type SnmpEngine } from "../../snmp/engine.ts";
import { parseOid } from "../../snmp/oid.ts";
import type { ProbeResult } from "../probe.ts";
import { FOLDER, identityOf, missing, openRecordings, type Recordings, recorded, recordingNames } from "./recording.ts";

/** By which profile each recording is read. */
const PROFILES: Record<string, string> = {
  airos_airos8: "airos",
  apc_ap8959eu3: "apc-pdu",
  "apc_smt750x-nmc2": "apc-ups",
  "aruba-instant": "aruba-instant",
  arubaos: "aruba-controller",
  axiscam_box: "axis-camera",
  "christie-projector_cp": "christie-projector",
  ciscowap_iw9165dh: "generic",
  cnmatrix: "cnmatrix",
  comware: "h3c-switch",
  comware_a5500: "h3c-switch",
  "dlink_dgs-3620-28sc": "dlink-switch",
  "eatonupsm2_9px+empg2": "eaton-ups",
  edgeos: "edgeos",
  "epmp_epmp-ap-connected-sta": "cambium-epmp",
  ewc: "extreme-ewc",
  fortigate_60f: "fortigate",
  fortiwlc: "fortiwlc",
  "fs-switch_s3900-24f4s": "fs-switch",
  "grandstream-ap_gwn7660": "grandstream",
  "gude-epc_1202": "gude-epc1202",
  "hikvision-nvr_disk": "hikvision-recorder",
  "hiveos-wireless_ap130": "aerohive",
  huaweiups_ups2000: "huawei-ups2000",
  iosxe_c9200l: "cisco-ios",
  jetdirect_m880: "printer",
  jetstream_sg2218p: "tplink-switch",
  "linksys-ss_lgs318p": "linksys-switch",
  "linux_ucd-diskio": "host",
  mypoweros: "maipu-switch",
  openwrt: "openwrt",
  polycomLens_studioxc50: "polycom-endpoint",
  routeros: "mikrotik",
  routeros_rb433gl: "mikrotik",
  "ruckuswireless-hotzone": "ruckus-ap",
  "ruckuswireless-unleashed": "ruckus-unleashed",
  ruckuswireless_zd1200: "ruckus-zonedirector",
  ruijie: "ruijie-switch",
  sharp: "printer",
  tplink_sg2008: "tplink-switch",
  unifi_nanohd: "unifi-ap",
  unifi_ukultra: "unifi-ap",
  vrp_5720: "huawei-switch",
  "vrp_ac6605-26": "huawei-ac",
  zxr10_5950: "zte-switch",
  zyxelusg_usgflex100: "zyxel-firewall",
  zyxelwlc_nxc2500: "zyxel-nxc",
};

const why = missing === undefined ? "" : ` (skipped: ${missing})`;

describe.skipIf(missing !== undefined)(`recorded devices in detail${why}`, () => {
  let recordings: Recordings;
  beforeAll(async () => {
    recordings = await openRecordings();
  });
  afterAll(() => recordings.close());

  it("are each read by the profile that is theirs", () => {
    const chosen = recordingNames().map((name) => [name, recordings.profiles.choose(identityOf(name)).name]);
    expect(Object.fromEntries(chosen)).toEqual(PROFILES);
  });

  describe("Huawei AC6605 (vrp_ac6605-26)", () => {
    const name = "vrp_ac6605-26";
    const ap = "50:6f:77:ea:dc:a0";

    it("does not know whether an access point is up, because its state is not in the recording", async () => {
      // hwWlanApRunState (HUAWEI-WLAN-AP-MIB 13.3.3.1.6) was not asked by who recorded it: neither 0 nor 1 may come of that.
      const result = await recordings.probe(name);
      expect(valuesOf(result, ap)).toEqual({});
      expect(valuesOf(result, name)).toMatchObject({ wifi_aps_registered: 1, wifi_aps_claimed: 1, wifi_clients: 7 });
      expect(valuesOf(result, name)).not.toHaveProperty("wifi_aps_up");
    });

    it("says of each radio what its rows say", async () => {
      // hwWlanRadioInfoTable: channel 16.1.2.1.7, utilisation .25 and EIRP .45. LibreNMS does not list radios.
      const result = await recordings.probe(name);
      const said = (column: number, radio: number) =>
        Number(recorded(name, `1.3.6.1.4.1.2011.6.139.16.1.2.1.${column}.80.111.119.234.220.160.${radio}`));
      for (const radio of [0, 1]) {
        expect(valuesOf(result, ap, String(radio))).toEqual({
          wifi_channel_number: said(7, radio),
          wifi_channel_busy_ratio: said(25, radio) / 100,
          wifi_tx_power_dbm: said(45, radio),
        });
      }
    });

    it("names the access point", async () => {
      const { facts } = await recordings.probe(name);
      expect(facts.find(({ device }) => device === ap)?.texts).toMatchObject({
        vendor: "Huawei",
        controller: name,
        mac: ap,
        serial: "2102350PKF10J1000078",
        model: "AP7050DN-E",
        name: "TestAP-NAME",
      });
    });
  });

  it.each(["unifi_nanohd", "unifi_ukultra"])(
    "UniFi (%s) is in service, with the sum of its radios' clients",
    async (name) => {
      const result = await recordings.probe(name);
      const clients = ["ng", "na"].map((band) => valuesOf(result, name, band).wifi_radio_clients ?? 0);
      const sum = clients.reduce((total, count) => total + count, 0);
      expect(valuesOf(result, name)).toMatchObject({ wifi_ap_up: 1, wifi_clients: sum });
    },
  );

  it("a controller of 1386 access points is read well within the deadline, with every radio that it shows", async () => {
    const { readings, facts } = await recordings.probe("arubaos");
    const radios = readings.filter(({ measurement }) => measurement === "radio");
    expect(radios).toHaveLength(1_380);
    // wlanAPRadioChannel, half dBm, percent and clients of the first row; LibreNMS does not list radios.
    expect(radios.find((r) => r.device === "00:4e:35:c2:22:e8" && r.instance === "1")?.values).toEqual({
      wifi_channel_number: 44,
      wifi_tx_power_dbm: 19,
      wifi_channel_busy_ratio: 0.04,
      wifi_radio_clients: 18,
    });
    const ofAps = readings.filter(({ values, device }) => device !== "arubaos" && values.wifi_clients !== undefined);
    const sum = ofAps.reduce((clients, { values }) => clients + (values.wifi_clients ?? 0), 0);
    expect(sum).toBe(radios.reduce((clients, { values }) => clients + (values.wifi_radio_clients ?? 0), 0));
    expect(facts.find(({ device }) => device === "00:4e:35:c2:22:e8")?.texts).toMatchObject({
      vendor: "Aruba",
      controller: "arubaos",
      name: "ar6-bib4le2n",
    });
    // wlsxWlanAPTable is not in the recording: nobody may say how many of the 1386 are up.
    const own = valuesOf(await recordings.probe("arubaos"), "arubaos");
    expect(own).toMatchObject({ wifi_aps_claimed: 1386, wifi_clients: 2654, temperature_celsius: 58 });
    expect(own).not.toHaveProperty("wifi_aps_up");
    expect(own).not.toHaveProperty("wifi_aps_registered");
  });

  it("access points of an Aruba Instant cluster have their own processor, memory, state and texts", async () => {
    const result = await recordings.probe("aruba-instant");
    const macs = ["68:28:cf:c7:e9:c0", "68:28:cf:c8:04:48", "70:3a:0e:c9:c2:46"];
    for (const mac of macs) {
      const values = valuesOf(result, mac);
      expect(values.wifi_ap_up).toBe(1);
      expect(values.cpu_busy_ratio).toBeDefined();
      expect(values.memory_used_ratio).toBeDefined();
    }
    expect(result.facts.find(({ device }) => device === macs[0])?.texts).toMatchObject({
      serial: "PHRCKYJ2RR",
      model: "635",
      name: "ECA-Ultimo-L11-AP06",
      address: "192.168.126.30",
    });
    // A radio of 6 GHz.
    expect(valuesOf(result, macs[0] ?? "", "2").wifi_channel_number).toBe(53);
  });

  it("access points of a Grandstream group are up by the word they are shown with", async () => {
    const result = await recordings.probe("grandstream-ap_gwn7660");
    const own = valuesOf(result, "grandstream-ap_gwn7660");
    expect(own).toMatchObject({ wifi_aps_registered: 4, wifi_aps_up: 4 });
  });

  it("ports of a switch say which feed a device, and how much", async () => {
    const result = await recordings.probe("jetstream_sg2218p");
    const ports = result.readings.filter(({ measurement }) => measurement === "poe");
    expect(ports).toHaveLength(16);
    expect(ports.filter(({ values }) => values.poe_on === 1)).toHaveLength(13);
    expect(ports.find(({ instance }) => instance === "10")?.values).toEqual({
      poe_on: 1,
      poe_fault: 0,
      poe_watts: 2.8,
    });
    const sum = ports.reduce((watts, { values }) => watts + (values.poe_watts ?? 0), 0);
    expect(valuesOf(result, "jetstream_sg2218p").poe_consumed_watts).toBeCloseTo(sum, 0);
  });
});

describe.skipIf(missing !== undefined)(`the Huawei recording, walked${why}`, () => {
  let engine: SnmpEngine;
  beforeAll(() => {
    engine = createSnmpEngine({ tickMs: 5 });
  });
  afterAll(() => engine.close());

  it("to its end although ten of its rows would not fit a datagram", async () => {
    // Q-BRIDGE dot1qVlanCurrentEgressPorts and …UntaggedPorts hold 12 kB a row here: 4 rows fit 65,507 bytes, 10 do not.
    const columns = ["4", "5"].map((column) => parseOid(`1.3.6.1.2.1.17.7.1.4.2.1.${column}`));
    const table = await withDevice(({ host, port }) =>
      engine.walkColumns(
        { host, port, community: "public", timeoutMs: 500, retries: 1 },
        columns,
        AbortSignal.timeout(15_000),
      ),
    );
    const lengths = [12_156, 12_156, 12_156, 12_156, 12_156, 12_156, 12_156, 12_155];
    expect(table.columns.map((column) => column.map((cell) => String(cell).length))).toEqual([lengths, lengths]);
  });

  it("to its end when it stays silent above four repetitions", async () => {
    const column = parseOid("1.3.6.1.2.1.31.1.1.1.1");
    const table = await withDevice((device) => {
      device.setFault({ kind: "silent-when-large", maxRepetitions: 4 });
      const { host, port } = device;
      const peer = { host, port, community: "public", timeoutMs: 150, retries: 3 };
      return engine.walkColumns(peer, [column], AbortSignal.timeout(15_000));
    });
    expect(table.rowKeys).toHaveLength(33);
  });
});

async function withDevice<T>(use: (device: SnmpDevice) => Promise<T>): Promise<T> {
  const { rows } = readSnmprec(readFileSync(`${FOLDER}vrp_ac6605-26.snmprec`, "utf8"));
  const device = await startSnmpDevice({ mib: createStaticMib(rows), community: "public", maxMessageBytes: 65_507 });
  try {
    return await use(device);
  } finally {
    await device.close();
  }
}

/** All that is said of a device, or of one radio of it. */
function valuesOf({ readings }: ProbeResult, device: string, instance?: string): Values {
  const about = readings.filter((reading) => reading.device === device && reading.instance === instance);
  return Object.assign({}, ...about.map(({ values }) => values));
}
