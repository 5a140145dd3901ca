// Kinds of reading: what a reading can be about.

/** Each is a line-protocol measurement; `instanceOf` says what the `instance` tag names, where there is one. */
export const MEASUREMENTS = {
  device: { about: "a device as a whole: a controller, an access point, a switch, a printer" },
  radio: { about: "one radio of an access point", instanceOf: "the radio's number or name on its access point" },
  interface: { about: "one network interface", instanceOf: "ifName, because ifIndex may change at reboot" },
  poe: {
    about: "one port that feeds a device over Ethernet",
    instanceOf: "power group and port, as POWER-ETHERNET-MIB numbers them, which need not be ifIndex",
  },
  sensor: { about: "one sensor or component of a device", instanceOf: "the sensor's name on its device" },
  outlet: { about: "one socket of a power distribution unit", instanceOf: "the socket's number or name" },
  supply: {
    about: "one supply of a printer: a toner, a waste box, a paper tray",
    instanceOf: "the supply's description",
  },
  storage: { about: "one disk, volume or file system", instanceOf: "its description on the device" },
  probe: { about: "how one probe run of one target ended" },
  agent: {
    about: "the agent itself",
    instanceOf: "the network segment the self-test looked at; absent for the agent as a whole",
  },
} as const satisfies Record<string, { about: string; instanceOf?: string }>;

export type Measurement = keyof typeof MEASUREMENTS;
