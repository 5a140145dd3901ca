// Kinds of devices: what vendor profiles and discovery say, inventories hold and the page has words for. An inventory may
// name others; they are shown as they are.

export const DEVICE_KINDS = [
  "ap",
  "wifi_controller",
  "switch",
  "gateway",
  "router",
  "firewall",
  "server",
  "pc",
  "printer",
  "phone",
  "camera",
  "recorder",
  "projector",
  "interactive_panel",
  "video_endpoint",
  "ups",
  "pdu",
  "sensor",
  "door",
  "agent",
  "unknown",
] as const;

export type DeviceKind = (typeof DEVICE_KINDS)[number];
