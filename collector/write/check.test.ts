import { describe, expect, it } from "vitest";
import { eachSample } from "../store/sample-columns.ts";
import { WriteChecker, type WriteContext } from "./check.ts";
import type { Scope } from "./meaning.ts";

const NOW = Date.parse("2026-09-07T09:02:00+08:00");
const LATE_MS = 7 * 86_400_000;
const SCOPE: Scope = { schoolId: "2133000001", prefix: "", topics: [] };

function check(text: string, scope: Partial<Scope> = {}, context: Partial<WriteContext> = {}) {
  const checker = new WriteChecker({ ...SCOPE, ...scope }, LATE_MS);
  const checked = checker.check(Buffer.from(text), {
    precision: "ns",
    nowMs: NOW,
    isForeign: () => false,
    ...context,
  });
  const values = [...eachSample(checked.samples)].map(
    ({ key: { device, instance, metric }, value }) => `${device}${instance ? `|${instance}` : ""} ${metric} ${value}`,
  );
  return { ...checked, values };
}

describe("a line of Telegraf", () => {
  it.each([
    ["cpu,cpu=cpu-total,host=h usage_idle=75", ["h cpu_busy_ratio 0.25"]],
    ["cpu,cpu=cpu-total,host=h usage_active=25", ["h cpu_busy_ratio 0.25"]],
    ["cpu,cpu=cpu-total,host=h usage_idle=100.00000000000001", ["h cpu_busy_ratio 0"]],
    ["cpu,cpu=cpu-total,host=h usage_idle=-0.00000000000001", ["h cpu_busy_ratio 1"]],
    ["cpu,cpu=cpu0,host=h usage_idle=75", []],
    ["mem,host=h used_percent=40,total=1i", ["h memory_used_ratio 0.4"]],
    ["system,host=h uptime=3600i,load1=0.5", ["h host_uptime_seconds 3600"]],
    [
      "disk,path=/data,device=sda1,fstype=ext4,host=h total=1000i,used_percent=12.5",
      ["h|/data storage_size_bytes 1000", "h|/data storage_used_ratio 0.125"],
    ],
    [
      "net,interface=eth0,host=h bytes_recv=7i,bytes_sent=8u,err_in=1i,err_out=2i,drop_in=3i,drop_out=4i,speed=1000i",
      [
        "h|eth0 if_in_bytes_total 7",
        "h|eth0 if_out_bytes_total 8",
        "h|eth0 if_in_errors_total 1",
        "h|eth0 if_out_errors_total 2",
        "h|eth0 if_in_discards_total 3",
        "h|eth0 if_out_discards_total 4",
        "h|eth0 if_speed_bits_per_second 1000000000",
      ],
    ],
    ["net,interface=eth0,host=h speed=-1i", []],
    ["temp,sensor=coretemp_core_0,host=h temp=41.5", ["h|coretemp_core_0 sensor_temperature_celsius 41.5"]],
    ["sensors,chip=nct6,feature=fan1,host=h fan_input=900", ["h|nct6 fan1 sensor_fan_rpm 900"]],
    ["snmp,agent_host=10.0.0.1,host=t uptime=4200i", ["10.0.0.1 uptime_seconds 42"]],
    ["snmp,agent_host=10.0.0.1,host=t uptime=42", ["10.0.0.1 uptime_seconds 42"]],
    ["snmp,source=sw-1,host=t temperature_celsius=31", ["sw-1 temperature_celsius 31"]],
    ["snmp,source=sw-1,host=t probe_ok=1,wifi_ap_up=1,agent_selftest_passed=1,constructor=1,toString=1", []],
    ["interface,agent_host=s,ifName=ge1 ifOperStatus=1i,ifAdminStatus=2i", ["s|ge1 if_up 1", "s|ge1 if_admin_up 0"]],
    ["interface,agent_host=s,ifDescr=ge1 ifOperStatus=7i", ["s|ge1 if_up 0"]],
    ["interface,agent_host=s,ifDescr=ge1 ifOperStatus=4i", []],
    [
      'ifTable,agent_host=s,ifDescr=ge1 ifOperStatus="up",ifAdminStatus="down(2)"',
      ["s|ge1 if_up 1", "s|ge1 if_admin_up 0"],
    ],
    ['ifTable,agent_host=s,ifDescr=ge1 ifOperStatus="unknown"', []],
    [
      "ifXTable,agent_host=s,ifName=ge1 ifHCInOctets=5u,ifHighSpeed=10000i,ifInOctets=5i",
      ["s|ge1 if_in_bytes_total 5", "s|ge1 if_speed_bits_per_second 10000000000"],
    ],
    ["ifTable,agent_host=s,ifName=ge1 ifSpeed=4294967295i", []],
    ["ifTable,agent_host=s,ifName=ge1 ifSpeed=100000000i", ["s|ge1 if_speed_bits_per_second 100000000"]],
    [
      "upsd,ups_name=u,serial=7 battery_charge_percent=100,load_percent=23,time_left_ns=60000000000i",
      ["u ups_battery_charge_ratio 1", "u ups_load_ratio 0.23", "u ups_battery_runtime_seconds 60"],
    ],
    ["win_cpu,instance=_Total,objectname=Processor,host=PC Percent_Processor_Time=10", ["PC cpu_busy_ratio 0.1"]],
    ["win_disk,instance=C:,host=PC Percent_Free_Space=25", ["PC|C: storage_used_ratio 0.75"]],
    ["device,device=AA-BB-CC-00-11-22 wifi_clients=3i", ["aa:bb:cc:00:11:22 wifi_clients 3"]],
    ["sensor,device=d,instance=co2 sensor_ok=1,probe_ok=1", ["d|co2 sensor_ok 1"]],
    ["probe,device=d probe_ok=1", []],
    ["agent,device=gw agent_selftest_passed=1", []],
    ["ping,url=example.org,host=h average_response_ms=4.2,percent_packet_loss=0", []],
    ["mem,host=h used_percent=0", ["h memory_used_ratio 0"]],
    ["cpu,cpu=cpu-total,host=h usage_idle=true", []],
    ["snmp,agent_host=a printer_jammed=true", ["a printer_jammed 1"]],
  ])("%s", (line, expected) => {
    const { values, refused } = check(line);
    expect(values).toEqual(expected);
    expect(refused).toEqual([]);
  });

  it("speaks of a device under its token's prefix", () => {
    expect(check("mem,host=h used_percent=40", { prefix: "lab-" }).values).toEqual(["lab-h memory_used_ratio 0.4"]);
  });

  it("without a time is of the moment it arrived", () => {
    const { samples } = check("mem,host=h used_percent=40");
    expect([...eachSample(samples)][0]?.atMs).toBe(NOW);
  });

  it.each([
    ["MISSING_TAG", "mem used_percent=40"],
    ["MISSING_TAG", "disk,host=h used_percent=40"],
    ["MISSING_TAG", "interface,agent_host=a ifOperStatus=1i"],
    ["MISSING_TAG", "sensor,device=d sensor_ok=1"],
    ["OUT_OF_RANGE", "mem,host=h used_percent=140"],
    ["OUT_OF_RANGE", "snmp,agent_host=a temperature_celsius=900"],
    ["NOT_A_NUMBER", "mem,host=h used_percent=NaN"],
    ["LINE_SYNTAX", `mem,host=${"h".repeat(300)} used_percent=40`],
    ["LINE_SYNTAX", `disk,host=h,path=${"/p".repeat(200)} used_percent=40`],
    ["LINE_SYNTAX", "mem,host=h"],
    ["LINE_SYNTAX", "mem,host=h used_percent=4x"],
    ["TIMESTAMP_MISSING", "mem,host=h used_percent=4 soon"],
    ["TOO_OLD", `mem,host=h used_percent=4 ${NOW - LATE_MS - 1}000000`],
    ["IN_THE_FUTURE", `mem,host=h used_percent=4 ${NOW + 300_001}000000`],
  ])("is refused as %s: %s", (code, line) => {
    const { refused, refusedCount, values } = check(`${line}\nmem,host=good used_percent=1`);
    expect(refused).toMatchObject([{ line: 1, code }]);
    expect(refusedCount).toBe(1);
    expect(values).toEqual(["good memory_used_ratio 0.01"]);
  });

  it("is refused whole when one of its values cannot be", () => {
    const { values, accepted } = check("upsd,ups_name=u load_percent=20,battery_charge_percent=180");
    expect([values, accepted]).toEqual([[], 0]);
  });

  it("of another school's device is refused", () => {
    const { refused, values } = check(
      "mem,host=theirs used_percent=4\nmem,host=ours used_percent=5",
      {},
      {
        isForeign: (device) => device === "theirs",
      },
    );
    expect(refused).toMatchObject([{ line: 1, code: "FOREIGN_DEVICE" }]);
    expect(values).toEqual(["ours memory_used_ratio 0.05"]);
  });

  it("may say what we have no use for, however wrong that would be elsewhere: it is counted", () => {
    const old = `${NOW - LATE_MS - 1}000000`;
    const checked = check(
      [
        `ping,url=u average_response_ms=NaN,ttl=5i ${old}`,
        'syslog,host=h message="a\nb"',
        "mem,host=h used_percent=40,total=1i,free=2i",
        'mem,host=h used_percent="forty"',
        "net,interface=all,host=h icmp_inmsgs=5i",
      ].join("\n"),
    );
    expect(checked.refused).toEqual([]);
    expect(checked.accepted).toBe(1);
    expect(checked.unmappedLines).toBe(4);
    expect([...checked.unmapped]).toEqual([
      ["ping", 2],
      ["syslog", 1],
      ["mem", 3],
      ["net", 1],
    ]);
  });

  it("names no more than a few of many refused lines, and counts them all", () => {
    const { refused, refusedCount } = check("wrong\n".repeat(100));
    expect([refused.length, refusedCount]).toEqual([10, 100]);
  });
});

