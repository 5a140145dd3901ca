// The agent.yaml that enrolment writes, or changes: who the agent is, where its collector is, where its key lies.
import { isMap, parseDocument } from "yaml";
import { ConfigError } from "../../contract/errors.ts";

export interface Identified {
  agent: string;
  school: string;
  schoolName: string;
  collector: string;
  /** As the file is to say it: relative to its own folder. */
  identity: string;
  /** File of certificates, as the file is to say it; absent: what the system trusts. */
  ca?: string;
}

/** A configuration without targets, with words on how to find them. */
export function newConfig(identified: Identified): string {
  const { agent, school, schoolName, collector, identity, ca } = identified;
  return `# Configuration of the agent of ${oneLine(schoolName)} (${school}), written by campanile-agent enroll.
# A key that is not known is an error; durations are texts such as "30s". Check a change, without touching the network, with
#   campanile-agent check --config agent.yaml

# The agent's name at the collector, which knows the school by it, and the collector's address.
agent: ${agent}
collector: ${JSON.stringify(collector)}

# Folder of the key that everything is signed with. It cannot be copied to a second machine: enrol that one as well.
identity: ${JSON.stringify(identity)}
${ca === undefined ? "" : `\n# Whose certificates are believed to be the collector's.\ntls:\n  ca: ${JSON.stringify(ca)}\n`}
# Where readings wait until the collector has stored them.
spool:
  dir: ./spool
  maxBytes: 200MB
  maxAge: 7d

# What to ask. The collector may hold more of them. To find the devices, with the communities that they are set to in
# communities.txt, one in a line, and to draft this list:
#   campanile-agent discover 192.168.1.0/24 --community-file communities.txt --config agent.yaml --yaml > draft.yaml
# A target by hand:
#   - id: gateway
#     url: snmp://192.168.1.1
#     community: { file: ./community }
targets: []
`;
}

/**
 * An existing configuration with another agent, collector and identity; everything else stays as it is, comments too.
 * @throws ConfigError when it is no YAML map
 */
export function changedConfig(file: string, text: string, { agent, collector, identity, ca }: Identified): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) {
    throw new ConfigError(file, [{ path: "", message: "is no YAML that could be changed; mend it, or move it away" }]);
  }
  document.set("agent", agent);
  document.set("collector", collector);
  document.set("identity", identity);
  if (ca !== undefined) document.setIn(["tls", "ca"], ca);
  return document.toString({ lineWidth: 0 });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
