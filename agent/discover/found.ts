// The shapes of what discovery finds: an answer to the first question, and a device with all that is known of it.
import type { DeviceKind } from "../../contract/device-kinds.ts";
import type { Community } from "./communities.ts";
import type { EngineIdentity } from "./engine-id.ts";
import type { SystemTexts } from "./system.ts";

/** An address at which something answered, and how. */
export interface Answer extends SystemTexts {
  address: string;
  /** The first community that it answered to; absent: it speaks only SNMPv3, or none of those tried. */
  community?: Community;
  /** The newest version of SNMP that it answers with that community. */
  version?: CommunityVersion;
  /** Default communities that it answers to, whether or not they are its only ones. */
  defaults: readonly string[];
  /** Set where only the SNMPv3 question was answered. */
  engine?: EngineIdentity;
}

/** The versions of SNMP that know communities. */
export type CommunityVersion = "v1" | "v2c";

/** Codes never change. */
export type WarningCode =
  | "SNMP_DEFAULT_COMMUNITY"
  | "SNMP_V3_ONLY"
  | "DEVICE_UNREADABLE"
  | "CONTROLLER_KNOWS_IT"
  | "NO_STABLE_NAME";

export interface Warning {
  code: WarningCode;
  message: string;
}

/** Texts by which people recognise a device; what is not known is not there. */
export interface DeviceTexts {
  name?: string;
  vendor?: string;
  model?: string;
  firmware?: string;
  serial?: string;
  mac?: string;
}

export interface FoundDevice extends DeviceTexts {
  /** SNMPv2-MIB::sysDescr: for people, above all where no model is known. */
  description?: string;
  /** Where it was asked; of a device behind a controller, where that says it is. */
  address?: string;
  /** Further addresses at which the same device answered. */
  otherAddresses: string[];
  /** The vendor profile that fits; absent of devices that were not asked themselves. */
  profile?: string;
  /** `unknown` where nothing says so. */
  kind: DeviceKind;
  /** `community`: answers to one; `v3`: wants an SNMPv3 user; `controller`: another device answers for it. */
  access: { kind: "community"; version: CommunityVersion; reference: string } | { kind: "v3" } | { kind: "controller" };
  /** Under which readings name it where its controller speaks for it: its MAC or serial. */
  childKey?: string;
  /** Address of the controller that speaks for it. */
  controller?: string;
  warnings: Warning[];
}

/** A device with the id under which configuration and inventory name it. */
export interface Device extends FoundDevice {
  id: string;
}
