// Debian packages for tests and measurements: their programs, not servers that run from now on.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

/** Why packages cannot be installed here; `undefined` when they can. */
export function aptProblem(isRoot) {
  if (!existsSync("/usr/bin/apt-get")) return "this system has no apt-get";
  return isRoot ? undefined : "only root may install packages";
}

/** Asks apt for packages. A failure shows by what is still missing afterwards; apt says on standard error why. */
export function aptInstall(packages) {
  withoutServices(() => {
    aptGet("update", "-qq");
    aptGet("install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Use-Pty=0", ...packages);
  });
}

function aptGet(...args) {
  spawnSync("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** Debian asks this file before it starts a service. */
function withoutServices(install) {
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    install();
  } finally {
    if (isOurs) rmSync(policy);
  }
}
