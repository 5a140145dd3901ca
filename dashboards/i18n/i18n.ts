// The vue-i18n instance with both languages.
import { createI18n } from "vue-i18n";
import { en } from "./en.ts";
import type { Locale } from "./locale.ts";
import { zh } from "./zh.ts";

export function buildI18n(locale: Locale) {
  return createI18n({ legacy: false, locale, fallbackLocale: "en", messages: { "zh-CN": zh, en } });
}
