// docs/telegraf.md as text: how Telegraf is told to write to a collector, and what its plugins become.
import { CONVERSIONS } from "../collector/write/convert.ts";
import {
  type FieldMapping,
  PLUGINS,
  type PluginMapping,
  TOPIC_FIELDS,
  WITHOUT_METRICS,
} from "../collector/write/mapping.ts";

export function telegrafPage(): string {
  return [
    ...INTRO,
    ...CONFIGURATION,
    ...ANSWERS,
    "## What plugins become",
    "",
    "Conversions are ours; names and bounds of metrics stand in [metrics.md](metrics.md).",
    "",
    ...PLUGINS.flatMap(section),
    ...mqttSection(),
    ...REST,
    ...Object.entries(WITHOUT_METRICS).map(([plugin, about]) => `| ${plugin} | ${about} |`),
    "",
  ].join("\n");
}

const INTRO =
  `<!-- Generated from scripts/telegraf-page.ts and collector/write/mapping.ts by \`npm run docs\`. Do not edit. -->

# Telegraf

A Telegraf that runs already can write to the collector: servers, switches and MQTT devices that it reads become devices of
one school, with metrics of ours. What agents prove stays theirs: coverage and states of devices stand on signed probes
(\`probe_ok\`, \`wifi_ap_up\`, self-tests), and such metrics are not taken from Telegraf.

## A token

On the collector's machine, once for each Telegraf:

\`\`\`sh
campanile-collector token --school 2133000001 --name servers --topic 'zigbee2mqtt/{device}'
\`\`\`

It prints the token, which is shown only then. A token speaks for one school. With \`--prefix lab-\` every device it writes
about is called \`lab-…\`. \`campanile-collector tokens\` lists what is in force, \`campanile-collector token --revoke servers\`
ends one at once. A device that the inventory lists in other schools only is refused.

A device is found in the inventory by its key: put what Telegraf calls it (\`host\`, \`agent_host\`, the MQTT name) into the
column \`key\` of devices.csv. Others appear as devices that are not listed.
`.split("\n");

const CONFIGURATION = `## telegraf.conf

\`\`\`toml
[[outputs.influxdb_v2]]
  urls = ["http://collector.example:8080"]
  token = "\${CAMPANILE_TOKEN}"
  organization = "school"    # taken, and without a meaning: the token says the school
  bucket = "telegraf"        # likewise
  content_encoding = "gzip"
  metric_batch_size = 1000
\`\`\`

or, as for InfluxDB 1.x:

\`\`\`toml
[[outputs.influxdb]]
  urls = ["http://collector.example:8080"]
  database = "telegraf"      # taken, and without a meaning
  username = "telegraf"      # anything
  password = "\${CAMPANILE_TOKEN}"
  content_encoding = "gzip"
\`\`\`

Inputs that become metrics of ours:

\`\`\`toml
[[inputs.cpu]]
  percpu = false
  totalcpu = true
[[inputs.mem]]
[[inputs.system]]
[[inputs.disk]]
[[inputs.net]]

[[inputs.snmp]]
  agents = ["udp://10.1.0.2:161"]
  [[inputs.snmp.field]]
    name = "uptime"
    oid = "SNMPv2-MIB::sysUpTime.0"
    conversion = "float(2)"
  [[inputs.snmp.field]]
    name = "sysName"
    oid = "SNMPv2-MIB::sysName.0"
    is_tag = true
  [[inputs.snmp.table]]
    name = "interface"
    inherit_tags = ["sysName"]
    oid = "IF-MIB::ifXTable"
    [[inputs.snmp.table.field]]
      name = "ifName"
      oid = "IF-MIB::ifName"
      is_tag = true
    [[inputs.snmp.table.field]]
      oid = "IF-MIB::ifOperStatus"
    [[inputs.snmp.table.field]]
      oid = "IF-MIB::ifAdminStatus"

[[inputs.mqtt_consumer]]
  servers = ["tcp://127.0.0.1:1883"]
  topics = ["zigbee2mqtt/+"]
  data_format = "json"
\`\`\`

Tag interfaces by \`ifName\`: \`ifIndex\` may change when a switch restarts. \`ifInOctets\` and \`ifOutOctets\` are not taken: they
wrap within seconds on a fast line; \`ifHCInOctets\` and \`ifHCOutOctets\` (ifXTable) are.
`.split("\n");

