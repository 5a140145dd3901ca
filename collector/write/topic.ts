// Which device an MQTT topic speaks of: patterns with names for levels.
//
//   {device}    this level is the device's key; exactly one
//   {instance}  this level is the instance: a sensor, a port
//   {field}     this level is the name of the field `value`, for brokers with one topic per number
//   +           any one level        #  any rest, as the last level
//
// Other levels stand for themselves. Without a pattern the whole topic is the device's key.

const PLACES = ["device", "instance", "field"] as const;

export type TopicNames = Partial<Record<(typeof PLACES)[number], string>>;

/** What is wrong with a pattern; `undefined` when nothing is. */
export function topicProblem(pattern: string): string | undefined {
  const levels = pattern.split("/");
  for (const level of levels) {
    if (/^[^{}+#]*$/.test(level) || level === "+" || PLACES.some((place) => level === `{${place}}`)) continue;
    if (level === "#" && level === levels.at(-1)) continue;
    return `"${level}" is no level of a pattern, expected a word, +, {device}, {instance}, {field}, or # at the end`;
  }
  for (const place of PLACES) {
    const count = levels.filter((level) => level === `{${place}}`).length;
    if (count > 1) return `{${place}} is there ${count} times`;
    if (count === 0 && place === "device") return "no level is {device}";
  }
  return undefined;
}

/** The names in a topic by the first pattern that fits; `undefined` when none does. */
export function namesIn(topic: string, patterns: readonly string[]): TopicNames | undefined {
  if (patterns.length === 0) return { device: topic };
  const levels = topic.split("/");
  for (const pattern of patterns) {
    const names = match(levels, pattern.split("/"));
    if (names !== undefined) return names;
  }
  return undefined;
}

function match(levels: readonly string[], pattern: readonly string[]): TopicNames | undefined {
  const hasRest = pattern.at(-1) === "#";
  if (hasRest ? levels.length < pattern.length - 1 : levels.length !== pattern.length) return undefined;
  const names: TopicNames = {};
  for (const [i, expected] of pattern.entries()) {
    if (expected === "#") break;
    const level = levels[i] ?? "";
    const place = PLACES.find((name) => expected === `{${name}}`);
    if (place === undefined && expected !== "+" && expected !== level) return undefined;
    if (place === undefined) continue;
    if (level === "") return undefined;
    names[place] = level;
  }
  return names;
}
