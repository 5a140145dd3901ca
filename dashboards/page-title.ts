// Names the browser's tab after what is on show.
import { watchEffect } from "vue";

const PRODUCT = "Campanile · 校钟";

/** Follows `name`; only the product's name while there is none. */
export function usePageTitle(name: () => string | undefined): void {
  watchEffect(() => {
    const here = name();
    document.title = here ? `${here} · ${PRODUCT}` : PRODUCT;
  });
}