const ANSWERS = `## How the collector answers

\`POST /api/v2/write\` answers as InfluxDB 2 does and \`POST /write\` as InfluxDB 1. The body is line protocol, as it is or gzip.
\`precision\` is ns (when absent), us, ms or s; \`/write\` knows u, m and h too. A line without a time is of the moment it arrives.
The token comes as \`Authorization: Token …\` or \`Bearer …\`, as the password of \`Basic …\`, or for \`/write\` as \`p\` in the query.

| status | meaning |
| --- | --- |
| 204 | every line is stored, or counted because we have no metric for it |
| 400 | \`partial write: … dropped=N\`: N lines are damaged, out of bounds, too old or of another school's device; the others are stored |
| 401 | no token, or one that is not in force; the body was not read |
| 413 | more than 4 MiB as sent or 32 MiB inflated: send smaller batches |
| 422 | the store will never take this |
| 429, 503 | come again after \`Retry-After\` seconds |

Fields and measurements that the dictionary has no metric for are no error. They are counted by measurement:
\`campanile_write_unmapped_total\` at \`GET /metrics\`. A line loses all its values when one of those that we take is out of
bounds. Texts become facts where the tables say so, when they change and once a day.

\`/ping\`, \`/health\` and \`CREATE DATABASE\` at \`/query\`, which clients send at their start, are answered and change nothing.

Lines in our own words are taken too, from whoever writes them: \`sensor,device=room-101,instance=co2 sensor_ok=1\`, with any
metric of [metrics.md](metrics.md) that is no probe's or agent's, and \`fact,device=room-101 model="X"\`.
`.split("\n");

const REST = [
  "### Known, and without a metric",
  "",
  "Their lines are counted and dropped.",
  "",
  "| plugin | what it would be |",
  "| --- | --- |",
];

function section({
  measurement,
  plugin,
  device,
  into,
  instance,
  only,
  fields,
  facts,
  ownNames,
}: PluginMapping): string[] {
  const about = [
    `Plugin \`${plugin}\`. Device: tag ${either(device)}.`,
    ...(instance ? [`Instance: tag ${instance.map(either).join(" and ")}.`] : []),
    ...(only
      ? [
          `Only lines with ${Object.entries(only)
            .map(([tag, value]) => `\`${tag}=${value}\``)
            .join(", ")}.`,
        ]
      : []),
    ...(ownNames ? [`Fields called as a metric of \`${into}\` are that metric.`] : []),
  ];
  const factRows = Object.entries(facts ?? {}).map(([name, fact]) => `| \`${name}\` | fact \`${fact}\` | as it is |`);
  return [`### ${measurement}`, "", about.join(" "), "", ...HEAD, ...fieldRows(fields), ...factRows, ""];
}

function mqttSection(): string[] {
  return [
    "### mqtt_consumer",
    "",
    "Plugin `mqtt_consumer`. Device: from the tag `topic`, by the patterns of the token (`--topic`): `{device}`, `{instance}` and",
    "`{field}` stand for one level each, `+` for any one level, `#` at the end for any rest. Without a pattern the whole topic is",
    "the device. `{field}` is the name of the field `value`, for brokers with one topic per number. Topics that no pattern fits",
    "are counted and dropped. Fields called as a metric of ours are that metric. Where a metric needs an instance and the topic",
    "has none, it is the field's name. Not `voltage`: battery devices give it in millivolts.",
    "",
    ...HEAD,
    ...fieldRows(TOPIC_FIELDS),
    "",
  ];
}

const HEAD = ["| field | becomes | conversion |", "| --- | --- | --- |"];

function fieldRows(fields: Readonly<Record<string, FieldMapping>>): string[] {
  return Object.entries(fields).map(
    ([name, { metric, convert }]) => `| \`${name}\` | \`${metric}\` | ${CONVERSIONS[convert].about} |`,
  );
}

function either(tags: readonly string[]): string {
  return tags.map((tag) => `\`${tag}\``).join(" or ");
}
