// Typed access to the page's text: a key that does not exist, or a state without words, fails the typecheck.
import { useI18n } from "vue-i18n";
import { isMetricName, type MetricName, PROBE_FAILURES, type ProbeFailure } from "../../contract/metrics.ts";
import { metricText } from "../format.ts";
import type { Locale } from "./locale.ts";
import { type Messages, zh } from "./zh.ts";

type Leaves<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}` }[keyof T & string];

export type TextKey = Leaves<Messages>;

/** Lists of words that may be asked for something that is not in them. */
type OpenList =
  | "deviceKind"
  | "venueKind"
  | "fact"
  | "event"
  | "fleetEvent"
  | "reason"
  | "cardReason"
  | "band"
  | "gate"
  | "variant"
  | "declaredPart";

export interface Text {
  /** The text under `key`; `params` fill its places, `plural` picks "1 school" or "{n} schools". */
  t(key: TextKey, params?: Record<string, string | number>, plural?: number): string;
  /** A word of an open list (kinds and facts come from the inventory and from devices); one we have no word for is shown as it is. */
  word(list: OpenList, value: string): string;
  /** Why a figure does not suffice, or what its unknown part is. */
  reasonWord(code: string): string;
  /** The name that fits the language, where there are two. */
  pickName(named: { name: string; nameEn?: string | undefined }): string;
  /** A metric's name; one the dictionary does not have is shown as it is. */
  metricName(metric: string): string;
  /** A metric's value with its unit. */
  metricValue(metric: string, value: number): string;
}

/** The page's text in the language chosen; reactive inside templates and computed values. */
export function useText(): Text {
  const { t: translate, locale } = useI18n<[Messages], Locale>({ useScope: "global" });
  const t: Text["t"] = (key, params = {}, plural) =>
    plural === undefined ? translate(key, params) : translate(key, params, plural);
  const word: Text["word"] = (list, value) => (Object.hasOwn(zh[list], value) ? translate(`${list}.${value}`) : value);
  return {
    t,
    word,
    reasonWord: (code) => word(Object.hasOwn(zh.reason, code) ? "reason" : "cardReason", code),
    pickName: ({ name, nameEn }) => (locale.value === "en" && nameEn ? nameEn : name),
    metricName: (metric) => (isMetricName(metric) ? t(`metric.${metric}`) : metric),
    metricValue: (metric, value) => (isMetricName(metric) ? valueWords(t, metric, value) : String(value)),
  };
}

function valueWords(t: Text["t"], metric: MetricName, value: number): string {
  const shown = metricText(metric, value);
  switch (shown.kind) {
    case "flag":
      return t(shown.on ? "device.yes" : "device.no");
    case "code": {
      const failure = failureOf(shown.code);
      return failure ? t(`probeFailure.${failure}`) : String(shown.code);
    }
    case "text":
      return shown.text;
  }
}

function failureOf(code: number): ProbeFailure | undefined {
  const names = Object.keys(PROBE_FAILURES) as ProbeFailure[]; // the keys of our own constant
  return names.find((name) => PROBE_FAILURES[name] === code);
}
