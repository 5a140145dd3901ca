// The frequency of a Wi-Fi channel, which LibreNMS has instead of the channel.

/** Centre in MHz of a 20 MHz channel of 2.4 or 5 GHz (IEEE 802.11). A number alone does not tell 6 GHz, which LibreNMS lacks. */
export function channelMegahertz(channel: number): number {
  if (channel === 14) return 2_484;
  return channel < 14 ? 2_407 + 5 * channel : 5_000 + 5 * channel;
}
