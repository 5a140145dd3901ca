// Debian packages a measurement needs: installed where that is allowed, named with the reason where it is not.
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

/** A file that must be there, and the package that brings it. */
export interface Need {
  file: string;
  debianPackage: string;
}

/** Asks apt, as root, for what is missing. Returns why each package that is still missing is. */
export function installDebian(
  needs: readonly Need[],
  isRoot: boolean,
  say: (line: string) => void,
): Map<string, string> {
  const wanted = absent(needs);
  if (wanted.length === 0) return new Map();
  const reason = existsSync("/usr/bin/apt-get")
    ? isRoot
      ? undefined
      : "only root may install packages"
    : "this system has no apt-get";
  if (reason) return new Map(wanted.map((name) => [name, `${reason} (Debian package ${name})`]));
  say(`installing Debian packages: ${wanted.join(" ")}`);
  withoutServices(() => {
    aptGet("update", "-qq");
    aptGet("install", "-y", "-qq", "--no-install-recommends", "-o", "DPkg::Use-Pty=0", ...wanted);
  });
  return new Map(absent(needs).map((name) => [name, `apt-get could not install ${name}`]));
}

function absent(needs: readonly Need[]): string[] {
  return [...new Set(needs.filter(({ file }) => !existsSync(file)).map(({ debianPackage }) => debianPackage))];
}

function aptGet(...args: string[]): void {
  // A failure shows by what is still missing afterwards; apt says on standard error why.
  spawnSync("env", ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...args], { stdio: ["ignore", "ignore", "inherit"] });
}

/** A measurement needs programs, not servers that run from now on: Debian asks this file before it starts a service. */
function withoutServices(install: () => void): void {
  const policy = "/usr/sbin/policy-rc.d";
  const isOurs = !existsSync(policy);
  if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    install();
  } finally {
    if (isOurs) rmSync(policy);
  }
}
