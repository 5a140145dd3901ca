// Drafts the agent's configuration from what was found. Secrets are only referred to.
import { Document, isMap } from "yaml";
import type { Device } from "./found.ts";

const DEFAULT_PORT = 161;

export interface ConfigDraft {
  /** Of an existing configuration; otherwise the draft says what to fill in, and `check` refuses it until it is. */
  agent?: string;
  collector?: string;
  port: number;
  /** When it was drafted, an ISO 8601 instant. */
  at: string;
  /** Targets of an existing configuration that were not found now; they are only named. */
  notFound: readonly { id: string; url: string; wasAsked: boolean }[];
}

/** A YAML file that `campanile-agent check` accepts once name and collector are filled in and the variables are set. */
export function draftConfig(devices: readonly Device[], draft: ConfigDraft): string {
  const targets = devices.filter(({ access }) => access.kind === "community");
  const document = new Document({
    agent: draft.agent ?? "FILL IN: this agent's name, letters and digits without blanks",
    collector: draft.collector ?? "FILL IN: the collector's address, for example http://192.0.2.9:8080",
    targets: targets.map((device) => targetOf(device, draft.port)),
  });
  document.commentBefore = comments([...headLines(targets, draft), ...unaskedLines(devices, draft)]);
  const list = document.get("targets", true);
  const items =
    typeof list === "object" && list !== null && "items" in list && Array.isArray(list.items) ? list.items : [];
  items.forEach((item: unknown, i) => {
    const device = targets[i];
    if (isMap(item) && device)
      item.commentBefore = comments([describe(device), ...device.warnings.map(({ message }) => message)]);
  });
  return document.toString({ lineWidth: 0 });
}

function targetOf(device: Device, port: number) {
  const { id, access, address = "" } = device;
  const host = address.includes(":") ? `[${address.replace("%", "%25")}]` : address;
  const isV1 = access.kind === "community" && access.version === "v1";
  return {
    id,
    url: `${isV1 ? "snmpv1" : "snmp"}://${host}${port === DEFAULT_PORT ? "" : `:${port}`}`,
    ...(access.kind === "community" && { community: { env: access.reference } }),
  };
}

function headLines(targets: readonly Device[], { at }: ConfigDraft): string[] {
  const references = new Set(targets.flatMap(({ access }) => (access.kind === "community" ? [access.reference] : [])));
  return [
    `Drafted by campanile-agent discover at ${at}. Fill in what says FILL IN, then look at it with`,
    "campanile-agent check --config FILE. Communities are not in this file: the agent reads them from its environment.",
    ...[...references].sort().map((reference) => `  ${reference} ${meaning(reference)}`),
  ];
}

function meaning(reference: string): string {
  const [, number, word] = /^CAMPANILE_COMMUNITY_(?:(\d+)|(PUBLIC|PRIVATE))$/.exec(reference) ?? [];
  if (number === undefined && word === undefined) return "is the one that this target has in the configuration";
  if (word !== undefined) return `is the default community "${word.toLowerCase()}": set another one on the devices`;
  return `is community number ${number} of those that discover was given`;
}

/** What belongs into the file and cannot be drafted. */
function unaskedLines(devices: readonly Device[], { notFound }: ConfigDraft): string[] {
  const v3 = devices.filter(({ access }) => access.kind === "v3");
  return [
    ...v3.map(({ id, address, vendor = "maker unknown", warnings }) => {
      return warnings.some(({ code }) => code === "SNMP_V3_ONLY")
        ? `Not drafted: ${address} (${vendor}, would be ${id}) speaks only SNMPv3; add it as snmpv3://USER@… with its credentials.`
        : `Not drafted: ${id} (${address}) has an SNMPv3 user in the configuration; keep it as it stands there.`;
    }),
    ...notFound.map(({ id, url, wasAsked }) => {
      return `Not drafted: ${id} (${url}) stands in the configuration and ${wasAsked ? "did not answer" : "was not asked"} now.`;
    }),
  ];
}

function describe({ vendor, model, description, kind, name, serial, firmware }: Device): string {
  const what = [vendor, model ?? description].filter((text) => text !== undefined).join(" ");
  const more = [name && `"${name}"`, serial && `serial ${serial}`, firmware && `firmware ${firmware}`];
  return [what || "maker and model unknown", kind, ...more]
    .filter((text) => text !== undefined && text !== "")
    .join(", ");
}

function comments(lines: readonly string[]): string {
  return lines.map((line) => ` ${line}`).join("\n");
}
