// The devices of a plan, running: each answers on a port of its own, and each can be broken and mended by its id.
import type { Clock } from "../../contract/clock.ts";
import { CampusError } from "../../contract/errors.ts";
import type { ApSpec } from "../models/access-point.ts";
import { createComputer } from "../models/computer.ts";
import type { Equipment, EquipmentOptions } from "../models/equipment.ts";
import { createGateway, type SimulatedGateway } from "../models/gateway.ts";
import { createHuaweiAc } from "../models/huawei-ac.ts";
import { createOpenwrtAp } from "../models/openwrt-ap.ts";
import { createPrinter } from "../models/printer.ts";
import { createProjector } from "../models/projector.ts";
import { createRuijieAc } from "../models/ruijie-ac.ts";
import { createSwitch, type SimulatedSwitch, type SwitchNeighbour } from "../models/switch.ts";
import { createUnifiAp } from "../models/unifi-ap.ts";
import { createUps } from "../models/ups.ts";
import { type SnmpDevice, startSnmpDevice } from "../snmp/device.ts";
import type { Fault } from "../snmp/fault.ts";
import type { Mib } from "../snmp/mib.ts";
import type { Plan, PlannedAp, PlannedSchool } from "./plan.ts";

export interface DeviceStatus {
  id: string;
  kind: "gateway" | "switch" | "wifi_controller" | "ap" | Equipment;
  /** Ten-digit school id. */
  school: string;
  /** The controller an access point stands behind; absent for what answers itself. */
  controller?: string;
  /** Where it answers; absent for what stands behind a controller. */
  url?: string;
  /** False while it is powered off. */
  online: boolean;
  fault?: Fault;
}

export interface Campus {
  readonly devices: readonly CampusDevice[];
  /** @throws CampusError `SIM_DEVICE_UNKNOWN` naming the id. */
  device(id: string): CampusDevice;
  /** Stops every device. */
  close(): Promise<void>;
}

export interface CampusDevice {
  readonly id: string;
  /** Absent for an access point behind a controller. */
  readonly snmp: SnmpDevice | undefined;
  status(): DeviceStatus;
  /** @throws CampusError `SIM_FAULT_IMPOSSIBLE` when this device cannot have that fault. */
  setFault(fault: Fault | undefined): void;
}

export interface CampusOptions {
  plan: Plan;
  clock: Pick<Clock, "nowMs">;
  /** The first device listens here, the next ones on the ports after it; 0 picks free ones. */
  basePort: number;
}

