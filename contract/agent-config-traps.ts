// The `traps` section: where to listen, whom to believe, with every secret read.
import { isIP } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { type TrapsFile, TrapsSchema } from "./agent-config.ts";
import { passwordAt, type Reading, type SecretReader, secretAt } from "./agent-config-address.ts";
import { compileGuard, createChecker } from "./check.ts";
import type { Problem } from "./errors.ts";
import { type SnmpUser, USER_NAME_MAX_BYTES } from "./snmp-user.ts";
import type { TargetAddress } from "./target.ts";

/** Where to listen, and whom to believe. */
export interface TrapReading {
  /** An IP address and a UDP port. */
  address: string;
  port: number;
  communities: string[];
  users: SnmpUser[];
}

type UserFile = NonNullable<TrapsFile["users"]>[number];

/** `undefined` where there is no such section, and after reporting what is wrong with its meaning. */
export async function trapSettings(
  raw: unknown,
  addresses: readonly TargetAddress[],
  readSecret: SecretReader,
  problems: Problem[],
): Promise<TrapReading | undefined> {
  // What is wrong with its shape has been reported with the file's.
  if (raw === undefined || !compileGuard<TrapsFile>(createChecker(), TrapsSchema)(raw)) return undefined;
  const reading: Reading = { readSecret, problems: [] };
  const place = listenPlace(raw.listen, reading.problems);
  const communities = await communitiesOf(raw, addresses, reading);
  const users = await usersOf(raw, addresses, reading);
  // Targets that cannot be read have been reported, and might have given some.
  if (communities.length === 0 && users.length === 0 && reading.problems.length === 0 && problems.length === 0) {
    reading.problems.push({ path: "traps", message: "nobody would be believed, expected communities or users" });
  }
  problems.push(...reading.problems);
  return reading.problems.length > 0 || place === undefined ? undefined : { ...place, communities, users };
}

function listenPlace(text: string, problems: Problem[]): Pick<TrapReading, "address" | "port"> | undefined {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const address = bracketed ?? plain ?? "";
  const port = Number(digits);
  if (isIP(address) === (bracketed === undefined ? 4 : 6) && port >= 1 && port <= 65_535) return { address, port };
  problems.push({
    path: "traps.listen",
    message: `"${text}" is not an IP address and a port, expected for example 0.0.0.0:10162 or [::]:10162`,
  });
  return undefined;
}

/** Without a list: devices are often given one community for both directions. */
async function communitiesOf(
  { communities }: TrapsFile,
  addresses: readonly TargetAddress[],
  reading: Reading,
): Promise<string[]> {
  const texts =
    communities === undefined
      ? addresses.map((address) => ("community" in address ? address.community : undefined))
      : await Promise.all(communities.map((secret, i) => secretAt(`traps.communities[${i}]`, secret, reading)));
  return [...new Set(texts.flatMap((text) => text ?? []))];
}

/** Without a list, those of the targets; not those of one name that have different passwords, because it is not known which. */
async function usersOf(
  { users }: TrapsFile,
  addresses: readonly TargetAddress[],
  reading: Reading,
): Promise<SnmpUser[]> {
  if (users === undefined) {
    const known = addresses.flatMap((address) => ("user" in address ? [address.user] : []));
    return known.filter((user, i) => {
      const namesakes = known.filter(({ name }) => name === user.name);
      return (
        namesakes.every((other) => isDeepStrictEqual(other, user)) && known.findIndex((u) => u.name === user.name) === i
      );
    });
  }
  reading.problems.push(...doubled(users));
  return Promise.all(users.map((user, i) => trapUser(user, `traps.users[${i}]`, reading)));
}

async function trapUser({ name, auth, privacy }: UserFile, path: string, reading: Reading): Promise<SnmpUser> {
  const { problems } = reading;
  if (Buffer.byteLength(name) > USER_NAME_MAX_BYTES) {
    problems.push({ path: `${path}.name`, message: `is longer than ${USER_NAME_MAX_BYTES} bytes` });
  }
  if (privacy && !auth)
    problems.push({ path: `${path}.privacy`, message: "needs auth: SNMPv3 has no privacy without it" });
  const authPassword = await passwordAt(`${path}.auth.password`, auth?.password, reading);
  const privacyPassword = await passwordAt(`${path}.privacy.password`, privacy?.password, reading);
  return {
    name,
    ...(auth && authPassword !== undefined && { auth: { protocol: auth.protocol, password: authPassword } }),
    ...(privacy &&
      privacyPassword !== undefined && { privacy: { protocol: privacy.protocol, password: privacyPassword } }),
  };
}

function doubled(users: readonly UserFile[]): Problem[] {
  return users.flatMap(({ name }, i) => {
    const first = users.findIndex((user) => user.name === name);
    if (first === i) return [];
    return [{ path: `traps.users[${i}].name`, message: `"${name}" is the name of traps.users[${first}] already` }];
  });
}
