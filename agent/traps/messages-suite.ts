// Messages as devices send them, made by hand for tests.
import { TAG } from "../snmp/ber.ts";
import { parseOid } from "../snmp/oid.ts";
import { PDU_TAG } from "./pdu.ts";
import { integer, tlv } from "./writer.ts";

const LINK_DOWN = "1.3.6.1.6.3.1.1.5.3";

const oid = (text: string) => tlv(TAG.objectIdentifier, parseOid(text).bytes);
export const octets = (content: Uint8Array) => tlv(TAG.octetString, content);
export const address = (text: string) => tlv(TAG.ipAddress, Buffer.from(text.split(".").map(Number)));
const varbinds = (list: [string, Buffer][]) =>
  tlv(TAG.sequence, ...list.map(([name, value]) => tlv(TAG.sequence, oid(name), value)));

interface Trap {
  community?: string;
  tag?: number;
  requestId?: number;
  trap?: string;
  more?: [string, Buffer][];
}

export function v2c({
  community = "public",
  tag = PDU_TAG.trapV2,
  requestId = 1,
  trap = LINK_DOWN,
  more = [],
}: Trap = {}): Buffer {
  const head: [string, Buffer][] = [
    ["1.3.6.1.2.1.1.3.0", integer(4_711, TAG.timeTicks)],
    ["1.3.6.1.6.3.1.1.4.1.0", oid(trap)],
  ];
  const pdu = tlv(tag, integer(requestId), integer(0), integer(0), varbinds([...head, ...more]));
  return tlv(TAG.sequence, integer(1), octets(Buffer.from(community)), pdu);
}

export function v1(generic: number, specific: number, agentAddress: string, more: [string, Buffer][] = []): Buffer {
  const head = [oid("1.3.6.1.4.1.9.1.1"), address(agentAddress), integer(generic), integer(specific)];
  const pdu = tlv(PDU_TAG.trapV1, ...head, integer(9, TAG.timeTicks), varbinds(more));
  return tlv(TAG.sequence, integer(0), octets(Buffer.from("public")), pdu);
}
