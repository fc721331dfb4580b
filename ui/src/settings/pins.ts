// Pinned outputs: kept in this browser for a company's flow, used in tests only, gone when somebody unpins them.

const NAME = "flow8.pins";
const STORE = "pins";

export type Pins = ReadonlyMap<string, unknown>;

export async function readPins(key: string): Promise<Pins> {
  const found = await inStore<Record<string, unknown> | undefined>("readonly", (store) => store.get(key));
  return new Map(Object.entries(found ?? {}));
}

export async function writePins(key: string, pins: Pins): Promise<void> {
  await inStore("readwrite", (store) => (pins.size ? store.put(Object.fromEntries(pins), key) : store.delete(key)));
}

async function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  const base = await opened();
  try {
    return (await answered(ask(base.transaction(STORE, mode).objectStore(STORE)))) as T;
  } finally {
    base.close();
  }
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return answered(request);
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser keeps nothing here."));
  });
}
