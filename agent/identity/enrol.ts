// Enrolment and rotation: a key is made and durable first, then the collector learns it, then it is the agent's.
//
// Wherever this is interrupted, doing it again goes on: the next key waits in its own file until the collector has answered,
// and the collector gives the same answer to the same code and key, and to the same new key.

import { type EnrolAnswer, EnrolAnswerSchema, type EnrolRequest, NewKeyAnswerSchema } from "../../contract/fleet.ts";
import { enrolText, newKeyText, publicKeyText, signText } from "../../contract/identity.ts";
import { renameDurably } from "../files.ts";
import type { TlsOptions } from "../tls.ts";
import { askJson } from "./ask.ts";
import { keyFile, nextKeyFile, readOrMakeKey } from "./key-file.ts";
import type { Signer } from "./signer.ts";

export interface Enrolling {
  collector: string;
  /** In the form of contract/fleet.ts. */
  code: string;
  version: string;
  host: string;
  /** Folder of the key. */
  folder: string;
  tls: TlsOptions;
  stop: AbortSignal;
}

/**
 * Makes this machine the agent that the code is for. The key is not the agent's before `takeNextKey`.
 * @throws CampusError as `askJson` and `readKey`
 */
export async function enrol({ collector, code, version, host, folder, tls, stop }: Enrolling): Promise<EnrolAnswer> {
  const key = await readOrMakeKey(folder, nextKeyFile(folder));
  const publicKey = publicKeyText(key);
  const signature = signText(enrolText(code, publicKey), key);
  const request: EnrolRequest = { code, publicKey, signature, version, host: host.slice(0, 255) };
  const body = Buffer.from(JSON.stringify(request));
  return askJson({ collector, path: "/v1/enroll", body, tls, answer: EnrolAnswerSchema, stop });
}

/** The collector knows the next key: from here on it is the agent's. Durable when this resolves. */
export function takeNextKey(folder: string): Promise<void> {
  return renameDurably(nextKeyFile(folder), keyFile(folder));
}

export interface Rotating {
  agent: string;
  collector: string;
  folder: string;
  /** Signs with the present key. */
  signer: Signer;
  nowMs(): number;
  tls: TlsOptions;
  stop: AbortSignal;
}

/**
 * Puts a new key in the place of the present one. A running agent signs with it from its next batch on.
 * @returns the new key's id
 * @throws CampusError as `askJson` and `readKey`; the present key is then still the agent's
 */
export async function rotateKey(options: Rotating): Promise<string> {
  const { agent, collector, folder, signer, nowMs, tls, stop } = options;
  const key = await readOrMakeKey(folder, nextKeyFile(folder));
  const publicKey = publicKeyText(key);
  const request = { publicKey, signature: signText(newKeyText(agent, publicKey), key) };
  const body = Buffer.from(JSON.stringify(request));
  const path = `/v1/agents/${agent}/key`;
  const headers = signer.requestHeaders({ method: "POST", path, sentAtMs: Math.floor(nowMs()), body });
  const answer = await askJson({ collector, path, headers, body, tls, answer: NewKeyAnswerSchema, stop });
  await takeNextKey(folder);
  return answer.key;
}
