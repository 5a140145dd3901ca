// What the measured agent is given to ask: 500 targets of mixed kinds, one in ten of them dead.

export const COUNTS = { huawei: 10, ruijie: 10, unifi: 260, gateway: 170, dead: 50 } as const;
export type Kind = keyof typeof COUNTS;
export type PortsByKind = Record<Kind, number[]>;

export const APS_PER_CONTROLLER = 40;
/** An interval and patience as a school has them: what the agent does unless told otherwise. */
export const INTERVAL_SECONDS = 60;

/** The agent's configuration. The ids of the dead begin with "dead-". */
export function agentConfig(ports: PortsByKind, collector: string, spoolDir: string): string {
  const targets = Object.entries(ports).flatMap(([kind, list]) =>
    list.map((port, n) => `  - { id: ${kind}-${n}, url: "snmp://public@127.0.0.1:${port}" }`),
  );
  return [
    "agent: bench-500",
    `collector: ${collector}`,
    `interval: ${INTERVAL_SECONDS}s`,
    `spool: { dir: ${spoolDir} }`,
    "log: { level: warn }",
    "targets:",
    ...targets,
    "",
  ].join("\n");
}
