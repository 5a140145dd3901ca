// TLS towards the collector: a certificate authority of its own, and the agent's own certificate, read from files.
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { CampusError, codeOf, messageOf } from "../contract/errors.ts";

/** Absolute paths of PEM files. `cert` and `key` stand together or not at all. */
export interface TlsFiles {
  /** Certificates of which the collector's must be one, or be signed by one; in the place of those the system trusts. */
  ca?: string;
  cert?: string;
  key?: string;
}

/** Options for Node's own HTTPS client. */
export interface TlsOptions {
  ca?: string;
  cert?: string;
  key?: string;
}

/** @throws CampusError `TLS_UNUSABLE` naming the file that cannot be read or is not what it should be */
export function readTls(files: TlsFiles | undefined): TlsOptions {
  const options: TlsOptions = {};
  if (files?.ca !== undefined) options.ca = pem(files.ca, "CERTIFICATE");
  if (files?.cert !== undefined && files.key !== undefined) {
    options.cert = pem(files.cert, "CERTIFICATE");
    options.key = pem(files.key, "PRIVATE KEY");
  }
  try {
    createSecureContext(options);
  } catch (cause) {
    const names = Object.values(files ?? {}).join(", ");
    throw unusable(names, `cannot be used together: ${messageOf(cause)}`, cause);
  }
  return options;
}

/** What an error of the connection means, where it is about certificates; `undefined` for any other. */
export function tlsProblem(error: unknown): string | undefined {
  const code = codeOf(error) ?? "";
  return PROBLEMS[code];
}

const UNTRUSTED =
  "its certificate is signed by an authority that this machine does not trust. If the county centre has one of its own, " +
  "name its file with --ca FILE (in agent.yaml: tls: { ca: FILE })";
const PROBLEMS: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name than the address says",
  CERT_HAS_EXPIRED: "its certificate has expired, or this machine's clock is wrong",
  CERT_NOT_YET_VALID: "its certificate is not valid yet, or this machine's clock is wrong",
  ERR_SSL_WRONG_VERSION_NUMBER: "what answers there does not speak TLS; is the address http:// and not https://?",
  EPROTO: "what answers there does not speak TLS as we do; is the address http:// and not https://?",
};

function pem(path: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw unusable(path, `cannot be read: ${messageOf(cause)}`, cause);
  }
  if (new RegExp(`-----BEGIN [A-Z ]*${what}-----`).test(text)) return text;
  throw unusable(path, `holds no ${what.toLowerCase()} in PEM form`);
}

function unusable(path: string, what: string, cause?: unknown): CampusError {
  return new CampusError("TLS_UNUSABLE", `${path} ${what}`, cause === undefined ? {} : { cause });
}
