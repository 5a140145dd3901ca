// What the trap receiver is told: where to listen, and whom to believe.
import type { SnmpUser } from "../../contract/snmp-user.ts";

export interface TrapSettings {
  /** An IP address, of which `::` listens for IPv4 too, and a UDP port. */
  address: string;
  port: number;
  /** Of SNMPv1 and v2c: a message with another one is refused. */
  communities: readonly string[];
  users: readonly SnmpUser[];
}
