// Makes what the InfluxDB store needs on a server: database and retention policies, buckets and mappings, or databases.
import { InfluxClient } from "./influx-client.ts";
import { durationsOf, type InfluxOptions, type SetUpStep } from "./influx-version.ts";
import type { Retention } from "./store.ts";

/**
 * Makes what is missing and leaves what is there, but for how long it is kept; doing it again changes nothing.
 * @param retention how long things are kept; absent: for ever, until `maintain` says otherwise
 * @throws StoreError when the server is away; CampusError `STORE_SETUP` when a right is missing, with the command of an
 *         operator who has it
 */
export async function setUpInflux(options: InfluxOptions, retention?: Retention): Promise<SetUpStep[]> {
  const durations = retention === undefined ? {} : durationsOf(retention);
  const client = new InfluxClient(options);
  const steps = await client.version.setUp(client, durations);
  await client.version.keepFor(client, durations);
  return steps;
}
