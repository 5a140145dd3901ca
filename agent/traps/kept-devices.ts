// Which device a trap means by a MAC, a serial number or a name: learned from what the probes say of devices.
import { deviceKey, normalizeMac } from "../../contract/mac.ts";
import type { Fact } from "../../contract/reading.ts";

export interface DeviceMarks {
  mac?: string;
  serial?: string;
  name?: string;
}

const KEPT = 60_000;

/** Devices behind controllers by their marks, and all MACs that probes have seen on devices; a name counts only together with the controller that gives it. */
export class KeptDevices {
  readonly #keys = new Map<string, string>();

  learn({ device, texts: { mac, serial, name, controller } }: Fact): void {
    const seen = normalizeMac(mac ?? "");
    if (seen !== undefined) this.#keep(`seen ${seen}`, device);
    if (controller === undefined) return;
    if (mac !== undefined) this.#keep(`mac ${mac}`, device);
    if (serial !== undefined) this.#keep(`serial ${serial}`, device);
    if (name !== undefined) this.#keep(`name ${deviceKey(controller)} ${name}`, device);
  }

  /** Whether a hardware address is that of a device that probes have spoken of. */
  has(mac: string): boolean {
    return this.#keys.has(`seen ${normalizeMac(mac)}`);
  }

  /** The key under which readings name it. One never heard of is named by its MAC or serial, as inventories name them. */
  find(controller: string, { mac, serial, name }: DeviceMarks): string | undefined {
    const known = [`mac ${mac}`, `serial ${serial}`, `name ${deviceKey(controller)} ${name}`];
    const key = known.map((mark) => this.#keys.get(mark)).find((found) => found !== undefined);
    if (key !== undefined) return key;
    const mark = mac ?? serial;
    return mark === undefined ? undefined : deviceKey(mark);
  }

  #keep(mark: string, device: string): void {
    this.#keys.delete(mark);
    this.#keys.set(mark, device);
    for (const oldest of this.#keys.keys()) {
      if (this.#keys.size <= KEPT) return;
      this.#keys.delete(oldest);
    }
  }
}
