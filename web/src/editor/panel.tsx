import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Problem } from '../../../sim/index.ts';
import { openingProblem } from '../app/begin.ts';
import { dialog } from '../app/dialog.ts';
import { DialogBox } from '../app/dialog-box.tsx';
import { theme } from '../app/palette.ts';
import { desk, open, replaceText, scenario, specs, summary } from '../model/store.ts';
import type { Editor } from './editor.ts';
import { shippedSchema } from './schema.ts';

/** Larger files are not read. */
const MOST_BYTES = 1 << 20;

/** The scenario's text. The editor itself comes in a file of its own, when it is first opened. */
export function EditorDialog(): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const state = useSignal<'loading' | 'ready' | 'failed'>('loading');
  const wrong = useSignal<readonly Problem[]>([]);
  const file = useSignal(scenario.value.file);

  const check = async (text: string): Promise<readonly Problem[]> => {
    const { bases } = scenario.value;
    wrong.value = await desk.ask<readonly Problem[]>({ kind: 'check', source: { text, file: file.value, bases } });
    return wrong.value;
  };
  const mount = async (text: string): Promise<void> => {
    const [{ createEditor }, schema] = await Promise.all([import('./editor.ts'), shippedSchema()]);
    if (host.current === null) return;
    editor.current?.destroy();
    editor.current = createEditor(host.current, { text, schema, isDark: theme.value === 'dark', check, run });
    state.value = 'ready';
  };
  const run = (text: string): void => {
    void check(text).then((problems) => {
      if (problems.length > 0) return;
      openingProblem.value = null;
      dialog.value = null;
      if (summary.value === null || file.value !== scenario.value.file) {
        open({ text, file: file.value, bases: scenario.value.bases, shipped: null }, null);
      } else {
        replaceText(text);
      }
    });
  };
  const load = async (chosen: File | undefined): Promise<void> => {
    if (chosen === undefined) return;
    if (chosen.size > MOST_BYTES) {
      wrong.value = [
        { file: chosen.name, line: 0, column: 0, path: '', message: `${chosen.name} is larger than 1 MB` },
      ];
      return;
    }
    file.value = chosen.name;
    await mount(await chosen.text());
  };

  useEffect(() => {
    mount(scenario.value.text).catch(() => (state.value = 'failed'));
    return () => editor.current?.destroy();
  }, []);

  return (
    <DialogBox title={`Scenario: ${file.value}`} wide>
      <div class="editor-host" ref={host} data-state={state.value} />
      {state.value === 'failed' && <p class="notice">The editor could not be loaded.</p>}
      <div class="editor-bar">
        <button
          type="button"
          class="primary"
          disabled={state.value !== 'ready'}
          onClick={() => run(editor.current!.text())}
        >
          Run
        </button>
        <label class="file-button">
          Open a file …
          <input
            type="file"
            accept=".yaml,.yml,.json"
            onChange={({ currentTarget }) => void load(currentTarget.files?.[0])}
          />
        </label>
        <p class={wrong.value.length > 0 ? 'bad' : 'lead'} aria-live="polite" data-testid="editor-problems">
          {wrong.value.length === 0
            ? `Ctrl-Enter runs it in ${specs.value.length === 1 ? 'the design' : 'all designs'} that ${specs.value.length === 1 ? 'is' : 'are'} shown.`
            : `${wrong.value.length} ${wrong.value.length === 1 ? 'problem' : 'problems'}: line ${wrong.value[0].line}: ${wrong.value[0].message}`}
        </p>
      </div>
    </DialogBox>
  );
}
