// Editing rows: which are looked at, what was changed of them, what that would do, and saving it.
import { computed, type Ref, ref, shallowRef, watch } from "vue";
import type {
  InventoryChanges,
  InventoryRows,
  InventoryVersion,
  InventoryVersions,
} from "../../../contract/inventory.ts";
import type { Api } from "../../api.ts";
import { useAttempt } from "./attempt.ts";
import { dayOfRows, emptyHead, headOf, previewHead } from "./change-head.ts";
import { DEADLINE_MS, type RowsQuery } from "./client.ts";
import { editsOf, type Pending } from "./pending.ts";
import { needsSchool } from "./words.ts";

export type Editing = ReturnType<typeof useEditing>;

/** To be called inside a component's setup. */
export function useEditing(api: Api, list: Readonly<Ref<InventoryVersions>>) {
  const file = ref("schools.csv");
  /** Empty: all schools. */
  const school = ref("");
  const rows = shallowRef<InventoryRows>();
  const loading = useAttempt();

  const pending = shallowRef<readonly Pending[]>([]);
  /** The version that the changes were made on; `undefined` while there are none. */
  const basedOn = ref<number>();
  const head = ref(emptyHead());
  const saving = useAttempt();
  const preview = shallowRef<InventoryChanges>();
  /** What the collector was asked about last. */
  const sent = shallowRef<readonly Pending[]>([]);
  const problems = computed(() => {
    const refusal = saving.refusal.value;
    return refusal?.kind === "problems" ? refusal.problems : [];
  });

  const day = computed(() => dayOfRows(head.value, list.value.today));
  const isSchoolMissing = computed(() => needsSchool(file.value) && school.value === "");
  /** The version of the rows, when the changes were made on another one. */
  const newerVersion = computed(() => {
    const version = rows.value?.version;
    return basedOn.value === undefined || version === basedOn.value ? undefined : version;
  });

  const query = computed(
    (): RowsQuery => ({
      file: file.value,
      ...(school.value !== "" && { school: school.value }),
      ...(day.value !== undefined && { on: day.value }),
    }),
  );

  async function load() {
    const asked = query.value;
    if (isSchoolMissing.value) {
      rows.value = undefined;
      loading.forget();
      return;
    }
    const answer = await loading.run(() => api.inventory.rows(asked, AbortSignal.timeout(DEADLINE_MS)));
    if (query.value === asked) rows.value = answer;
  }
  watch([file, school, day], (now, before) => {
    if (now[0] !== before[0] || now[1] !== before[1]) rows.value = undefined;
    preview.value = undefined;
    void load();
  });
  watch(
    () => head.value.validFrom,
    () => {
      preview.value = undefined;
    },
  );

  function change(next: readonly Pending[]) {
    if (pending.value.length === 0) basedOn.value = rows.value?.version;
    pending.value = next;
    preview.value = undefined;
    if (next.length === 0) {
      basedOn.value = undefined;
      saving.forget();
    }
  }

  async function ask(isPreview: boolean): Promise<InventoryChanges | undefined> {
    const { value: changes } = pending;
    sent.value = changes;
    preview.value = undefined;
    const edits = {
      ...(isPreview ? previewHead(head.value) : headOf(head.value)),
      basedOn: basedOn.value ?? 0,
      edits: editsOf(changes),
      preview: isPreview,
    };
    const answer = await saving.run(() => api.inventory.edit(edits));
    // The rows show then which version holds now.
    if (saving.refusal.value?.kind === "conflict") await load();
    return answer;
  }

  async function askPreview() {
    const { value: asked } = pending;
    const { validFrom } = head.value;
    const answer = await ask(true);
    if (pending.value === asked && head.value.validFrom === validFrom) preview.value = answer;
  }

  /** @returns what was recorded, absent when nothing differed; `undefined` when it was refused */
  async function save(): Promise<{ version?: InventoryVersion } | undefined> {
    const answer = await ask(false);
    if (answer === undefined) return undefined;
    change([]);
    head.value = { ...emptyHead(), author: head.value.author };
    await load();
    return answer.version ? { version: answer.version } : {};
  }

  /** The changes are made on the version of the rows from now on. */
  function takeNewer() {
    basedOn.value = rows.value?.version;
    preview.value = undefined;
    saving.forget();
  }

  void load();
  return {
    file,
    school,
    query,
    rows,
    loading,
    pending,
    head,
    saving,
    preview,
    sent,
    problems,
    basedOn,
    isSchoolMissing,
    newerVersion,
    load,
    change,
    askPreview,
    save,
    takeNewer,
  };
}
