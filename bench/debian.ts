// Debian packages a measurement needs: installed where that is allowed, named with the reason where it is not.
import { existsSync } from "node:fs";
import { aptInstall, aptProblem } from "../scripts/debian.js";

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
  const reason = aptProblem(isRoot);
  if (reason) return new Map(wanted.map((name) => [name, `${reason} (Debian package ${name})`]));
  say(`installing Debian packages: ${wanted.join(" ")}`);
  aptInstall(wanted);
  return new Map(absent(needs).map((name) => [name, `apt-get could not install ${name}`]));
}

function absent(needs: readonly Need[]): string[] {
  return [...new Set(needs.filter(({ file }) => !existsSync(file)).map(({ debianPackage }) => debianPackage))];
}
