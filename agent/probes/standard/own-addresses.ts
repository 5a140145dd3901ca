// The device's own hardware addresses (IF-MIB::ifPhysAddress): by them it is known again in the tables of others.
import type { StandardReader } from "./standard.ts";

export const readOwnAddresses: StandardReader = async (device, findings) => {
  const { byMac } = await device.interfaces();
  if (byMac.size > 0) findings.see({ own: byMac });
};
