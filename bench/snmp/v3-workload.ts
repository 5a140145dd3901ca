// What SNMPv3 contenders are given to do, and as whom they ask. The user is made up for this measurement.
import type { SnmpUser } from "../../contract/snmp-user.ts";

export const V3_WHATS = ["v3 authPriv GET of 12 values"] as const;
export type V3What = (typeof V3_WHATS)[number];

/** Addresses of one snmpd that are asked side by side, as if each were a device. */
export const PORT_COUNT = 16;

export const V3_USER = {
  name: "bench",
  auth: { protocol: "sha256", password: "authentication" },
  privacy: { protocol: "aes128", password: "confidential" },
} as const satisfies SnmpUser;
