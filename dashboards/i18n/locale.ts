// Which language: the one chosen before, else the browser's, else Chinese.

export type Locale = "zh-CN" | "en";

const STORAGE_KEY = "campanile.locale";

/** Chinese for any Chinese, English for any English; the first browser language that is either decides. */
export function pickLocale(remembered: string | null, browserLanguages: readonly string[]): Locale {
  if (remembered === "zh-CN" || remembered === "en") return remembered;
  for (const language of browserLanguages) {
    if (/^zh\b/i.test(language)) return "zh-CN";
    if (/^en\b/i.test(language)) return "en";
  }
  return "zh-CN";
}

export function rememberedLocale(storage: Storage | undefined): string | null {
  return storage?.getItem(STORAGE_KEY) ?? null;
}

export function rememberLocale(storage: Storage | undefined, locale: Locale): void {
  storage?.setItem(STORAGE_KEY, locale);
}

/** The browser's storage; `undefined` where the browser forbids it, and then nothing is remembered. */
export function browserStorage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined; // the browser throws SecurityError when storage is blocked; the page works without
  }
}
