// The agent's log: JSON lines, without secrets.
import { type DestinationStream, type Logger, pino } from "pino";

/** Where a secret may stand in what is logged: an address, a target, a list of them, a configuration. */
const PLACES = ["", "*.", "*.*.", "*[*].", "*[*].*.", "*.*[*].*."];
const SECRET_PATHS = PLACES.flatMap((place) => [
  `${place}community`,
  `${place}auth.password`,
  `${place}privacy.password`,
  // An address holds them one level deeper.
  `${place}user.auth.password`,
  `${place}user.privacy.password`,
]);

export function createLog(level: string, destination: DestinationStream): Logger {
  return pino({ level, base: null, redact: { paths: SECRET_PATHS, censor: "[secret]" } }, destination);
}