describe("texts", () => {
  it("of tags and fields become facts, as far as we keep such facts", () => {
    const { facts, unmapped } = check(
      'snmp,agent_host=10.0.0.1,sysName=core-1,host=t sysDescr="Switch\r\nVersion 7",sysLocation="一楼",sysContact="x",uptime=5i',
    );
    expect(facts).toEqual([
      {
        device: "10.0.0.1",
        atMs: NOW,
        texts: { name: "core-1", address: "10.0.0.1", description: "Switch Version 7", location: "一楼" },
      },
    ]);
    expect([...unmapped]).toEqual([["snmp", 1]]);
  });

  it("in our own words are taken too", () => {
    expect(check('fact,device=d model="X",colour="red"').facts).toEqual([
      { device: "d", atMs: NOW, texts: { model: "X" } },
    ]);
  });
});

describe("a message of mqtt_consumer", () => {
  it.each<[string, string, string[], string[]]>([
    [
      "zigbee2mqtt/room",
      "temperature=21.5,humidity=40,linkquality=90",
      ["zigbee2mqtt/{device}"],
      ["room|temperature sensor_temperature_celsius 21.5", "room|humidity sensor_humidity_ratio 0.4"],
    ],
    [
      "school/a/room1/temperature",
      "value=20",
      ["+/+/{device}/{field}"],
      ["room1|temperature sensor_temperature_celsius 20"],
    ],
    ["s/d/i", "sensor_power_watts=5", ["s/{device}/{instance}"], ["d|i sensor_power_watts 5"]],
    [
      "tele/plug/SENSOR",
      "ENERGY_Power=40,ENERGY_Total=2",
      ["tele/{device}/#"],
      ["plug|ENERGY_Power sensor_power_watts 40", "plug|ENERGY_Total sensor_energy_joules_total 7200000"],
    ],
    ["proj/1", "projector_on=1i", [], ["proj/1 projector_on 1"]],
    ["other/room", "temperature=21.5", ["zigbee2mqtt/{device}"], []],
    ["s/d", "wifi_ap_up=1,probe_ok=1", ["s/{device}"], []],
    ["s/d", "voltage=3000", ["s/{device}"], []],
  ])("under %s: %s", (topic, fields, topics, expected) => {
    const { values, refused } = check(`mqtt_consumer,host=t,topic=${topic} ${fields}`, { topics });
    expect(values).toEqual(expected);
    expect(refused).toEqual([]);
  });
});
