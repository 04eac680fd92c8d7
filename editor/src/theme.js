/** The editor's look: waggle's tokens, so that light and dark are the page's own. */
import { HighlightStyle } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { StyleModule } from 'style-mod';

/**
 * CodeMirror would add a `<style>` to the page, which the content security policy refuses; a
 * constructed sheet needs no exception there.
 */
export function adoptStyles() {
  const sheet = new CSSStyleSheet();
  let mounted = [];
  StyleModule.mount = (_root, modules) => {
    const wanted = [modules].flat();
    if (wanted.every((module) => mounted.includes(module))) return;
    // later ones win, and `wanted` is in that order
    mounted = [...mounted.filter((module) => !wanted.includes(module)), ...wanted];
    sheet.replaceSync(mounted.map((module) => module.getRules()).join('\n'));
    if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  };
}

export const theme = EditorView.theme({
  '&': { flex: '1', minWidth: '0', color: 'var(--ink)', backgroundColor: 'transparent' },
  // the field round it shows the focus
  '&.cm-focused, & .cm-content:focus-visible': { outline: 'none' },
  '.cm-scroller': {
    overflow: 'auto',
    fontFamily: 'var(--mono)',
    fontSize: '.78125rem',
    lineHeight: '20px',
    fontVariantLigatures: 'none',
  },
  '.cm-content': { padding: '12px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 1rem 0 2px' },
  '.cm-gutters': {
    border: '0', backgroundColor: 'var(--bg)', color: 'var(--ink-3)', userSelect: 'none',
  },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.75rem', padding: '0 2px 0 0' },
  '.cm-foldGutter .cm-gutterElement': { width: '1rem', padding: '0', textAlign: 'center', cursor: 'pointer' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--bg-hover) 60%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '.cm-changedLine': { boxShadow: 'inset 2px 0 var(--accent)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 26%, transparent)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--accent-soft)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--bg-press)', outline: '1px solid var(--line-3)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--crit-soft)' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--accent-soft)', outline: '2px solid var(--accent)' },
  '.cm-specialChar': { color: 'var(--crit-ink)' },
  '.cm-foldPlaceholder': {
    padding: '0 .375rem', border: 'var(--edge)', backgroundColor: 'var(--bg-press)', color: 'var(--ink-2)',
  },
  '.cm-panels': { backgroundColor: 'var(--bg-sunk)', color: 'var(--ink)', fontFamily: 'var(--sans)' },
  '.cm-panels.cm-panels-top': { borderBottom: 'var(--hair)' },
  '.cm-panels.cm-panels-bottom': { borderTop: 'var(--hair)' },
  '.cm-panel.cm-search': { padding: '.5rem 2rem .5rem 1rem', fontSize: 'var(--t-s)' },
  '.cm-panel.cm-search label': { fontSize: 'var(--t-s)' },
  '.cm-textfield': {
    minHeight: '1.75rem', border: '1px solid var(--line-3)', borderRadius: 'var(--r-2)',
    backgroundColor: 'var(--bg)', color: 'var(--ink)', fontSize: 'var(--t-m)',
  },
  '.cm-button': {
    minHeight: '1.75rem', padding: '0 .625rem', border: 'var(--edge)', borderRadius: 'var(--r-2)',
    backgroundColor: 'var(--bg)', backgroundImage: 'none', color: 'var(--ink)', fontSize: 'var(--t-s)',
  },
  '.cm-button:active': { backgroundColor: 'var(--bg-press)', backgroundImage: 'none' },
  '.cm-panel.cm-search [name=close]': { inset: '.25rem .5rem auto auto', fontSize: '1.25rem', color: 'var(--ink-2)' },
  '.cm-tooltip': {
    border: 'var(--edge)', borderRadius: 'var(--r-2)', backgroundColor: 'var(--bg-raised)',
    color: 'var(--ink)', boxShadow: 'var(--sh-2)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    maxHeight: '14rem', minWidth: '12rem', fontFamily: 'var(--mono)', fontSize: '.78125rem',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex', alignItems: 'baseline', gap: '1rem', padding: '.125rem .625rem', lineHeight: '22px',
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-soft)', color: 'var(--ink)' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': {
    margin: '0 0 0 auto', color: 'var(--ink-3)', fontStyle: 'normal', fontSize: 'var(--t-xs)',
  },
  '.cm-completionInfo': {
    maxWidth: '22rem', padding: '.375rem .625rem', fontFamily: 'var(--sans)', fontSize: 'var(--t-s)',
    color: 'var(--ink-2)',
  },
  '.cm-diagnostic': { fontFamily: 'var(--sans)', fontSize: 'var(--t-s)', padding: '.25rem .625rem' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--crit)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--warn)' },
  '.cm-lintRange-error': { backgroundImage: 'none', borderBottom: '2px solid var(--crit)' },
  '.cm-lintRange-warning': { backgroundImage: 'none', borderBottom: '2px dotted var(--warn)' },
});

export const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName), tags.definition(tags.variableName), tags.tagName, tags.heading], color: 'var(--syn-key)' },
  { tag: [tags.string, tags.special(tags.string), tags.attributeValue, tags.content], color: 'var(--syn-str)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.literal], color: 'var(--syn-num)' },
  { tag: [tags.comment, tags.meta], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.keyword, tags.attributeName, tags.typeName], color: 'var(--syn-key)' },
  { tag: [tags.punctuation, tags.separator, tags.bracket, tags.operator], color: 'var(--ink-3)' },
  { tag: tags.invalid, color: 'var(--crit-ink)' },
]);
