// One flush of a Telegraf, in the formats that its plugins' documentation shows; for tests.

/** All lines are of this moment. */
export function telegrafLines(atMs: number): string {
  const ns = `${Math.round(atMs)}000000`;
  return `${LINES.map((line) => `${line} ${ns}`).join("\n")}\n`;
}

const LINES = [
  "cpu,cpu=cpu0,host=server-1 usage_guest=0,usage_idle=88.5,usage_iowait=0.2,usage_system=3.1,usage_user=8.2",
  "cpu,cpu=cpu-total,host=server-1 usage_guest=0,usage_guest_nice=0,usage_idle=90.25,usage_iowait=0.1,usage_irq=0,usage_nice=0,usage_softirq=0.05,usage_steal=0,usage_system=2.6,usage_user=7",
  "mem,host=server-1 active=9299595264i,available=16818249728i,available_percent=80.41,buffered=0i,cached=13239738368i,free=5064359936i,total=20914401280i,used=4096151552i,used_percent=19.5",
  "net,host=server-1,interface=eth0 bytes_recv=4451214i,bytes_sent=1113446i,drop_in=0i,drop_out=2i,err_in=1i,err_out=0i,packets_recv=8571i,packets_sent=5562i,speed=1000i",
  "net,host=server-1,interface=all icmp_inaddrmaskreps=0i,icmp_inmsgs=64i,tcp_activeopens=120i,udp_indatagrams=4594i",
  "disk,device=sda1,fstype=ext4,host=server-1,mode=rw,path=/ free=42541916160i,inodes_free=10290109i,total=68719476736i,used=26177560576i,used_percent=38.25",
  "system,host=server-1 load1=0.25,load15=0.41,load5=0.37,n_cpus=4i,n_users=1i",
  "system,host=server-1 uptime=1249632i",
  'system,host=server-1 uptime_format="14 days, 11:07"',
  'snmp,agent_host=10.1.0.2,host=telegraf-1,sysName=core-switch sysDescr="S5735 Switch\r\nV200R019",sysLocation="一楼机房",uptime=113319.74',
  "interface,agent_host=10.1.0.2,host=telegraf-1,ifDescr=GigabitEthernet0/0/1,ifIndex=1,ifName=GigabitEthernet0/0/1 ifAdminStatus=1i,ifHCInOctets=3436617431u,ifHCOutOctets=2717351u,ifHighSpeed=1000i,ifInDiscards=0i,ifInErrors=0i,ifInOctets=3436617431i,ifInUcastPkts=2717351i,ifLastChange=0i,ifMtu=1500i,ifOperStatus=1i,ifOutDiscards=0i,ifOutErrors=0i,ifSpeed=1000000000i,ifType=6i",
  "interface,agent_host=10.1.0.2,host=telegraf-1,ifDescr=GigabitEthernet0/0/2,ifIndex=2,ifName=GigabitEthernet0/0/2 ifAdminStatus=1i,ifHCInOctets=0u,ifHCOutOctets=0u,ifHighSpeed=0i,ifInDiscards=0i,ifInErrors=0i,ifMtu=1500i,ifOperStatus=2i,ifOutDiscards=0i,ifOutErrors=0i,ifType=6i",
  "mqtt_consumer,host=telegraf-1,topic=zigbee2mqtt/room-101 battery=87,humidity=41.5,linkquality=120,temperature=22.75",
  "ping,host=telegraf-1,url=example.org average_response_ms=23.066,maximum_response_ms=24.64,packets_received=5i,packets_transmitted=5i,percent_packet_loss=0,result_code=0i,ttl=63i",
];
