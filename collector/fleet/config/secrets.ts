// Secrets of agents' configurations as they are kept: each encrypted by itself, bound to the agent and the place it belongs to.
//
//   { "sealed": BASE64, "shown"?: TEXT }    in the place of a text
//   BASE64 of: version 1 (1 byte), nonce (12 bytes, random), tag (16 bytes), ciphertext; AES-256-GCM (NIST SP 800-38D)
//   associated data: OWNER, line feed, PATH
//
// A sealed secret that is moved to another agent or another place cannot be opened there. A URL is sealed whole, because a
// community or a password may stand in it; `shown` is what people may see of it. Random nonces are safe for some 2^32 secrets
// under one key.
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { CentralConfig } from "../../../contract/agent-config.ts";
import { CampusError } from "../../../contract/errors.ts";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HIDDEN = "(hidden)";

/** What seals and opens: a key, and whose secrets they are. */
export interface Seal {
  /** 32 bytes. */
  key: Uint8Array;
  /** `agent ID` or `school ID`. */
  owner: string;
}

/**
 * The configuration with every secret sealed. References to files and variables in the school stay as they are.
 *
 * @param shownUrl what people may see of a target's URL, by the target's path.
 */
export function sealed(config: CentralConfig, seal: Seal, shownUrl: (path: string) => string): unknown {
  const { targets, traps } = config;
  const secret = (value: unknown, path: string) => (typeof value === "string" ? sealText(value, path, seal) : value);
  const protection = (value: { password: unknown } | undefined, path: string) =>
    value && { ...value, password: secret(value.password, `${path}.password`) };
  const { communities, users } = traps ?? {};
  return plain({
    ...config,
    targets: targets?.map(({ url, community, auth, privacy, ...rest }, i) => {
      const path = `targets[${i}]`;
      return {
        ...rest,
        url: { ...sealText(url, `${path}.url`, seal), shown: shownUrl(path) },
        community: secret(community, `${path}.community`),
        auth: protection(auth, `${path}.auth`),
        privacy: protection(privacy, `${path}.privacy`),
      };
    }),
    traps: traps && {
      ...traps,
      communities: communities?.map((community, i) => secret(community, `traps.communities[${i}]`)),
      users: users?.map(({ auth, privacy, ...rest }, i) => {
        const path = `traps.users[${i}]`;
        return { ...rest, auth: protection(auth, `${path}.auth`), privacy: protection(privacy, `${path}.privacy`) };
      }),
    },
  });
}

/** As it was before `sealed`. @throws CampusError `SECRETS_UNREADABLE` when it was sealed with another key, or for another place */
export function opened(kept: unknown, seal: Seal): unknown {
  return mapped(kept, "", (text, path) => openText(text, path, seal));
}

/** For people: secrets are not in it, and need no key to be left out. */
export function hidden(kept: unknown): unknown {
  return mapped(kept, "", (_text, _path, shown) => shown ?? HIDDEN);
}

/** Target URLs in which no secret stands; whatever else is written is taken for one. */
const BARE_URLS = [/^snmp(v1)?:\/\/[^@]*$/i, /^snmpv3:\/\/[^:@]*@[^@?]*(\?context=[^&]*)?$/i];

/** Whether a configuration holds secrets as texts: those must not be read on the way. */
export function holdsSecrets({ targets = [], traps }: CentralConfig): boolean {
  const isText = (value: unknown) => typeof value === "string";
  const inTarget = targets.some(({ url, community, auth, privacy }) => {
    return [community, auth?.password, privacy?.password].some(isText) || !BARE_URLS.some((bare) => bare.test(url));
  });
  const { communities = [], users = [] } = traps ?? {};
  const inTraps = users.some(({ auth, privacy }) => [auth?.password, privacy?.password].some(isText));
  return inTarget || inTraps || communities.some(isText);
}

function sealText(text: string, path: string, { key, owner }: Seal): { sealed: string } {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  cipher.setAAD(associated(owner, path));
  const parts = [cipher.update(text, "utf8"), cipher.final()];
  return { sealed: Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), ...parts]).toString("base64") };
}

function openText(text: string, path: string, { key, owner }: Seal): string {
  const bytes = Buffer.from(text, "base64");
  const nonceEnd = 1 + NONCE_BYTES;
  const tagEnd = nonceEnd + TAG_BYTES;
  try {
    if (bytes[0] !== VERSION) throw new RangeError(`version ${bytes[0]}`);
    const options = { authTagLength: TAG_BYTES };
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(1, nonceEnd), options);
    decipher.setAAD(associated(owner, path));
    decipher.setAuthTag(bytes.subarray(nonceEnd, tagEnd));
    return Buffer.concat([decipher.update(bytes.subarray(tagEnd)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new CampusError(
      "SECRETS_UNREADABLE",
      `${path} of ${owner} cannot be decrypted: the collector has another secret key than when it was put in`,
      { cause },
    );
  }
}

function associated(owner: string, path: string): Buffer {
  return Buffer.from(`${owner}\n${path}`);
}

type Open = (text: string, path: string, shown: string | undefined) => string;

/** A copy in which every sealed secret is what `open` makes of it. */
function mapped(value: unknown, path: string, open: Open): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((entry, i) => mapped(entry, `${path}[${i}]`, open));
  if ("sealed" in value && typeof value.sealed === "string") {
    return open(value.sealed, path, "shown" in value && typeof value.shown === "string" ? value.shown : undefined);
  }
  const entries = Object.entries(value).map(([key, inner]) => {
    return [key, mapped(inner, path === "" ? key : `${path}.${key}`, open)] as const;
  });
  return Object.fromEntries(entries);
}

/** Without the keys whose value is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
