// The address of a configured target: its URL together with the secrets that stand beside it.
import type { Addressed, SecretFile } from "./agent-config.ts";
import { messageOf, type Problem } from "./errors.ts";
import { PASSWORD_MIN_CHARACTERS } from "./snmp-user.ts";
import { parseTargetUrl, type TargetAddress, type TargetSecrets } from "./target.ts";

export type SecretReader = (reference: { file?: string; env?: string }) => Promise<string>;

/** Finds secrets and collects why some cannot be had. */
export interface Reading {
  readSecret: SecretReader;
  problems: Problem[];
}

/** The address with its secrets; `undefined` after reporting why there is none. */
export async function targetAddress(
  { url, community, auth, privacy }: Addressed,
  path: string,
  readSecret: SecretReader,
  problems: Problem[],
): Promise<TargetAddress | undefined> {
  const own: Problem[] = [];
  const reading: Reading = { readSecret, problems: own };
  const secrets: TargetSecrets = {};
  const secret = await secretAt(`${path}.community`, community, reading);
  if (secret !== undefined) secrets.community = secret;
  const authPassword = await passwordAt(`${path}.auth.password`, auth?.password, reading);
  if (auth && authPassword !== undefined) secrets.auth = { protocol: auth.protocol, password: authPassword };
  const privacyPassword = await passwordAt(`${path}.privacy.password`, privacy?.password, reading);
  if (privacy && privacyPassword !== undefined) {
    secrets.privacy = { protocol: privacy.protocol, password: privacyPassword };
  }
  problems.push(...own);
  if (own.length > 0) return undefined;
  try {
    return parseTargetUrl(url, secrets);
  } catch (error) {
    problems.push({ path: `${path}.url`, message: messageOf(error) });
    return undefined;
  }
}

/** `undefined` when there is none, or after reporting what is wrong with it. */
export async function secretAt(
  path: string,
  secret: SecretFile | undefined,
  { readSecret, problems }: Reading,
): Promise<string | undefined> {
  if (secret === undefined) return undefined;
  try {
    const text = typeof secret === "string" ? secret : await readSecret(secret);
    if (text !== "") return text;
    problems.push({ path, message: "is empty" });
  } catch (error) {
    problems.push({ path, message: `cannot be read: ${messageOf(error)}` });
  }
  return undefined;
}

export async function passwordAt(
  path: string,
  secret: SecretFile | undefined,
  reading: Reading,
): Promise<string | undefined> {
  const password = await secretAt(path, secret, reading);
  if (password === undefined || [...password].length >= PASSWORD_MIN_CHARACTERS) return password;
  const message = `is shorter than ${PASSWORD_MIN_CHARACTERS} characters (RFC 3414 section 11.2)`;
  reading.problems.push({ path, message });
  return undefined;
}
