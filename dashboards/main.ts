// Starts the page.
import "element-plus/theme-chalk/base.css";
import "element-plus/theme-chalk/el-input.css";
import "element-plus/theme-chalk/el-segmented.css";
import "element-plus/theme-chalk/el-skeleton.css";
import "element-plus/theme-chalk/el-skeleton-item.css";
import "element-plus/theme-chalk/el-alert.css";
import "element-plus/theme-chalk/el-button.css";
import "./theme.css";
import { createApp } from "vue";
import App from "./App.vue";
import { createApi } from "./api.ts";
import { buildI18n } from "./i18n/i18n.ts";
import { browserStorage, pickLocale, rememberedLocale } from "./i18n/locale.ts";
import { buildRouter } from "./router.ts";

const locale = pickLocale(rememberedLocale(browserStorage()), navigator.languages);

createApp(App, { api: createApi(new URL("./", document.baseURI).href) })
  .use(buildI18n(locale))
  .use(buildRouter())
  .mount("#app");
