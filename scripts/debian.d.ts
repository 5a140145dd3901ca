// Types of debian.js, which stays JavaScript because `npm test` runs it before anything is installed.
export declare function aptProblem(isRoot: boolean): string | undefined;
export declare function aptInstall(packages: readonly string[]): void;