/** Starts every device of a plan, or none. @throws CampusError `SIM_PORT_IN_USE` naming the port. */
export async function startCampus({ plan, clock, basePort }: CampusOptions): Promise<Campus> {
  const started: SnmpDevice[] = [];
  const close = async () => {
    await Promise.all(started.map((device) => device.close()));
  };
  const listen = async (mib: Mib): Promise<SnmpDevice> => {
    const port = basePort === 0 ? 0 : basePort + started.length;
    const device = await startSnmpDevice({ mib, community: plan.scenario.community, port });
    started.push(device);
    return device;
  };
  try {
    const devices: CampusDevice[] = [];
    for (const planned of plan.schools) devices.push(...(await startSchool(plan, planned, clock, listen)));
    const byId = new Map(devices.map((device) => [device.id, device]));
    return { devices, device: (id) => byId.get(id) ?? unknownDevice(id), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Listen = (mib: Mib) => Promise<SnmpDevice>;

async function startSchool(
  { scenario: { seed } }: Plan,
  planned: PlannedSchool,
  clock: Pick<Clock, "nowMs">,
  listen: Listen,
): Promise<CampusDevice[]> {
  const { school, gatewayId, switchId, controllerId, aps, equipment } = planned;
  const { ssids } = school.wifi;
  const gateway = createGateway({ name: gatewayId, location: school.nameEn, people: school.students, clock, seed });
  const plugged = schoolSwitch(planned, gateway, { clock, seed });
  const devices = [
    ownDevice({ id: gatewayId, kind: "gateway", school: school.id }, await listen(gateway.mib)),
    ownDevice({ id: switchId, kind: "switch", school: school.id }, await listen(plugged.mib)),
  ];
  for (const { id, kind, name, mac, location } of equipment) {
    const { mib } = EQUIPMENT_MODELS[kind]({ name: id, location: `${location} ${name}`, mac, clock, seed });
    devices.push(ownDevice({ id, kind, school: school.id }, await listen(mib)));
  }
  if (controllerId === undefined) {
    const createAp = school.wifi.kind === "openwrt" ? createOpenwrtAp : createUnifiAp;
    for (const [position, ap] of aps.entries()) {
      const { mib } = createAp({ ap: apSpec(ap), position, ssids, clock, seed });
      devices.push(ownDevice({ id: ap.id, kind: "ap", school: school.id }, await listen(mib)));
    }
    return devices;
  }
  const create = school.wifi.kind === "huawei-ac" ? createHuaweiAc : createRuijieAc;
  const controller = create({ aps: aps.map(apSpec), name: controllerId, location: school.nameEn, ssids, clock, seed });
  devices.push(
    ownDevice({ id: controllerId, kind: "wifi_controller", school: school.id }, await listen(controller.mib)),
  );
  const behind = aps.map((ap): CampusDevice => {
    const isOnline = () => controller.aps.find(({ mac }) => mac === ap.mac)?.online ?? false;
    return {
      id: ap.id,
      snmp: undefined,
      status: () => ({
        id: ap.id,
        kind: "ap",
        school: school.id,
        controller: controllerId,
        online: isOnline(),
        ...(!isOnline() && { fault: { kind: "silent" } }),
      }),
      setFault: (fault) => {
        if (fault && fault.kind !== "silent") throw impossible(ap.id, fault);
        controller.setAp(ap.mac, { online: fault === undefined });
      },
    };
  });
  return [...devices, ...behind];
}

const EQUIPMENT_MODELS: Readonly<Record<Equipment, (options: EquipmentOptions) => { readonly mib: Mib }>> = {
  projector: createProjector,
  printer: createPrinter,
  pc: createComputer,
  ups: createUps,
};

const SWITCH_PORTS = 24;

/** On its last port the gateway, which does not speak LLDP, so that it is only learned; on the others access points. */
function schoolSwitch(
  { school, switchId, aps }: PlannedSchool,
  { interfaces }: SimulatedGateway,
  options: { clock: Pick<Clock, "nowMs">; seed: number },
): SimulatedSwitch {
  const uplink = interfaces.find(({ name }) => name === "lan1")?.mac;
  const plugged = aps.slice(0, SWITCH_PORTS - 1);
  return createSwitch({
    name: switchId,
    location: school.nameEn,
    ports: SWITCH_PORTS,
    poePorts: SWITCH_PORTS,
    neighbours: plugged.map(({ mac, name }, i): SwitchNeighbour => {
      return { port: i + 1, mac, name, remotePort: "eth0", roles: ["bridge", "access-point"] };
    }),
    learned: {
      ...Object.fromEntries(plugged.map(({ mac }, i) => [i + 1, [mac]])),
      ...(uplink === undefined ? {} : { [SWITCH_PORTS]: [uplink] }),
    },
    ...options,
  });
}

/** A device that answers for itself: its faults are those of its answers. */
function ownDevice(about: Pick<DeviceStatus, "id" | "kind" | "school">, snmp: SnmpDevice): CampusDevice {
  return {
    id: about.id,
    snmp,
    status: () => ({
      ...about,
      url: `snmp://${snmp.host}:${snmp.port}`,
      online: snmp.fault?.kind !== "silent",
      ...(snmp.fault && { fault: snmp.fault }),
    }),
    setFault: (fault) => snmp.setFault(fault),
  };
}

function apSpec({ mac, serial, name, location, people }: PlannedAp): ApSpec {
  return { mac, serial, name, location, people };
}

function unknownDevice(id: string): never {
  throw new CampusError("SIM_DEVICE_UNKNOWN", `there is no device "${id}" in this scenario`);
}

function impossible(id: string, { kind }: Fault): CampusError {
  return new CampusError(
    "SIM_FAULT_IMPOSSIBLE",
    `${id} stands behind a controller and can only be silent, not ${kind}; give the fault to its controller`,
  );
}
