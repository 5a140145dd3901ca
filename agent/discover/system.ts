// The lightest question there is to ask a device, and what its answer says: description, kind of system, name.
import { decodeText } from "../probes/snmp-value.ts";
import { parseOid } from "../snmp/oid.ts";
import type { SnmpValue } from "../snmp/value.ts";

/** What a device says of itself as a system; it may say none of it. */
export interface SystemTexts {
  sysDescr?: string;
  sysObjectId?: string;
  sysName?: string;
}

/** SNMPv2-MIB: sysDescr, sysObjectID, sysName. */
export const SYSTEM = ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"].map(parseOid);

/** The values of `SYSTEM`, in its order. */
export function systemTexts([descr, objectId, name]: readonly (SnmpValue | undefined)[]): SystemTexts {
  return {
    ...(typeof descr === "string" && descr !== "" && { sysDescr: decodeText(descr) }),
    ...(typeof objectId === "string" && { sysObjectId: objectId }),
    ...(typeof name === "string" && name !== "" && { sysName: decodeText(name) }),
  };
}
