// The readings of a county: 300 schools with 150 devices each, minute by minute, as the lines agents send, gzipped.
import { gzipSync } from "node:zlib";

/** One school's minute: a batch. */
export interface SchoolMinute {
  /** Index of the school. */
  school: number;
  body: Buffer;
  lines: number;
  values: number;
}

export const SCHOOLS = 300;
const ACCESS_POINTS = 60;
const SWITCHES = 6;
const PORTS = 24;
/** Projectors, cameras, doors and the like. */
const OTHERS = 84;
export const DEVICES = ACCESS_POINTS + SWITCHES + OTHERS;
const MINUTE_MS = 60_000;

export const schoolId = (school: number): string => `21330${String(school + 1).padStart(5, "0")}`;
export const agentId = (school: number): string => `${schoolId(school)}-1`;

/** The inventory of all of it, file by file. */
export function inventoryFiles(): Record<string, string> {
  const schools = ["id,name,name_en,county,area_code,students,school_hours,inventory_confirmed_at"];
  const devices = ["id,school,kind,name,key,venue,parent,segment,expected_on"];
  for (let school = 0; school < SCHOOLS; school++) {
    schools.push(`${schoolId(school)},第${school + 1}小学,,330106,111,900,,2026-06-01`);
    for (let i = 0; i < DEVICES; i++) {
      const key = deviceKey(school, i);
      const kind = i < ACCESS_POINTS ? "access_point" : i < ACCESS_POINTS + SWITCHES ? "switch" : "projector";
      devices.push(`${schoolId(school)}-${i},${schoolId(school)},${kind},,${key},,,,`);
    }
  }
  const heads = {
    "venues.csv": "id,school,building,room,name,kind,main_teaching,area_m2,seats",
    "serves.csv": "device,venue,role",
    "agents.csv": "id,school,name",
    "calendar.csv": "scope,from,to,kind,name",
  };
  return { "schools.csv": schools.join("\n"), "devices.csv": devices.join("\n"), ...heads };
}

/** Makes the minutes one after another; the same ones for the same `seed`. */
export class County {
  readonly #fromMs: number;
  readonly #random: () => number;
  /** What each value was a minute ago, in the order in which values are written. */
  readonly #schools: Float64Array[];
  #minute = 0;

  constructor(fromMs: number, seed = 1) {
    this.#fromMs = fromMs;
    this.#random = mulberry32(seed);
    this.#schools = Array.from({ length: SCHOOLS }, () => new Float64Array(2_048).fill(Number.NaN));
  }

  /** The next minute of every school. */
  next(): SchoolMinute[] {
    const atMs = this.#fromMs + this.#minute * MINUTE_MS;
    this.#minute += 1;
    return this.#schools.map((before, school) => this.#write(school, before, atMs));
  }

  #write(school: number, before: Float64Array, minuteMs: number): SchoolMinute {
    const random = this.#random;
    let values = 0;
    /** Goes up and down around where it was, within its bounds. */
    const walk = (min: number, max: number, step: number, digits: number): string => {
      const last = before[values] ?? Number.NaN;
      const from = Number.isNaN(last) ? min + random() * (max - min) : last;
      const value = Math.min(max, Math.max(min, from + (random() - 0.5) * step));
      before[values++] = value;
      return value.toFixed(digits);
    };
    const counter = (most: number): string => {
      const last = before[values] ?? Number.NaN;
      const value = (Number.isNaN(last) ? Math.floor(random() * 1e11) : last) + Math.floor(random() * most);
      before[values++] = value;
      return String(value);
    };
    const flag = (share: number): string => {
      values += 1;
      return random() < share ? "1" : "0";
    };
    const uptime = (): string =>
      counter(0) && String(Math.round((before[values - 1] ?? 0) / 1e5 + minuteMs / 1_000 - 1.7e9));
    const lines: string[] = [];
    for (let i = 0; i < DEVICES; i++) {
      const device = deviceKey(school, i);
      // Asked one after another through the minute.
      const atMs = minuteMs + i * 397;
      lines.push(
        `probe,device=${device} probe_ok=${flag(0.995)},probe_duration_seconds=${walk(0.002, 0.4, 0.02, 5)} ${atMs}`,
      );
      const health = () =>
        `uptime_seconds=${uptime()},cpu_busy_ratio=${walk(0, 1, 0.1, 2)},memory_used_ratio=${walk(0.2, 0.9, 0.02, 2)}`;
      if (i < ACCESS_POINTS) {
        lines.push(`device,device=${device} ${health()},wifi_clients=${walk(0, 60, 6, 0)} ${atMs}`);
        for (const radio of [1, 2]) {
          lines.push(
            `radio,device=${device},instance=${radio} wifi_radio_clients=${walk(0, 40, 5, 0)},` +
              `wifi_channel_busy_ratio=${walk(0, 1, 0.1, 2)},wifi_noise_dbm=${walk(-100, -80, 2, 0)},` +
              `wifi_tx_power_dbm=${walk(10, 23, 0.1, 0)} ${atMs}`,
          );
        }
      } else if (i < ACCESS_POINTS + SWITCHES) {
        lines.push(`device,device=${device} ${health()},temperature_celsius=${walk(20, 60, 1, 1)} ${atMs}`);
        for (let port = 1; port <= PORTS; port++) {
          lines.push(
            `interface,device=${device},instance=ge0/${port} if_up=${flag(0.8)},if_in_bytes_total=${counter(5e7)},` +
              `if_out_bytes_total=${counter(5e8)},if_in_errors_total=${counter(1.01)},if_out_errors_total=${counter(1)} ${atMs}`,
          );
        }
      } else {
        lines.push(
          `device,device=${device} uptime_seconds=${uptime()},temperature_celsius=${walk(20, 60, 1, 1)} ${atMs}`,
        );
      }
    }
    return { school, body: gzipSync(lines.join("\n")), lines: lines.length, values };
  }
}

/** Unlike in every school, so that servers that know no schools keep devices apart as well. */
function deviceKey(school: number, device: number): string {
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  return `02:ca:${hex(school >> 8)}:${hex(school & 255)}:00:${hex(device)}`;
}

/** A small generator of numbers from 0 to 1 that always gives the same ones (public domain, by Tommy Ettinger). */
function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
