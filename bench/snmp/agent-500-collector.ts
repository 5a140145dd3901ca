// A collector for the measured agent: acknowledges every batch and keeps how late each target was asked.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { HEADER } from "../../contract/batch.ts";

/** One probe run, as the agent told it. */
export interface ProbeRun {
  device: string;
  atMs: number;
  values: Readonly<Record<string, number>>;
}

export interface StandIn {
  readonly url: string;
  readonly runs: readonly ProbeRun[];
  /** Lines received, of every kind. */
  readonly lines: number;
  stop(): Promise<void>;
}

const PROBE = /^probe,device=([^ ,]+) (\S+) (\d+)$/;

export async function startStandIn(): Promise<StandIn> {
  const runs: ProbeRun[] = [];
  let lines = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(Buffer.from(part));
    const batch = gunzipSync(Buffer.concat(parts)).toString().split("\n").slice(0, -1);
    lines += batch.length;
    for (const line of batch) runs.push(...probeRun(line));
    const [agent, session] = [request.headers[HEADER.agent], request.headers[HEADER.session]];
    const sequence = Number(request.headers[HEADER.sequence]);
    response.end(JSON.stringify({ agent, session, sequence, stored: batch.length, repeated: 0, refused: [] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has an address object
  return {
    url: `http://127.0.0.1:${port}`,
    runs,
    get lines() {
      return lines;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function probeRun(line: string): ProbeRun[] {
  const [, device, fields, atMs] = PROBE.exec(line) ?? [];
  if (device === undefined || fields === undefined) return [];
  const values = Object.fromEntries(
    fields.split(",").map((field) => {
      const [name = "", value] = field.split("=");
      return [name, Number(value)];
    }),
  );
  return [{ device, atMs: Number(atMs), values }];
}
