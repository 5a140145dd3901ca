// The agent's log: JSON lines, without secrets.
import { type DestinationStream, type Logger, pino } from "pino";

/** Names under which secrets stand in targets, addresses, users and configurations, however deep. */
const SECRET_KEYS = new Set(["community", "communities", "password", "privacyPassword"]);
/** What stands before the @ of a target URL, and a password behind its question mark. */
const SECRETS_OF_URL = /(\bsnmp(?:v[0-9])?:\/\/)[^\s"]*(?=@)|(\bprivacyPassword=)[^&\s"]*/gi;
const CENSOR = "[secret]";

/** Secrets are looked for in the finished line, so that none is missed in an error, in a child's bindings or in a text. */
export function createLog(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: null }, { write: (line) => destination.write(withoutSecrets(line)) });
}

function withoutSecrets(line: string): string {
  try {
    return `${JSON.stringify(JSON.parse(line, censored))}\n`;
  } catch {
    // What pino writes can be read; should it ever not be, it cannot be searched and is not shown.
    return `${JSON.stringify({ level: 50, msg: "a line of the log could not be searched for secrets and was left out" })}\n`;
  }
}

function censored(key: string, value: unknown): unknown {
  // Numbers count something, and { env: NAME } says where a secret is.
  if (SECRET_KEYS.has(key) && (typeof value === "string" || Array.isArray(value))) return CENSOR;
  return typeof value === "string" ? value.replace(SECRETS_OF_URL, `$1$2${CENSOR}`) : value;
}
