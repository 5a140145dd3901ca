// Turns what Net-SNMP's snmpbulkwalk prints into a recording (.snmprec), so that anybody who has the tool can record a device.
//
// Expected options: -m "" -OnextU — numbers everywhere, text as hexadecimal, time as ticks, no units. Lines then are
// ".OID = TYPE: VALUE"; a line that begins otherwise continues the value before it, because long hexadecimal is broken.

export interface Converted {
  /** Lines of the recording, in the order of the walk. */
  lines: string[];
  /** What could not be taken; `line` counts from 1. */
  skipped: { line: number; reason: string }[];
}

/** The BER tag of each type as the tool names it. */
const NUMBERS: Readonly<Record<string, number>> = {
  INTEGER: 2,
  Counter32: 65,
  Gauge32: 66,
  Counter64: 70,
  UInteger32: 71,
};
const OCTETS: Readonly<Record<string, number>> = { "Hex-STRING": 4, BITS: 4, OPAQUE: 68 };

/** Never fails on what is in the text: what it cannot take is named. */
export function convertWalk(text: string): Converted {
  const converted: Converted = { lines: [], skipped: [] };
  for (const { line, oid, said } of variables(text)) {
    const field = fieldOf(said);
    if (field === undefined)
      converted.skipped.push({ line, reason: `"${said.slice(0, 60)}" is no value this can take` });
    else if (field !== "absent") converted.lines.push(`${oid}|${field}`);
  }
  return converted;
}

interface Variable {
  line: number;
  oid: string;
  said: string;
}

function variables(text: string): Variable[] {
  const found: Variable[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const match = /^\.?((?:\d+\.)+\d+) = ?(.*)$/.exec(line);
    const last = found.at(-1);
    if (match) found.push({ line: i + 1, oid: match[1] ?? "", said: match[2] ?? "" });
    else if (last && line !== "") last.said += line;
  }
  return found;
}

/** "TAG|VALUE"; `absent` for a variable the device says it does not have; `undefined` when it cannot be read. */
function fieldOf(said: string): string | undefined {
  if (said === '""') return "4|";
  if (/^No (Such|more)/i.test(said)) return "absent";
  // -Ot prints ticks without a type.
  if (/^\d+$/.test(said)) return `67|${said}`;
  const [, type = "", rest = ""] = /^([A-Za-z0-9-]+): ?(.*)$/.exec(said) ?? [];
  const value = rest.trim();
  const number = NUMBERS[type];
  if (number !== undefined) return /^-?\d+$/.test(value) ? `${number}|${value}` : undefined;
  const octets = OCTETS[type];
  const hexadecimal = value.replaceAll(" ", "");
  if (octets !== undefined) return /^([0-9A-F]{2})*$/i.test(hexadecimal) ? `${octets}x|${hexadecimal}` : undefined;
  if (type === "OID") return /^[.\d]+$/.test(value) ? `6|${value.replace(/^\./, "")}` : undefined;
  if (type === "IpAddress") return /^\d+(\.\d+){3}$/.test(value) ? `64|${value}` : undefined;
  return undefined;
}
