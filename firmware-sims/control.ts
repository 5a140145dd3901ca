// A small HTTP API on loopback through which a running campus is watched, broken and mended.
//
//   GET /devices         every device: id, kind, school, where it answers, whether it is online, its fault
//   GET /devices/ID      one device
//   PUT /devices/ID      {"online": false} switches it off, {"online": true} on; {"fault": {…}} or {"fault": null}
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "pino";
import Type from "typebox";
import { Value } from "typebox/value";
import type { ErrorBody } from "../contract/batch.ts";
import { CampusError } from "../contract/errors.ts";
import type { Campus, CampusDevice, DeviceStatus } from "./scenarios/campus.ts";
import { type Fault, faultProblems, isFault } from "./snmp/fault.ts";

export interface Control {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const MAX_BODY_BYTES = 16 * 1024;

const FaultBodySchema = Type.Object({ fault: Type.Unknown() }, { additionalProperties: false });
const OnlineSchema = Type.Object({ online: Type.Boolean() }, { additionalProperties: false });
/** Listens on loopback only; 0 picks a free port. @throws CampusError `SIM_PORT_IN_USE` naming the port. */
export async function startControl(campus: Campus, port: number, log: Logger): Promise<Control> {
  const server = createServer((request, response) => {
    void handle(campus, request).then(
      ({ status, body }) => answer(response, status, body),
      (error: unknown) => answerError(response, error, log),
    );
  });
  try {
    const listening = once(server, "listening");
    server.listen(port, HOST);
    await listening;
  } catch (cause) {
    throw new CampusError(
      "SIM_PORT_IN_USE",
      `the control port ${port} on ${HOST} is in use; choose another with --control-port, or 0 for a free one`,
      { cause },
    );
  }
  return { url: `http://${HOST}:${portOf(server, port)}`, close: () => close(server) };
}

/** The request cannot be done; `status` is the HTTP status it is answered with. */
class RequestError extends CampusError {
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(code, message);
    this.status = status;
  }
}

async function handle(campus: Campus, request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const { method = "GET", url = "/" } = request;
  const [, root, id, ...rest] = new URL(url, "http://localhost").pathname.split("/");
  if (root !== "devices" || rest.length > 0) throw new RequestError(404, "NOT_FOUND", `there is nothing at ${url}`);
  if (!id) {
    if (method !== "GET") throw wrongMethod(method, "GET");
    return { status: 200, body: campus.devices.map((device) => device.status()) };
  }
  const device = campus.device(decoded(id));
  if (method === "PUT") return { status: 200, body: change(device, await readJson(request)) };
  if (method !== "GET") throw wrongMethod(method, "GET and PUT");
  return { status: 200, body: device.status() };
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new RequestError(400, "PATH_INVALID", `"${id}" is not percent-encoded UTF-8`);
  }
}

function change(device: CampusDevice, body: unknown): DeviceStatus {
  if (Value.Check(OnlineSchema, body)) device.setFault(body.online ? undefined : { kind: "silent" });
  else if (Value.Check(FaultBodySchema, body)) device.setFault(faultIn(body.fault));
  else throw new RequestError(400, "BODY_INVALID", EXPECTED_BODY);
  return device.status();
}

const EXPECTED_BODY = 'expected {"online": true}, {"online": false}, {"fault": {"kind": …}} or {"fault": null}';

function faultIn(value: unknown): Fault | undefined {
  if (value === null) return undefined;
  if (isFault(value)) return value;
  const problems = faultProblems(value).map(({ path, message }) => `${path} ${message}`.trim());
  throw new RequestError(400, "BODY_INVALID", `this is not a fault: ${problems.join("; ")}`);
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RequestError(413, "BODY_TOO_LARGE", `more than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new RequestError(400, "BODY_INVALID", "the body is not JSON");
  }
}

function wrongMethod(method: string, allowed: string): RequestError {
  return new RequestError(405, "METHOD_NOT_ALLOWED", `${method} is not possible here, only ${allowed}`);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(`${JSON.stringify(body)}\n`);
}

function answerError(response: ServerResponse, error: unknown, log: Logger): void {
  if (!(error instanceof CampusError)) {
    log.error({ err: error }, "control request failed");
    answer(response, 500, { code: "INTERNAL", message: "this is our fault; the log says more" } satisfies ErrorBody);
    return;
  }
  const status = error instanceof RequestError ? error.status : error.code === "SIM_DEVICE_UNKNOWN" ? 404 : 409;
  answer(response, status, { code: error.code, message: error.message } satisfies ErrorBody);
}

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : asked;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
