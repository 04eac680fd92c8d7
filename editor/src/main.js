/**
 * waggle's text editor: CodeMirror 6 behind a handful of functions, one file that the page fetches
 * when somebody edits. It knows no key and no server: what it shows and says comes with `open`.
 */
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching, codeFolding, foldGutter, foldKeymap, indentOnInput, indentUnit, syntaxHighlighting,
} from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration, EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter,
  highlightSpecialChars, keymap, lineNumbers,
} from '@codemirror/view';
import { language } from './languages.js';
import { adoptStyles, highlighting, theme } from './theme.js';

adoptStyles();

/** Above this many characters the page is told at a pause, not at every key. */
const LARGE = 64 * 1024;
/** That pause, in milliseconds. */
const PAUSE = 120;

/** Sets the lines, from 1, that are marked as changed. */
const markLines = StateEffect.define();
const changedLine = Decoration.line({ class: 'cm-changedLine' });

const changedLines = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(markLines)) continue;
      const { doc } = transaction.state;
      const known = effect.value.filter((line) => line >= 1 && line <= doc.lines);
      now = Decoration.set(known.map((line) => changedLine.range(doc.line(line).from)));
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** The place in `doc` of a line and a column, both from 1, the column in characters. */
function placeOf(doc, line, column) {
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  let at = 0;
  let left = column - 1;
  for (const letter of found.text) {
    if (left <= 0) break;
    at += letter.length;
    left -= 1;
  }
  return found.from + at;
}

/** The column, from 1 and in characters, of the place `at` in `line`. */
const columnOf = (line, at) => [...line.text.slice(0, at - line.from)].length + 1;

/**
 * What may be typed, asked of the page: as soon as a word begins, behind a key's separator, and
 * wherever somebody asks for it.
 */
const offers = (complete) => async (context) => {
  const { doc } = context.state;
  if (!context.explicit && !context.matchBefore(/[\w$@/-]$|[:=] $|"$/)) return null;
  const line = doc.lineAt(context.pos);
  const found = await complete(doc.toString(), line.number, columnOf(line, context.pos));
  if (!found?.items.length || context.aborted) return null;
  return {
    from: placeOf(doc, line.number, found.from),
    to: placeOf(doc, line.number, found.to),
    // while the same word grows nobody is asked again
    validFor: /^"?[\w$@/.-]*$/,
    options: found.items.map(([label, insert, detail, info]) => ({
      // what is typed is compared with the label, and may begin with a quote
      label: insert.startsWith('"') ? `"${label.replace(/^"|"$/g, '')}"` : label,
      displayLabel: label,
      detail,
      info: info || undefined,
      apply: insert,
    })),
  };
};

/**
 * What stands for a text that is folded. It opens as soon as the button is down: that moves the
 * caret, which may draw the line anew (brackets that belong together), and no click ever comes of
 * what is gone before the button is up.
 */
function folded(view, open) {
  const element = document.createElement('span');
  element.className = 'cm-foldPlaceholder';
  element.textContent = '…';
  element.title = view.state.phrase('unfold');
  element.setAttribute('aria-label', view.state.phrase('folded code'));
  element.onmousedown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    open(event);
    view.focus();
  };
  // a screen reader only clicks
  element.onclick = open;
  return element;
}

/**
 * Opens an editor in `parent`.
 *
 * `options`: `text`, `format`, `label`, `describedBy`, `phrases` (CodeMirror's own words,
 * translated), `onChange(text)`, `onCaret(line, column)`, `complete(text, line, column)` (what may
 * stand there: a promise of `{ from, to, items: [[label, insert, detail, info]] }`, or null).
 */
export function open(parent, options) {
  const grammar = new Compartment();
  let timer;
  // CodeMirror asks what may be offered after a pause, also when it was destroyed in it
  let isGone = false;
  const complete = (...where) => (isGone ? null : options.complete(...where));
  const flush = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    options.onChange(view.state.doc.toString());
  };
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
    if (view.state.doc.length <= LARGE) flush();
  };
  const told = EditorView.updateListener.of((update) => {
    if (update.docChanged && !update.transactions.some((one) => one.isUserEvent('set'))) changed();
    if (update.docChanged || update.selectionSet) {
      const { head } = update.state.selection.main;
      const line = update.state.doc.lineAt(head);
      options.onCaret(line.number, columnOf(line, head));
    }
    if (update.focusChanged && !view.hasFocus) flush();
  });
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        codeFolding({ placeholderDOM: folded }),
        foldGutter({ openText: '▾', closedText: '▸' }),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        EditorState.phrases.of(options.phrases),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        autocompletion({ override: [offers(complete)], icons: false }),
        changedLines,
        grammar.of(language(options.format)),
        theme,
        syntaxHighlighting(highlighting),
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          'aria-describedby': options.describedBy,
          autocapitalize: 'off',
          autocorrect: 'off',
          spellcheck: 'false',
        }),
        keymap.of([
          ...completionKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...lintKeymap,
          indentWithTab, ...defaultKeymap,
        ]),
        told,
      ],
    }),
  });
  return {
    /** Tells the page at once what is typed. */
    flush,
    focus: () => view.focus(),
    /** Replaces the text where it differs; the page is not told. */
    setText(text) {
      if (view.state.doc.toString() === text) return;
      clearTimeout(timer);
      timer = undefined;
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        userEvent: 'set',
      });
    },
    setFormat: (format) => view.dispatch({ effects: grammar.reconfigure(language(format)) }),
    /** What is wrong: `[line, column, message, severity]`. */
    setProblems(list) {
      const { doc } = view.state;
      const found = list.map(([line, column, message, severity]) => {
        const from = placeOf(doc, line, column);
        const end = doc.lineAt(from).to;
        const rest = doc.sliceString(from, end);
        const word = /^[\w.-]+/.exec(rest)?.[0].length ?? Math.min(1, rest.length);
        return { from, to: from + word, message, severity };
      });
      view.dispatch(setDiagnostics(view.state, found));
    },
    setChanged: (lines) => view.dispatch({ effects: markLines.of(lines) }),
    goTo(line, column) {
      const at = placeOf(view.state.doc, line, column);
      view.dispatch({
        selection: { anchor: at },
        effects: EditorView.scrollIntoView(at, { y: 'center' }),
      });
      view.focus();
    },
    destroy() {
      isGone = true;
      clearTimeout(timer);
      view.destroy();
    },
  };
}
