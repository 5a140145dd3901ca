// A user of SNMPv3 as a receiver knows it: the keys for every engine that sends under its name.
import type { SnmpUser } from "../../contract/snmp-user.ts";
import { localizedKeys, type UserKeys } from "../snmp/v3-keys.ts";

/** Engines whose keys are kept: those not heard of for longest go. */
const KEPT_ENGINES = 1_024;

export class UsmUser {
  readonly name: string;
  readonly level: "noAuthNoPriv" | "authNoPriv" | "authPriv";
  readonly #user: SnmpUser;
  readonly #keys = new Map<string, UserKeys>();

  constructor(user: SnmpUser) {
    const { name, auth, privacy } = user;
    this.name = name;
    this.level = auth === undefined ? "noAuthNoPriv" : privacy === undefined ? "authNoPriv" : "authPriv";
    this.#user = user;
  }

  /** Whether keys for the engine are at hand. To make them costs milliseconds: a megabyte is hashed for each password. */
  hasKeys(engineId: Buffer): boolean {
    return this.level === "noAuthNoPriv" || this.#keys.has(engineId.toString("latin1"));
  }

  keysAt(engineId: Buffer): UserKeys {
    if (this.level === "noAuthNoPriv") return {};
    const id = engineId.toString("latin1");
    const keys = this.#keys.get(id) ?? localizedKeys(this.#user, engineId);
    this.#keys.delete(id);
    this.#keys.set(id, keys);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= KEPT_ENGINES) break;
      this.#keys.delete(oldest);
    }
    return keys;
  }
}
