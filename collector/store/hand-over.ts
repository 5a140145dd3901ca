// Work that hands what it finds to a callback: the callback's own errors come through as they are, all others as the store's.

export async function handOver<A extends unknown[]>(
  take: (...handed: A) => void,
  work: (take: (...handed: A) => void) => Promise<void>,
  asStoreError: (error: unknown) => Error,
): Promise<void> {
  let takeFailed = false;
  try {
    await work((...handed) => {
      try {
        take(...handed);
      } catch (error) {
        takeFailed = true;
        throw error;
      }
    });
  } catch (error) {
    throw takeFailed ? error : asStoreError(error);
  }
}
