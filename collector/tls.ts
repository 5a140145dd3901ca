// TLS of the listener: certificate and key from files, and client certificates of agents.
import { readFileSync } from "node:fs";
import type { ServerOptions } from "node:https";
import { createSecureContext, TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";
import { CampusError, messageOf } from "../contract/errors.ts";

/** Absolute paths of PEM files. */
export interface TlsFiles {
  certFile: string;
  keyFile: string;
  /** Certificates that sign those of agents; with it agents' routes want one. */
  clientCaFile?: string;
}

/** @throws CampusError `TLS_UNUSABLE` naming the file that cannot be read or is not what it should be */
export function readTls({ certFile, keyFile, clientCaFile }: TlsFiles): ServerOptions {
  const cert = pem(certFile, "CERTIFICATE");
  const key = pem(keyFile, "PRIVATE KEY");
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    const message = `${certFile} and ${keyFile} cannot be used together: ${messageOf(cause)}`;
    throw new CampusError("TLS_UNUSABLE", message, { cause });
  }
  const options: ServerOptions = { cert, key, minVersion: "TLSv1.2" };
  if (clientCaFile === undefined) return options;
  // Asked for, not insisted on: the page and the read API are for people without one. Routes of agents look (below).
  return { ...options, ca: pem(clientCaFile, "CERTIFICATE"), requestCert: true, rejectUnauthorized: false };
}

/** Why a request does not show the agent's own certificate; `undefined` when it does. */
export function certificateProblem(request: FastifyRequest, agentId: string): CampusError | undefined {
  const { socket } = request.raw;
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  // Without one Node gives an empty object.
  if (!(socket instanceof TLSSocket) || certificate?.subject === undefined) {
    const message = "this collector wants a client certificate of its agents (in agent.yaml: tls: { cert, key })";
    return new CampusError("CERTIFICATE_MISSING", message);
  }
  if (!socket.authorized) {
    const why =
      socket.authorizationError instanceof Error ? socket.authorizationError.message : socket.authorizationError;
    const message = `the client certificate is not of the authority that this collector trusts (${String(why)})`;
    return new CampusError("CERTIFICATE_WRONG", message);
  }
  const names = [certificate.subject.CN].flat();
  const others = (certificate.subjectaltname ?? "").split(", ");
  if (names.includes(agentId) || others.includes(`URI:campanile:agent:${agentId}`)) return undefined;
  const message = `the client certificate is for "${names.join(", ")}", not for agent "${agentId}"`;
  return new CampusError("CERTIFICATE_WRONG", message);
}

function pem(path: string, what: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new CampusError("TLS_UNUSABLE", `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  if (new RegExp(`-----BEGIN [A-Z ]*${what}-----`).test(text)) return text;
  throw new CampusError("TLS_UNUSABLE", `${path} holds no ${what.toLowerCase()} in PEM form`);
}
