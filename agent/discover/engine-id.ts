// SNMPv3 engine discovery (RFC 3414 section 4): the one question any SNMPv3 device answers without knowing the asker,
// and what the engine's id in the answer says of its maker (RFC 3411, SnmpEngineID).
import { macFromBytes } from "../../contract/mac.ts";
import { understandDiscovery } from "../snmp/v3-codec.ts";
import { decodeMessage, isEngineId } from "../snmp/v3-message.ts";

/** What a device says of its SNMPv3 engine. */
export interface EngineIdentity {
  /** Hexadecimal, two digits a byte. */
  engineId: string;
  /** The maker of the device, or of its SNMP software, as IANA numbers them. */
  enterprise: number;
  /** Where the maker builds the id from the hardware address. */
  mac?: string;
}

/** Message ids lie below 2^31 (RFC 3412 section 6.2). */
export const MESSAGE_ID_MAX = 0x7fff_ffff;

const FORMAT_MAC = 3;

/** What an answer says; `undefined` when it is no report of an SNMPv3 engine with its id in it. */
export function readDiscoveryAnswer(bytes: Buffer): { messageId: number; identity: EngineIdentity } | undefined {
  const message = decodeMessage(bytes);
  if (!message || understandDiscovery(message).kind !== "report") return undefined;
  const identity = engineIdentity(message.engineId);
  return identity && { messageId: message.messageId, identity };
}

/** What an SnmpEngineID says; `undefined` when it cannot be one. */
export function engineIdentity(id: Buffer): EngineIdentity | undefined {
  if (!isEngineId(id)) return undefined;
  const word = id.readUInt32BE(0);
  const isNewForm = word >= 0x8000_0000;
  const mac = isNewForm && id[4] === FORMAT_MAC ? macFromBytes(id.subarray(5)) : undefined;
  return { engineId: id.toString("hex"), enterprise: word % 0x8000_0000, ...(mac === undefined ? {} : { mac }) };
}
