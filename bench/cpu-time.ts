// CPU time of another process, from Linux.
import { readFileSync } from "node:fs";

/** Linux counts it in hundredths of a second for every program (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** User and system seconds of all threads of a process since it began (proc(5), fields utime and stime of /proc/PID/stat). */
export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The program's name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
