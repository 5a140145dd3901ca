// Signs what the agent sends with the key it has now: after a rotation with the new one, without a restart.
import type { KeyObject } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { HEADER } from "../../contract/batch.ts";
import {
  type BatchToSign,
  batchText,
  keyIdOf,
  publicKeyText,
  type RequestToSign,
  requestText,
  signText,
} from "../../contract/identity.ts";
import { keyFile, readKey } from "./key-file.ts";

/** Headers that prove who speaks: agent, sent-at, key and signature. */
export interface Signer {
  /** For a batch or several. `sentAtMs` is a whole number, and larger with every attempt. */
  headers(toSign: Omit<BatchToSign, "agent">): Record<string, string>;
  /** For any other request; `path` with its query, without what a proxy takes off its front: it begins with `/v1/`. */
  requestHeaders(toSign: Omit<RequestToSign, "agent">): Record<string, string>;
}

/** @throws CampusError `IDENTITY_MISSING` or `IDENTITY_UNUSABLE`; when signing only `IDENTITY_UNUSABLE`, of a new key */
export function openSigner({ agent, folder }: { agent: string; folder: string }): Signer {
  const keys = new CurrentKey(keyFile(folder));
  const sign = (sentAtMs: number, text: string) => {
    const { key, id } = keys.get();
    return {
      [HEADER.agent]: agent,
      [HEADER.sentAt]: String(sentAtMs),
      [HEADER.key]: id,
      [HEADER.signature]: signText(text, key),
    };
  };
  keys.get(); // an agent that cannot sign does not start
  return {
    headers: (toSign) => sign(toSign.sentAtMs, batchText({ agent, ...toSign })),
    requestHeaders: (toSign) => sign(toSign.sentAtMs, requestText({ agent, ...toSign })),
  };
}

/**
 * The signer that a configuration asks for: `undefined` when it names no folder for the key and there is none at the usual
 * place, as of agents that were never enrolled. A collector takes their batches only where it is configured to.
 * @throws as `openSigner`
 */
export function signerOf(config: {
  agent: string;
  identity: { folder: string; isNamed: boolean };
}): Signer | undefined {
  const { folder, isNamed } = config.identity;
  if (!isNamed && !existsSync(keyFile(folder))) return undefined;
  return openSigner({ agent: config.agent, folder });
}

interface Key {
  key: KeyObject;
  id: string;
}

/** The key in a file, read again when the file is another one; a file that was taken away does not stop who has read it. */
class CurrentKey {
  readonly #path: string;
  #current: (Key & { stamp: string }) | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  get(): Key {
    const stamp = stampOf(this.#path);
    if (this.#current !== undefined && (stamp === "" || stamp === this.#current.stamp)) return this.#current;
    const key = readKey(this.#path);
    this.#current = { key, id: keyIdOf(publicKeyText(key)), stamp };
    return this.#current;
  }
}

/** A replaced file is another file, or at least of another time. Empty for one that is not there. */
function stampOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.ino} ${stat.mtimeNs} ${stat.size}`;
}
