// What a run of the agent's probe said, as discovery shows it: texts of a device, names of its metrics, devices behind it.
import type { Fact, Reading } from "../../contract/reading.ts";
import type { Outcome } from "../schedule/run.ts";
import type { Answer, DeviceTexts, FoundDevice } from "./found.ts";
import { plainText } from "./plain.ts";

/** Rows about other devices: those have the fact `controller`. */
export function children({ address }: Answer, run: Outcome | undefined): FoundDevice[] {
  const result = run?.result;
  if (!result) return [];
  return result.facts
    .filter(({ device, texts }) => device !== address && texts.controller !== undefined)
    .map((fact) => {
      const metrics = [...metricsOf(fact.device, result.readings)];
      return {
        ...textsOf(fact),
        ...defined({ address: plainText(fact.texts.address) }),
        otherAddresses: [],
        kind: metrics.some((name) => name.startsWith("wifi_")) ? "ap" : "unknown",
        access: { kind: "controller" },
        childKey: fact.device,
        controller: address,
        warnings: [],
      };
    });
}

export function textsOf(fact: Fact | undefined): DeviceTexts {
  const { name, vendor, model, firmware, serial, mac } = fact?.texts ?? {};
  const texts = { name, vendor, model, firmware, serial, mac };
  return defined(Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, plainText(text)])));
}

export function metricsOf(device: string, readings: readonly Reading[]): Set<string> {
  return new Set(readings.filter((reading) => reading.device === device).flatMap(({ values }) => Object.keys(values)));
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The entries that are not `undefined`. */
export function defined<T extends object>(entries: T): Defined<T> {
  // Only entries were left out, so the others are still what they were.
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Defined<T>;
}
