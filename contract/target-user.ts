// The user of an snmpv3:// URL: name, protocols and passwords, from the URL or from beside it.
import {
  AUTH_PROTOCOLS,
  isAuthProtocol,
  isPrivacyProtocol,
  PASSWORD_MIN_CHARACTERS,
  PRIVACY_PROTOCOLS,
  type SnmpUser,
  USER_NAME_MAX_BYTES,
} from "./snmp-user.ts";
import type { TargetSecrets } from "./target.ts";
import { decodePart, invalid } from "./target-url.ts";

const KEYS = ["auth", "privacy", "privacyPassword", "context"] as const;
type Key = (typeof KEYS)[number];

/** @throws CampusError `TARGET_INVALID` naming the part that is wrong, never with a password */
export function readUser(url: URL, { community, auth, privacy }: TargetSecrets): { user: SnmpUser; context?: string } {
  if (community !== undefined) throw invalid("an SNMPv3 target has a user, not a community");
  if (!url.username) throw invalid("the user is missing, expected snmpv3://USER@HOST[:PORT]");
  const name = decodePart(url.username, "the user");
  if (Buffer.byteLength(name) > USER_NAME_MAX_BYTES) {
    throw invalid(`the user's name is longer than ${USER_NAME_MAX_BYTES} bytes`);
  }
  const query = readQuery(url);
  const password = url.password === "" ? undefined : decodePart(url.password, "the password");
  const user: SnmpUser = {
    name,
    ...readAuth(joined("auth", query.auth, password, auth)),
    ...readPrivacy(joined("privacy", query.privacy, query.privacyPassword, privacy)),
  };
  if (user.privacy && !user.auth) throw invalid("privacy needs authentication as well, expected auth with a password");
  const { context } = query;
  return { user, ...(context !== undefined && context !== "" && { context }) };
}

interface Given {
  protocol: string | undefined;
  password: string | undefined;
}

/** Protocol and password together, from the URL or from beside it, but not from both. */
function joined(
  part: string,
  protocol: string | undefined,
  password: string | undefined,
  beside: Given | undefined,
): Given | undefined {
  if (beside === undefined) {
    return protocol === undefined && password === undefined ? undefined : { protocol, password };
  }
  if (protocol === undefined && password === undefined) return beside;
  throw invalid(`${part} stands in the URL and beside it, expected only one of them`);
}

function readAuth(given: Given | undefined): Pick<SnmpUser, "auth"> {
  if (!given) return {};
  const { protocol, password } = complete("auth", given, AUTH_PROTOCOLS);
  if (!isAuthProtocol(protocol)) throw unknownProtocol("auth", AUTH_PROTOCOLS);
  return { auth: { protocol, password } };
}

function readPrivacy(given: Given | undefined): Pick<SnmpUser, "privacy"> {
  if (!given) return {};
  const { protocol, password } = complete("privacy", given, PRIVACY_PROTOCOLS);
  if (!isPrivacyProtocol(protocol)) throw unknownProtocol("privacy", PRIVACY_PROTOCOLS);
  return { privacy: { protocol, password } };
}

function complete(part: string, { protocol, password }: Given, known: readonly string[]) {
  if (protocol === undefined) throw invalid(`the protocol of ${part} is missing, expected one of ${known.join(", ")}`);
  if (password === undefined) throw invalid(`the password of ${part} is missing`);
  // Characters as people count them; the standard means those as well.
  if ([...password].length < PASSWORD_MIN_CHARACTERS) {
    throw invalid(
      `the password of ${part} is shorter than ${PASSWORD_MIN_CHARACTERS} characters (RFC 3414 section 11.2)`,
    );
  }
  return { protocol, password };
}

/** What was written is not repeated: a password may have slipped there. */
function unknownProtocol(part: string, known: readonly string[]) {
  return invalid(`the protocol of ${part} is none this agent knows, expected one of ${known.join(", ")}`);
}

/** Not URLSearchParams, which reads a plus sign in a password as a space. */
function readQuery({ search }: URL): Partial<Record<Key, string>> {
  const query: Partial<Record<Key, string>> = {};
  for (const pair of search.slice(1).split("&")) {
    if (pair === "") continue;
    const at = pair.indexOf("=");
    const name = at < 0 ? pair : pair.slice(0, at);
    const key = KEYS.find((known) => known === name);
    if (key === undefined) throw invalid(`a key after ? is none of ${KEYS.join(", ")}`);
    if (query[key] !== undefined) throw invalid(`"${key}" stands there twice`);
    query[key] = at < 0 ? "" : decodePart(pair.slice(at + 1), key);
  }
  return query;
}
