import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import { defaultHighlightStyle, HighlightStyle, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { linter, lintGutter, lintKeymap } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import type { Problem } from '../../../sim/index.ts';
import { completeFrom } from './complete.ts';
import type { Schema } from './schema-walk.ts';

/** What the editor asks of the page. */
export interface EditorOptions {
  readonly text: string;
  readonly schema: Schema;
  readonly isDark: boolean;
  check(text: string): Promise<readonly Problem[]>;
  run(text: string): void;
}

export interface Editor {
  text(): string;
  destroy(): void;
}

/**
 * The scenario's text with the reader's complaints in place and completion from the schema. It lives in a shadow tree:
 * there its styles are adopted sheets, which the page's security policy allows.
 */
export function createEditor(host: HTMLElement, options: EditorOptions): Editor {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  root.replaceChildren();
  const view = new EditorView({
    parent: root as unknown as Element,
    root,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        history(),
        highlightActiveLine(),
        indentUnit.of('  '),
        yaml(),
        syntaxHighlighting(options.isDark ? DARK : defaultHighlightStyle),
        autocompletion({ override: [completeFrom(options.schema)] }),
        lintGutter(),
        linter(async ({ state }) => diagnosticsOf(await options.check(state.doc.toString()), state), { delay: 300 }),
        keymap.of([
          {
            key: 'Mod-Enter',
            run: ({ state }) => {
              options.run(state.doc.toString());
              return true;
            },
          },
          // Tab leaves the editor after Escape, so that nobody is caught in it.
          indentWithTab,
          ...completionKeymap,
          ...lintKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        EditorView.contentAttributes.of({ 'aria-label': 'Scenario as YAML' }),
        EditorView.theme(THEME, { dark: options.isDark }),
      ],
    }),
  });
  view.focus();
  return { text: () => view.state.doc.toString(), destroy: () => view.destroy() };
}

function diagnosticsOf(problems: readonly Problem[], { doc }: EditorState): Diagnostic[] {
  return problems.map(({ line, column, message, found, hint }) => {
    const row = doc.line(Math.min(Math.max(1, line), doc.lines));
    const from = Math.min(row.to, row.from + Math.max(0, column - 1));
    const word = /^[^\s,}\]]+/.exec(doc.sliceString(from, row.to))?.[0].length ?? 0;
    const instead = found === undefined ? '' : `, found ${found}`;
    const near = hint === undefined ? '' : `; did you mean ${hint}?`;
    return {
      from,
      to: Math.min(row.to, from + Math.max(1, word)),
      severity: 'error',
      message: `${message}${instead}${near}`,
    };
  });
}

const DARK = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => ({
    ...spec,
    ...(spec.color === undefined ? {} : { color: lighter(spec.color as string) }),
  })),
);

/** The default highlighting is made for paper. */
function lighter(colour: string): string {
  return `color-mix(in oklab, ${colour}, white 55%)`;
}

const THEME = {
  '&': { height: '62vh', fontSize: '13px', color: 'var(--ink)', backgroundColor: 'var(--paper)' },
  '.cm-scroller': { fontFamily: 'ui-monospace, Menlo, Consolas, monospace', lineHeight: '1.5' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--quiet)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--faint) 50%, transparent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': { backgroundColor: 'var(--faint)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    maxWidth: '46ch',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
};
