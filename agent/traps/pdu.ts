// What a trap or inform says, whichever of the three versions it came in.
import { TAG } from "../snmp/ber.ts";
import { readValue, type SnmpValue } from "../snmp/value.ts";
import { type Element, MalformedTrap, Reader } from "./reader.ts";

export const PDU_TAG = { get: 0xa0, response: 0xa2, trapV1: 0xa4, inform: 0xa6, trapV2: 0xa7, report: 0xa8 } as const;

export interface Varbind {
  oid: string;
  /** `undefined` where there is none, or its type does not exist. */
  value: SnmpValue | undefined;
}

export interface Notification {
  /** What happened: the value of snmpTrapOID.0, for SNMPv1 made by RFC 3584 section 3.1. */
  oid: string;
  /** The sender waits for an answer. */
  isInform: boolean;
  /** Absent in SNMPv1. */
  requestId?: number;
  /** Who it is about, where a relay sent it: agent-addr of SNMPv1, or snmpTrapAddress.0. */
  agentAddress?: string;
  /** Without sysUpTime.0, snmpTrapOID.0 and what RFC 3584 adds behind them. */
  varbinds: readonly Varbind[];
}

const SYS_UP_TIME = "1.3.6.1.2.1.1.3.0";
const SNMP_TRAP_OID = "1.3.6.1.6.3.1.1.4.1.0";
const SNMP_TRAP_ENTERPRISE = "1.3.6.1.6.3.1.1.4.3.0";
const SNMP_TRAP_ADDRESS = "1.3.6.1.6.3.18.1.3.0";
const SNMP_TRAP_COMMUNITY = "1.3.6.1.6.3.18.1.4.0";
/** snmpTraps of SNMPv2-MIB: generic trap n is n + 1 below it (RFC 3584 section 3.1 (2)). */
const SNMP_TRAPS = "1.3.6.1.6.3.1.1.5";
const ENTERPRISE_SPECIFIC = 6;
/** More is not a notification: the largest known has some forty. */
const VARBINDS_MAX = 256;

/** The community of somebody else is a secret, and the others are said elsewhere. */
const NOT_SAID_AGAIN = new Set([
  SYS_UP_TIME,
  SNMP_TRAP_OID,
  SNMP_TRAP_ENTERPRISE,
  SNMP_TRAP_ADDRESS,
  SNMP_TRAP_COMMUNITY,
]);

/** A Trap-PDU of SNMPv1 (RFC 1157 section 4.1.6). @throws MalformedTrap */
export function readTrapV1(bytes: Buffer, pdu: Element): Notification {
  const fields = new Reader(bytes, pdu.start, pdu.end);
  const enterprise = fields.oid();
  const address = fields.next();
  if (address.tag !== TAG.ipAddress || address.end - address.start !== 4) throw new MalformedTrap("no agent-addr");
  const generic = fields.count();
  const specific = fields.integer();
  fields.integer(TAG.timeTicks);
  const varbinds = readVarbinds(fields);
  if (generic > ENTERPRISE_SPECIFIC) throw new MalformedTrap(`generic trap ${generic} is none`);
  const oid = generic === ENTERPRISE_SPECIFIC ? `${enterprise}.0.${specific >>> 0}` : `${SNMP_TRAPS}.${generic + 1}`;
  const agentAddress = addressIn(bytes.subarray(address.start, address.end).join("."));
  return { oid, isInform: false, ...(agentAddress !== undefined && { agentAddress }), varbinds: plain(varbinds) };
}

/** An SNMPv2-Trap-PDU or InformRequest-PDU (RFC 3416 sections 4.2.6 and 4.2.7). @throws MalformedTrap */
export function readTrapV2(bytes: Buffer, pdu: Element): Notification {
  const fields = new Reader(bytes, pdu.start, pdu.end);
  const requestId = fields.integer();
  fields.integer();
  fields.integer();
  const varbinds = readVarbinds(fields);
  const oid = varbinds.find((varbind) => varbind.oid === SNMP_TRAP_OID)?.value;
  if (typeof oid !== "string" || !/^\d+(\.\d+)+$/.test(oid)) throw new MalformedTrap("no snmpTrapOID");
  const address = varbinds.find((varbind) => varbind.oid === SNMP_TRAP_ADDRESS)?.value;
  const agentAddress = typeof address === "string" ? addressIn(address) : undefined;
  return {
    oid,
    isInform: pdu.tag === PDU_TAG.inform,
    requestId,
    ...(agentAddress !== undefined && { agentAddress }),
    varbinds: plain(varbinds),
  };
}

/** 0.0.0.0 is what devices without an IPv4 address write. */
function addressIn(text: string): string | undefined {
  return text === "0.0.0.0" ? undefined : text;
}

function plain(varbinds: readonly Varbind[]): Varbind[] {
  return varbinds.filter(({ oid }) => !NOT_SAID_AGAIN.has(oid));
}

function readVarbinds(fields: Reader): Varbind[] {
  const list = fields.enter(TAG.sequence);
  const varbinds: Varbind[] = [];
  // A value that cannot be read costs only itself; the notification has still happened.
  const unread = { refused: 0 };
  while (!list.atEnd) {
    if (varbinds.length === VARBINDS_MAX) throw new MalformedTrap(`more than ${VARBINDS_MAX} varbinds`);
    const varbind = list.enter(TAG.sequence);
    const oid = varbind.oid();
    const { tag, start, end } = varbind.next();
    varbinds.push({ oid, value: readValue(list.bytes, tag, start, end, unread) });
  }
  return varbinds;
}
